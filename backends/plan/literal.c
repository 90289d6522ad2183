#include "backends/plan/plan.h"

#include "backends/plan/form.h"
#include "ir/range.h"
#include "runtime/code.h"

struct builder {
	struct plan *plan;
	const struct ir_module *module;
	struct ir_ranges *ranges;
	struct plan_former former;
};

/*
 * Codes a node (the output as if it had a relu: y <= 0 is no class) that reads values from
 * `first` on; returns its place and, in *sum, the limbs it is summed in.
 */
static size_t put_neuron(struct builder *builder, ir_value value, uint32_t first, uint64_t *sum)
{
	const struct num_pool *nums = &builder->ranges->nums;
	const struct ir_range *range = &builder->ranges->of[value.i];
	struct plan_former *former = &builder->former;
	const struct plan_form form = { .terms = ir_terms(builder->module, value),
		.count = ir_term_count(builder->module, value),
		.first = first,
		.bias = builder->module->nodes[value.i].bias };
	/* the class is read at the binary point, so the output keeps it in sight */
	bool is_output = ir_op_of(builder->module, value) == IR_AFFINE;
	int64_t step = plan_form_step(former, &form, is_output ? 0 : INT64_MAX);
	bool is_signed = num_sign(nums, range->before) < 0;
	uint64_t low = is_signed ? plan_bits_at(nums, range->before, step) : 0;
	uint64_t high = num_sign(nums, range->before_hi) > 0
		? plan_bits_at(nums, range->before_hi, step)
		: 0;
	uint64_t keep = (high + 63) / 64;

	*sum = ((low > high ? low : high) + is_signed + 63) / 64;
	if (!keep)
		*sum = 0;
	former->code_count = 0;
	former->term_count = 0;
	plan_former_put(former, 0);
	if (*sum >= MEMC_LIMBS_LIMIT)
		builder->plan->too_large = true;
	else if (keep)
		plan_form_put(former, &form, step, *sum);
	former->code[0] = (uint64_t)is_signed << 63 | former->term_count << 38 | keep << 19 |
		(builder->plan->too_large ? 0 : *sum);
	former->held[value.i] = (struct plan_held){ step, (uint32_t)keep, NUM_ZERO };
	return words_intern(&builder->plan->neurons, former->code, former->code_count);
}

static void grow_buffer(struct plan_buffer *buffer, uint64_t limbs, uint64_t width)
{
	if (limbs > buffer->limbs)
		buffer->limbs = limbs;
	if (width > buffer->width)
		buffer->width = width;
}

/* Codes the nodes value..value+count-1, which read values from `first` on. */
static void put_layer(struct builder *builder, uint32_t value, uint32_t count, uint32_t first,
	struct plan_buffer *buffer)
{
	struct plan *plan = builder->plan;
	uint64_t start = 0, pair = 0;

	words_add(&plan->layers, count);
	for (uint32_t i = 0; i < count && !plan->too_large; i++) {
		uint64_t sum;
		size_t place = put_neuron(builder, (ir_value){ value + i }, first, &sum);

		grow_buffer(buffer, start + sum, count);
		start += builder->former.held[value + i].limbs;
		if (place > UINT32_MAX || start > UINT32_MAX)
			plan->too_large = true;
		pair |= (uint64_t)place << 32 * (i % 2);
		if (i % 2 || i == count - 1) {
			words_add(&plan->layers, pair);
			pair = 0;
		}
	}
}

static void hold_inputs(struct builder *builder)
{
	const struct ir_module *module = builder->module;

	for (uint32_t i = 0; i < module->input_count; i++) {
		builder->former.held[i].limbs = module->features[i].hi > module->features[i].lo;
		builder->former.held[i].least =
			num_from_int(&builder->ranges->nums, module->features[i].lo);
	}
	grow_buffer(&builder->plan->even, module->input_count, module->input_count);
}

void plan_literal(struct plan *plan, struct ir_ranges *known)
{
	const struct ir_module *module = plan->module;
	struct ir_ranges found;
	struct builder builder = {
		.plan = plan, .module = module, .ranges = known ? known : &found
	};
	uint32_t first = 0, output = ir_output(module).i;

	if (!known)
		ir_ranges_init(&found, module);
	plan_former_init(&builder.former, module, &builder.ranges->nums, &plan->constants);
	hold_inputs(&builder);
	for (uint32_t i = 0; i < module->layer_count && !plan->too_large; i++) {
		const struct ir_layer *layer = &module->layers[i];
		put_layer(&builder, layer->first, layer->count, first,
			i % 2 ? &plan->even : &plan->odd);
		first = layer->first;
	}
	if (!plan->too_large)
		put_layer(&builder, output, 1, first,
			module->layer_count % 2 ? &plan->even : &plan->odd);
	if (builder.former.held[output].step < 0)
		plan->fraction = (uint64_t)-builder.former.held[output].step;
	plan_former_fini(&builder.former);
	if (!known)
		ir_ranges_fini(&found);
}
