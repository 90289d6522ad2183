/* Nothing is rounded: what all other arithmetics are compared with. */
#include <stdlib.h>

#include "ir/arithmetic.h"
#include "ir/eval.h"
#include "support/mem.h"

struct exact {
	const struct ir_module *module;
	struct dyadic *values;
	uint32_t slots;
	struct dyadic_scratch scratch;
};

static void *exact_new(
	const struct ir_module *module, const struct ir_format *format, uint32_t slots)
{
	struct exact *exact = mem_alloc(1, sizeof *exact);

	(void)format;
	exact->module = module;
	exact->slots = slots;
	exact->values = mem_alloc(slots, sizeof *exact->values);
	for (uint32_t i = 0; i < slots; i++)
		dyadic_init(&exact->values[i]);
	dyadic_scratch_init(&exact->scratch);
	return exact;
}

static void exact_free(void *state)
{
	struct exact *exact = state;

	for (uint32_t i = 0; i < exact->slots; i++)
		dyadic_clear(&exact->values[i]);
	dyadic_scratch_clear(&exact->scratch);
	free(exact->values);
	free(exact);
}

static void exact_set(void *state, uint32_t slot, int64_t x)
{
	struct exact *exact = state;

	dyadic_set_int(&exact->values[slot], x);
}

void arithmetic_exact_set(void *state, uint32_t slot, const struct dyadic *value)
{
	struct exact *exact = state;

	dyadic_set(&exact->values[slot], value);
}

static void exact_evaluate(void *state, const struct ir_form *form)
{
	struct exact *exact = state;
	struct dyadic *result = &exact->values[form->to];

	ir_eval_form(exact->module, form->value, exact->values + form->from, form->first,
		result, &exact->scratch);
	if (ir_op_of(exact->module, form->value) == IR_RELU && dyadic_sign(result) < 0)
		dyadic_set_zero(result);
}

static bool exact_get(const void *state, uint32_t slot, struct dyadic *value)
{
	const struct exact *exact = state;

	dyadic_set(value, &exact->values[slot]);
	dyadic_normalize(value);
	return true;
}

const struct ir_arithmetic arithmetic_exact = {
	.name = "exact",
	.pattern = "exact",
	.wanted = "it has no parameters",
	.new = exact_new,
	.free = exact_free,
	.set = exact_set,
	.evaluate = exact_evaluate,
	.get = exact_get,
};
