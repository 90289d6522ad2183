#include <inttypes.h>
#include <string.h>

#include "backends/c/c.h"
#include "backends/c/embed.h"

void embed_print(const char *text, struct output *out)
{
	static const char include[] = "#include \"runtime/";

	while (*text) {
		const char *end = strchr(text, '\n');
		size_t length = end ? (size_t)(end - text) + 1 : strlen(text);

		if (strncmp(text, include, sizeof include - 1) != 0)
			output_bytes(out, text, length);
		text += length;
	}
	output_text(out, "\n");
}

void c_emit_runtime(struct output *out)
{
	const char *const texts[] = { embed_program_h, embed_rows_h, embed_rows_c, embed_csv_c,
		embed_bench_c, embed_main_c };

	output_text(out, "#define _POSIX_C_SOURCE 200809L\n\n");
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		embed_print(texts[i], out);
}

static const char *element_name(enum ir_element element)
{
	if (ir_element_is_float(element))
		return "MEMC_REAL";
	return ir_element_min(element) < 0 ? "MEMC_SIGNED" : "MEMC_UNSIGNED";
}

/* By functions of the types that the constant wants: a call by another type is undefined. */
static void print_constant(
	const struct ir_module *module, const char *prefix, struct output *out)
{
	const char *type = ir_element_ctype(module->element);

	output_printf(out,
		"static int memc_program_classify(const void *x)\n"
		"{\n"
		"\treturn %s_classify((const %s *)x);\n"
		"}\n"
		"\n"
		"static void memc_program_batch(const void *x, size_t rows, int32_t *out)\n"
		"{\n"
		"\t%s_classify_batch((const %s *)x, rows, out);\n"
		"}\n"
		"\n"
		"const struct memc_program memc_program = { \"%s\", \"memc %s\",\n"
		"\tmemc_program_classify, memc_program_batch, ",
		prefix, type, prefix, type, prefix, MEMC_VERSION);
	output_printf(out,
		module->levels ? "NULL, %s_level_value,\n" : "%s_class_name, NULL,\n", prefix);
	output_printf(out, "\t%" PRIu32 ", %s, %" PRIu32 " };\n", module->input_count,
		element_name(module->element), ir_element_bytes(module->element));
}

void c_emit_main(
	const struct ir_module *module, const struct c_options *options, struct output *out)
{
	c_emit_runtime(out);
	if (options->header)
		output_printf(out, "#include \"%s\"\n\n", options->header);
	print_constant(module, options->prefix, out);
}
