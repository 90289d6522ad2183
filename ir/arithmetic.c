#include "ir/arithmetic.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const struct ir_arithmetic *const ir_arithmetics[] = {
	&arithmetic_exact,
	&arithmetic_float32,
	&arithmetic_float64,
	&arithmetic_bits,
	&arithmetic_fixed,
	NULL,
};

static const struct ir_arithmetic *find(const char *name, size_t length)
{
	for (size_t i = 0; ir_arithmetics[i]; i++)
		if (strlen(ir_arithmetics[i]->name) == length &&
			!memcmp(ir_arithmetics[i]->name, name, length))
			return ir_arithmetics[i];
	return NULL;
}

/* A number least..IR_FORMAT_BITS at *text, which goes behind it. */
static bool take(const char **text, uint32_t least, uint32_t *number)
{
	const char *start = *text;

	for (*number = 0; **text >= '0' && **text <= '9'; ++*text) {
		*number = *number * 10 + (uint32_t)(**text - '0');
		if (*number > IR_FORMAT_BITS)
			return false;
	}
	return *text > start && *number >= least;
}

static bool take_character(const char **text, char c)
{
	return **text == c && *++*text;
}

bool ir_format_parse(const char *text, struct ir_format *format)
{
	size_t length = strcspn(text, ":");
	const struct ir_arithmetic *arithmetic = find(text, length);

	*format = (struct ir_format){ .arithmetic = arithmetic };
	if (!arithmetic)
		return false;
	text += length;
	if (arithmetic->parameters > 0 &&
		!(take_character(&text, ':') && take(&text, 1, &format->bits)))
		return false;
	if (arithmetic->parameters > 1 &&
		!(take_character(&text, '.') && take(&text, 0, &format->fraction)))
		return false;
	return !*text;
}

const char *ir_format_text(const struct ir_format *format, char *text)
{
	const struct ir_arithmetic *arithmetic = format->arithmetic;
	int at = snprintf(text, IR_FORMAT_TEXT, "%s", arithmetic->name);

	if (arithmetic->parameters > 0)
		at += snprintf(
			text + at, IR_FORMAT_TEXT - (size_t)at, ":%" PRIu32, format->bits);
	if (arithmetic->parameters > 1)
		snprintf(text + at, IR_FORMAT_TEXT - (size_t)at, ".%" PRIu32, format->fraction);
	return text;
}
