#include "backends/c/print.h"

#include <inttypes.h>

void c_print_bits(const struct ir_module *module, const char *prefix, struct output *out)
{
	if (!ir_element_is_float(module->element))
		return;
	output_printf(out,
		"static uint64_t %s_bits(const %s *x)\n"
		"{\n"
		"\tuint%" PRIu32 "_t bits = 0;\n"
		"\tconst unsigned char *from = (const unsigned char *)x;\n"
		"\tunsigned char *to = (unsigned char *)&bits;\n"
		"\tsize_t i;\n"
		"\n"
		"\tfor (i = 0; i < sizeof bits; i++)\n"
		"\t\tto[i] = from[i];\n"
		"\treturn bits;\n"
		"}\n\n",
		prefix, ir_element_ctype(module->element),
		8 * ir_element_bytes(module->element));
}

static void print_plain(const struct plan *plan, bool check, struct output *out)
{
	const struct ir_feature *feature = &plan->module->features[0];

	output_printf(out,
		"\tsize_t i;\n"
		"\n"
		"\tfor (i = 0; i < %" PRIu32 "; i++) {\n"
		"\t\tv[i] = (uint64_t)x[i]",
		plan->module->input_count);
	if (feature->lo) {
		output_text(out, " - ");
		output_hex(out, (uint64_t)feature->lo);
	}
	output_text(out, ";\n");
	if (check) {
		output_text(out, "\t\tif (v[i] > ");
		output_hex(out, ir_feature_span(feature));
		output_text(out, ")\n\t\t\treturn 0;\n");
	}
	output_text(out, "\t}\n");
}

void c_print_map(
	const struct ir_module *module, const char *prefix, const char *to, struct output *out)
{
	if (ir_element_is_float(module->element))
		output_printf(out,
			"\t\t\tif (!memc_map_real(run + 1, %s_bits(x + i), %s, %s))\n", prefix,
			module->element == IR_FLOAT ? "8, 23" : "11, 52", to);
	else if (ir_element_min(module->element) < 0)
		output_printf(out,
			"\t\t\tconst uint64_t m = (uint64_t)x[i];\n"
			"\t\t\tconst int negative = x[i] < 0;\n"
			"\n"
			"\t\t\tif (!memc_map(run + 1, negative ? ~m + 1 : m, negative, 0, "
			"%s))\n",
			to);
	else
		output_printf(out, "\t\t\tif (!memc_map(run + 1, x[i], 0, 0, %s))\n", to);
}

static void print_runs(
	const struct plan *plan, const char *prefix, bool maps, struct output *out)
{
	output_printf(out,
		"\tconst uint64_t *run = %s_features;\n"
		"\tsize_t i, end;\n"
		"\n"
		"\tfor (i = 0; i < %" PRIu32 "; run += %s)\n"
		"\t\tfor (end = i + (size_t)run[0]; i < end; i++) {\n",
		prefix, plan->module->input_count, maps ? "1 + MEMC_MAP_WORDS" : "3");
	if (maps)
		c_print_map(plan->module, prefix, "&v[i]", out);
	else
		output_text(out,
			"\t\t\tv[i] = (uint64_t)x[i] - run[1];\n"
			"\t\t\tif (v[i] > run[2])\n");
	output_text(out, "\t\t\t\treturn 0;\n\t\t}\n");
}

void c_print_load(const struct plan *plan, const char *prefix, struct output *out)
{
	const struct ir_module *module = plan->module;
	enum plan_load load = plan_load_of(module);

	c_print_bits(module, prefix, out);
	output_printf(out,
		"/* Grid values, each less its least one; 0 if an input is out of range. */\n"
		"static int %s_load(const %s *x, uint64_t *v)\n"
		"{\n",
		prefix, ir_element_ctype(module->element));
	if (load == PLAN_LOAD_MAPS || load == PLAN_LOAD_RANGES)
		print_runs(plan, prefix, load == PLAN_LOAD_MAPS, out);
	else
		print_plain(plan, load == PLAN_LOAD_RANGE, out);
	output_text(out, "\treturn 1;\n}\n\n");
}
