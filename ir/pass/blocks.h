/*
 * Blocks: what values are on a few keys, where the strings of tables are known.
 *
 * Between two rows of the tables that are read at an integer, a string is one constant, and
 * what a network makes of it is cheap to say: a few stretches slope * key + offset, in integers
 * of any length that belong to the evaluator, not to the pool. From block to block, a value
 * that is a constant is found again only if something that it reads has changed.
 */
#ifndef IR_PASS_BLOCKS_H
#define IR_PASS_BLOCKS_H

#include "ir/pass/stretches.h"
#include "ir/rewrite.h"

struct block_value {
	struct stretches stretches; /* until it is read no more in this block */
	struct stretch constant;    /* in place of them, if it is held */
	bool held;
	enum ir_op op;
	mpz_t bias;
	uint32_t first_term, term_count;
	uint32_t last_reader; /* place of the value that reads it last; 0: none does */
};

struct block_term {
	uint32_t place;
	mpz_t weight;
};

/* A term of the value under way, and which of its stretches is at hand. */
struct block_reading {
	const struct stretch *list;
	uint32_t count, at;
	const struct block_term *term;
};

struct blocks {
	const struct rewrite *rewrite;
	const uint32_t *cone;       /* old values, ascending; the first is the root */
	uint32_t count;             /* of those; their number in the cone is their place */
	struct block_value *values; /* by place */
	struct block_term *terms;   /* of all values, one after the other */
	uint32_t term_count;
	bool *fresh;                    /* by place: not what it was in the block before */
	ir_key first, last;             /* the block */
	struct block_reading *readings; /* scratch: of one value */
	mpz_t slope, offset, at;        /* scratch */
	mpz_t base_slope, base_offset;  /* scratch: of the terms in one stretch */
	struct stretches to;            /* the value under way */
	struct stretches *spare;        /* other lists, the newest on top: they stay in cache */
	uint32_t spare_count;
	int64_t exponent; /* of two; what the last value is to be multiplied by */
	uint64_t step_limit;
	uint64_t steps; /* taken so far: limbs of stretches, about */
};

/*
 * False if the cone has an operation or a constant that is not for blocks. The cone and the
 * old values stay the caller's.
 */
bool blocks_init(struct blocks *blocks, const struct rewrite *rewrite, const uint32_t *cone,
	uint32_t count);
void blocks_fini(struct blocks *blocks);

/* to = n / 2^exponent; false if that is no integer. */
bool blocks_integer(const struct num_pool *nums, num n, int64_t exponent, mpz_t to);

/*
 * The last value of the cone on the keys first..last, in stretches that stay until the next
 * call, which is for keys that follow. NULL: it cannot.
 */
const struct stretch *blocks_run(
	struct blocks *blocks, ir_key first, ir_key last, uint32_t *count);

#endif
