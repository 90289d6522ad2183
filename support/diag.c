#include "support/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

struct diag_source {
	const char *path;
	const char *text;
	size_t size;
};

struct diag_record {
	struct diag_record *next;
	const char *kind; /* "error", "warning", "note" */
	const char *text;
	struct span span;
	struct place place;
};

void diag_init(struct diag_sink *sink)
{
	*sink = (struct diag_sink){ 0 };
	arena_init(&sink->arena);
}

void diag_fini(struct diag_sink *sink)
{
	arena_fini(&sink->arena);
	free(sink->sources);
	*sink = (struct diag_sink){ 0 };
}

uint32_t diag_source(struct diag_sink *sink, const char *path, const char *text, size_t size)
{
	sink->sources = mem_grow(sink->sources, &sink->source_room,
		(size_t)sink->source_count + 1, sizeof *sink->sources);
	sink->sources[sink->source_count] = (struct diag_source){
		.path = arena_string(&sink->arena, path, strlen(path)),
		.text = text,
		.size = size,
	};
	return ++sink->source_count;
}

const char *diag_source_path(const struct diag_sink *sink, uint32_t source)
{
	return source && source <= sink->source_count ? sink->sources[source - 1].path : "";
}

unsigned diag_count(const struct diag_sink *sink)
{
	return sink->spec_errors + sink->world_errors;
}

bool diag_full(const struct diag_sink *sink)
{
	return diag_count(sink) >= DIAG_LIMIT;
}

int diag_exit_code(const struct diag_sink *sink)
{
	if (sink->world_errors)
		return 2;
	return sink->spec_errors ? 1 : 0;
}

/* The bytes of a control character; 0 if it is none. U+0080 to U+009F take two in UTF-8. */
static size_t control_length(const char *text, size_t size)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (size > 1 && bytes[0] == 0xc2 && bytes[1] >= 0x80 && bytes[1] < 0xa0)
		return 2;
	return bytes[0] < ' ' || bytes[0] == 127;
}

/* What a file holds may be quoted, and is no way to command a terminal. */
static void hide_controls(char *text)
{
	size_t size = strlen(text);

	for (size_t i = 0; i < size; i++)
		memset(text + i, text[i] == '\n' || text[i] == '\t' ? ' ' : '?',
			control_length(text + i, size - i));
}

__attribute__((format(printf, 5, 0))) static void record(struct diag_sink *sink,
	const char *kind, struct span span, struct place place, const char *format,
	va_list args)
{
	struct diag_record *record;
	char text[1024];

	if (sink->muted)
		return;
	vsnprintf(text, sizeof text, format, args);
	hide_controls(text);
	record = arena_alloc(&sink->arena, 1, sizeof *record);
	record->kind = kind;
	record->span = span;
	record->place = place;
	record->text = arena_string(&sink->arena, text, strlen(text));
	if (place.path)
		record->place.path = arena_string(&sink->arena, place.path, strlen(place.path));
	if (sink->last)
		sink->last->next = record;
	else
		sink->first = record;
	sink->last = record;
}

/* The printf-like entry points differ only in what they count and where they point. */
#define RECORD(kind, span, place) \
	do { \
		va_list args; \
		va_start(args, format); \
		record(sink, kind, span, place, format, args); \
		va_end(args); \
	} while (0)

void diag_error(struct diag_sink *sink, struct span span, const char *format, ...)
{
	sink->muted = diag_full(sink);
	RECORD("error", span, (struct place){ 0 });
	sink->spec_errors++;
}

void diag_error_at(struct diag_sink *sink, struct place place, const char *format, ...)
{
	sink->muted = diag_full(sink);
	RECORD("error", SPAN_NONE, place);
	sink->spec_errors++;
}

void diag_world(struct diag_sink *sink, struct span span, const char *format, ...)
{
	sink->muted = diag_full(sink);
	RECORD("error", span, (struct place){ 0 });
	sink->world_errors++;
}

void diag_reader_left(struct diag_sink *sink)
{
	sink->world_errors++;
}

void diag_warn(struct diag_sink *sink, struct span span, const char *format, ...)
{
	sink->muted = false;
	RECORD("warning", span, (struct place){ 0 });
}

