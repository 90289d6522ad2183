/*
 * The searches of spans of keys in C (backends/plan/bounds.c).
 */
#include <inttypes.h>

#include "backends/c/print.h"

/* A field of a table: an expression. `index` is a name or stands in parentheses. */
static void print_field(const char *prefix, const char *table, const char *index,
	uint32_t width, struct output *out)
{
	uint32_t each = 64 / width;

	if (each == 1)
		output_printf(out, "%s_%s[%s]", prefix, table, index);
	else
		output_printf(out,
			"(%s_%s[%s / %" PRIu32 "] >> (unsigned)(%s %% %" PRIu32 ") * %" PRIu32
			" & 0x%" PRIx64 ")",
			prefix, table, index, each, index, each, width,
			(UINT64_C(1) << width) - 1);
}

/* --- the code of every key ---------------------------------------------------------- */

void c_print_direct(const struct plan_lookup *lookup, const char *prefix, struct output *out)
{
	output_printf(out,
		"/* The code of a key: a table has them all. */\n"
		"static uint32_t %s_find(uint64_t key)\n"
		"{\n"
		"\treturn (uint32_t)",
		prefix);
	print_field(prefix, "labels", "key", lookup->code_width, out);
	output_printf(out,
		";\n"
		"}\n\n"
		"static void %s_touch(uint64_t key)\n"
		"{\n"
		"\tMEMC_TOUCH(%s_labels + key / %" PRIu32 ");\n"
		"}\n\n",
		prefix, prefix, 64 / lookup->code_width);
}

/* --- bounds ------------------------------------------------------------------------- */

static void print_bucket(const struct plan_bounds *plan, struct output *out)
{
	if (plan->buckets == 1)
		output_text(out, "\tconst size_t bucket = 0;\n");
	else
		output_printf(out, "\tconst size_t bucket = (size_t)(key >> %" PRIu32 ");\n",
			plan->shift);
}

void c_print_bounds(const struct plan_lookup *lookup, const char *prefix, struct output *out)
{
	const struct plan_bounds *plan = &lookup->bounds;
	uint64_t step = 1;

	while (step * 2 <= plan->most)
		step *= 2;
	output_printf(out,
		"/* The code of a key: that of the last bound that is not greater. */\n"
		"static uint32_t %s_find(uint64_t key)\n"
		"{\n",
		prefix);
	print_bucket(plan, out);
	output_text(out, "\tsize_t at = (size_t)");
	print_field(prefix, "index", "bucket", plan->index_width, out);
	output_text(out, ";\n\tconst size_t end = (size_t)");
	print_field(prefix, "index", "(bucket + 1)", plan->index_width, out);
	output_printf(out, ";\n\tsize_t step;\n\n");
	if (plan->shift < 64)
		output_printf(
			out, "\tkey &= 0x%" PRIx64 ";\n", (UINT64_C(1) << plan->shift) - 1);
	output_printf(out,
		"\tfor (step = %" PRIu64 "; step; step /= 2) {\n"
		"\t\tconst size_t next = at + step <= end ? at + step : at;\n"
		"\t\tconst size_t last = next ? next - 1 : 0;\n"
		"\n"
		"\t\tat = ",
		step);
	print_field(prefix, "positions", "last", plan->width, out);
	output_text(out,
		" <= key ? next : at;\n"
		"\t}\n"
		"\tif (!at)\n"
		"\t\treturn 0;\n"
		"\treturn (uint32_t)");
	print_field(prefix, "labels", "(at - 1)", lookup->code_width, out);
	output_printf(out,
		";\n"
		"}\n\n"
		"static void %s_touch(uint64_t key)\n"
		"{\n",
		prefix);
	print_bucket(plan, out);
	output_printf(out,
		"\n\t(void)key;\n\tMEMC_TOUCH(%s_index + bucket / %" PRIu32 ");\n}\n\n", prefix,
		64 / plan->index_width);
}
