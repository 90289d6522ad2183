#include <stdlib.h>

#include "ir/pass/blocks.h"
#include "support/mem.h"

bool blocks_integer(const struct num_pool *nums, num n, int64_t exponent, mpz_t to)
{
	mpz_t view;
	int64_t e = num_view(nums, n, view) - exponent;

	if (n.i == NUM_ZERO.i)
		e = 0;
	if (e < 0)
		return false;
	mpz_mul_2exp(to, view, (mp_bitcnt_t)e);
	return true;
}

static bool takes(const struct block_value *value, const struct block_term *terms)
{
	switch (value->op) {
	case IR_LOOKUP:
	case IR_KNOTS:
		return terms->place == 0;
	case IR_RELU:
	case IR_AFFINE:
	case IR_STEP:
	case IR_WITHIN:
	case IR_MATCH:
	case IR_BITS:
	case IR_ASSOC:
		return true;
	case IR_INPUT:
	case IR_OP_COUNT:
		break;
	}
	return false;
}

/* Its constants as integers, divided by 2^exponent; false if one is none. */
static bool take_value(
	struct blocks *blocks, uint32_t place, const uint32_t *places, int64_t exponent)
{
	const struct rewrite *rewrite = blocks->rewrite;
	const struct num_pool *nums = &rewrite->module->nums;
	uint32_t old = blocks->cone[place];
	struct block_value *value = &blocks->values[place];
	struct block_term *terms = &blocks->terms[blocks->term_count];
	bool good;

	value->op = old_op(rewrite, old);
	value->first_term = blocks->term_count;
	value->term_count = old_term_count(rewrite, old);
	blocks->term_count += value->term_count;
	good = blocks_integer(nums, rewrite->old[old].bias, exponent, value->bias);
	for (uint32_t i = 0; i < value->term_count; i++) {
		const struct ir_term *term = &old_terms(rewrite, old)[i];
		mpz_init(terms[i].weight);
		terms[i].place = places[term->value.i];
		good = blocks_integer(nums, term->weight, exponent, terms[i].weight) && good;
		if (terms[i].place)
			blocks->values[terms[i].place].last_reader = place;
	}
	return good && takes(value, terms);
}

/* The power of two of the constants of a form, if they are fractions; else 0. */
static int64_t exponent_of(const struct rewrite *rewrite, uint32_t old)
{
	const struct num_pool *nums = &rewrite->module->nums;
	num bias = rewrite->old[old].bias;
	int64_t least = 0;

	if (!ir_ops[old_op(rewrite, old)].form)
		return 0;
	for (uint32_t i = 0; i <= old_term_count(rewrite, old); i++) {
		num n = i ? old_terms(rewrite, old)[i - 1].weight : bias;
		if (n.i != NUM_ZERO.i && num_exponent(nums, n) < least)
			least = num_exponent(nums, n);
	}
	return least;
}

/* The root, which is in one stretch. */
static void init_root(struct blocks *blocks)
{
	struct stretches *self = &blocks->values[0].stretches;

	stretches_add_constant(self, 0, 0);
	mpz_set_ui(self->list->slope, 1);
	blocks->fresh[0] = true;
}

bool blocks_init(struct blocks *blocks, const struct rewrite *rewrite, const uint32_t *cone,
	uint32_t count)
{
	uint32_t *places = mem_zero(rewrite->old_count, sizeof *places), most = 1;
	size_t terms = 1;
	bool good = true;

	for (uint32_t i = 1; i < count; i++) {
		uint32_t own = old_term_count(rewrite, cone[i]);
		terms += own;
		most = own + 1 > most ? own + 1 : most;
		places[cone[i]] = i;
	}
	*blocks = (struct blocks){ .rewrite = rewrite,
		.cone = cone,
		.count = count,
		.values = mem_zero(count, sizeof *blocks->values),
		.terms = mem_alloc(terms, sizeof *blocks->terms),
		.fresh = mem_zero(count, sizeof *blocks->fresh),
		.readings = mem_alloc(most, sizeof *blocks->readings),
		.spare = mem_alloc((size_t)count + 1, sizeof *blocks->spare),
		.exponent = exponent_of(rewrite, cone[count - 1]) };
	mpz_inits(blocks->slope, blocks->offset, blocks->at, blocks->base_slope,
		blocks->base_offset, NULL);
	for (uint32_t i = 0; i < count; i++)
		mpz_inits(blocks->values[i].bias, blocks->values[i].constant.slope,
			blocks->values[i].constant.offset, NULL);
	init_root(blocks);
	for (uint32_t i = 1; i < count; i++)
		good = take_value(blocks, i, places, i == count - 1 ? blocks->exponent : 0) &&
			good;
	free(places);
	return good;
}

void blocks_fini(struct blocks *blocks)
{
	for (uint32_t i = 0; i < blocks->term_count; i++)
		mpz_clear(blocks->terms[i].weight);
	for (uint32_t i = 0; i < blocks->count; i++) {
		struct block_value *value = &blocks->values[i];
		stretches_fini(&value->stretches);
		mpz_clears(value->bias, value->constant.slope, value->constant.offset, NULL);
	}
	for (uint32_t i = 0; i < blocks->spare_count; i++)
		stretches_fini(&blocks->spare[i]);
	mpz_clears(blocks->slope, blocks->offset, blocks->at, blocks->base_slope,
		blocks->base_offset, NULL);
	free(blocks->values);
	free(blocks->terms);
	free(blocks->fresh);
	free(blocks->readings);
	free(blocks->spare);
}
