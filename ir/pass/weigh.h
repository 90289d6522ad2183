/*
 * Weigh: how much a table may stand for, as if every value could be a function of another.
 *
 * The root of a value is the one value that all it reads have as theirs; a value that reads
 * several is its own root. Constants count: a row of a table that is read is as much as a
 * term.
 */
#ifndef IR_PASS_WEIGH_H
#define IR_PASS_WEIGH_H

#include "ir/ir.h"

struct weights {
	uint32_t *roots;   /* by value */
	uint32_t *sizes;   /* by value: operations between it and its root */
	uint64_t *amounts; /* by value: their terms and rows */
	bool *flat;        /* by value: steps, look-ups, and what reads nothing else */
	bool *over;        /* by value: it reads a form of those, or is one; if flat_ends */
	bool *wanted;      /* by value: a table may stand for it, or needs it */
};

enum { LEAST_SIZE = 3 }; /* operations that a table is worth */

/*
 * Wants what a value of another root reads, and the output, if it is made of enough
 * operations; and all that those are made of. False if that is nothing. If `flat_ends`, no
 * value is a function that reads a form of values that are constants between some keys;
 * then nothing is wanted, and it is false if there is no function of enough operations.
 */
bool weights_init(struct weights *weights, const struct ir_module *module, bool flat_ends);
void weights_fini(struct weights *weights);

#endif
