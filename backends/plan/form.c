#include "backends/plan/form.h"

#include <stdlib.h>

#include "support/mem.h"

void plan_former_init(struct plan_former *former, const struct ir_module *module,
	struct num_pool *nums, struct words *constants)
{
	*former =
		(struct plan_former){ .module = module, .nums = nums, .constants = constants };
	former->held = mem_zero(module->node_count, sizeof *former->held);
	mpz_inits(former->bias, former->next, former->scratch, NULL);
}

void plan_former_fini(struct plan_former *former)
{
	mpz_clears(former->bias, former->next, former->scratch, NULL);
	free(former->held);
	free(former->code);
	free(former->limbs);
}

void plan_former_put(struct plan_former *former, uint64_t word)
{
	former->code = mem_grow(
		former->code, &former->code_room, former->code_count + 1, sizeof *former->code);
	former->code[former->code_count++] = word;
}

uint64_t plan_bits_at(const struct num_pool *nums, num a, int64_t step)
{
	int64_t bits = (int64_t)num_significand_bits(nums, a) + num_exponent(nums, a) - step;

	return num_sign(nums, a) && bits > 0 ? (uint64_t)bits : 0;
}

uint64_t plan_former_constant(struct plan_former *former, const mpz_t m, unsigned shift)
{
	size_t count;

	mpz_mul_2exp(former->scratch, m, shift);
	count = mpz_size(former->scratch);
	former->limbs =
		mem_grow(former->limbs, &former->limb_room, count, sizeof *former->limbs);
	for (size_t i = 0; i < count; i++)
		former->limbs[i] = mpz_getlimbn(former->scratch, (mp_size_t)i);
	return (uint64_t)words_intern(former->constants, former->limbs, count) << 20 | count;
}

/* Adds (w * value) / 2^step, w = +-m 2^e, modulo 2^(64 sum). */
static void put_term(struct plan_former *former, const struct ir_term *term, uint32_t first,
	int64_t step, uint64_t sum)
{
	const struct ir_module *module = former->module;
	uint64_t shift, word;
	mpz_t m;

	shift = (uint64_t)(num_view(&module->nums, term->weight, m) +
		former->held[term->value.i].step - step);
	if (shift / 64 >= sum)
		return;
	former->term_count++;
	word = (uint64_t)(mpz_sgn(m) < 0) << 63 | shift / 64 << 32 | (term->value.i - first);
	if (mpz_cmpabs_ui(m, 1) == 0) {
		plan_former_put(former, word | (shift % 64) << 51);
		return;
	}
	plan_former_put(former, word | UINT64_C(1) << 62);
	plan_former_put(former, plan_former_constant(former, m, (unsigned)(shift % 64)));
}

/* Adds +-m * 2^shift, modulo 2^(64 sum), 0 < m; m is spent. */
static void put_constant(
	struct plan_former *former, mpz_t m, bool negative, uint64_t shift, uint64_t sum)
{
	mp_bitcnt_t zeros = mpz_scan1(m, 0);

	mpz_tdiv_q_2exp(m, m, zeros);
	shift += zeros;
	if (shift / 64 >= sum)
		return;
	former->term_count++;
	plan_former_put(
		former, (uint64_t)negative << 63 | UINT64_C(1) << 61 | shift / 64 << 32);
	plan_former_put(former, plan_former_constant(former, m, (unsigned)(shift % 64)));
}

/* Adds former->bias * 2^shift, modulo 2^(64 sum). */
static void put_bias(struct plan_former *former, uint64_t shift, uint64_t sum)
{
	bool negative = mpz_sgn(former->bias) < 0;
	mpz_t *m = &former->bias;

	if (mpz_sgn(*m) == 0)
		return;
	mpz_abs(*m, *m);
	mpz_add_ui(former->next, *m, 1);
	if (former->term_count && mpz_size(*m) > 2 && mpz_popcount(former->next) == 1) {
		/* all ones, as a peeled bit has them: 2^k - 1 (what sets is a single term) */
		put_constant(former, former->next, negative, shift, sum);
		mpz_set_ui(*m, 1);
		negative = !negative;
	}
	put_constant(former, *m, negative, shift, sum);
}

