#include "backends/c/print.h"

#include <inttypes.h>

#include "ir/level.h"

/* A power of two as every C and C++ has it, exactly. */
void c_print_step(const struct ir_feature *levels, struct output *out)
{
	if (levels->step.den > 1)
		output_printf(out, "(1.0 / %" PRId64 ".0)", levels->step.den);
	else
		output_printf(out, "%" PRId64 ".0", levels->step.num);
}

/*
 * The bits of a number that is none, without <math.h> and without an operation that has no
 * result. A few machines have doubles of 32 bits.
 */
static void print_no_number(const char *prefix, struct output *out)
{
	output_printf(out,
		"static double %s_no_number(void)\n"
		"{\n"
		"\tconst uint64_t wide = UINT64_C(0x7ff8000000000000);\n"
		"\tconst uint32_t narrow = UINT32_C(0x7fc00000);\n"
		"\tconst unsigned char *from = sizeof(double) == sizeof wide\n"
		"\t\t? (const unsigned char *)&wide\n"
		"\t\t: (const unsigned char *)&narrow;\n"
		"\tdouble value = 0;\n"
		"\tunsigned char *to = (unsigned char *)&value;\n"
		"\tsize_t i;\n"
		"\n"
		"\tfor (i = 0; i < sizeof value; i++)\n"
		"\t\tto[i] = from[i];\n"
		"\treturn value;\n"
		"}\n\n",
		prefix);
}

void c_print_values(const struct ir_module *module, const char *prefix, const char *upper,
	struct output *out)
{
	const char *type = ir_element_ctype(module->element);

	print_no_number(prefix, out);
	output_printf(out,
		"double %s_level_value(int c)\n"
		"{\n"
		"\tif (c < 0 || c >= %s_CLASSES)\n"
		"\t\treturn %s_no_number();\n"
		"\treturn (double)(c + INT64_C(%" PRId64 ")) * %s_PRECISION;\n"
		"}\n\n"
		"double %s_value(const %s x[%s_INPUTS])\n"
		"{\n"
		"\treturn %s_level_value(%s_classify(x));\n"
		"}\n\n",
		prefix, upper, prefix, module->levels->lo, upper, prefix, type, upper, prefix,
		prefix);
	output_printf(out,
		"void %s_value_batch(const %s *x, size_t rows, double *out)\n"
		"{\n"
		"\tint32_t levels[128];\n"
		"\tsize_t i, part;\n"
		"\n"
		"\tfor (; rows; rows -= part) {\n"
		"\t\tpart = rows < 128 ? rows : 128;\n"
		"\t\t%s_classify_batch(x, part, levels);\n"
		"\t\tfor (i = 0; i < part; i++)\n"
		"\t\t\tout[i] = %s_level_value((int)levels[i]);\n"
		"\t\tx += part * %s_INPUTS;\n"
		"\t\tout += part;\n"
		"\t}\n"
		"}\n\n",
		prefix, type, prefix, prefix, upper);
}
