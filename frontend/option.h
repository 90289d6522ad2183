/*
 * Options: the settings that a reader, a generator or a construction takes.
 *
 * Each of them declares a const table of rows; the checker reads names, types, bounds and
 * defaults from it, and so do the manual pages. Values come in an array parallel to the
 * rows.
 */
#ifndef FRONTEND_OPTION_H
#define FRONTEND_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/feature.h"
#include "support/diag.h"

enum option_type {
	OPTION_COUNT,  /* an integer, min..max */
	OPTION_NUMBER, /* a rational number whose numerator and denominator fit 63 bits */
	OPTION_WORD,   /* one of words; value.count is its index */
	OPTION_STRING, /* a quoted text */
	OPTION_COLUMN, /* a column: a quoted header name (text) or a number from 1, or
			  negative from the end (count) */
};

struct option_row {
	const char *name;
	enum option_type type;
	const char *fallback;     /* as it would stand in a spec; NULL: not set */
	int64_t min, max;         /* OPTION_COUNT; both 0: any */
	const char *const *words; /* OPTION_WORD, ends with NULL */
	const char *help;
};

struct option_value {
	bool set; /* by the spec or by the fallback */
	struct span span;
	int64_t count;
	struct ir_ratio number;
	const char *text;
};

#endif
