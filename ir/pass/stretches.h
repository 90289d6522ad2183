/*
 * Stretches: a function of one integer on a block of keys, slope * key + offset from key to
 * key.
 *
 * As pieces (ir/pass/pieces.h), but of integers that the list owns, for sums that change too
 * often to be constants of a pool. Stretches ascend, and the first one starts the block; a
 * list is built front to back, neighbours of one line are joined, and a stretch of a single key
 * is a constant. `at` is scratch of the caller's.
 */
#ifndef IR_PASS_STRETCHES_H
#define IR_PASS_STRETCHES_H

#include <gmp.h>

#include "ir/table.h"

struct span {
	ir_key first, last;
};

struct stretch { /* from `first` to the next one's first, or the end of the block */
	ir_key first;
	mpz_t slope, offset;
};

/* A list of zeros is ready to use. */
struct stretches {
	struct stretch *list; /* `room` of them are initialized */
	uint32_t count;
	size_t room;
};

void stretches_fini(struct stretches *list);

/* The last key of stretch i of a list, in a block that ends at end. */
static inline ir_key stretch_last(
	const struct stretch *list, uint32_t count, uint32_t i, ir_key end)
{
	return i + 1 < count ? list[i + 1].first - 1 : end;
}

/* Appends a constant or a line, or lets the last one go on. */
void stretches_add_constant(struct stretches *to, ir_key first, unsigned long constant);
void stretches_add_line(struct stretches *to, const struct span *span, const mpz_t slope,
	const mpz_t offset, mpz_t at);

/*
 * Adds a weight times a line on the keys of a span, which is not before place i of the list;
 * returns its place, where a stretch begins now.
 */
uint32_t stretches_add_to(struct stretches *to, uint32_t i, ir_key end, const struct span *span,
	const struct stretch *line, const mpz_t weight, mpz_t at);

/*
 * The first key of a span, or behind it, from which slope * key is on the other side of `at`
 * than before: above it, or no more so. The slope is not 0; `at` is lost.
 */
ir_key stretch_crosses(const struct span *span, const mpz_t slope, mpz_t at);

/*
 * The keys of a span where slope * key + offset is 0: all of them, or one; false if there are
 * none.
 */
bool stretch_zeros(const struct span *span, const mpz_t slope, const mpz_t offset,
	struct span *zeros, mpz_t at);

#endif
