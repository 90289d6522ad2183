#include "ir/text.h"

#include <string.h>

static void print_string(struct output *out, const char *text)
{
	output_text(out, "\"");
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			output_printf(out, "\\%c", *p);
		else if (*p < 32 || *p >= 127)
			output_printf(out, "\\x%02x", *p);
		else
			output_bytes(out, p, 1);
	}
	output_text(out, "\"");
}

static void print_ratio(struct output *out, const char *word, struct ir_ratio ratio)
{
	output_printf(out, " %s %lld", word, (long long)ratio.num);
	if (ratio.den != 1)
		output_printf(out, "/%lld", (long long)ratio.den);
}

static void print_inputs(const struct ir_module *module, struct output *out)
{
	output_printf(out, "element %s\n", ir_element_name(module->element));
	for (uint32_t first = 0, end; first < module->input_count; first = end) {
		const struct ir_feature *feature = &module->features[first];
		for (end = first + 1; end < module->input_count; end++)
			if (!ir_feature_equal(feature, &module->features[end]))
				break;
		output_printf(out, "inputs %u in %lld..%lld", end - first,
			(long long)feature->lo, (long long)feature->hi);
		if (feature->step.num != 1 || feature->step.den != 1)
			print_ratio(out, "step", feature->step);
		if (feature->offset.num != 0)
			print_ratio(out, "offset", feature->offset);
		output_text(out, "\n");
	}
}

static void print_value(const struct ir_module *module, ir_value value, struct output *out)
{
	bool input = value.i < module->input_count;

	output_text(out, input ? "x" : "%");
	output_u64(out, input ? value.i : value.i - module->input_count);
}

/* The sign stands between terms, so the weight is printed by its magnitude. */
static const char *print_sign(const char *text, bool first, struct output *out)
{
	bool negative = *text == '-';

	if (first)
		output_text(out, negative ? " -" : " ");
	else
		output_text(out, negative ? " - " : " + ");
	return text + negative;
}

static void print_affine(
	const struct ir_module *module, ir_value value, struct arena *arena, struct output *out)
{
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value);
	num bias = module->nodes[value.i].bias;

	for (uint32_t i = 0; i < count; i++) {
		const char *weight = num_text(&module->nums, terms[i].weight, arena);
		weight = print_sign(weight, i == 0, out);
		if (strcmp(weight, "1")) {
			output_text(out, weight);
			output_text(out, "*");
		}
		print_value(module, terms[i].value, out);
	}
	if (count == 0 || bias.i != NUM_ZERO.i) {
		const char *text = num_text(&module->nums, bias, arena);
		output_text(out, print_sign(text, count == 0, out));
	}
	output_text(out, "\n");
	arena_reset(arena);
}

static void print_head(const struct ir_module *module, struct output *out)
{
	output_printf(out, "network @%s\n", module->name);
	if (module->spec_sha256)
		output_printf(out, "spec %s\n", module->spec_sha256);
	if (module->points_sha256)
		output_printf(out, "points %s\n", module->points_sha256);
	for (uint32_t i = 0; i < module->class_count; i++) {
		output_text(out, "class ");
		print_string(out, module->class_names[i]);
		output_text(out, "\n");
	}
	print_inputs(module, out);
}

void ir_print(const struct ir_module *module, struct output *out)
{
	struct arena arena;

	arena_init(&arena);
	print_head(module, out);
	for (uint32_t at = 0; at < module->layer_count; at++) {
		const struct ir_layer *layer = &module->layers[at];
		output_printf(out, "layer %u %s\n", at + 1, module->stages[layer->stage]);
		for (uint32_t i = 0; i < layer->count; i++) {
			ir_value value = { layer->first + i };
			output_text(out, "  ");
			print_value(module, value, out);
			output_printf(out, " = %s", ir_op_name(ir_op_of(module, value)));
			print_affine(module, value, &arena, out);
		}
	}
	if (module->has_output) {
		output_text(out, "output");
		print_affine(module, ir_output(module), &arena, out);
	}
	arena_fini(&arena);
}
