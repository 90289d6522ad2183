#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/rows.h"

enum { FIELD_BYTES = 512 };

struct field {
	char text[FIELD_BYTES + 1];
	size_t length;
	int too_long;
	int end; /* ',', '\n' or EOF */
};

struct line {
	size_t columns;  /* so far */
	size_t words;    /* of them, neither numbers nor empty */
	int text;        /* not a blank line */
	char fault[768]; /* of the first field that is none */
	uint64_t spare;  /* for an element too many */
	uint64_t most;   /* that an element may be, written in digits only; of integers */
};

/* --- fields ------------------------------------------------------------------------- */

static void trim(struct field *field)
{
	size_t begin = 0, end = field->length;

	field->text[end] = 0;
	if (end && field->text[0] > '"' && field->text[end - 1] > '"')
		return; /* neither blank nor quoted */
	while (begin < end && strchr(" \t\r", field->text[begin]))
		begin++;
	while (end > begin && strchr(" \t\r", field->text[end - 1]))
		end--;
	if (end - begin >= 2 && field->text[begin] == '"' && field->text[end - 1] == '"') {
		begin++;
		end--;
	}
	field->length = end - begin;
	memmove(field->text, field->text + begin, field->length);
	field->text[field->length] = 0;
}

/* Takes bytes up to a comma, the end of the line or of what was read; 0: the last of these. */
static int take_bytes(struct memc_reader *reader, struct field *field)
{
	const unsigned char *at = reader->in + reader->in_at;
	const unsigned char *const end = reader->in + reader->in_end;
	size_t length = field->length;
	int c = 0;

	while (at < end) {
		c = *at++;
		if (c == ',' || c == '\n')
			break;
		if (c == 0 || length == FIELD_BYTES)
			field->too_long = 1;
		else
			field->text[length++] = (char)c;
		c = 0;
	}
	field->length = length;
	field->end = c;
	reader->in_at = (size_t)(at - reader->in);
	return c;
}

/* The bytes up to the next comma or the end of the line, without the blanks around them. */
static void read_field(struct memc_reader *reader, size_t rest, struct field *field)
{
	field->length = 0;
	field->too_long = 0;
	while (!take_bytes(reader, field))
		if (!memc_refill(reader, rest)) {
			field->end = EOF;
			break;
		}
	trim(field);
}

/* --- elements ----------------------------------------------------------------------- */

/* NULL, or why the text is no element. */
static const char *parse_real(const char *text, void *element)
{
	char *end;

	if (memc_program.element_bytes == 4)
		*(float *)element = strtof(text, &end);
	else
		*(double *)element = strtod(text, &end);
	return end == text || *end ? "is not a number" : NULL;
}

/* The magnitude of the least or of the greatest value of the type. */
static uint64_t limit(int negative)
{
	const uint64_t all = (uint64_t)-1 >> (64 - 8 * memc_program.element_bytes);

	if (memc_program.element == MEMC_UNSIGNED)
		return negative ? 0 : all;
	return (all >> 1) + (uint64_t)negative;
}

static void store_integer(uint64_t value, void *element)
{
	switch (memc_program.element_bytes) {
	case 1:
		*(uint8_t *)element = (uint8_t)value;
		break;
	case 2:
		*(uint16_t *)element = (uint16_t)value;
		break;
	case 4:
		*(uint32_t *)element = (uint32_t)value;
		break;
	default:
		*(uint64_t *)element = value;
	}
}

/* NULL, or why the text is no element. */
static const char *parse_integer(const char *text, void *element)
{
	const int negative = *text == '-';
	const uint64_t most = limit(negative);
	uint64_t value = 0;
	int beyond = 0;

	text += negative || *text == '+';
	if (!*text)
		return "is not an integer";
	for (; *text; text++) {
		const unsigned digit = (unsigned)(*text - '0');

		if (*text < '0' || *text > '9')
			return "is not an integer";
		beyond = beyond || value > (most - digit) / 10 || digit > most;
		value = value * 10 + digit;
	}
	if (beyond)
		return "does not fit the type of the features";
	store_integer(negative ? (uint64_t)0 - value : value, element);
	return NULL;
}

