/*
 * The projection in C: plain loops that compilers make vectors of (how weights are split is
 * said in backends/plan/project.c).
 */
#include <inttypes.h>

#include "backends/c/print.h"

/* --- tables ------------------------------------------------------------------------- */

static void print_part(const struct plan_lookup *lookup, const struct ir_module *module,
	uint32_t part, const char *upper, const char *prefix, struct output *out)
{
	output_printf(out, "static %s_TABLE_ATTR const int16_t %s_weights%" PRIu32 "[] = {",
		upper, prefix, part);
	for (uint32_t i = 0; i < module->input_count; i++)
		output_printf(
			out, "%s%d,", i % 12 ? "" : "\n\t", lookup->projection.part[part][i]);
	output_text(out, "\n};\n\n");
}

static void print_weights(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out)
{
	struct words words = { 0 };

	if (lookup->projection.parts) {
		for (uint32_t i = 0; i < lookup->projection.parts; i++)
			print_part(lookup, module, i, upper, prefix, out);
		return;
	}
	for (uint32_t i = 0; i < module->input_count; i++)
		words_add(&words, lookup->projection.weights[i]);
	c_print_words(&words, upper, prefix, "weights", out);
	words_fini(&words);
}

/* --- sums --------------------------------------------------------------------------- */

/* A row of n inputs that share the loads of the weights: x is row 0, 1 is x1, and so on. */
static void print_part_loop(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *prefix, uint32_t rows, const char *range, struct output *out)
{
	output_printf(out, "\tfor (%s; i++) {\n", range);
	for (uint32_t row = 0; row < rows; row++) {
		const char *type = module->element == IR_UINT16 ? "int16_t" : "int32_t";
		output_printf(out, "\t\tconst %s v%" PRIu32 " = ", type, row);
		output_text(out, module->element == IR_UINT16 ? "(int16_t)(" : "");
		if (row)
			output_printf(out, "x[%" PRIu32 " + i]", row * module->input_count);
		else
			output_text(out, "x[i]");
		output_text(out, module->element == IR_UINT16 ? " - 32768);\n" : ";\n");
	}
	output_text(out, "\n");
	for (uint32_t row = 0; row < rows; row++)
		for (uint32_t part = 0; part < lookup->projection.parts; part++)
			output_printf(out,
				"\t\ts%" PRIu32 "%" PRIu32 " += (int32_t)v%" PRIu32
				" * %s_weights%" PRIu32 "[i];\n",
				row, part, row, prefix, part);
	output_text(out, "\t}\n");
}

/* Makes a key of a sum, and relu of it if that matters. */
static void print_finish(
	const struct plan_projection *projection, const char *key, struct output *out)
{
	if (projection->zero)
		output_printf(out, "\t%s = %s > 0x%" PRIx64 " ? %s - 0x%" PRIx64 " : 0;\n", key,
			key, projection->zero, key, projection->zero);
}

static void print_parts_sum(const struct plan_projection *projection, uint32_t row,
	const char *key, struct output *out)
{
	output_printf(out, "\t%s = 0x%" PRIx64, key, projection->bias);
	for (uint32_t part = 0; part < projection->parts; part++) {
		output_printf(out, "%s(uint64_t)s%" PRIu32 "%" PRIu32, part ? " + (" : " + ",
			row, part);
		if (part)
			output_printf(out, " << %" PRIu32 ")", part * projection->part_bits);
	}
	output_text(out, ";\n");
	print_finish(projection, key, out);
}

/* Sums of the parts for so many rows, from x on; `key` is a format of the row. */
static void print_parts(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *prefix, uint32_t rows, struct output *out)
{
	const struct plan_projection *projection = &lookup->projection;
	uint32_t count = module->input_count;
	char range[80];

	for (uint32_t row = 0; row < rows; row++) {
		output_text(out, "\tint32_t ");
		for (uint32_t part = 0; part < projection->parts; part++)
			output_printf(out, "%ss%" PRIu32 "%" PRIu32 " = 0", part ? ", " : "",
				row, part);
		output_text(out, ";\n");
	}
	output_text(out, "\tsize_t i;\n\n");
	snprintf(range, sizeof range, "i = 0; i < %" PRIu32, projection->paired);
	print_part_loop(lookup, module, prefix, rows, range, out);
	if (projection->paired < count) {
		snprintf(range, sizeof range, "i = %" PRIu32 "; i < %" PRIu32,
			projection->paired, count);
		print_part_loop(lookup, module, prefix, rows, range, out);
	}
	for (uint32_t row = 0; row < rows; row++) {
		char key[20];
		snprintf(key, sizeof key, rows > 1 ? "key[%" PRIu32 "]" : "*key", row);
		print_parts_sum(projection, row, key, out);
	}
}

