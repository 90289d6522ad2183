/*
 * CSV, read by libcsv. Its callbacks see one field after another; the first row decides
 * what each column is.
 */
#include <csv.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/decimal.h"
#include "frontend/data/input.h"
#include "frontend/data/source.h"
#include "support/mem.h"

enum csv_option { HEADER, LABEL, DELIMITER, QUOTE, IGNORE, OPTIONS };
enum header { HEADER_AUTO, HEADER_YES, HEADER_NO };

static const char *const header_words[] = { "auto", "yes", "no", NULL };

static const struct option_row options[OPTIONS] = {
	[HEADER] = { .name = "header",
		.type = OPTION_WORD,
		.fallback = "auto",
		.words = header_words,
		.help = "the first row names the columns; auto: if no feature in it is a "
			"number" },
	[LABEL] = { .name = "label",
		.type = OPTION_COLUMN,
		.fallback = "-1",
		.help = "the column of the label: its name, its number from 1, or from -1 "
			"backward" },
	[DELIMITER] = { .name = "delimiter",
		.type = OPTION_STRING,
		.fallback = "\",\"",
		.help = "what stands between fields: one character; \\t is a tabulator" },
	[QUOTE] = { .name = "quote",
		.type = OPTION_STRING,
		.help = "what stands around fields that hold a delimiter: one character, \" if "
			"not set" },
	[IGNORE] = { .name = "ignore",
		.type = OPTION_STRING,
		.help = "columns to leave out, by name or number, with commas between them" },
};

enum { FEATURE_NONE = -1, FEATURE_LABEL = -2 };
enum { FIELD_MAX = 1 << 20 };

struct text {
	const char *bytes;
	size_t length;
};

struct reader {
	struct load *load;
	struct input in;
	struct csv_parser parser;
	uint64_t line;       /* of the current byte */
	uint64_t row_line;   /* where the current row began */
	uint64_t first_line; /* where the first one did */
	bool after_return;
	bool stop;

	struct text *first; /* the fields of the first row, until it is complete */
	size_t first_room;
	bool started; /* the columns are known */

	uint32_t fields;  /* of the current row, so far */
	uint32_t columns; /* of every row */
	int32_t *feature; /* of each column, or FEATURE_... */
	bool bad;         /* the current row has an error */
	struct decimal *row;
	char *label;
	size_t label_length, label_room;
};

static void field_error(struct reader *reader, uint32_t column, const char *what)
{
	struct place place = { reader->in.path, reader->row_line, column + 1 };

	diag_error_at(reader->load->sink, place, "%s", what);
	reader->bad = true;
	reader->stop |= diag_full(reader->load->sink);
}

static void take_number(
	struct reader *reader, uint32_t column, const char *bytes, size_t length)
{
	struct decimal *cell = &reader->row[reader->feature[column]];
	enum decimal_result result = decimal_parse(bytes, length, cell);
	struct load *load = reader->load;

	if (result == DECIMAL_OK)
		return;
	if (!length)
		field_error(reader, column, "the field is empty; a number was expected");
	else
		field_error(reader, column,
			arena_printf(&load->arena, "%s %s%s", load_quote(load, bytes, length),
				decimal_complaint(result),
				result == DECIMAL_NOT_A_NUMBER && reader->load->table.count == 0
					? "; if this row names the columns, say `header = yes;`"
					: ""));
}

static void take_field(struct reader *reader, uint32_t column, const char *bytes, size_t length)
{
	int32_t feature = reader->feature[column];

	if (feature >= 0) {
		take_number(reader, column, bytes, length);
	} else if (feature == FEATURE_LABEL) {
		reader->label = mem_grow(reader->label, &reader->label_room, length + 1, 1);
		memcpy(reader->label, bytes, length);
		reader->label_length = length;
		if (!length)
			field_error(reader, column, "the label is empty");
	}
}

