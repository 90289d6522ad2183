#include "ir/interp.h"

#include <stdlib.h>

#include "support/mem.h"

/* m * 2^e; m is even only if a sum made it so. */
struct dyadic {
	mpz_t m;
	int64_t e;
};

struct ir_interp {
	const struct ir_module *module;
	struct dyadic *values; /* of two layers, and of the inputs */
	uint32_t room;	       /* values of one layer */
	mpz_t product, shifted;
};

static uint32_t widest(const struct ir_module *module)
{
	uint32_t width = module->input_count > 0 ? module->input_count : 1;

	for (uint32_t i = 0; i < module->layer_count; i++)
		if (module->layers[i].count > width)
			width = module->layers[i].count;
	return width;
}

struct ir_interp *ir_interp_new(const struct ir_module *module)
{
	struct ir_interp *interp = mem_zero(1, sizeof *interp);

	interp->module = module;
	interp->room = widest(module);
	interp->values = mem_alloc((size_t)interp->room * 2, sizeof *interp->values);
	for (size_t i = 0; i < (size_t)interp->room * 2; i++) {
		mpz_init(interp->values[i].m);
		interp->values[i].e = 0;
	}
	mpz_inits(interp->product, interp->shifted, NULL);
	return interp;
}

void ir_interp_free(struct ir_interp *interp)
{
	if (!interp)
		return;
	for (size_t i = 0; i < (size_t)interp->room * 2; i++)
		mpz_clear(interp->values[i].m);
	mpz_clears(interp->product, interp->shifted, NULL);
	free(interp->values);
	free(interp);
}

/* sum += m * 2^e */
static void add(struct ir_interp *interp, struct dyadic *sum, const mpz_t m, int64_t e)
{
	if (mpz_sgn(sum->m) == 0) {
		mpz_set(sum->m, m);
		sum->e = e;
	} else if (e >= sum->e) {
		if (e == sum->e) {
			mpz_add(sum->m, sum->m, m);
			return;
		}
		mpz_mul_2exp(interp->shifted, m, (mp_bitcnt_t)(e - sum->e));
		mpz_add(sum->m, sum->m, interp->shifted);
	} else {
		mpz_mul_2exp(sum->m, sum->m, (mp_bitcnt_t)(sum->e - e));
		mpz_add(sum->m, sum->m, m);
		sum->e = e;
	}
}

/* Drops trailing zero bits, so that values do not grow from layer to layer. */
static void normalize(struct dyadic *value)
{
	mp_bitcnt_t zeros;

	if (mpz_sgn(value->m) == 0) {
		value->e = 0;
		return;
	}
	zeros = mpz_scan1(value->m, 0);
	if (zeros)
		mpz_tdiv_q_2exp(value->m, value->m, zeros);
	value->e += (int64_t)zeros;
}

/* before: the values of the layer that the terms read, whose first handle is `first`. */
static void affine(struct ir_interp *interp, ir_value value, const struct dyadic *before,
	uint32_t first, struct dyadic *sum)
{
	const struct ir_module *module = interp->module;
	const struct ir_term *terms = ir_terms(module, value);
	mpz_t weight;
	int64_t e;

	e = num_view(&module->nums, module->nodes[value.i].bias, weight);
	mpz_set(sum->m, weight);
	sum->e = e;
	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		const struct dyadic *from = &before[terms[i].value.i - first];
		if (mpz_sgn(from->m) == 0)
			continue;
		e = num_view(&module->nums, terms[i].weight, weight) + from->e;
		mpz_mul(interp->product, weight, from->m);
		add(interp, sum, interp->product, e);
	}
	normalize(sum);
}

static bool set_inputs(struct ir_interp *interp, const int64_t *point, struct dyadic *values)
{
	const struct ir_module *module = interp->module;

	for (uint32_t i = 0; i < module->input_count; i++) {
		if (point[i] < module->features[i].lo || point[i] > module->features[i].hi)
			return false;
		mpz_set_si(values[i].m, (long)point[i]);
		values[i].e = 0;
	}
	return true;
}

/* y - 1 where the output is an integer in 1..class_count, else -1. */
static int32_t class_of(const struct ir_module *module, const struct dyadic *y)
{
	if (mpz_sgn(y->m) <= 0 || y->e < 0 || y->e > 32 || !mpz_fits_slong_p(y->m) ||
		mpz_sizeinbase(y->m, 2) + (size_t)y->e > 33)
		return -1;
	return ir_class_of(module, (int64_t)mpz_get_si(y->m) << y->e);
}

int32_t ir_interp_classify(struct ir_interp *interp, const int64_t *point)
{
	const struct ir_module *module = interp->module;
	struct dyadic *before = interp->values, *after = interp->values + interp->room, *swap;
	uint32_t first = 0;

	if (!set_inputs(interp, point, before))
		return -1;
	for (uint32_t at = 0; at < module->layer_count; at++) {
		const struct ir_layer *layer = &module->layers[at];
		for (uint32_t i = 0; i < layer->count; i++) {
			affine(interp, (ir_value){ layer->first + i }, before, first, &after[i]);
			if (mpz_sgn(after[i].m) < 0) {
				mpz_set_ui(after[i].m, 0);
				after[i].e = 0;
			}
		}
		first = layer->first;
		swap = before;
		before = after;
		after = swap;
	}
	affine(interp, ir_output(module), before, first, &after[0]);
	return class_of(module, &after[0]);
}
