#include "driver/run_rows.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ir/level.h"
#include "support/mem.h"

/* Bytes that are read at once, and of the rows that are classified at once. */
enum { READ_BYTES = 1 << 18, BATCH_BYTES = 1 << 18 };

static const char input_name[] = "standard input";

struct reader {
	struct session *session;
	const struct ir_module *module;
	struct classifier *classifier;
	size_t row_bytes;

	char *text; /* what was read and not yet taken */
	size_t text_count, text_room;

	char *rows; /* whole rows that wait to be classified */
	bool *outside;
	int32_t *classes;
	size_t count, room;

	uint64_t line;
};

static bool bad_row(struct reader *reader, uint32_t column, const char *what)
{
	struct place place = { input_name, reader->line, column };

	diag_error_at(&reader->session->sink, place, "%s", what);
	return false;
}

/* The row goes on with `rest` behind column `column`, and has not one cell for each input. */
static bool bad_count(struct reader *reader, uint32_t column, const char *rest)
{
	struct place place = { input_name, reader->line, column };
	uint32_t inputs = reader->module->input_count;
	uint64_t cells = column;

	for (; (rest = strchr(rest, ',')); rest++)
		cells++;
	diag_error_at(&reader->session->sink, place,
		"the row has %" PRIu64 " column%s, the network %" PRIu32 " input%s%s", cells,
		cells == 1 ? "" : "s", inputs, inputs == 1 ? "" : "s",
		cells == (uint64_t)inputs + 1 ? "; rows are without a label here" : "");
	return false;
}

/* --- answers ----------------------------------------------------------------------------- */

static const char *name_of(const struct reader *reader, int32_t class, char *text)
{
	if (reader->module->levels)
		return ir_level_text(reader->module->levels, class, text);
	return reader->module->class_names[class];
}

/* False if nobody reads the answers any more. */
static bool answer_rows(struct reader *reader)
{
	char text[IR_LEVEL_TEXT];

	if (!reader->count)
		return true;
	classifier_run(reader->classifier, reader->rows, reader->count, reader->classes);
	session_clear_line(reader->session);
	for (size_t i = 0; i < reader->count; i++) {
		int32_t class = reader->outside[i] ? -1 : reader->classes[i];
		fputs(class < 0 ? "unknown" : name_of(reader, class, text), stdout);
		putchar('\n');
	}
	reader->count = 0;
	return fflush(stdout) == 0;
}

/* The row under way is whole. */
static bool end_row(struct reader *reader, bool inside)
{
	reader->outside[reader->count++] = !inside;
	return reader->count < reader->room || answer_rows(reader);
}

/* --- CSV --------------------------------------------------------------------------------- */

/* The number at `text` as an element; false at `end` if the type has no such number. */
static bool read_element(enum ir_element element, const char *text, char **end, void *to)
{
	long long x;

	errno = 0;
	if (element == IR_FLOAT) {
		float real = strtof(text, end);
		memcpy(to, &real, sizeof real);
		return true;
	}
	if (element == IR_DOUBLE) {
		double real = strtod(text, end);
		memcpy(to, &real, sizeof real);
		return true;
	}
	x = strtoll(text, end, 10);
	return raw_store(element, x, to) && errno == 0;
}

/* The cell of column k at *text; what the type cannot say is outside the domain. */
static bool read_cell(struct reader *reader, uint32_t k, char **text, bool *inside)
{
	const struct ir_module *module = reader->module;
	uint32_t bytes = ir_element_bytes(module->element);
	char *row = reader->rows + reader->count * reader->row_bytes, *end;
	bool sayable = read_element(module->element, *text, &end, row + k * bytes);

	if (end == *text)
		return bad_row(reader, k + 1, "expected a number");
	*inside = *inside && sayable;
	end += strspn(end, " \t\r");
	if (*end != ',' && *end != '\0')
		return bad_row(reader, k + 1,
			*end == '.' || *end == 'e' || *end == 'E'
				? "expected an integer, without a point or exponent"
				: "expected a number and a comma");
	if (k + 1 < module->input_count ? *end != ',' : *end != '\0')
		return bad_count(reader, k + 1, end);
	*text = end + 1;
	return true;
}

