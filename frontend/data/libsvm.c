/*
 * libsvm: a line per row, "label index:value index:value ...", indices from 1 and rising,
 * what is not there is 0. How many features there are is known only at the end, so the
 * entries are kept as they are until then.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/decimal.h"
#include "frontend/data/input.h"
#include "frontend/data/source.h"
#include "support/mem.h"

enum { INPUTS, OPTIONS };

static const struct option_row options[OPTIONS] = {
	[INPUTS] = { .name = "inputs",
		.type = OPTION_COUNT,
		.min = 1,
		.max = TABLE_INPUTS_MAX,
		.help = "features of a point; not set: the greatest index of the file" },
};

/* So many zeros stand for each entry at most, past the first 2^26 cells. */
enum { SPARSEST = 1024, FREE_CELLS = 1 << 26 };

struct reader {
	struct load *load;
	struct input in;
	uint64_t line;

	uint32_t *index; /* of each entry, from 0 */
	struct decimal *value;
	size_t count, index_room, value_room;
	uint64_t *ends; /* of the entries of each row */
	size_t rows, end_room;
	uint32_t inputs; /* greatest index so far */

	const char *text; /* the line */
};

static bool line_error(struct reader *reader, const char *at, const char *text)
{
	uint32_t column = (uint32_t)(at - reader->text) + 1;

	diag_error_at(reader->load->sink,
		(struct place){ reader->in.path, reader->line, column }, "%s", text);
	return false;
}

static bool token_error(
	struct reader *reader, const char *at, size_t length, const char *complaint)
{
	struct load *load = reader->load;

	return line_error(reader, at,
		arena_printf(&load->arena, "%s %s", load_quote(load, at, length), complaint));
}

static bool add_label(struct reader *reader, const char *at, size_t length)
{
	struct decimal label;
	enum decimal_result result = decimal_parse(at, length, &label);

	if (result != DECIMAL_OK)
		return token_error(reader, at, length, decimal_complaint(result));
	if (label.digits && !reader->load->request->real)
		return token_error(reader, at, length,
			"is not an integer: a label is the number of a class; for numbers of "
			"any kind say `labels real precision 2^-10;`");
	if (reader->rows >= TABLE_ROWS_MAX)
		return line_error(reader, at, "too many rows");
	table_add_line(&reader->load->table, reader->line);
	reader->load->table.count++; /* counts labels now, rows later */
	return (reader->load->request->real ? table_add_label(&reader->load->table, at, length)
					    : table_add_label_integer(
						      &reader->load->table, label.mantissa)) ||
		line_error(reader, at, "too many different labels");
}

static bool add_entry(struct reader *reader, const char *at, size_t length, uint32_t *last)
{
	const char *colon = memchr(at, ':', length);
	size_t digits = colon ? (size_t)(colon - at) : 0;
	enum decimal_result result;
	struct decimal value;
	int64_t index;

	if (!colon || !decimal_parse_integer(at, digits, &index))
		return token_error(reader, at, length, "is not of the form index:value");
	if (index < 1 || index > TABLE_INPUTS_MAX)
		return token_error(
			reader, at, digits, "is no index: they go from 1 to 1048576");
	if (load_option(reader->load, INPUTS)->set &&
		index > load_option(reader->load, INPUTS)->count)
		return token_error(reader, at, digits, "is greater than `inputs` of the spec");
	if (index <= *last)
		return token_error(reader, at, digits, "does not rise: indices go upward");
	result = decimal_parse(colon + 1, length - digits - 1, &value);
	if (result != DECIMAL_OK)
		return token_error(
			reader, colon + 1, length - digits - 1, decimal_complaint(result));
	*last = (uint32_t)index;
	reader->inputs = *last > reader->inputs ? *last : reader->inputs;
	reader->index = mem_grow(
		reader->index, &reader->index_room, reader->count + 1, sizeof *reader->index);
	reader->value = mem_grow(
		reader->value, &reader->value_room, reader->count + 1, sizeof *reader->value);
	reader->index[reader->count] = *last - 1;
	reader->value[reader->count++] = value;
	return true;
}

