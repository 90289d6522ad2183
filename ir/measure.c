#include "ir/measure.h"

#include <stdlib.h>

#include "support/mem.h"

/* No weight has 0 bits: that is the least of no weights. */
static uint64_t least(uint64_t a, uint64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static uint64_t greatest(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void add_weights(struct ir_measures *sum, const struct ir_measures *more)
{
	sum->parameters += more->parameters;
	sum->least_significand = least(sum->least_significand, more->least_significand);
	sum->greatest_significand =
		greatest(sum->greatest_significand, more->greatest_significand);
	sum->total_significand += more->total_significand;
	sum->least_fixed = least(sum->least_fixed, more->least_fixed);
	sum->greatest_fixed = greatest(sum->greatest_fixed, more->greatest_fixed);
	sum->total_fixed += more->total_fixed;
	sum->ones += more->ones;
	sum->powers += more->powers;
}

void ir_measures_add(struct ir_measures *sum, const struct ir_measures *more)
{
	sum->depth += more->depth;
	sum->width = greatest(sum->width, more->width);
	sum->neurons += more->neurons;
	sum->dense_parameters += more->dense_parameters;
	add_weights(sum, more);
}

static void count_weight(struct ir_measures *sum, const struct num_pool *nums, num weight)
{
	uint64_t bits = num_significand_bits(nums, weight);
	uint64_t fixed = num_fixed_bits(nums, weight);

	if (bits == 0)
		return;
	add_weights(sum,
		&(struct ir_measures){
			.parameters = 1,
			.least_significand = bits,
			.greatest_significand = bits,
			.total_significand = bits,
			.least_fixed = fixed,
			.greatest_fixed = fixed,
			.total_fixed = fixed,
			.ones = bits == 1 && num_exponent(nums, weight) == 0,
			.powers = bits == 1,
		});
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
		if (module->level == IR_LEVEL_NETWORK)
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

/* The longest chain of operations that ends in the last value. */
static uint64_t chain_length(const struct ir_module *module)
{
	uint32_t *lengths = mem_zero(module->node_count, sizeof *lengths), longest;

	for (uint32_t i = module->input_count; i < module->node_count; i++) {
		const struct ir_term *terms = ir_terms(module, (ir_value){ i });
		for (uint32_t k = 0; k < ir_term_count(module, (ir_value){ i }); k++)
			if (lengths[terms[k].value.i] > lengths[i])
				lengths[i] = lengths[terms[k].value.i];
		lengths[i]++;
	}
	longest = module->node_count ? lengths[module->node_count - 1] : 0;
	free(lengths);
	return longest;
}

static struct ir_measures measure_fused(const struct ir_module *module)
{
	struct ir_measures sum = { .depth = chain_length(module) };

	for (uint32_t i = module->input_count; i < module->node_count; i++) {
		enum ir_op op = ir_op_of(module, (ir_value){ i });
		sum.neurons += op == IR_RELU;
		if (ir_ops[op].form)
			count_node(&sum, module, (ir_value){ i });
	}
	return sum;
}

struct ir_measures ir_measure(const struct ir_module *module)
{
	if (module->level == IR_LEVEL_FUSED)
		return measure_fused(module);
	return ir_measure_layers(module, 0, module->layer_count + module->has_output);
}

static void count_bits(
	const struct num_pool *nums, num weight, uint64_t *significand, uint64_t *fixed)
{
	if (num_sign(nums, weight) == 0)
		return;
	significand[num_significand_bits(nums, weight)]++;
	fixed[num_fixed_bits(nums, weight)]++;
}

void ir_count_bits(const struct ir_module *module, uint64_t *significand, uint64_t *fixed)
{
	for (uint32_t i = module->input_count; i < module->node_count; i++) {
		ir_value value = { i };
		const struct ir_term *terms = ir_terms(module, value);
		if (!ir_ops[ir_op_of(module, value)].form)
			continue;
		for (uint32_t k = 0; k < ir_term_count(module, value); k++)
			count_bits(&module->nums, terms[k].weight, significand, fixed);
		count_bits(&module->nums, module->nodes[i].bias, significand, fixed);
	}
}

struct ir_op_count ir_count_ops(const struct ir_module *module)
{
	struct ir_op_count count = { .tables = module->table_count };

	for (uint32_t i = 0; i < module->node_count; i++)
		count.of[ir_op_of(module, (ir_value){ i })]++;
	count.total = module->node_count - module->input_count;
	for (uint32_t i = 0; i < module->table_count; i++) {
		const struct ir_table *table = &module->tables[i];
		count.rows += table->row_count;
		count.constants += (uint64_t)table->row_count * table->column_count;
	}
	return count;
}