static void end_row(struct reader *reader)
{
	struct table *table = &reader->load->table;
	struct place place = { reader->in.path, reader->row_line, 0 };
	uint32_t column;

	if (reader->fields != reader->columns) {
		diag_error_at(reader->load->sink, place,
			"the row has %u fields; the first row, on line %" PRIu64 ", has %u",
			reader->fields, reader->first_line, reader->columns);
		reader->stop |= diag_full(reader->load->sink);
		return;
	}
	if (reader->bad)
		return;
	if (table->count == TABLE_ROWS_MAX) {
		diag_error_at(reader->load->sink, place, "too many rows");
		reader->stop = true;
		return;
	}
	table_add_line(table, reader->row_line);
	if (!table_add_decimals(table, reader->row, &column)) {
		field_error(reader, table->columns[column] - 1,
			"the column has numbers that are too long for its number of decimal "
			"places: together they take over 63 bits");
		reader->stop = true;
	} else if (!table_add_label(table, reader->label, reader->label_length)) {
		field_error(reader, table->label_column - 1,
			"too many different labels; is "
			"this the column of the label?");
		reader->stop = true;
	}
}

/* A column by its name in the header or its number in digits; false: there is none. */
static bool find_column(const struct reader *reader, const char *name, size_t length,
	bool header, uint32_t *column)
{
	int64_t number;

	for (uint32_t i = 0; header && i < reader->columns; i++)
		if (reader->first[i].length == length &&
			memcmp(reader->first[i].bytes, name, length) == 0) {
			*column = i;
			return true;
		}
	if (!decimal_parse_integer(name, length, &number))
		return false;
	number = number < 0 ? number + reader->columns : number - 1;
	*column = (uint32_t)number;
	return number >= 0 && number < reader->columns;
}

static void column_error(
	struct reader *reader, enum csv_option option, const char *name, bool header)
{
	const char **names = mem_alloc(reader->columns, sizeof *names);
	const char *near;

	for (uint32_t i = 0; i < reader->columns; i++)
		names[i] = reader->first[i].bytes;
	near = header ? diag_nearest(name, names, reader->columns) : NULL;
	load_option_error(reader->load, option, "'%s' has no column '%s'%s%s%s",
		reader->in.path, name,
		near             ? "; did you mean '"
			: header ? ""
				 : "; its first row is no header",
		near ? near : "", near ? "'?" : "");
	free(names);
	reader->stop = true;
}

static void set_label(struct reader *reader, bool header)
{
	const struct option_value *label = load_option(reader->load, LABEL);
	uint32_t column = 0;

	if (label->text) {
		if (!find_column(reader, label->text, strlen(label->text), header, &column)) {
			column_error(reader, LABEL, label->text, header);
			return;
		}
	} else {
		int64_t number =
			label->count < 0 ? label->count + reader->columns : label->count - 1;
		if (number < 0 || number >= reader->columns) {
			load_option_error(reader->load, LABEL,
				"there is no column %" PRId64 ": '%s' has %u columns",
				label->count, reader->in.path, reader->columns);
			reader->stop = true;
			return;
		}
		column = (uint32_t)number;
	}
	reader->feature[column] = FEATURE_LABEL;
	reader->load->table.label_column = column + 1;
}

static void set_ignored(struct reader *reader, bool header)
{
	const char *at = load_option(reader->load, IGNORE)->text;

	while (at && *at && !reader->stop) {
		const char *end = at + strcspn(at, ",");
		const char *next = *end ? end + 1 : end;
		uint32_t column;

		while (at < end && *at == ' ')
			at++;
		while (end > at && end[-1] == ' ')
			end--;
		if (!find_column(reader, at, (size_t)(end - at), header, &column)) {
			char *name = mem_string(at, (size_t)(end - at));
			column_error(reader, IGNORE, name, header);
			free(name);
		} else if (reader->feature[column] == FEATURE_LABEL) {
			load_option_error(reader->load, IGNORE,
				"the column of the label is "
				"to be ignored");
			reader->stop = true;
		} else {
			reader->feature[column] = FEATURE_NONE;
		}
		at = next;
	}
}

