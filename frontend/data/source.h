/*
 * Sources: where the rows of a data set come from.
 *
 * A source is one file that exports one const row: a reader of a file format, a generator,
 * or the points in line. It declares its options and the files it takes, and fills a table
 * of raw rows (frontend/data/table.h). What is then done with the rows is the same for all
 * of them (frontend/data/dataset.h).
 */
#ifndef FRONTEND_DATA_SOURCE_H
#define FRONTEND_DATA_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frontend/data/dataset.h"
#include "frontend/data/table.h"
#include "frontend/option.h"
#include "support/diag.h"
#include "support/progress.h"

enum source_kind {
	SOURCE_FORMAT,    /* `format NAME { options }` with the clauses `inputs`, `labels` */
	SOURCE_GENERATOR, /* `generate NAME { options }` */
	SOURCE_POINTS,    /* `points { ... }`; its one row has the name "points" */
};

/* Whether a clause `inputs` or `labels` may or must stand beside the source. */
enum source_file { SOURCE_NEVER, SOURCE_MAY, SOURCE_MUST };

struct load;

struct source {
	const char *name; /* in a spec */
	enum source_kind kind;
	const char *help;
	const struct option_row *options;
	size_t option_count;
	enum source_file inputs, labels;

	/* Fills load->table. Returns false with diagnostics on failure. */
	bool (*read)(struct load *load);
};

/* All sources; ends with NULL. */
extern const struct source *const sources[];

/* NULL if there is none of that kind and name. */
const struct source *source_find(enum source_kind kind, const char *name);

/* A load under way: what a source reads and changes. */
struct load {
	const struct dataset_request *request;
	struct diag_sink *sink;
	const struct progress *progress;
	unsigned errors;    /* that the sink had before */
	struct arena arena; /* scratch, ends with the load */
	struct table table;
};

/* True once this load has reported an error. */
bool load_has_failed(const struct load *load);

/* The value of option `index` of the request's source. */
const struct option_value *load_option(const struct load *load, size_t index);

/*
 * Reports an error at row `row` (from 0, as read) and feature `feature` (from 1; 0: the
 * row, LOAD_LABEL: its label), wherever the row came from: a file, a point in line, a
 * generator.
 */
#define LOAD_LABEL UINT32_MAX
void load_error(struct load *load, uint64_t row, uint32_t feature, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* The same, as a note of the error before. */
void load_note(struct load *load, uint64_t row, uint32_t feature, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Reports an error of option `index`, or of the source where the option is not set. */
void load_option_error(struct load *load, size_t index, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Bytes of a file for a message: in quotes, cut, nothing unprintable. Owned by the load. */
const char *load_quote(struct load *load, const char *bytes, size_t length);

#endif
