/* Significands of P bits, by MPFR. Its exponents have 30 bits, which is as good as any. */
#include <mpfr.h>
#include <stdlib.h>

#include "ir/arithmetic.h"
#include "support/mem.h"

struct bits {
	const struct ir_module *module;
	mpfr_t *constants; /* by their handles, none longer than it must be */
	uint32_t constant_count;
	mpfr_t *values;
	uint32_t slots;
	mpfr_t product;
};

static void round_num(mpfr_t x, const struct num_pool *nums, num n, uint32_t precision)
{
	uint64_t bits = num_significand_bits(nums, n);
	mpz_t view;
	int32_t e = num_view(nums, n, view);

	bits = bits < precision ? bits : precision;
	mpfr_init2(x, bits ? (mpfr_prec_t)bits : MPFR_PREC_MIN);
	mpfr_set_z_2exp(x, view, e, MPFR_RNDN);
}

static void *bits_new(
	const struct ir_module *module, const struct ir_format *format, uint32_t slots)
{
	const struct num_pool *nums = &module->nums;
	struct bits *bits = mem_alloc(1, sizeof *bits);

	bits->module = module;
	bits->constant_count = nums->count;
	bits->constants = mem_alloc(nums->count, sizeof *bits->constants);
	for (uint32_t i = 0; i < nums->count; i++)
		round_num(bits->constants[i], nums, (num){ i }, format->bits);
	bits->slots = slots;
	bits->values = mem_alloc(slots, sizeof *bits->values);
	for (uint32_t i = 0; i < slots; i++)
		mpfr_init2(bits->values[i], (mpfr_prec_t)format->bits);
	mpfr_init2(bits->product, (mpfr_prec_t)format->bits);
	return bits;
}

static void bits_free(void *state)
{
	struct bits *bits = state;

	for (uint32_t i = 0; i < bits->constant_count; i++)
		mpfr_clear(bits->constants[i]);
	for (uint32_t i = 0; i < bits->slots; i++)
		mpfr_clear(bits->values[i]);
	mpfr_clear(bits->product);
	free(bits->constants);
	free(bits->values);
	free(bits);
	mpfr_free_cache();
}

static void bits_set(void *state, uint32_t slot, int64_t x)
{
	struct bits *bits = state;

	mpfr_set_si(bits->values[slot], x, MPFR_RNDN);
}

/* Most weights are powers of two: those are what significands of one bit are. */
static void multiply(mpfr_ptr product, mpfr_srcptr weight, mpfr_srcptr x)
{
	if (mpfr_get_prec(weight) > 1) {
		mpfr_mul(product, weight, x, MPFR_RNDN);
		return;
	}
	mpfr_mul_2si(product, x, mpfr_get_exp(weight) - 1, MPFR_RNDN);
	if (mpfr_signbit(weight))
		mpfr_neg(product, product, MPFR_RNDN);
}

/* What is 0 is left out: most neurons are, and nothing changes by adding it. */
static void bits_evaluate(void *state, const struct ir_form *form)
{
	struct bits *bits = state;
	const struct ir_module *module = bits->module;
	const struct ir_term *terms = ir_terms(module, form->value);
	num bias = module->nodes[form->value.i].bias;
	mpfr_ptr sum = bits->values[form->to];

	mpfr_set_zero(sum, 1);
	for (uint32_t i = 0; i < ir_term_count(module, form->value); i++) {
		mpfr_srcptr x = bits->values[terms[i].value.i - form->first + form->from];
		mpfr_srcptr weight = bits->constants[terms[i].weight.i];
		if (mpfr_zero_p(x))
			continue;
		if (mpfr_zero_p(sum)) {
			multiply(sum, weight, x);
			continue;
		}
		multiply(bits->product, weight, x);
		mpfr_add(sum, sum, bits->product, MPFR_RNDN);
	}
	mpfr_add(sum, sum, bits->constants[bias.i], MPFR_RNDN);
	if (ir_op_of(module, form->value) == IR_RELU && !(mpfr_sgn(sum) > 0))
		mpfr_set_zero(sum, 1);
}

static bool bits_get(const void *state, uint32_t slot, struct dyadic *value)
{
	const struct bits *bits = state;
	mpfr_srcptr x = bits->values[slot];

	if (!mpfr_number_p(x))
		return false;
	dyadic_set_zero(value);
	if (!mpfr_zero_p(x))
		value->e = mpfr_get_z_2exp(value->m, x);
	dyadic_normalize(value);
	return true;
}

const struct ir_arithmetic arithmetic_bits = {
	.name = "bits",
	.pattern = "bits:P",
	.wanted = "P, the bits of a significand, is 1 to 1048576",
	.parameters = 1,
	.new = bits_new,
	.free = bits_free,
	.set = bits_set,
	.evaluate = bits_evaluate,
	.get = bits_get,
};