/* True if the first row names columns: features have names, none looks like a number. */
static bool looks_like_header(const struct reader *reader)
{
	uint32_t names = 0;

	for (uint32_t i = 0; i < reader->columns; i++) {
		const struct text *text = &reader->first[i];
		struct decimal ignored;
		if (reader->feature[i] < 0)
			continue;
		names += text->length > 0;
		if (decimal_parse(text->bytes, text->length, &ignored) != DECIMAL_NOT_A_NUMBER)
			return false;
	}
	return names > 0;
}

static void number_features(struct reader *reader)
{
	struct table *table = &reader->load->table;
	uint32_t count = 0;

	table->columns = arena_alloc(&table->arena, reader->columns, sizeof *table->columns);
	for (uint32_t i = 0; i < reader->columns; i++) {
		if (reader->feature[i] < 0)
			continue;
		table->columns[count] = i + 1;
		reader->feature[i] = (int32_t)count++;
	}
	if (!count || count > TABLE_INPUTS_MAX) {
		diag_error_at(reader->load->sink,
			(struct place){ reader->in.path, reader->first_line, 0 },
			count ? "too many columns"
			      : "the row has no feature beside the label; is the delimiter "
				"right?");
		reader->stop = true;
		return;
	}
	table_set_inputs(table, count);
	reader->row = mem_zero(count, sizeof *reader->row);
}

static void start(struct reader *reader)
{
	enum header option = (enum header)load_option(reader->load, HEADER)->count;
	const struct option_value *label = load_option(reader->load, LABEL);
	bool header = option == HEADER_YES || (option == HEADER_AUTO && label->text);

	reader->started = true;
	reader->columns = reader->fields;
	reader->first_line = reader->row_line;
	reader->feature = mem_zero(reader->columns, sizeof *reader->feature);
	if (option == HEADER_AUTO && !header) {
		/* names can stand in the other options only if there is a header */
		set_label(reader, false);
		header = !reader->stop && looks_like_header(reader);
	} else {
		set_label(reader, header);
	}
	if (!reader->stop)
		set_ignored(reader, header);
	if (!reader->stop)
		number_features(reader);
	if (reader->stop || header)
		return;
	for (uint32_t i = 0; i < reader->columns; i++)
		take_field(reader, i, reader->first[i].bytes, reader->first[i].length);
	end_row(reader);
}

static void on_field(void *bytes, size_t length, void *context)
{
	struct reader *reader = context;
	uint32_t column = reader->fields++;

	if (!column)
		reader->row_line = reader->line;
	for (const char *at = bytes;
		length && (at = memchr(at, '\n', length - (size_t)(at - (const char *)bytes)));
		at++)
		reader->line++;
	if (reader->stop)
		return;
	if (length && memchr(bytes, 0, length)) { /* names of classes end there */
		field_error(reader, column,
			"a zero byte; files in UTF-16 must be converted to UTF-8");
		reader->stop = true;
		return;
	}
	if (!reader->started) {
		reader->first = mem_grow(reader->first, &reader->first_room, (size_t)column + 1,
			sizeof *reader->first);
		reader->first[column] = (struct text){
			arena_string(&reader->load->arena, length ? bytes : "", length),
			length,
		};
	} else if (column < reader->columns) {
		take_field(reader, column, length ? bytes : "", length);
	}
}

/* Called for each line end outside quotes, also of empty lines; -1 at the end. */
static void on_line(int end, void *context)
{
	struct reader *reader = context;

	if (reader->fields && !reader->stop) {
		if (reader->started)
			end_row(reader);
		else
			start(reader);
	}
	reader->fields = 0;
	reader->bad = false;
	if (end == '\r' || (end == '\n' && !reader->after_return))
		reader->line++;
	reader->after_return = end == '\r';
}