void diag_note(struct diag_sink *sink, struct span span, const char *format, ...)
{
	RECORD("note", span, (struct place){ 0 });
}

void diag_note_at(struct diag_sink *sink, struct place place, const char *format, ...)
{
	RECORD("note", SPAN_NONE, place);
}

/* The line that holds byte `at`, as an offset and a length. */
static size_t line_start(const struct diag_source *source, size_t at)
{
	while (at > 0 && source->text[at - 1] != '\n')
		at--;
	return at;
}

static size_t line_number(const struct diag_source *source, size_t start)
{
	size_t line = 1;

	for (size_t i = 0; i < start; i++)
		line += source->text[i] == '\n';
	return line;
}

#define CARET_COLUMNS 200

static void print_caret(
	const struct diag_source *source, size_t start, size_t at, size_t end, FILE *stream)
{
	size_t stop = start;

	while (stop < source->size && source->text[stop] != '\n')
		stop++;
	if (at - start > CARET_COLUMNS) /* a line too long to show */
		return;
	if (stop - start > CARET_COLUMNS)
		stop = start + CARET_COLUMNS;
	fputs("  ", stream);
	for (size_t i = start; i < stop; i++) {
		size_t hidden = control_length(source->text + i, stop - i);
		if (!hidden || source->text[i] == '\t') {
			fputc(source->text[i], stream);
			continue;
		}
		fprintf(stream, "%*s", (int)hidden, "");
		i += hidden - 1;
	}
	fputs("\n  ", stream);
	for (size_t i = start; i < at; i++)
		fputc(source->text[i] == '\t' ? '\t' : ' ', stream);
	fputc('^', stream);
	for (size_t i = at + 1; i < end && i < stop; i++)
		fputc('~', stream);
	fputc('\n', stream);
}

static void print_record(
	const struct diag_sink *sink, const struct diag_record *record, FILE *stream)
{
	const struct diag_source *source;
	size_t at, start;

	if (record->place.path) {
		fprintf(stream, "%s:", record->place.path);
		if (record->place.line)
			fprintf(stream, "%llu:", (unsigned long long)record->place.line);
		if (record->place.line && record->place.column)
			fprintf(stream, "%u:", record->place.column);
		fprintf(stream, " %s: %s\n", record->kind, record->text);
		return;
	}
	if (!record->span.source) {
		fprintf(stream, "memc: %s: %s\n", record->kind, record->text);
		return;
	}
	source = &sink->sources[record->span.source - 1];
	if (!source->text) {
		fprintf(stream, "%s: %s: %s\n", source->path, record->kind, record->text);
		return;
	}
	at = record->span.begin < source->size ? record->span.begin : source->size;
	start = line_start(source, at);
	fprintf(stream, "%s:%zu:%zu: %s: %s\n", source->path, line_number(source, start),
		at - start + 1, record->kind, record->text);
	print_caret(source, start, at, record->span.end, stream);
}

void diag_print(struct diag_sink *sink, FILE *stream)
{
	for (const struct diag_record *record = sink->first; record; record = record->next)
		print_record(sink, record, stream);
	if (diag_count(sink) > DIAG_LIMIT)
		fprintf(stream, "memc: %u more errors\n", diag_count(sink) - DIAG_LIMIT);
	sink->first = sink->last = NULL;
}

/* Edit distance with swaps of neighbours (optimal string alignment). */
static size_t edit_distance(const char *a, const char *b)
{
	enum { LONGEST = 48 };
	size_t rows[3][LONGEST + 1];
	size_t m = strlen(a), n = strlen(b);

	if (m > LONGEST || n > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= n; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= m; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);
			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				rows[(i + 1) % 3][j - 2] + 1 < best)
				best = rows[(i + 1) % 3][j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[m % 3][n];
}

const char *diag_nearest(const char *name, const char *const *names, size_t count)
{
	const char *nearest = NULL;
	size_t best = strlen(name) / 3 + 2; /* farther than this is no help */

	for (size_t i = 0; i < count; i++) {
		size_t distance = edit_distance(name, names[i]);
		if (distance < best && distance < strlen(names[i])) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}