static void print_words(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *prefix, struct output *out)
{
	const struct plan_projection *projection = &lookup->projection;

	output_printf(out,
		"\tuint64_t sum = 0x%" PRIx64 ";\n"
		"\tsize_t i;\n"
		"\n"
		"\tfor (i = 0; i < %" PRIu32 "; i++)\n"
		"\t\tsum += (uint64_t)x[i] * %s_weights[i];\n",
		projection->bias, module->input_count, prefix);
	print_finish(projection, "sum", out);
	output_text(out, "\t*key = sum;\n");
}

/* --- features that are mapped ------------------------------------------------------- */

static void print_mapped(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *prefix, struct output *out)
{
	const struct plan_projection *projection = &lookup->projection;

	output_printf(out,
		"\tconst uint64_t *run = %s_features;\n"
		"\tuint64_t sum = 0x%" PRIx64 ", v = 0;\n"
		"\tsize_t i, end;\n"
		"\n"
		"\t*key = 0;\n"
		"\tfor (i = 0; i < %" PRIu32 "; run += 1 + MEMC_MAP_WORDS)\n"
		"\t\tfor (end = i + (size_t)run[0]; i < end; i++) {\n",
		prefix, projection->bias, module->input_count);
	c_print_map(module, prefix, "&v", out);
	output_printf(out,
		"\t\t\t\treturn 0;\n"
		"\t\t\tsum += v * %s_weights[i];\n"
		"\t\t}\n",
		prefix);
	print_finish(projection, "sum", out);
	output_text(out, "\t*key = sum;\n");
}

/* --- the range of features ---------------------------------------------------------- */

/* Features of one range: the greatest distance from its least value. */
static void print_range(const struct ir_module *module, struct output *out)
{
	const struct ir_feature *feature = &module->features[0];
	uint32_t bits = 8 * ir_element_bytes(module->element);
	uint64_t mask = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;

	output_printf(out,
		"\tuint%" PRIu32 "_t most = 0;\n"
		"\tsize_t i;\n"
		"\n"
		"\tfor (i = 0; i < %" PRIu32 "; i++) {\n"
		"\t\tconst uint%" PRIu32 "_t v =\n"
		"\t\t\t(uint%" PRIu32 "_t)((uint%" PRIu32 "_t)x[i] - 0x%" PRIx64 ");\n"
		"\n"
		"\t\tmost = v > most ? v : most;\n"
		"\t}\n"
		"\treturn most <= 0x%" PRIx64 ";\n",
		bits, module->input_count, bits, bits, bits, (uint64_t)feature->lo & mask,
		ir_feature_span(feature));
}

static void print_ranges(const struct ir_module *module, const char *prefix, struct output *out)
{
	output_printf(out,
		"\tconst uint64_t *run = %s_features;\n"
		"\tuint64_t bad = 0;\n"
		"\tsize_t i, end;\n"
		"\n"
		"\tfor (i = 0; i < %" PRIu32 "; run += 3)\n"
		"\t\tfor (end = i + (size_t)run[0]; i < end; i++)\n"
		"\t\t\tbad |= (uint64_t)x[i] - run[1] > run[2];\n"
		"\treturn !bad;\n",
		prefix, module->input_count);
}

static void print_inside(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *prefix, struct output *out)
{
	enum plan_load load = plan_load_of(module);

	output_printf(out,
		"/* Whether all features are in their ranges. */\n"
		"static int %s_inside(const %s *x)\n"
		"{\n",
		prefix, ir_element_ctype(module->element));
	if (lookup->members || load == PLAN_LOAD_WHOLE || load == PLAN_LOAD_MAPS)
		output_text(out, "\t(void)x;\n\treturn 1;\n");
	else if (load == PLAN_LOAD_RANGE)
		print_range(module, out);
	else
		print_ranges(module, prefix, out);
	output_text(out, "}\n\n");
}

/* --- all together ------------------------------------------------------------------- */

void c_print_project(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out)
{
	const char *type = ir_element_ctype(module->element);
	bool maps = plan_load_of(module) == PLAN_LOAD_MAPS;

	print_weights(lookup, module, upper, prefix, out);
	if (maps)
		c_print_bits(module, prefix, out);
	if (!maps)
		print_inside(lookup, module, prefix, out);
	output_printf(out,
		"/* The key of x, counted from that of the first row. 0 if a feature is out of "
		"range. */\n"
		"static int %s_key(const %s *x, uint64_t *key)\n"
		"{\n",
		prefix, type);
	if (!maps)
		output_printf(out, "\tconst int inside = %s_inside(x);\n", prefix);
	if (maps)
		print_mapped(lookup, module, prefix, out);
	else if (lookup->projection.parts)
		print_parts(lookup, module, prefix, 1, out);
	else
		print_words(lookup, module, prefix, out);
	output_printf(out, "\treturn %s;\n}\n\n", maps ? "1" : "inside");
	if (!plan_is_long(lookup, module))
		return;
	output_printf(out,
		"/* The keys of two rows, which share the loads of weights. */\n"
		"static void %s_keys(const %s *x, uint64_t *key)\n"
		"{\n",
		prefix, type);
	print_parts(lookup, module, prefix, C_LONG_BLOCK, out);
	output_text(out, "}\n\n");
}