static const char *parse(const char *text, void *element)
{
	return memc_program.element == MEMC_REAL ? parse_real(text, element)
						 : parse_integer(text, element);
}

static int is_number(const char *text)
{
	char *end;

	strtod(text, &end);
	return end != text && !*end;
}

/* --- lines -------------------------------------------------------------------------- */

/* Where the next element belongs. */
static void *next_element(const struct memc_reader *reader, struct line *line)
{
	if (line->columns >= memc_program.inputs)
		return &line->spare;
	return memc_row(reader) + line->columns * memc_program.element_bytes;
}

/* The usual field, digits before a comma, as it was read; 0 if the next one is another. */
static int take_digits(struct memc_reader *reader, struct line *line)
{
	enum { MOST = 18 }; /* bytes; so many digits do not overflow */
	const unsigned char *const begin = reader->in + reader->in_at;
	const size_t left = reader->in_end - reader->in_at;
	const unsigned char *const end = begin + (left < MOST ? left : MOST);
	const unsigned char *at = begin;
	uint64_t value = 0;

	for (; at < end && *at >= '0' && *at <= '9'; at++)
		value = value * 10 + (uint64_t)(*at - '0');
	if (at == begin || at == end || *at != ',' || value > line->most)
		return 0;
	store_integer(value, next_element(reader, line));
	line->columns++;
	reader->in_at += (size_t)(at - begin) + 1;
	return 1;
}

static void take_field(struct memc_reader *reader, struct line *line, const struct field *field)
{
	const char *fault = field->too_long ? "is not a number"
					    : parse(field->text, next_element(reader, line));

	line->columns++;
	if (!fault)
		return;
	if (field->length && !is_number(field->text))
		line->words++;
	if (line->fault[0])
		return;
	sprintf(line->fault, "column %lu: '%s%s' %s", (unsigned long)line->columns, field->text,
		field->too_long ? "..." : "", fault);
}

/* Takes fields of digits, and then the field that is another. */
static void take_fields(struct memc_reader *reader, struct line *line, struct field *field)
{
	const size_t inputs = memc_program.inputs;
	size_t have;

	if (memc_program.element != MEMC_REAL)
		while (take_digits(reader, line))
			;
	have = line->columns < inputs ? line->columns : inputs;
	read_field(reader, have * memc_program.element_bytes, field);
}

/* Reads a line; 0 if it was the last one. */
static int read_line(struct memc_reader *reader, struct line *line)
{
	struct field field;

	line->columns = line->words = 0;
	line->fault[0] = 0;
	line->text = 1;
	line->most = limit(0);
	for (;;) {
		take_fields(reader, line, &field);
		if (reader->row == 1 && !line->columns &&
			!strncmp(field.text, "\xef\xbb\xbf", 3)) {
			field.length -= 3;
			memmove(field.text, field.text + 3, field.length + 1);
			trim(&field);
		}
		if (!line->columns && !field.length && field.end != ',')
			line->text = 0;
		else
			take_field(reader, line, &field);
		if (field.end != ',')
			return field.end != EOF;
	}
}

static void check_line(struct memc_reader *reader, const struct line *line)
{
	char text[96];

	if (line->columns != memc_program.inputs) {
		sprintf(text, "%lu columns instead of %lu", (unsigned long)line->columns,
			(unsigned long)memc_program.inputs);
		memc_fail_row(reader, text);
	}
	if (line->fault[0])
		memc_fail_row(reader, line->fault);
}

void memc_read_csv(struct memc_reader *reader)
{
	unsigned long long blank = 0;
	struct line line;
	int more = 1;

	while (more) {
		reader->row++;
		more = read_line(reader, &line);
		if (!line.text) {
			if (!blank)
				blank = reader->row;
			continue;
		}
		if (blank) {
			reader->row = blank;
			memc_fail_row(reader, "it is empty");
		}
		if (reader->row == 1 && line.words == line.columns)
			continue; /* a header */
		check_line(reader, &line);
		memc_end_row(reader);
	}
}
