#include "frontend/construct/step.h"

void form_add_scaled(
	struct ir_module *module, struct form *form, const struct form *other, num weight)
{
	struct num_pool *nums = &module->nums;

	for (uint32_t i = 0; i < other->count; i++)
		form_add_value(module, form, other->terms[i].value,
			num_mul(nums, other->terms[i].weight, weight));
	form_add_bias(module, form, num_mul(nums, other->bias, weight));
}

struct form step_at(struct ir_module *module, const struct form *x, position at)
{
	struct form lower = *x, upper;

	form_add_bias(module, &lower, num_neg(&module->nums, position_num(&module->nums, at)));
	upper = lower;
	form_add_bias(module, &upper, NUM_ONE);
	upper = form_relu(module, &upper);
	lower = form_relu(module, &lower);
	form_sub(module, &upper, &lower);
	return upper;
}

struct form form_from(struct ir_module *module, position sum, const struct form *form)
{
	struct form result = FORM_ZERO;

	form_add_bias(module, &result, position_num(&module->nums, sum));
	form_sub(module, &result, form);
	return result;
}

void clip(struct ir_module *module, const char *stage, struct form *x, position most)
{
	struct form room = form_from(module, most, x);

	ir_layer_begin(module, stage);
	room = form_relu(module, &room);
	ir_layer_begin(module, stage);
	*x = form_from(module, most, &room);
	*x = form_relu(module, x);
}
