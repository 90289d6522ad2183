/*
 * Data sets: from files, generators or points in line to points on the integer grid.
 *
 * A request says all that the spec says of a data set, checked and with every path
 * resolved. dataset_load() runs: read (one reader or generator), keep the classes that
 * `only` names, shuffle the labels, split, limit, map to the grid, merge duplicates. It
 * keeps the order of the rows.
 */
#ifndef FRONTEND_DATA_DATASET_H
#define FRONTEND_DATA_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frontend/option.h"
#include "ir/feature.h"
#include "support/arena.h"
#include "support/diag.h"
#include "support/progress.h"

/* mantissa / 10^digits, 0 <= digits <= 18. */
struct decimal {
	int64_t mantissa;
	uint32_t digits;
};

/* A point in line: `inputs` coordinates (of the request's array) and a class name. */
struct inline_point {
	const struct decimal *coordinates;
	uint32_t count;
	const char *label;
	struct span span;
};

struct source; /* frontend/data/source.h: a row of the table of readers and generators */

struct dataset_request {
	const char *name;
	struct span span; /* of the name */

	const struct source *source;
	struct span source_span;
	const struct option_value *options; /* parallel to the source's rows */

	const char *inputs; /* path; NULL for generators and points in line */
	struct span inputs_span;
	const char *labels; /* path, where the format has a file of its own for labels */
	struct span labels_span;
	const struct inline_point *points;
	size_t point_count;

	const char *const *class_names; /* in order of the classes, or NULL */
	size_t class_name_count;
	struct span class_names_span;

	const char *const *only; /* names (or texts of numbers) of the classes to keep */
	const struct span *only_spans;
	size_t only_count;

	bool real;         /* labels are numbers, rounded to multiples of 2^real_exponent */
	int real_exponent; /* of the greatest power of two that is no more than the precision */
	struct span real_span;

	uint64_t limit, limit_per_class; /* 0: none */

	bool split; /* keep a seeded random part of the rows, or (drop) the other rows */
	bool split_drop;
	struct ir_ratio split_part; /* 0 < part < 1 */
	uint64_t split_seed;

	bool shuffle_labels;
	uint64_t shuffle_seed;

	bool has_range; /* raw range of every feature, both included */
	struct ir_ratio range_lo, range_hi;
	struct span range_span;
	bool has_step, has_offset;
	struct ir_ratio step, offset;
	struct span step_span;
};

/* How grid values are stored. */
enum cell {
	CELL_U8,
	CELL_I8,
	CELL_U16,
	CELL_I16,
	CELL_I32,
	CELL_I64,
};

struct dataset {
	uint64_t count;   /* N, points after merging */
	uint32_t inputs;  /* d */
	uint32_t classes; /* C */
	const char **class_names;
	const struct ir_feature *levels; /* of real labels, which have no names; or NULL */
	struct ir_feature *features;     /* d of them: ranges and mapping */
	enum ir_element element;         /* type of the raw features */

	enum cell cell;
	void *cells;      /* count x inputs, row by row, malloc'ed */
	uint32_t *labels; /* count, each below classes, malloc'ed; of real labels the levels */
	uint64_t *rows;   /* number (from 1) of the first source row of each point */

	uint64_t rows_read; /* before filters */
	uint64_t rows_kept; /* after filters, before merging */
	uint64_t merged;    /* rows_kept - count */
	char sha256[65];    /* of shapes, features, cells and labels */

	struct arena arena; /* owns names and features */
};

/*
 * Loads a data set. On failure returns false with diagnostics and nothing to free; on
 * success the caller ends it with dataset_fini().
 */
bool dataset_load(struct dataset *dataset, const struct dataset_request *request,
	struct diag_sink *sink, const struct progress *progress);
void dataset_fini(struct dataset *dataset);

/* The name of a class, or the value of a level; `text` has room for IR_LEVEL_TEXT bytes. */
const char *dataset_label(const struct dataset *dataset, uint32_t label, char *text);

/* Grid coordinates of point i, 0 <= i < count, into d entries. */
void dataset_point(const struct dataset *dataset, uint64_t i, int64_t *point);

/*
 * Raw features of grid point `point` (d entries) as the emitted classifier reads them:
 * d * ir_element_bytes() bytes, little-endian.
 */
void dataset_raw(const struct dataset *dataset, const int64_t *point, unsigned char *bytes);

#endif
