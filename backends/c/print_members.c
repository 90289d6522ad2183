/*
 * The sum of three fields in C (backends/plan/members.c).
 */
#include <inttypes.h>

#include "backends/c/print.h"

static void print_mix(const struct plan_lookup *lookup, struct output *out)
{
	const struct plan_members *mix = &lookup->mix;

	output_printf(out,
		"\tconst uint64_t a = (key ^ key >> 32) * 0x%" PRIx64 ";\n"
		"\tconst uint64_t b = (a ^ a >> 32) * 0x%" PRIx64 ";\n"
		"\tconst uint64_t c = (b ^ b >> 29) * 0x%" PRIx64 ";\n"
		"\tconst size_t i = (size_t)((b >> 32) * 0x%" PRIx64 " >> 32);\n"
		"\tconst size_t j = (size_t)(0x%" PRIx64 " + ((b & 0xffffffff) * 0x%" PRIx64
		" >> 32));\n"
		"\tconst size_t k = (size_t)(0x%" PRIx64 " + ((c >> 32) * 0x%" PRIx64
		" >> 32));\n\n",
		mix->seed, PLAN_MEMBERS_FACTOR, mix->seed, mix->segment, mix->segment,
		mix->segment, 2 * mix->segment, mix->segment);
}

void c_print_members(const struct plan_lookup *lookup, const char *prefix, struct output *out)
{
	uint32_t width = lookup->code_width, each = 64 / width;

	output_printf(out,
		"static uint64_t %s_field(size_t i)\n"
		"{\n"
		"\treturn %s_labels[i / %" PRIu32 "] >> (unsigned)(i %% %" PRIu32 ") * %" PRIu32
		";\n"
		"}\n\n"
		"/* The code of a member: one more than the sum of three fields. */\n"
		"static uint32_t %s_find(uint64_t key)\n"
		"{\n",
		prefix, prefix, each, each, width, prefix);
	print_mix(lookup, out);
	output_printf(out,
		"\treturn 1 + (uint32_t)((%s_field(i) ^ %s_field(j) ^ %s_field(k)) & 0x%" PRIx64
		");\n"
		"}\n\n"
		"static void %s_touch(uint64_t key)\n"
		"{\n",
		prefix, prefix, prefix, (UINT64_C(1) << width) - 1, prefix);
	print_mix(lookup, out);
	output_printf(out,
		"\tMEMC_TOUCH(%s_labels + i / %" PRIu32 ");\n"
		"\tMEMC_TOUCH(%s_labels + j / %" PRIu32 ");\n"
		"\tMEMC_TOUCH(%s_labels + k / %" PRIu32 ");\n"
		"}\n\n",
		prefix, each, prefix, each, prefix, each);
}