/* # begins a comment. */
static void add_line(struct reader *reader, const char *at, size_t length)
{
	const char *comment = length ? memchr(at, '#', length) : NULL;
	const char *end = comment ? comment : at + length;
	uint32_t last = 0;
	bool labelled = false, ok = true;

	reader->text = at;
	reader->line++;
	while (ok) {
		const char *start;
		while (at < end && strchr(" \t\r", *at))
			at++;
		if (at == end)
			break;
		start = at;
		while (at < end && !strchr(" \t\r", *at))
			at++;
		if (labelled)
			ok = add_entry(reader, start, (size_t)(at - start), &last);
		else
			ok = add_label(reader, start, (size_t)(at - start));
		labelled = true;
	}
	if (!labelled)
		return;
	reader->ends = mem_grow(
		reader->ends, &reader->end_room, reader->rows + 1, sizeof *reader->ends);
	reader->ends[reader->rows++] = reader->count;
}

/* Adds the whole lines of a text; returns how many bytes they are. */
static size_t add_lines(struct reader *reader, const char *text, size_t length, size_t fresh)
{
	size_t done = 0;
	const char *end;

	/* only the fresh part of the text can have the end of its first line */
	while (fresh < length && (end = memchr(text + fresh, '\n', length - fresh)) &&
		!diag_full(reader->load->sink)) {
		add_line(reader, text + done, (size_t)(end - text) - done);
		fresh = done = (size_t)(end - text) + 1;
	}
	return done;
}

static bool read_lines(struct reader *reader)
{
	enum { PIECE = 64 * 1024 };
	char *text = NULL;
	size_t room = 0, left = 0, got;

	do {
		size_t done;
		text = mem_grow(text, &room, left + PIECE, 1);
		got = input_read(&reader->in, text + left, PIECE);
		done = add_lines(reader, text, left + got, left);
		left += got - done;
		memmove(text, text + done, left);
	} while (got && !diag_full(reader->load->sink));
	if (!reader->in.failed && left)
		add_line(reader, text, left);
	free(text);
	return !load_has_failed(reader->load);
}

/* Rows of a sparse file can be far larger than the file. */
static bool check_size(struct reader *reader)
{
	const struct option_value *inputs = load_option(reader->load, INPUTS);
	uint64_t cells;

	if (!reader->rows) {
		input_error(&reader->in, "the file holds no rows");
		return false;
	}
	if (inputs->set)
		reader->inputs = (uint32_t)inputs->count;
	if (!reader->inputs) {
		input_error(&reader->in, "no row has an entry; give `inputs`");
		return false;
	}
	cells = (uint64_t)reader->rows * reader->inputs;
	if (cells <= FREE_CELLS + (uint64_t)reader->count * SPARSEST)
		return true;
	input_error(&reader->in,
		"%zu rows of %u features with %zu entries in all: too sparse to be kept dense",
		reader->rows, reader->inputs, reader->count);
	return false;
}

static bool fill_table(struct reader *reader)
{
	struct table *table = &reader->load->table;
	struct decimal *row = mem_zero(reader->inputs, sizeof *row);
	uint32_t column;
	size_t entry = 0;
	bool ok = true;

	table_set_inputs(table, reader->inputs);
	table->count = 0;
	for (size_t i = 0; ok && i < reader->rows; i++) {
		size_t first = entry;
		for (; entry < reader->ends[i]; entry++)
			row[reader->index[entry]] = reader->value[entry];
		if (!table_add_decimals(table, row, &column)) {
			load_error(reader->load, i, column + 1,
				"feature %u has numbers that are too long for its number of "
				"decimal places",
				column + 1);
			ok = false;
		}
		for (entry = first; entry < reader->ends[i]; entry++)
			row[reader->index[entry]] = (struct decimal){ 0, 0 };
	}
	free(row);
	return ok;
}

static bool read_libsvm(struct load *load)
{
	struct reader reader = { .load = load };
	bool ok =
		input_open(&reader.in, load, load->request->inputs, load->request->inputs_span);

	if (ok)
		ok = read_lines(&reader) && check_size(&reader) && fill_table(&reader);
	input_close(&reader.in);
	free(reader.index);
	free(reader.value);
	free(reader.ends);
	return ok;
}

const struct source source_libsvm = {
	.name = "libsvm",
	.kind = SOURCE_FORMAT,
	.help = "text: a label and index:value entries per line",
	.options = options,
	.option_count = OPTIONS,
	.inputs = SOURCE_MUST,
	.read = read_libsvm,
};