/* former->bias += +-weight * least of a value, in units of 2^step. */
static void move_bias(
	struct plan_former *former, num weight, bool negative, num least, int64_t step)
{
	mpz_t view;
	int64_t e = num_view(&former->module->nums, weight, view);

	mpz_set(former->scratch, view);
	e += num_view(former->nums, least, view);
	mpz_mul(former->scratch, former->scratch, view);
	mpz_mul_2exp(former->scratch, former->scratch, (mp_bitcnt_t)(e - step));
	if (negative)
		mpz_sub(former->bias, former->bias, former->scratch);
	else
		mpz_add(former->bias, former->bias, former->scratch);
}

/*
 * former->bias: the bias, what the least values add to it and what the form is less, as a
 * multiple of the 2^e that is returned.
 */
static int64_t shifted_bias(
	struct plan_former *former, const struct plan_form *form, int64_t step)
{
	mpz_t view;
	int64_t e = num_view(&former->module->nums, form->bias, view);
	bool moved = num_sign(former->nums, form->least) != 0;

	mpz_set(former->bias, view);
	for (uint32_t i = 0; i < form->count && !moved; i++)
		moved = num_sign(former->nums, former->held[form->terms[i].value.i].least) != 0;
	if (!moved)
		return e;
	if (mpz_sgn(former->bias))
		mpz_mul_2exp(former->bias, former->bias, (mp_bitcnt_t)(e - step));
	for (uint32_t i = 0; i < form->count; i++) {
		num least = former->held[form->terms[i].value.i].least;
		if (num_sign(former->nums, least))
			move_bias(former, form->terms[i].weight, false, least, step);
	}
	if (num_sign(former->nums, form->least))
		move_bias(former, NUM_ONE, true, form->least, step);
	return step;
}

int64_t plan_form_step(
	const struct plan_former *former, const struct plan_form *form, int64_t most)
{
	const struct num_pool *nums = &former->module->nums;
	int64_t step = most;

	if (num_sign(nums, form->bias) && num_exponent(nums, form->bias) < step)
		step = num_exponent(nums, form->bias);
	for (uint32_t i = 0; i < form->count; i++) {
		const struct plan_held *from = &former->held[form->terms[i].value.i];
		int64_t e = num_exponent(nums, form->terms[i].weight);
		/* a value that never changes still takes part, through its least one */
		bool counts = from->limbs || num_sign(former->nums, from->least) ||
			form->terms[i].value.i < former->module->input_count;
		if (counts && e + from->step < step)
			step = e + from->step;
	}
	return step == INT64_MAX ? 0 : step;
}

void plan_form_put(
	struct plan_former *former, const struct plan_form *form, int64_t step, uint64_t sum)
{
	const struct num_pool *nums = &former->module->nums;
	const struct ir_term *terms = form->terms;
	uint32_t count = form->count, set = count;
	uint64_t shift;
	bool bias_sets;

	former->term_count = 0;
	shift = (uint64_t)(shifted_bias(former, form, step) - step);
	for (uint32_t i = 0; i < count && set == count; i++) {
		mpz_t m;
		num_view(nums, terms[i].weight, m);
		if (mpz_cmp_ui(m, 1) == 0 && former->held[terms[i].value.i].limbs)
			set = i;
	}
	bias_sets = set == count && mpz_sgn(former->bias) > 0;
	if (set < count) {
		put_term(former, &terms[set], form->first, step, sum);
	} else if (bias_sets) {
		put_bias(former, shift, sum);
	}
	if (!former->term_count) { /* an empty constant: start from zero */
		former->term_count++;
		plan_former_put(former, UINT64_C(1) << 61);
		plan_former_put(former, 0);
	}
	for (uint32_t i = 0; i < count; i++)
		if (i != set && former->held[terms[i].value.i].limbs)
			put_term(former, &terms[i], form->first, step, sum);
	if (!bias_sets)
		put_bias(former, shift, sum);
}
