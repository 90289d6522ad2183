/*
 * Chains: sums of step functions of one integer, with a relu here and there.
 *
 *   %3 = relu %1 - %2        (%1 to %8: 0 or 1, by thresholds of one integer)
 *   %5 = relu %3 + %4
 *   %8 = relu %5 - %7        ...
 *
 * The pieces of such values grow from link to link, so that writing down those of each takes
 * the square of their number. Nearly always the relu of a carried value does nothing: then
 * only the pieces of the last are needed, and the links are proved by the least value of
 * each sum, in the logarithm of the pieces a change.
 */
#ifndef IR_PASS_CHAIN_H
#define IR_PASS_CHAIN_H

#include "ir/pass/pieces.h"

struct chain;

struct chain *chain_new(void);
void chain_free(struct chain *chain);

/*
 * Adds weight times a function whose pieces are constants; false if a product is no integer
 * below 2^31 in magnitude, or there are too many: then the chain is of no use any more.
 */
bool chain_add(
	struct chain *chain, struct num_pool *nums, const struct pieces *pieces, num weight);

/* The same of a constant, on a domain that begins at lo. */
bool chain_add_constant(struct chain *chain, struct num_pool *nums, ir_key lo, num constant);

/* The sum so far, or 0 where that is negative. */
void chain_link(struct chain *chain);

/* Changes so far: what chain_end() is linear in, but for a logarithm. */
uint64_t chain_size(const struct chain *chain);

/* The sum in pieces, from lo on; false if too many links change their sum. */
bool chain_end(const struct chain *chain, struct num_pool *nums, ir_key lo, struct pieces *to);

#endif
