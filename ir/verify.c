#include "ir/verify.h"

#include <stdarg.h>
#include <stdio.h>

#include "ir/level.h"
#include "ir/range.h"
#include "ir/verifier.h"

void ir_fault(struct ir_verifier *verifier, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	diag_error(verifier->sink, verifier->span, "the network is malformed: %s", text);
	verifier->good = false;
}

const char *ir_name_of(struct ir_verifier *verifier, ir_value value)
{
	const struct ir_module *module = verifier->module;
	bool input = value.i < module->input_count;

	if (module->has_output && value.i == ir_output(module).i)
		return "the output";
	snprintf(verifier->name, sizeof verifier->name, "%s%u", input ? "x" : "%",
		input ? value.i : value.i - module->input_count);
	return verifier->name;
}

void ir_check_term(struct ir_verifier *verifier, ir_value value, uint32_t i)
{
	const struct ir_module *module = verifier->module;
	const struct ir_term *term = &ir_terms(module, value)[i];

	if (num_sign(&module->nums, term->weight) == 0)
		ir_fault(verifier, "%s has a weight of zero", ir_name_of(verifier, value));
	if (i && term->value.i == term[-1].value.i)
		ir_fault(
			verifier, "%s has two terms of one value", ir_name_of(verifier, value));
	if (i && term->value.i < term[-1].value.i)
		ir_fault(verifier, "the terms of %s are not in order",
			ir_name_of(verifier, value));
}

/* The terms of a node read only values first..end-1, in ascending order, by real weights. */
static void check_terms(
	struct ir_verifier *verifier, ir_value value, uint32_t first, uint32_t end)
{
	const struct ir_module *module = verifier->module;
	const struct ir_term *terms = ir_terms(module, value);

	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		if (terms[i].value.i < first || terms[i].value.i >= end)
			ir_fault(verifier, "%s reads a value outside the layer before",
				ir_name_of(verifier, value));
		ir_check_term(verifier, value, i);
	}
}

static void check_inputs(struct ir_verifier *verifier)
{
	const struct ir_module *module = verifier->module;

	if (module->input_count == 0)
		ir_fault(verifier, "it has no input");
	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		struct ir_affine_map map;
		if (feature->lo > feature->hi)
			ir_fault(verifier, "the range of input %u is empty", i);
		if (!ir_feature_map(feature, &map))
			ir_fault(verifier, "the step or offset of input %u has too many digits",
				i);
	}
}

static void check_layer(
	struct ir_verifier *verifier, uint32_t at, uint32_t *first, uint32_t *end)
{
	const struct ir_module *module = verifier->module;
	const struct ir_layer *layer = &module->layers[at];

	if (layer->count == 0)
		ir_fault(verifier, "layer %u has no neuron", at + 1);
	for (uint32_t i = 0; i < layer->count; i++) {
		ir_value value = { layer->first + i };
		if (ir_op_of(module, value) != IR_RELU)
			ir_fault(verifier, "%s of layer %u is no neuron",
				ir_name_of(verifier, value), at + 1);
		check_terms(verifier, value, *first, *end);
	}
	*first = layer->first;
	*end = layer->first + layer->count;
}

static void check_layers(struct ir_verifier *verifier)
{
	const struct ir_module *module = verifier->module;
	uint32_t first = 0, end = module->input_count;

	if (module->table_count)
		ir_fault(verifier, "it is no fused network and has tables");
	for (uint32_t at = 0; at < module->layer_count && !diag_full(verifier->sink); at++)
		check_layer(verifier, at, &first, &end);
	if (module->has_output)
		check_terms(verifier, ir_output(module), first, end);
}

static void check_classes(struct ir_verifier *verifier)
{
	const struct ir_module *module = verifier->module;
	const char *fault = module->levels ? ir_levels_fault(module->levels) : NULL;

	if (module->class_count == 0)
		ir_fault(verifier, "it has no class");
	if (fault)
		ir_fault(verifier, "%s", fault);
}

static void check_output(struct ir_verifier *verifier)
{
	const struct ir_module *module = verifier->module;

	if (!module->has_output)
		ir_fault(verifier, "it has no output");
	else if (module->node_count <= module->input_count ||
		ir_op_of(module, ir_output(module)) != IR_AFFINE)
		ir_fault(verifier, "the output is no affine form");
}

