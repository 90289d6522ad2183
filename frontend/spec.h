/*
 * A checked spec: what a .mem file says, names resolved.
 *
 * spec_load() scans, parses and checks a file and what it includes. Names, types and
 * numbers that depend on no data are checked then, on all of the file, so that one run
 * reports as many errors as there are. Numbers in networks and expectations may depend on
 * N, d and C of the data set; they are evaluated by the functions below once it is loaded.
 *
 * The spec owns all it points to until spec_fini(). The sink keeps spans into the source
 * texts, so a spec outlives the printing of its diagnostics.
 */
#ifndef FRONTEND_SPEC_H
#define FRONTEND_SPEC_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frontend/data/dataset.h"
#include "frontend/option.h"
#include "support/diag.h"

struct tree_clause; /* frontend/tree.h */
struct tree_relation;
struct construct; /* frontend/construct/construct.h: a row of the table of constructions */

/* -D name=value: the value is an expression, or a text where the param is a text. */
struct spec_define {
	const char *name, *value;
};

struct spec_network {
	const char *name;
	struct span span;
	const char *dataset; /* its name; the index is below */
	uint32_t dataset_index;
	const struct construct *construct;
	const struct tree_clause *construct_clause; /* settings, NULL: none */
	struct span construct_span;
	const struct tree_clause *project_clause; /* NULL: defaults */
};

struct spec_expect {
	const struct tree_relation *relation;
	uint32_t network_index;
	struct span span;
};

struct spec_emit {
	const char *kind; /* the clause: "program", "c", "obj", "llvm_ir", "ir", ... */
	const char *path; /* as written, relative to the folder of the output */
	uint32_t network_index;
	struct span span;
};

struct spec {
	struct arena arena;
	const char *path;
	char sha256[65];    /* of the spec's text; includes and -D join it, in order */
	const char **files; /* every file read: the spec, its includes */
	size_t file_count;

	struct dataset_request *datasets;
	uint32_t dataset_count;
	struct spec_network *networks;
	uint32_t network_count;
	struct spec_expect *expects;
	uint32_t expect_count;
	struct spec_emit *emits;
	uint32_t emit_count;

	struct spec_private *private;
};

/* path may be "-" for standard input. On failure false, diagnostics; end it all the same. */
bool spec_load(struct spec *spec, const char *path, const struct spec_define *defines,
	size_t define_count, struct diag_sink *sink);

/* The same of a text that has been read from there; NULL: of the file. It is copied. */
struct spec_text {
	const char *bytes;
	size_t size;
};
bool spec_load_text(struct spec *spec, const char *path, const struct spec_text *text,
	const struct spec_define *defines, size_t define_count, struct diag_sink *sink);

void spec_fini(struct spec *spec);

/* The text that was loaded, without its includes; in UTF-8, and the spec's. */
struct spec_text spec_source(const struct spec *spec);

/* What numbers of a network may use. */
struct spec_scope {
	uint64_t points, inputs, classes; /* N, d, C */
};

/*
 * Evaluates the settings of a clause against option rows into `values` (parallel to the
 * rows, texts owned by the spec). clause may be NULL: only fallbacks. False with
 * diagnostics if one is out of bounds.
 */
bool spec_options(struct spec *spec, const struct tree_clause *clause,
	const struct option_row *rows, size_t row_count, const struct spec_scope *scope,
	struct option_value *values, struct diag_sink *sink);

/*
 * Evaluates an expectation. `names`/`measures` are the measures of the network that may
 * stand in it (width, depth, memorized, ...), exact integers. False with an error that
 * shows both sides if it does not hold.
 */
struct spec_measure {
	const char *name;
	uint64_t value;
};
bool spec_expectation(struct spec *spec, const struct spec_expect *expect,
	const struct spec_scope *scope, const struct spec_measure *measures,
	size_t measure_count, struct diag_sink *sink);

/* The names of measures that the checker accepts in expectations; ends with NULL. */
extern const char *const spec_measure_names[];

/*
 * The canonical layout of a spec's text, comments kept; malloc'ed. NULL with diagnostics if
 * the text does not scan or parse.
 */
char *spec_format(const char *path, const char *text, size_t size, struct diag_sink *sink);

#endif
