/*
 * Diagnostics: what a user, the data or the machine did wrong.
 *
 * A sink collects records; only the driver prints them. Places are byte spans into a
 * source text, turned into line and column when printed, or a row and column of a data
 * file that is never held as text. A sink keeps the first DIAG_LIMIT errors and counts the
 * rest. It owns its messages and the paths of its sources; the source texts are the
 * caller's and must outlive it.
 */
#ifndef SUPPORT_DIAG_H
#define SUPPORT_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "support/arena.h"

#define DIAG_LIMIT 20

/* Bytes begin..end-1 of a source; source 0 is "no place". */
struct span {
	uint32_t source;
	uint32_t begin, end;
};

#define SPAN_NONE ((struct span){ 0, 0, 0 })

/* A place in a data file. Line and column count from 1; 0 is "not known". */
struct place {
	const char *path;
	uint64_t line;
	uint32_t column;
};

struct diag_source;
struct diag_record;

struct diag_sink {
	struct arena arena;
	struct diag_source *sources;
	uint32_t source_count;
	size_t source_room;
	struct diag_record *first, *last;
	unsigned spec_errors;  /* the spec, the data or an expectation is at fault */
	unsigned world_errors; /* a file, a tool or the machine is */
	bool muted;            /* notes of an error past the limit are dropped with it */
};

void diag_init(struct diag_sink *sink);
void diag_fini(struct diag_sink *sink);

/*
 * Registers a text (borrowed) under the name to print; returns the number for spans. NULL is a
 * file that is no text, of which only the name is printed.
 */
uint32_t diag_source(struct diag_sink *sink, const char *path, const char *text, size_t size);

/* The registered path, or "". */
const char *diag_source_path(const struct diag_sink *sink, uint32_t source);

/* The user's fault: exit code 1. */
void diag_error(struct diag_sink *sink, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void diag_error_at(struct diag_sink *sink, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The world's: a file that cannot be read or written, a tool that fails. Exit code 2. */
void diag_world(struct diag_sink *sink, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same of standard output whose reader has left, who wants no words: head, say. */
void diag_reader_left(struct diag_sink *sink);

/* Not an error; printed all the same. */
void diag_warn(struct diag_sink *sink, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A related place of the record before. */
void diag_note(struct diag_sink *sink, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void diag_note_at(struct diag_sink *sink, struct place place, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Errors of both kinds so far. */
unsigned diag_count(const struct diag_sink *sink);

/* True when more errors would only be counted: time to give up. */
bool diag_full(const struct diag_sink *sink);

/* 0 without errors, 1 for the user's, 2 when the world's are among them. */
int diag_exit_code(const struct diag_sink *sink);

/*
 * Writes "path:line:col: error: text", the line and a caret, for every record, in order, and
 * forgets the records, so that their sources may end. The counts stay.
 */
void diag_print(struct diag_sink *sink, FILE *stream);

/* Of `count` names the one nearest to `name`, or NULL if none is near. */
const char *diag_nearest(const char *name, const char *const *names, size_t count);

#endif