/* --- operands that are integers ----------------------------------------------------- */

/* The operands of a derived operation must be integers, but for the y of a match. */
static uint32_t integer_operands(const struct ir_module *module, ir_value value)
{
	enum ir_op op = ir_op_of(module, value);

	if (ir_ops[op].form)
		return 0;
	return op == IR_MATCH ? 2 : ir_term_count(module, value);
}

/* Whether the weights alone say so, as they nearly always do. */
static bool reads_integers(const struct ir_extents *extents, ir_value value)
{
	const struct ir_module *module = extents->module;

	for (uint32_t i = 0; i < integer_operands(module, value); i++)
		if (!ir_extent_is_integer(extents->of[ir_terms(module, value)[i].value.i]))
			return false;
	return true;
}

/* The same by ranges, which know more and cost more: that a value is always 0, say. */
static void check_integers(struct ir_verifier *verifier)
{
	const struct ir_module *module = verifier->module;
	struct ir_ranges ranges;

	ir_ranges_init(&ranges, module);
	for (uint32_t at = module->input_count; at < module->node_count; at++) {
		ir_value value = { at };
		for (uint32_t i = 0; i < integer_operands(module, value); i++)
			if (ranges.of[ir_terms(module, value)[i].value.i].step < 0)
				ir_fault(verifier, "operand %u of %s may be no integer", i,
					ir_name_of(verifier, value));
	}
	ir_ranges_fini(&ranges);
}

/* --- bits of values ----------------------------------------------------------------- */

static void check_columns(struct ir_verifier *verifier, const struct ir_extents *extents)
{
	const struct ir_module *module = verifier->module;

	for (uint32_t i = 0; i < module->table_count; i++)
		for (uint32_t k = 0; k < module->tables[i].column_count; k++)
			if (!ir_extent_fits(extents->columns[i][k]))
				ir_fault(verifier,
					"a constant of table %u takes more than %d bits", i,
					IR_BITS_LIMIT);
}

/* By ranges, which know of values that cancel, and cost more: a chain of peels, say. */
static void check_ranges(struct ir_verifier *verifier)
{
	const struct ir_module *module = verifier->module;
	struct ir_ranges ranges;
	uint32_t wide = ir_ranges_init_within(&ranges, module);

	if (wide < module->node_count &&
		ranges.nums.limb_count > ir_bits_budget(module) / GMP_NUMB_BITS)
		ir_fault(verifier, "the values up to %s may take more than %llu bits together",
			ir_name_of(verifier, (ir_value){ wide }),
			(unsigned long long)ir_bits_budget(module));
	else if (wide < module->node_count)
		ir_fault(verifier, "%s may take more than %d bits",
			ir_name_of(verifier, (ir_value){ wide }), IR_BITS_LIMIT);
	ir_ranges_fini(&ranges);
}

/*
 * Bounds the bits of every value from those that it reads; at the first that seems to have too
 * many, or with which all do, ranges decide on all.
 */
static void check_extents(struct ir_verifier *verifier)
{
	const struct ir_module *module = verifier->module;
	struct ir_extents extents;
	bool integers = true, fits = true;
	uint64_t total = 0;

	ir_extents_init(&extents, module);
	check_columns(verifier, &extents);
	for (uint32_t i = module->input_count; i < module->node_count && fits; i++) {
		integers = integers && reads_integers(&extents, (ir_value){ i });
		extents.of[i] = ir_extent_of(&extents, (ir_value){ i });
		if (extents.of[i].top > extents.of[i].step)
			total += (uint64_t)(extents.of[i].top - extents.of[i].step);
		fits = ir_extent_fits(extents.of[i]) && total <= ir_bits_budget(module);
	}
	ir_extents_fini(&extents);
	if (verifier->good && !fits)
		check_ranges(verifier);
	if (verifier->good && !(integers && fits))
		check_integers(verifier);
}

bool ir_verify(const struct ir_module *module, struct span span, struct diag_sink *sink)
{
	struct ir_verifier verifier = {
		.module = module, .span = span, .sink = sink, .good = true
	};

	check_inputs(&verifier);
	check_classes(&verifier);
	if (module->level == IR_LEVEL_FUSED)
		ir_verify_fused(&verifier);
	else
		check_layers(&verifier);
	check_output(&verifier);
	if (verifier.good)
		check_extents(&verifier);
	return verifier.good;
}
