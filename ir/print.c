#include "ir/text.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

struct printer {
	const struct ir_module *module;
	const struct ir_ranges *ranges; /* NULL: no comments */
	struct output *out;
	size_t *starts;     /* by value, where in `out` its line is; NULL: not asked for */
	struct arena arena; /* of the text of numbers, emptied line by line */
};

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

/* The line under way is that of the value. */
static void mark(const struct printer *printer, uint32_t value)
{
	if (printer->starts)
		printer->starts[value] = printer->out->count;
}

/* Of inputs and of levels, behind what they are. */
static void print_range(const struct ir_feature *feature, struct output *out)
{
	output_printf(out, "%lld..%lld", (long long)feature->lo, (long long)feature->hi);
	if (feature->step.num != 1 || feature->step.den != 1)
		print_ratio(out, "step", feature->step);
	if (feature->offset.num != 0)
		print_ratio(out, "offset", feature->offset);
	output_text(out, "\n");
}

static void print_inputs(const struct printer *printer)
{
	const struct ir_module *module = printer->module;
	struct output *out = printer->out;

	output_printf(out, "element %s\n", ir_element_name(module->element));
	for (uint32_t first = 0, end; first < module->input_count; first = end) {
		const struct ir_feature *feature = &module->features[first];
		mark(printer, first);
		for (end = first + 1; end < module->input_count; end++) {
			if (!ir_feature_equal(feature, &module->features[end]))
				break;
			mark(printer, end);
		}
		output_printf(out, "inputs %u in ", end - first);
		print_range(feature, out);
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

static const char *text_of(struct printer *printer, num n)
{
	return num_text(&printer->module->nums, n, &printer->arena);
}

static void print_form(struct printer *printer, ir_value value)
{
	const struct ir_module *module = printer->module;
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value);
	num bias = module->nodes[value.i].bias;
	struct output *out = printer->out;

	for (uint32_t i = 0; i < count; i++) {
		const char *weight = text_of(printer, terms[i].weight);
		weight = print_sign(weight, i == 0, out);
		if (strcmp(weight, "1")) {
			output_text(out, weight);
			output_text(out, "*");
		}
		print_value(module, terms[i].value, out);
	}
	if (count == 0 || bias.i != NUM_ZERO.i)
		output_text(out, print_sign(text_of(printer, bias), count == 0, out));
}

/* What follows the name of a derived operation, letter by letter of its shape. */
static void print_operands(struct printer *printer, ir_value value)
{
	const struct ir_module *module = printer->module;
	const char *shape = ir_ops[ir_op_of(module, value)].shape;
	uint32_t values = 0, parameters = 0;
	struct output *out = printer->out;

	for (const char *letter = shape; *letter; letter++) {
		output_text(out, letter == shape ? " " : ", ");
		if (*letter == 'v') {
			print_value(module, ir_terms(module, value)[values++].value, out);
			continue;
		}
		if (*letter == 't') {
			output_text(out, "@");
			output_text(out,
				text_of(printer, ir_parameter(module, value, parameters++)));
			output_text(out, ".");
		}
		output_text(out, text_of(printer, ir_parameter(module, value, parameters++)));
	}
}

/* --- tables ------------------------------------------------------------------------- */

/* Like a constant: decimal when short, else hexadecimal. */
static void print_key(struct output *out, ir_key key)
{
	unsigned __int128 size = key < 0 ? -(unsigned __int128)key : (unsigned __int128)key;

	if (key < 0)
		output_text(out, "-");
	if (size <= INT64_MAX)
		output_u64(out, (uint64_t)size);
	else if (size >> 64)
		output_printf(out, "0x%llx%016llx", (unsigned long long)(size >> 64),
			(unsigned long long)size);
	else
		output_printf(out, "0x%llx", (unsigned long long)size);
}

static void print_table(struct printer *printer, uint32_t number)
{
	const struct ir_table *table = &printer->module->tables[number];
	struct output *out = printer->out;

	output_printf(out, "table @%u %u\n", number, table->column_count);
	for (uint32_t row = 0; row < table->row_count; row++) {
		output_text(out, "  ");
		print_key(out, table->first[row]);
		if (table->last[row] != table->first[row]) {
			output_text(out, "..");
			print_key(out, table->last[row]);
		}
		output_text(out, ":");
		for (uint32_t i = 0; i < table->column_count; i++) {
			output_text(out, " ");
			output_text(out, text_of(printer, table->columns[i][row]));
		}
		output_text(out, "\n");
		arena_reset(&printer->arena);
	}
}

/* --- facts, as comments ------------------------------------------------------------- */

/* The power of two next to |n|. */
static int64_t nearest_power(const struct num_pool *pool, num n)
{
	mpz_t view;
	int64_t e = num_view(pool, n, view);
	size_t length = mpz_sizeinbase(view, 2);
	size_t at = length - 2; /* the bit behind the leading one */
	bool up = length >= 2 &&
		mpz_getlimbn(view, (mp_size_t)(at / GMP_NUMB_BITS)) >> at % GMP_NUMB_BITS & 1;

	return e + (int64_t)length - 1 + up;
}

/* A bound as it is where that is short, else about which power of two it is. */
static void print_bound(struct printer *printer, num bound)
{
	enum { SHORT = 20 };
	const struct num_pool *pool = &printer->ranges->nums;
	const char *text = num_text(pool, bound, &printer->arena);

	if (strlen(text) <= SHORT)
		output_text(printer->out, text);
	else
		output_printf(printer->out, "%s%s2^%lld",
			num_significand_bits(pool, bound) > 1 ? "about " : "",
			num_sign(pool, bound) < 0 ? "-" : "",
			(long long)nearest_power(pool, bound));
}

/* The least k with |n| < 2^k. */
static int64_t top_bit(const struct num_pool *pool, num n)
{
	return num_sign(pool, n)
		? num_exponent(pool, n) + (int64_t)num_significand_bits(pool, n)
		: INT32_MIN;
}

/* Bits of value / 2^step, in two's complement if it may be negative. */
static int64_t width_of(const struct num_pool *pool, const struct ir_range *range)
{
	int64_t lo = top_bit(pool, range->lo), hi = top_bit(pool, range->hi);

	if (num_sign(pool, range->lo) < 0 && num_significand_bits(pool, range->lo) == 1)
		lo--; /* -2^k needs k + 1 bits, the sign among them */
	return (lo > hi ? lo : hi) - range->step;
}

static void print_facts(struct printer *printer, ir_value value)
{
	const struct ir_range *range = &printer->ranges->of[value.i];
	const struct num_pool *pool = &printer->ranges->nums;
	bool is_signed = num_sign(pool, range->lo) < 0;
	int64_t width = width_of(pool, range) + is_signed;

	output_text(printer->out, " ; ");
	print_bound(printer, range->lo);
	output_text(printer->out, "..");
	print_bound(printer, range->hi);
	if (range->step == 0)
		output_text(printer->out, ", step 1");
	else
		output_printf(printer->out, ", step 2^%d", range->step);
	output_printf(printer->out, ", %lld bit%s%s", (long long)(width > 0 ? width : 0),
		width == 1 ? "" : "s", is_signed ? " signed" : "");
}

/* --- the module --------------------------------------------------------------------- */

/* What follows "=" or "output", to the end of the line. */
static void print_line(struct printer *printer, ir_value value)
{
	mark(printer, value.i);
	if (ir_ops[ir_op_of(printer->module, value)].form)
		print_form(printer, value);
	else
		print_operands(printer, value);
	if (printer->ranges)
		print_facts(printer, value);
	output_text(printer->out, "\n");
	arena_reset(&printer->arena);
}

static void print_definition(struct printer *printer, ir_value value)
{
	print_value(printer->module, value, printer->out);
	output_printf(printer->out, " = %s", ir_op_name(ir_op_of(printer->module, value)));
	print_line(printer, value);
}

static void print_layers(struct printer *printer)
{
	const struct ir_module *module = printer->module;

	for (uint32_t at = 0; at < module->layer_count; at++) {
		const struct ir_layer *layer = &module->layers[at];
		output_printf(
			printer->out, "layer %u %s\n", at + 1, module->stages[layer->stage]);
		for (uint32_t i = 0; i < layer->count; i++) {
			output_text(printer->out, "  ");
			print_definition(printer, (ir_value){ layer->first + i });
		}
	}
}

static void print_fused(struct printer *printer)
{
	const struct ir_module *module = printer->module;

	output_text(printer->out, "fused\n");
	for (uint32_t i = 0; i < module->table_count; i++)
		print_table(printer, i);
	for (uint32_t i = module->input_count; i < module->node_count - module->has_output; i++)
		print_definition(printer, (ir_value){ i });
}

static void print_classes(const struct ir_module *module, struct output *out)
{
	if (module->levels) {
		output_text(out, "real ");
		print_range(module->levels, out);
		return;
	}
	for (uint32_t i = 0; i < module->class_count; i++) {
		output_text(out, "class ");
		print_string(out, module->class_names[i]);
		output_text(out, "\n");
	}
}

static void print_head(const struct printer *printer)
{
	const struct ir_module *module = printer->module;
	struct output *out = printer->out;

	output_printf(out, "network @%s\n", module->name);
	if (module->spec_sha256)
		output_printf(out, "spec %s\n", module->spec_sha256);
	if (module->points_sha256)
		output_printf(out, "points %s\n", module->points_sha256);
	print_classes(module, out);
	print_inputs(printer);
}

static void print_module(struct printer *printer)
{
	arena_init(&printer->arena);
	print_head(printer);
	if (printer->module->level == IR_LEVEL_FUSED)
		print_fused(printer);
	else
		print_layers(printer);
	if (printer->module->has_output) {
		output_text(printer->out, "output");
		print_line(printer, ir_output(printer->module));
	}
	arena_fini(&printer->arena);
}

void ir_print_facts(
	const struct ir_module *module, const struct ir_ranges *ranges, struct output *out)
{
	struct printer printer = { .module = module, .ranges = ranges, .out = out };

	print_module(&printer);
}

/* Values are printed in their order, so that one walk over the text counts for all. */
void ir_print_lines(const struct ir_module *module, struct output *out, uint32_t *lines)
{
	struct output text;
	struct printer printer = { .module = module,
		.out = &text,
		.starts = mem_zero(module->node_count, sizeof *printer.starts) };
	uint32_t line = 1;
	size_t at = 0;

	output_open_memory(&text);
	print_module(&printer);
	for (uint32_t i = 0; i < module->node_count; i++) {
		for (; at < printer.starts[i]; at++)
			line += text.bytes[at] == '\n';
		lines[i] = line;
	}
	output_bytes(out, text.bytes, text.count);
	output_abandon(&text);
	free(printer.starts);
}

void ir_print(const struct ir_module *module, struct output *out)
{
	ir_print_facts(module, NULL, out);
}
