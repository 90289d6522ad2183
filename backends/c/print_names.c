#include "backends/c/print.h"

#include <inttypes.h>
#include <string.h>

#include "support/mem.h"

/*
 * Names are bytes and their places words: an array of pointers would need relocations, and
 * with them a data segment.
 */
static void print_name(const char *name, struct output *out)
{
	size_t column = 8;

	output_text(out, "\t");
	for (; *name; name++) {
		unsigned char c = (unsigned char)*name;
		bool plain = c >= ' ' && c < 127 && c != '\'' && c != '\\' && c != '?';

		if (column > 84) {
			output_text(out, "\n\t");
			column = 8;
		}
		output_printf(out, plain ? "'%c'," : "'\\%03o',", c);
		column += plain ? 4 : 7;
	}
	output_text(out, "0,\n");
}

static void add_places(struct words *places, const struct ir_module *module)
{
	uint64_t place = 0, pair = 0;

	for (uint32_t i = 0; i < module->class_count; i++) {
		if (place > UINT32_MAX)
			panic("class names of more than 4 GiB");
		pair |= place << 32 * (i % 2);
		place += strlen(module->class_names[i]) + 1;
		if (i % 2 || i == module->class_count - 1) {
			words_add(places, pair);
			pair = 0;
		}
	}
}

void c_print_names(const struct ir_module *module, const char *prefix, const char *upper,
	struct output *out)
{
	struct words places = { 0 };

	output_printf(out, "static %s_TABLE_ATTR const char %s_names[] = {\n", upper, prefix);
	for (uint32_t i = 0; i < module->class_count; i++)
		print_name(module->class_names[i], out);
	if (!module->class_count)
		output_text(out, "\t0,\n");
	output_text(out, "};\n\n");

	add_places(&places, module);
	c_print_words(&places, upper, prefix, "places", out);
	words_fini(&places);

	output_printf(out,
		"const char *%s_class_name(int c)\n"
		"{\n"
		"\tif (c < 0 || c >= %s_CLASSES)\n"
		"\t\treturn NULL;\n"
		"\treturn %s_names + (size_t)(%s_places[c / 2] >> 32 * (c %% 2) & "
		"0xffffffff);\n"
		"}\n\n",
		prefix, upper, prefix, prefix);
}
