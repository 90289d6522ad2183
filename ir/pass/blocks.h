/*
 * Blocks: what values are on a few keys, where the strings of tables are known.
 *
 * Between two rows of the tables that are read at an integer, a string is one constant, and
 * what a network makes of it is cheap to say: a few pieces slope * key + offset, in integers
 * of any length that belong to the evaluator, not to the pool.
 */
#ifndef IR_PASS_BLOCKS_H
#define IR_PASS_BLOCKS_H

#include "ir/range.h"
#include "ir/rewrite.h"
#include "ir/table.h"

struct stretch { /* from `first` to the next one's first, or the end of the block */
	ir_key first;
	mpz_t slope, offset;
};

struct stretches {
	struct stretch *list; /* `room` of them are initialized */
	uint32_t count;
	size_t room;
};

struct blocks {
	const struct rewrite *rewrite;
	uint32_t root;            /* old value */
	const uint32_t *cone;     /* old values that are functions of it, ascending */
	uint32_t count;           /* of those */
	uint32_t *places;         /* by old value: in the cone, + 1; 0: the root */
	struct stretches *values; /* parallel to the cone; of those that are read again */
	struct stretches
		*spare; /* lists of the others, the newest on top: they stay in cache */
	uint32_t spare_count;
	uint32_t *last_reader;   /* parallel to the cone: old value that reads it last */
	mpz_t *weights, *biases; /* of the terms of the cone's forms, one after the other */
	uint32_t *first_weight;  /* parallel to the cone */
	struct stretches self;   /* of the root */
	uint64_t steps;          /* taken so far: limbs of stretches, about */
	mpz_t slope, offset, at; /* scratch */
};

/*
 * False if the cone has an operation or a constant that is not for blocks. The cone and the
 * old values stay the caller's.
 */
bool blocks_init(struct blocks *blocks, const struct rewrite *rewrite, uint32_t root,
	const uint32_t *cone, uint32_t count);
void blocks_fini(struct blocks *blocks);

/* The last value of the cone on the keys first..last; until the next call. NULL: it cannot. */
const struct stretches *blocks_run(struct blocks *blocks, ir_key first, ir_key last);

#endif
