#include "frontend/construct/stairs.h"

struct form form_step(struct ir_module *module, const struct form *form)
{
	struct form upper = *form, lower = form_relu(module, form);

	form_add_bias(module, &upper, NUM_ONE);
	upper = form_relu(module, &upper);
	form_sub(module, &upper, &lower);
	return upper;
}

/* [z >= from] in the current layer; the constant 1 for from = 0 */
static struct form stair_step(struct ir_module *module, const struct form *z, position from)
{
	struct form behind = *z;

	if (from == 0)
		return (struct form){ .bias = NUM_ONE };
	form_add_bias(
		module, &behind, num_neg(&module->nums, position_num(&module->nums, from)));
	return form_step(module, &behind);
}

void stairs_select(struct ir_module *module, struct form *const *carried,
	uint32_t carried_count, const struct stair *stairs, uint64_t count,
	struct form *accumulators, uint32_t width)
{
	struct form *all[SELECT_CARRIED + SELECT_ACCUMULATORS];
	struct num_pool *nums = &module->nums;

	for (uint32_t i = 0; i < carried_count; i++)
		all[i] = carried[i];
	for (uint32_t i = 0; i < width; i++) {
		accumulators[i] = FORM_ZERO;
		all[carried_count + i] = &accumulators[i];
	}
	for (uint64_t j = 0; j < count; j++) {
		struct form before = *carried[0], step;

		if (stairs[j].from > 0) {
			ir_layer_begin(module, "select");
			form_carry(module, all, carried_count + width);
		}
		step = stair_step(module, &before, stairs[j].from);
		for (uint32_t i = 0; i < width; i++) {
			num rise = stairs[j].constants[i];
			if (j > 0)
				rise = num_add(
					nums, rise, num_neg(nums, stairs[j - 1].constants[i]));
			form_add_scaled(module, &accumulators[i], rise, &step);
		}
	}
}
