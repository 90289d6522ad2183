#include "backends/c/print.h"

#include <string.h>

/* "0x..." without leading zeros; returns its length. */
static size_t hexadecimal(char *text, uint64_t word)
{
	size_t digits = 1;

	while (digits < 16 && word >> (4 * digits))
		digits++;
	text[0] = '0';
	text[1] = 'x';
	for (size_t i = 0; i < digits; i++)
		text[2 + i] = "0123456789abcdef"[word >> (4 * (digits - 1 - i)) & 15];
	return digits + 2;
}

void c_print_words(const struct words *words, const char *upper, const char *prefix,
	const char *suffix, struct output *out)
{
	enum { TAB = 8, COLUMNS = 96 };
	char line[COLUMNS + 24];
	size_t length = 0;

	output_printf(out, "static %s_TABLE_ATTR const uint64_t %s_%s[] = {\n", upper, prefix,
		suffix);
	for (size_t i = 0; i < words->count || i == 0; i++) {
		char text[24];
		size_t digits = hexadecimal(text, i < words->count ? words->words[i] : 0);

		text[digits++] = ',';
		if (length && TAB + length + digits > COLUMNS) {
			line[length++] = '\n';
			output_bytes(out, "\t", 1);
			output_bytes(out, line, length);
			length = 0;
		}
		memcpy(line + length, text, digits);
		length += digits;
	}
	output_bytes(out, "\t", 1);
	output_bytes(out, line, length);
	output_text(out, "\n};\n\n");
}
