/*
 * Private to the range analysis: what its parts share.
 */
#ifndef IR_ANALYSIS_H
#define IR_ANALYSIS_H

#include "ir/kinks.h"
#include "ir/range.h"

/* The terms of the sum under way that are functions of a group's L. */
struct chain {
	uint32_t stamp; /* the node whose sum it is */
	uint32_t head;  /* term + 1, 0 ends */
};

/* Bounds of a column of a table, computed when first asked for. */
struct column {
	num lo, hi;
	int32_t step;
	bool known;
};

/* Founders of groups whose forms have hashes that begin alike. */
struct founder {
	uint32_t hash, next; /* value + 1, 0 ends */
};

enum gaps { GAPS_UNKNOWN, GAPS_NONE, GAPS_SOME };

struct analysis {
	const struct ir_module *module;
	struct ir_ranges *ranges;
	struct founder *founders; /* by value, of those that founded a group */
	struct chain *chains;     /* by group */
	size_t chain_room;
	uint32_t *heads; /* by hash of a linear form: its newest founder + 1 */
	size_t head_count;
	uint32_t *next_term;
	size_t term_room;
	struct column **columns; /* by table */
	uint8_t *gapless;        /* by table, when first asked for: enum gaps */
	uint64_t row_budget;     /* rows of knots that may still be looked at */
	struct kinks kinks;
	struct dyadic lo, hi, at, rise;
	struct dyadic_scratch scratch;
};

static inline struct ir_range *range_of(struct analysis *analysis, ir_value value)
{
	return &analysis->ranges->of[value.i];
}

/* Ranges of derived operations (ir/range_derived.c); the others are in ir/range.c. */
void analyze_derived(struct analysis *analysis, ir_value value);

/* Sets the range of a value that has none before a relu. */
void set_range(struct analysis *analysis, ir_value value, num lo, num hi, int32_t step);

#endif
