/*
 * What the parts of plan_dense_new() share: what is known of each value, and forms in machine
 * integers.
 */
#ifndef BACKENDS_PLAN_DENSER_H
#define BACKENDS_PLAN_DENSER_H

#include <gmp.h>

#include "backends/plan/dense.h"
#include "ir/range.h"

/* Values, and sums of what they are made of, are less than this in magnitude. */
#define DENSE_LIMIT (INT64_C(1) << 62)

enum dense_kind {
	DENSE_NONE,    /* nothing reads it */
	DENSE_INPUT,   /* v[value] */
	DENSE_THROUGH, /* an affine form that one step alone reads: the step has its terms */
	DENSE_ROW,     /* kept; `place` is the number of the row */
	DENSE_LAZY_ROW,
	DENSE_LEAF,
	DENSE_ROOT, /* a gate that is kept; `place` is its number */
	DENSE_GATE,
};

/* A value and how it is held: (v - least * 2^step) / 2^step, in 0..most. */
struct dense_value {
	uint8_t kind;     /* enum dense_kind */
	bool falls;       /* its reader is a relu or step, by a negative weight */
	uint16_t depth;   /* of a gate: gates under way within it */
	uint32_t readers; /* terms that read it */
	uint32_t reader;  /* one of them */
	uint32_t place;
	int32_t step;
	int64_t least, most;
};

struct dense_term {
	uint32_t value;
	int64_t weight;
};

/* As its value is held: relu(sum of weights * held values + bias), or [that > 0]. */
struct dense_form {
	struct dense_term *terms;
	size_t count, room;
	int64_t bias;
	bool unit;
	bool between; /* within: relu(1 - relu(bias - term) - relu(term - last)) */
	int64_t last;
};

struct denser {
	struct plan_dense *dense;
	const struct ir_module *module;
	struct ir_ranges ranges;
	struct dense_value *values; /* by value handle */
	uint32_t *rows;             /* values of the rows, by number */
	size_t row_room;
	bool fits; /* no number has been too large yet */
	mpz_t scaled;
};

/* The handle of the value whose terms are those of a form: the operand of a step, or itself. */
ir_value denser_terms(const struct denser *denser, ir_value value);

/* Says how a value is held; denser->fits becomes false if that is not possible. */
void denser_hold(struct denser *denser, ir_value value);

/*
 * Reads the form of a held value, into room that is reused. Its sums, whatever the order, stay
 * below DENSE_LIMIT, or denser->fits becomes false.
 */
void denser_form(struct denser *denser, ir_value value, struct dense_form *form);

static inline bool dense_is_kept(const struct dense_value *value)
{
	return value->kind == DENSE_INPUT || value->kind == DENSE_ROW ||
		value->kind == DENSE_ROOT;
}

/* Its place in v, of a value that is kept. */
uint32_t denser_place(const struct denser *denser, uint32_t value);

/* The words of gates; numbers lazy rows as they are read. */
void denser_put_gates(struct denser *denser);

/* Chooses how rows are multiplied, and puts them. */
void denser_put_rows(struct denser *denser);

#endif
