#include "frontend/construct/select.h"

/* relu(sign * (z - bound)) in the current layer */
static struct form half(
	struct ir_module *module, const struct form *z, position bound, int sign)
{
	num n = position_num(&module->nums, bound);
	struct form form = FORM_ZERO;

	if (sign > 0) {
		form_add(module, &form, z);
		form_add_bias(module, &form, num_neg(&module->nums, n));
	} else {
		form_sub(module, &form, z);
		form_add_bias(module, &form, n);
	}
	return form_relu(module, &form);
}

void ladder_select(struct ir_module *module, struct form *const *carried,
	uint32_t carried_count, const struct bucket *buckets, uint64_t count,
	struct form *accumulators, uint32_t width)
{
	struct form *all[SELECT_CARRIED + SELECT_ACCUMULATORS];

	for (uint32_t i = 0; i < carried_count; i++)
		all[i] = carried[i];
	for (uint32_t i = 0; i < width; i++) {
		accumulators[i] = FORM_ZERO;
		all[carried_count + i] = &accumulators[i];
	}
	for (uint64_t j = 0; j < count; j++) {
		struct form below, above, indicator = FORM_ZERO, before = *carried[0];

		ir_layer_begin(module, "select");
		form_carry(module, all, carried_count + width);
		below = half(module, &before, buckets[j].first, -1);
		above = half(module, &before, buckets[j].last, 1);

		ir_layer_begin(module, "select");
		form_carry(module, all, carried_count + width);
		form_add_bias(module, &indicator, NUM_ONE);
		form_sub(module, &indicator, &below);
		form_sub(module, &indicator, &above);
		indicator = form_relu(module, &indicator);
		for (uint32_t i = 0; i < width; i++)
			if (buckets[j].constants[i].i != NUM_ZERO.i)
				form_add_value(module, &accumulators[i],
					indicator.terms[0].value, buckets[j].constants[i]);
	}
}
