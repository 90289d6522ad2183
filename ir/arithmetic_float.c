/*
 * The floats and doubles of C. Those of 24 bits are computed in doubles and then rounded:
 * 53 >= 2 * 24 + 2, so that rounding twice is the same as once, for products, for sums and
 * for what is subnormal (Figueroa, "When is double rounding innocuous?", SIGNUM 1995).
 */
#include <float.h>
#include <math.h>
#include <mpfr.h>
#include <stdlib.h>

#include "ir/arithmetic.h"
#include "support/mem.h"

_Static_assert(FLT_EVAL_METHOD == 0, "floating point that rounds to no type of its own");

struct floats {
	const struct ir_module *module;
	bool single;
	double *constants; /* by their handles */
	double *values;
};

static inline double narrow(const struct floats *floats, double x)
{
	return floats->single ? (double)(float)x : x;
}

/* The nearest number of the format: rounded once, which a double on the way would not be. */
static double round_num(const struct num_pool *nums, num n, bool single)
{
	double result;
	mpz_t view;
	mpfr_t x;
	int32_t e = num_view(nums, n, view);
	uint64_t bits = num_significand_bits(nums, n);

	mpfr_init2(x, bits ? (mpfr_prec_t)bits : MPFR_PREC_MIN);
	mpfr_set_z_2exp(x, view, e, MPFR_RNDN);
	result = single ? (double)mpfr_get_flt(x, MPFR_RNDN) : mpfr_get_d(x, MPFR_RNDN);
	mpfr_clear(x);
	return result;
}

static void *floats_new(const struct ir_module *module, bool single, uint32_t slots)
{
	const struct num_pool *nums = &module->nums;
	struct floats *floats = mem_alloc(1, sizeof *floats);

	floats->module = module;
	floats->single = single;
	floats->constants = mem_alloc(nums->count, sizeof *floats->constants);
	floats->values = mem_zero(slots, sizeof *floats->values);
	for (uint32_t i = 0; i < nums->count; i++)
		floats->constants[i] = round_num(nums, (num){ i }, single);
	return floats;
}

static void *float32_new(
	const struct ir_module *module, const struct ir_format *format, uint32_t slots)
{
	(void)format;
	return floats_new(module, true, slots);
}

static void *float64_new(
	const struct ir_module *module, const struct ir_format *format, uint32_t slots)
{
	(void)format;
	return floats_new(module, false, slots);
}

static void floats_free(void *state)
{
	struct floats *floats = state;

	free(floats->constants);
	free(floats->values);
	free(floats);
}

static void floats_set(void *state, uint32_t slot, int64_t x)
{
	struct floats *floats = state;

	floats->values[slot] = floats->single ? (double)(float)x : (double)x;
}

static void floats_evaluate(void *state, const struct ir_form *form)
{
	struct floats *floats = state;
	const struct ir_module *module = floats->module;
	const struct ir_term *terms = ir_terms(module, form->value);
	uint32_t count = ir_term_count(module, form->value);
	num bias = module->nodes[form->value.i].bias;
	const double *read = floats->values + form->from, *constants = floats->constants;
	double sum = count ? 0 : constants[bias.i];

	for (uint32_t i = 0; i < count; i++) {
		double weight = constants[terms[i].weight.i];
		double product = narrow(floats, weight * read[terms[i].value.i - form->first]);
		sum = i ? narrow(floats, sum + product) : product;
	}
	if (count && !num_equal(bias, NUM_ZERO))
		sum = narrow(floats, sum + constants[bias.i]);
	if (ir_op_of(module, form->value) == IR_RELU && !(sum > 0))
		sum = 0;
	floats->values[form->to] = sum;
}

static bool floats_get(const void *state, uint32_t slot, struct dyadic *value)
{
	const struct floats *floats = state;
	double x = floats->values[slot];
	int exponent;

	if (!isfinite(x))
		return false;
	x = frexp(x, &exponent);
	dyadic_set_int(value, (int64_t)ldexp(x, DBL_MANT_DIG));
	value->e = exponent - DBL_MANT_DIG;
	dyadic_normalize(value);
	return true;
}

const struct ir_arithmetic arithmetic_float32 = {
	.name = "float32",
	.pattern = "float32",
	.wanted = "it has no parameters",
	.new = float32_new,
	.free = floats_free,
	.set = floats_set,
	.evaluate = floats_evaluate,
	.get = floats_get,
};

const struct ir_arithmetic arithmetic_float64 = {
	.name = "float64",
	.pattern = "float64",
	.wanted = "it has no parameters",
	.new = float64_new,
	.free = floats_free,
	.set = floats_set,
	.evaluate = floats_evaluate,
	.get = floats_get,
};