static bool syntax_error(struct reader *reader)
{
	struct place place = { reader->in.path, reader->line, reader->fields + 1 };

	if (csv_error(&reader->parser) == CSV_EPARSE)
		diag_error_at(reader->load->sink, place,
			"a quote inside a field: a quoted field begins and ends with a quote "
			"and doubles those within");
	else
		diag_error_at(reader->load->sink, place, "%s",
			csv_strerror(csv_error(&reader->parser)));
	return false;
}

static bool read_text(struct reader *reader)
{
	enum { PIECE = 64 * 1024 };
	char *piece = mem_alloc(PIECE, 1), *at = piece;
	size_t got = input_read(&reader->in, piece, PIECE);
	bool ok = true;

	if (got >= 3 && memcmp(piece, "\xef\xbb\xbf", 3) == 0) { /* byte order mark */
		at += 3;
		got -= 3;
	}
	while (ok && got && !reader->stop) {
		if (csv_parse(&reader->parser, at, got, on_field, on_line, reader) != got)
			ok = syntax_error(reader);
		else if (csv_get_buffer_size(&reader->parser) > FIELD_MAX) {
			field_error(reader, reader->fields,
				"a field of over a million characters; is a quote missing?");
			ok = false;
		}
		at = piece;
		got = ok ? input_read(&reader->in, piece, PIECE) : 0;
	}
	free(piece);
	if (!ok || reader->stop || reader->in.failed)
		return false;
	if (csv_fini(&reader->parser, on_field, on_line, reader) != 0) {
		struct place place = { reader->in.path, reader->line, reader->fields + 1 };
		diag_error_at(reader->load->sink, place, "a quoted field is not closed");
		return false;
	}
	return true;
}

/* The one character of an option, "\t" (two characters) being one. */
static bool one_character(struct load *load, enum csv_option option, unsigned char *result)
{
	const char *text = load_option(load, option)->text;

	if (!text)
		return true;
	if (strcmp(text, "\\t") == 0)
		text = "\t";
	if (strlen(text) != 1 || *text == '\n' || *text == '\r') {
		load_option_error(
			load, option, "`%s` takes one character", options[option].name);
		return false;
	}
	*result = (unsigned char)*text;
	return true;
}

static bool set_up_parser(struct reader *reader)
{
	unsigned char delimiter = ',', quote = '"';

	if (!one_character(reader->load, DELIMITER, &delimiter) ||
		!one_character(reader->load, QUOTE, &quote))
		return false;
	if (delimiter == quote) {
		load_option_error(reader->load, DELIMITER, "the delimiter is also the quote");
		return false;
	}
	if (csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0)
		panic("libcsv does not start");
	csv_set_delim(&reader->parser, delimiter);
	csv_set_quote(&reader->parser, quote);
	csv_set_blk_size(&reader->parser, 4096);
	return true;
}

static bool check_rows(struct reader *reader)
{
	const struct table *table = &reader->load->table;

	if (table->count || load_has_failed(reader->load))
		return table->count != 0;
	input_error(&reader->in,
		reader->started ? "the file holds no rows beside its header"
				: "the file is empty");
	return false;
}

static bool read_csv(struct load *load)
{
	struct reader reader = { .load = load, .line = 1 };
	bool ok;

	if (!set_up_parser(&reader))
		return false;
	ok = input_open(&reader.in, load, load->request->inputs, load->request->inputs_span);
	if (ok)
		ok = read_text(&reader) && check_rows(&reader);
	input_close(&reader.in);
	csv_free(&reader.parser);
	free(reader.first);
	free(reader.feature);
	free(reader.row);
	free(reader.label);
	return ok;
}

const struct source source_csv = {
	.name = "csv",
	.kind = SOURCE_FORMAT,
	.help = "text: a row of fields per line, one of them the label",
	.options = options,
	.option_count = OPTIONS,
	.inputs = SOURCE_MUST,
	.read = read_csv,
};
