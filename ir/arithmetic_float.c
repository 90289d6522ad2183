/*
 * The floats and doubles of C. Those of 24 bits are computed in doubles and then rounded:
 * 53 >= 2 * 24 + 2, so that rounding twice is the same as once, for products, for sums and
 * for what is subnormal (Figueroa, "When is double rounding innocuous?", SIGNUM 1995).
 */
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "ir/arithmetic.h"
#include "support/mem.h"

_Static_assert(FLT_EVAL_METHOD == 0, "floating point that rounds to no type of its own");

/* What a form is made of, in the order in which it is computed. */
struct float_term {
	double weight;
	uint32_t value;
};

struct float_form {
	uint32_t first, count; /* terms */
	double bias;
	bool has_bias, relu;
};

struct floats {
	uint32_t inputs; /* values before the first form */
	struct float_form *forms;
	struct float_term *terms;
	double *values;
	bool single;
};

static inline double narrow(double x, bool single)
{
	return single ? (double)(float)x : x;
}

static struct float_form *new_forms(const struct ir_module *module, const double *constants)
{
	uint32_t count = module->node_count - module->input_count;
	struct float_form *forms = mem_alloc(count, sizeof *forms);

	for (uint32_t i = 0; i < count; i++) {
		const struct ir_node *node = &module->nodes[module->input_count + i];
		ir_value value = { module->input_count + i };
		forms[i] = (struct float_form){
			.first = node->first,
			.count = ir_term_count(module, value),
			.bias = constants[node->bias.i],
			.has_bias = !num_equal(node->bias, NUM_ZERO),
			.relu = ir_op_of(module, value) == IR_RELU,
		};
	}
	return forms;
}

static struct float_term *new_terms(const struct ir_module *module, const double *constants)
{
	struct float_term *terms = mem_alloc(module->term_count, sizeof *terms);

	for (size_t i = 0; i < module->term_count; i++)
		terms[i] = (struct float_term){ constants[module->terms[i].weight.i],
			module->terms[i].value.i };
	return terms;
}

static void *floats_new(const struct ir_module *module, bool single, uint32_t slots)
{
	const struct num_pool *nums = &module->nums;
	struct floats *floats = mem_alloc(1, sizeof *floats);
	double *constants = mem_alloc(nums->count, sizeof *constants);
	bool exact;

	for (uint32_t i = 0; i < nums->count; i++)
		constants[i] = num_round(nums, (num){ i }, single, &exact);
	*floats = (struct floats){
		.inputs = module->input_count,
		.forms = new_forms(module, constants),
		.terms = new_terms(module, constants),
		.values = mem_zero(slots, sizeof *floats->values),
		.single = single,
	};
	free(constants);
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

	free(floats->forms);
	free(floats->terms);
	free(floats->values);
	free(floats);
}

static void floats_set(void *state, uint32_t slot, int64_t x)
{
	struct floats *floats = state;

	floats->values[slot] = floats->single ? (double)(float)x : (double)x;
}

static inline double sum_of(const struct float_form *form, const struct float_term *terms,
	const double *values, uint32_t first, bool single)
{
	double sum = form->bias;

	for (uint32_t i = 0; i < form->count; i++) {
		double product =
			narrow(terms[i].weight * values[terms[i].value - first], single);
		sum = i ? narrow(sum + product, single) : product;
	}
	if (form->count && form->has_bias)
		sum = narrow(sum + form->bias, single);
	return form->relu && !(sum > 0) ? 0 : sum;
}

static void floats_evaluate(void *state, const struct ir_form *form)
{
	struct floats *floats = state;
	const struct float_form *at = &floats->forms[form->value.i - floats->inputs];
	const struct float_term *terms = floats->terms + at->first;
	const double *values = floats->values + form->from;

	floats->values[form->to] = floats->single
		? sum_of(at, terms, values, form->first, true)
		: sum_of(at, terms, values, form->first, false);
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
