#include "frontend/construct/rungs.h"

#include "frontend/construct/step.h"

static const struct form always = { .bias = NUM_ONE };

void rungs_select(struct ir_module *module, struct form *const *carried, uint32_t carried_count,
	const struct rung *rungs, uint64_t count, struct form *accumulators, uint32_t width)
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

		if (rungs[j].from > 0) {
			ir_layer_begin(module, "select");
			form_carry(module, all, carried_count + width);
		}
		step = rungs[j].from > 0 ? step_at(module, &before, rungs[j].from) : always;
		for (uint32_t i = 0; i < width; i++) {
			num rise = rungs[j].constants[i];
			if (j > 0)
				rise = num_add(
					nums, rise, num_neg(nums, rungs[j - 1].constants[i]));
			if (rise.i != NUM_ZERO.i)
				form_add_scaled(module, &accumulators[i], &step, rise);
		}
	}
}
