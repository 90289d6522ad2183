/*
 * From raw features to the grid: floor((x * p + q) / r), in exact 128-bit arithmetic.
 *
 * x = +-m * 2^e. A map is five words: the greatest grid value less the least, p, r, and
 * q - lo * r in two's complement, low word first; p and r are below 2^62.
 */
#ifndef MEMC_RUNTIME_MAP_H
#define MEMC_RUNTIME_MAP_H

#include <stdint.h>

#include "runtime/wide.h"

#define MEMC_MAP_WORDS 5

struct memc_pair {
	uint64_t low, high;
};

/* *n = *n * 2^e; 0 if that is 2^126 or more. */
static int memc_map_left(struct memc_pair *n, int e)
{
	for (; e > 0; e--) {
		if (n->high >> 61)
			return 0;
		n->high = n->high << 1 | n->low >> 63;
		n->low <<= 1;
	}
	return 1;
}

/* *n = *n / 2^e, rounded up if `up`, else down. */
static void memc_map_right(struct memc_pair *n, int e, int up)
{
	uint64_t lost = 0;

	if (e >= 128) {
		lost = n->low | n->high;
		n->low = n->high = 0;
	} else if (e >= 64) {
		lost = n->low | n->high << 1 << (127 - e);
		n->low = n->high >> (e - 64);
		n->high = 0;
	} else if (e > 0) {
		lost = n->low << (64 - e);
		n->low = n->low >> e | n->high << (64 - e);
		n->high >>= e;
	}
	if (up && lost) {
		n->low++;
		n->high += !n->low;
	}
}

/* *value = n / r; 0 if the quotient is 2^64 or more. */
static int memc_map_divide(struct memc_pair n, uint64_t r, uint64_t *value)
{
	uint64_t quotient = 0;
	int i;

	if (n.high >= r)
		return 0;
	if (!n.high) {
		*value = n.low / r;
		return 1;
	}
	for (i = 0; i < 64; i++) {
		n.high = n.high << 1 | n.low >> 63;
		n.low <<= 1;
		quotient <<= 1;
		if (n.high >= r) {
			n.high -= r;
			quotient |= 1;
		}
	}
	*value = quotient;
	return 1;
}

/* *value = grid value of +-m * 2^e, less the least one; 0 if that is out of range. */
static int memc_map(const uint64_t *map, uint64_t m, int negative, int e, uint64_t *value)
{
	struct memc_pair n;

	n.low = memc_wide_multiply(m, map[1], &n.high);
	if (e > 0 && m && !memc_map_left(&n, e))
		return 0;
	if (e < 0)
		memc_map_right(&n, -e, negative);
	if (negative) {
		n.low = ~n.low + 1;
		n.high = ~n.high + !n.low;
	}
	n.low += map[3];
	n.high += map[4] + (n.low < map[3]);
	if (n.high >> 63)
		return 0;
	return memc_map_divide(n, map[2], value) && *value <= map[0];
}

#endif
