/* Fixed point: every number is an integer in units of 2^-F. */
#include <gmp.h>
#include <stdlib.h>

#include "ir/arithmetic.h"
#include "support/mem.h"

struct fixed {
	const struct ir_module *module;
	uint32_t fraction;
	mpz_t least, most; /* the numbers that there are */
	mpz_t *constants;  /* by their handles */
	uint32_t constant_count;
	mpz_t *values;
	uint32_t slots;
	mpz_t product;
};

static void saturate(const struct fixed *fixed, mpz_t a)
{
	if (mpz_cmp(a, fixed->most) > 0)
		mpz_set(a, fixed->most);
	else if (mpz_cmp(a, fixed->least) < 0)
		mpz_set(a, fixed->least);
}

/* a / 2^shift, the nearest integer, in a tie the even one. */
static void shift_down(mpz_t a, mp_bitcnt_t shift)
{
	bool up = shift && mpz_tstbit(a, shift - 1);
	bool tie = up && mpz_scan1(a, 0) == shift - 1;

	mpz_fdiv_q_2exp(a, a, shift);
	if (up && (!tie || mpz_odd_p(a)))
		mpz_add_ui(a, a, 1);
}

/* a * 2^e in units of 2^-F; what is far too great need not be written down. */
static void to_format(const struct fixed *fixed, mpz_t a, int64_t e)
{
	int64_t shift = e + fixed->fraction;

	if (shift < 0)
		shift_down(a, (mp_bitcnt_t)-shift);
	else if (mpz_sgn(a))
		mpz_mul_2exp(a, a, (mp_bitcnt_t)shift);
	saturate(fixed, a);
}

static void init_limits(struct fixed *fixed, const struct ir_format *format)
{
	mpz_inits(fixed->least, fixed->most, NULL);
	mpz_setbit(fixed->most, format->bits - 1 + (mp_bitcnt_t)format->fraction);
	mpz_neg(fixed->least, fixed->most);
	mpz_sub_ui(fixed->most, fixed->most, 1);
}

static void *fixed_new(
	const struct ir_module *module, const struct ir_format *format, uint32_t slots)
{
	const struct num_pool *nums = &module->nums;
	struct fixed *fixed = mem_alloc(1, sizeof *fixed);

	fixed->module = module;
	fixed->fraction = format->fraction;
	init_limits(fixed, format);
	fixed->constant_count = nums->count;
	fixed->constants = mem_alloc(nums->count, sizeof *fixed->constants);
	for (uint32_t i = 0; i < nums->count; i++) {
		mpz_t view;
		int32_t e = num_view(nums, (num){ i }, view);
		mpz_init_set(fixed->constants[i], view);
		to_format(fixed, fixed->constants[i], e);
	}
	fixed->slots = slots;
	fixed->values = mem_alloc(slots, sizeof *fixed->values);
	for (uint32_t i = 0; i < slots; i++)
		mpz_init(fixed->values[i]);
	mpz_init(fixed->product);
	return fixed;
}

static void fixed_free(void *state)
{
	struct fixed *fixed = state;

	for (uint32_t i = 0; i < fixed->constant_count; i++)
		mpz_clear(fixed->constants[i]);
	for (uint32_t i = 0; i < fixed->slots; i++)
		mpz_clear(fixed->values[i]);
	mpz_clears(fixed->least, fixed->most, fixed->product, NULL);
	free(fixed->constants);
	free(fixed->values);
	free(fixed);
}

static void fixed_set(void *state, uint32_t slot, int64_t x)
{
	struct fixed *fixed = state;

	mpz_set_si(fixed->values[slot], x);
	to_format(fixed, fixed->values[slot], 0);
}

static void fixed_evaluate(void *state, const struct ir_form *form)
{
	struct fixed *fixed = state;
	const struct ir_module *module = fixed->module;
	const struct ir_term *terms = ir_terms(module, form->value);
	mpz_ptr sum = fixed->values[form->to];

	mpz_set_ui(sum, 0);
	for (uint32_t i = 0; i < ir_term_count(module, form->value); i++) {
		mpz_srcptr x = fixed->values[terms[i].value.i - form->first + form->from];
		if (!mpz_sgn(x))
			continue;
		mpz_mul(fixed->product, fixed->constants[terms[i].weight.i], x);
		shift_down(fixed->product, fixed->fraction);
		saturate(fixed, fixed->product);
		mpz_add(sum, sum, fixed->product);
		saturate(fixed, sum);
	}
	mpz_add(sum, sum, fixed->constants[module->nodes[form->value.i].bias.i]);
	saturate(fixed, sum);
	if (ir_op_of(module, form->value) == IR_RELU && mpz_sgn(sum) < 0)
		mpz_set_ui(sum, 0);
}

static bool fixed_get(const void *state, uint32_t slot, struct dyadic *value)
{
	const struct fixed *fixed = state;

	mpz_set(value->m, fixed->values[slot]);
	value->e = -(int64_t)fixed->fraction;
	dyadic_normalize(value);
	return true;
}

const struct ir_arithmetic arithmetic_fixed = {
	.name = "fixed",
	.pattern = "fixed:I.F",
	.wanted =
		"I, the bits before the point with the sign, is 1 to 1048576, F, those behind "
		"it, 0 to 1048576",
	.parameters = 2,
	.new = fixed_new,
	.free = fixed_free,
	.set = fixed_set,
	.evaluate = fixed_evaluate,
	.get = fixed_get,
};
