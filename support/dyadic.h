/*
 * Exact arithmetic on dyadic rationals m * 2^e, for values that come and go.
 *
 * Constants live in a pool (support/num.h); a dyadic is the accumulator beside it, with
 * init and clear in sight of each other. Nothing is ever rounded.
 */
#ifndef SUPPORT_DYADIC_H
#define SUPPORT_DYADIC_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "support/num.h"

/* m is even only where a sum made it so; zero has any e. */
struct dyadic {
	mpz_t m;
	int64_t e;
};

/* Scratch that a chain of operations shares, so that none of them allocates. */
struct dyadic_scratch {
	mpz_t product, shifted;
};

void dyadic_init(struct dyadic *a);
void dyadic_clear(struct dyadic *a);
void dyadic_scratch_init(struct dyadic_scratch *scratch);
void dyadic_scratch_clear(struct dyadic_scratch *scratch);

void dyadic_set(struct dyadic *a, const struct dyadic *b);
void dyadic_set_zero(struct dyadic *a);
void dyadic_set_int(struct dyadic *a, int64_t value);
void dyadic_set_num(struct dyadic *a, const struct num_pool *pool, num n);

static inline int dyadic_sign(const struct dyadic *a)
{
	return mpz_sgn(a->m);
}

int dyadic_compare(
	const struct dyadic *a, const struct dyadic *b, struct dyadic_scratch *scratch);

/* a += b, a -= b; b may not be a. */
void dyadic_add(struct dyadic *a, const struct dyadic *b, struct dyadic_scratch *scratch);
void dyadic_sub(struct dyadic *a, const struct dyadic *b, struct dyadic_scratch *scratch);

/* a += b * c; neither may be a. */
void dyadic_add_product(struct dyadic *a, const struct dyadic *b, const struct dyadic *c,
	struct dyadic_scratch *scratch);
void dyadic_add_product_num(struct dyadic *a, const struct dyadic *b,
	const struct num_pool *pool, num c, struct dyadic_scratch *scratch);

/* Drops trailing zero bits, so that values do not grow from sum to sum. */
void dyadic_normalize(struct dyadic *a);

num dyadic_num(const struct dyadic *a, struct num_pool *pool);

#endif