/* A first line whose cells are all words names the columns, as standalone programs take it. */
static bool is_header(const char *line)
{
	for (;; line++) {
		char *end;
		strtod(line, &end);
		if (end != line || !*line)
			return false;
		line = strchr(line, ',');
		if (!line)
			return true;
	}
}

static bool take_line(struct reader *reader, char *line, size_t length)
{
	bool inside = true;

	reader->line++;
	while (length && line[length - 1] == '\r')
		length--;
	line[length] = '\0';
	if (strlen(line) != length)
		return bad_row(reader, 0, "a zero byte in the row");
	if (!length || (reader->line == 1 && is_header(line)))
		return true;
	for (uint32_t k = 0; k < reader->module->input_count; k++)
		if (!read_cell(reader, k, &line, &inside))
			return false;
	return end_row(reader, inside);
}

/* Takes the whole lines of what was read, and the last one at the end of the input. */
static bool take_text(struct reader *reader, bool ended)
{
	char *at = reader->text, *end = at + reader->text_count, *newline;

	while (at < end && (newline = memchr(at, '\n', (size_t)(end - at)))) {
		if (!take_line(reader, at, (size_t)(newline - at)))
			return false;
		at = newline + 1;
	}
	if (ended && at < end) {
		if (!take_line(reader, at, (size_t)(end - at)))
			return false;
		at = end;
	}
	reader->text_count = (size_t)(end - at);
	memmove(reader->text, at, reader->text_count);
	return true;
}

/* --- packed elements --------------------------------------------------------------------- */

static bool take_raw(struct reader *reader, bool ended)
{
	const char *at = reader->text, *end = at + reader->text_count;

	for (; (size_t)(end - at) >= reader->row_bytes; at += reader->row_bytes) {
		char *row = reader->rows + reader->count * reader->row_bytes;
		memcpy(row, at, reader->row_bytes);
		raw_swap(reader->module->element, row, reader->module->input_count);
		reader->line++;
		if (!end_row(reader, true))
			return false;
	}
	reader->text_count = (size_t)(end - at);
	memmove(reader->text, at, reader->text_count);
	if (!ended || !reader->text_count)
		return true;
	diag_error(&reader->session->sink, SPAN_NONE,
		"%s: row %" PRIu64 ": the input ends after %zu of its %zu bytes", input_name,
		reader->line + 1, reader->text_count, reader->row_bytes);
	return false;
}

/* --- the stream -------------------------------------------------------------------------- */

/* Reads more; false at the end of the input, or where it cannot be read. */
static bool read_more(struct reader *reader)
{
	ssize_t got;

	reader->text = mem_grow(
		reader->text, &reader->text_room, reader->text_count + READ_BYTES + 1, 1);
	do
		got = read(STDIN_FILENO, reader->text + reader->text_count, READ_BYTES);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		diag_world(&reader->session->sink, SPAN_NONE, "cannot read %s: %s", input_name,
			strerror(errno));
	if (got > 0)
		reader->text_count += (size_t)got;
	return got > 0;
}

void run_rows(struct session *session, const struct ir_module *module,
	struct classifier *classifier, bool raw)
{
	struct reader reader = { .session = session,
		.module = module,
		.classifier = classifier,
		.row_bytes = classifier_form(classifier)->row_bytes };
	bool more = true, good = true;

	reader.room = BATCH_BYTES / reader.row_bytes + 1;
	reader.rows = mem_alloc(reader.room, reader.row_bytes);
	reader.outside = mem_alloc(reader.room, sizeof *reader.outside);
	reader.classes = mem_alloc(reader.room, sizeof *reader.classes);
	while (more && good) {
		more = read_more(&reader);
		good = raw ? take_raw(&reader, !more) : take_text(&reader, !more);
		good = answer_rows(&reader) && good;
	}
	free(reader.classes);
	free(reader.outside);
	free(reader.rows);
	free(reader.text);
}
