#include "ir/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/bits.h"
#include "support/mem.h"

struct verifier {
	const struct ir_module *module;
	struct span span;
	struct diag_sink *sink;
	bool good;
};

__attribute__((format(printf, 2, 3))) static void fault(
	struct verifier *verifier, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	diag_error(verifier->sink, verifier->span, "the network is malformed: %s", text);
	verifier->good = false;
}

/* The terms of a node read only values first..end-1, in ascending order, by real weights. */
static void check_terms(
	struct verifier *verifier, ir_value value, uint32_t first, uint32_t end, uint32_t layer)
{
	const struct ir_module *module = verifier->module;
	const struct ir_term *terms = ir_terms(module, value);

	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		if (terms[i].value.i < first || terms[i].value.i >= end)
			fault(verifier,
				"value %u of layer %u reads a value outside the layer before",
				value.i, layer);
		if (num_sign(&module->nums, terms[i].weight) == 0)
			fault(verifier, "value %u of layer %u has a weight of zero", value.i,
				layer);
		if (i && terms[i].value.i <= terms[i - 1].value.i)
			fault(verifier, "the terms of value %u of layer %u are not in order",
				value.i, layer);
	}
}

static void check_inputs(struct verifier *verifier)
{
	const struct ir_module *module = verifier->module;

	if (module->input_count == 0)
		fault(verifier, "it has no input");
	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		struct ir_affine_map map;
		if (feature->lo > feature->hi)
			fault(verifier, "the range of input %u is empty", i);
		if (!ir_feature_map(feature, &map))
			fault(verifier, "the step or offset of input %u has too many digits",
				i);
	}
}

static void check_layer(struct verifier *verifier, uint32_t at, uint32_t *first, uint32_t *end)
{
	const struct ir_module *module = verifier->module;
	const struct ir_layer *layer = &module->layers[at];

	if (layer->count == 0)
		fault(verifier, "layer %u has no neuron", at + 1);
	for (uint32_t i = 0; i < layer->count; i++) {
		ir_value value = { layer->first + i };
		if (ir_op_of(module, value) != IR_RELU)
			fault(verifier, "value %u of layer %u is no neuron", value.i, at + 1);
		check_terms(verifier, value, *first, *end, at + 1);
	}
	*first = layer->first;
	*end = layer->first + layer->count;
}

/* --- bits of values ----------------------------------------------------------------- */

/* |v| < 2^top, and 2^step divides v; top <= step says that v is always 0. */
struct extent {
	int64_t top, step;
};

static void add_extent(struct extent *sum, struct extent part)
{
	if (part.top <= part.step)
		return;
	if (sum->top <= sum->step) {
		*sum = part;
		return;
	}
	sum->top = sum->top > part.top ? sum->top : part.top;
	sum->step = sum->step < part.step ? sum->step : part.step;
}

/* Of n * v */
static struct extent scale(const struct num_pool *nums, num n, struct extent v)
{
	int64_t e = num_exponent(nums, n);

	return (struct extent){ v.top + e + (int64_t)num_significand_bits(nums, n),
		v.step + e };
}

static struct extent node_extent(
	const struct ir_module *module, ir_value value, const struct extent *extents)
{
	const struct extent one = { 1, 0 };
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value);
	struct extent sum = { 0, 0 };

	if (num_sign(&module->nums, module->nodes[value.i].bias))
		add_extent(&sum, scale(&module->nums, module->nodes[value.i].bias, one));
	for (uint32_t i = 0; i < count; i++) {
		struct extent from = extents[terms[i].value.i];
		if (from.top > from.step)
			add_extent(&sum, scale(&module->nums, terms[i].weight, from));
	}
	if (sum.top > sum.step) /* count + 1 summands, each below 2^top */
		sum.top += bit_length(count);
	return sum;
}

static bool fits(struct extent extent)
{
	return extent.top <= IR_BITS_LIMIT && extent.step >= -IR_BITS_LIMIT &&
		extent.top - extent.step <= IR_BITS_LIMIT;
}

/*
 * Bounds the bits of every value from those that it reads, and stops at the first that has
 * too many: what is behind it has more.
 */
static void check_extents(struct verifier *verifier)
{
	const struct ir_module *module = verifier->module;
	struct extent *extents = mem_alloc(module->node_count, sizeof *extents);

	for (uint32_t i = 0; i < module->node_count; i++) {
		if (i < module->input_count)
			extents[i] = (struct extent){ 64, 0 };
		else
			extents[i] = node_extent(module, (ir_value){ i }, extents);
		if (fits(extents[i]))
			continue;
		fault(verifier, "value %u may take more than %d bits", i, IR_BITS_LIMIT);
		break;
	}
	free(extents);
}

bool ir_verify(const struct ir_module *module, struct span span, struct diag_sink *sink)
{
	struct verifier verifier = { module, span, sink, true };
	uint32_t first = 0, end = module->input_count;

	check_inputs(&verifier);
	if (module->class_count == 0)
		fault(&verifier, "it has no class");
	for (uint32_t at = 0; at < module->layer_count && !diag_full(sink); at++)
		check_layer(&verifier, at, &first, &end);
	if (!module->has_output)
		fault(&verifier, "it has no output");
	else
		check_terms(&verifier, ir_output(module), first, end, module->layer_count + 1);
	if (verifier.good)
		check_extents(&verifier);
	return verifier.good;
}
