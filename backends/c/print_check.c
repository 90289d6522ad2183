#include "backends/c/print.h"

#include <inttypes.h>

/* Per sample: its bytes, eight to a word, the first lowest; then its class plus one. */
static size_t add_samples(
	struct words *words, const struct ir_module *module, const struct samples *samples)
{
	size_t bytes = (size_t)module->input_count * ir_element_bytes(module->element);

	for (size_t i = 0; i < samples->count; i++) {
		const unsigned char *sample = samples->raw + i * bytes;
		uint64_t word = 0;

		for (size_t j = 0; j < bytes; j++) {
			word |= (uint64_t)sample[j] << 8 * (j % 8);
			if (j % 8 == 7 || j == bytes - 1) {
				words_add(words, word);
				word = 0;
			}
		}
		words_add(words, (uint64_t)(samples->classes[i] + 1));
	}
	return (bytes + 7) / 8 + 1;
}

void c_print_self_check(const struct ir_module *module, const struct c_options *options,
	const char *upper, struct output *out)
{
	const char *prefix = options->prefix;
	uint32_t bytes = ir_element_bytes(module->element);
	static const struct samples none;
	const struct samples *samples = options->samples ? options->samples : &none;
	struct words table = { 0 };
	size_t words = add_samples(&table, module, samples);

	output_printf(out, "#ifdef %s_SELF_CHECK\n", upper);
	c_print_words(&table, upper, prefix, "samples", out);
	words_fini(&table);
	output_printf(out,
		"int %s_self_check(void)\n"
		"{\n"
		"\tconst uint64_t *row = %s_samples;\n"
		"\tconst uint64_t *end = row + %zu;\n"
		"\t%s x[%s_INPUTS];\n"
		"\tint wrong = 0;\n"
		"\tsize_t i, j;\n"
		"\n",
		prefix, prefix, samples->count * words, ir_element_ctype(module->element),
		upper);
	output_printf(out,
		"\tfor (; row < end; row += %zu) {\n"
		"\t\tfor (i = 0; i < %s_INPUTS; i++) {\n"
		"\t\t\tconst uint%" PRIu32 "_t bits =\n"
		"\t\t\t\t(uint%" PRIu32 "_t)(row[i / %" PRIu32 "] >> %" PRIu32
		" * (i %% %" PRIu32 "));\n"
		"\t\t\tconst unsigned char *from = (const unsigned char *)&bits;\n"
		"\t\t\tunsigned char *to = (unsigned char *)&x[i];\n"
		"\n"
		"\t\t\tfor (j = 0; j < sizeof bits; j++)\n"
		"\t\t\t\tto[j] = from[j];\n"
		"\t\t}\n"
		"\t\twrong += %s_classify(x) + 1 != (int)row[%zu];\n"
		"\t}\n"
		"\treturn wrong;\n"
		"}\n"
		"#endif\n",
		words, upper, 8 * bytes, 8 * bytes, 8 / bytes, 8 * bytes, 8 / bytes, prefix,
		words - 1);
}
