#include "ir/measure.h"

static void count_weight(struct ir_measures *sum, const struct num_pool *nums, num weight)
{
	uint64_t significand = num_significand_bits(nums, weight);
	uint64_t fixed = num_fixed_bits(nums, weight);

	if (significand == 0)
		return;
	sum->parameters++;
	sum->total_significand += significand;
	sum->total_fixed += fixed;
	if (significand > sum->greatest_significand)
		sum->greatest_significand = significand;
	if (fixed > sum->greatest_fixed)
		sum->greatest_fixed = fixed;
}

static void count_node(struct ir_measures *sum, const struct ir_module *module, ir_value value)
{
	const struct ir_term *terms = ir_terms(module, value);

	for (uint32_t i = 0; i < ir_term_count(module, value); i++)
		count_weight(sum, &module->nums, terms[i].weight);
	count_weight(sum, &module->nums, module->nodes[value.i].bias);
}

/* Neurons of layer `at`; the last "layer" is the output alone. */
static uint32_t layer_width(const struct ir_module *module, uint32_t at)
{
	return at < module->layer_count ? module->layers[at].count : 1;
}

struct ir_measures ir_measure_layers(
	const struct ir_module *module, uint32_t first, uint32_t count)
{
	struct ir_measures sum = { 0 };

	for (uint32_t at = first; at < first + count; at++) {
		uint64_t width = layer_width(module, at);
		uint64_t before = at ? layer_width(module, at - 1) : module->input_count;
		uint32_t node = at < module->layer_count ? module->layers[at].first
							 : module->node_count - 1;

		sum.depth++;
		sum.dense_parameters += width * (before + 1);
		for (uint32_t i = 0; i < width; i++)
			count_node(&sum, module, (ir_value){ node + i });
		if (at == module->layer_count)
			continue; /* the output is no neuron of a hidden layer */
		sum.neurons += width;
		if (width > sum.width)
			sum.width = width;
	}
	return sum;
}

struct ir_measures ir_measure(const struct ir_module *module)
{
	return ir_measure_layers(module, 0, module->layer_count + module->has_output);
}
