/*
 * address: labels in strings that the key itself addresses; no key is stored (Park, Lee, Yun
 * and Shin, arXiv 2010.13363).
 *
 * Keys 0 .. A q - 1 lie in A intervals of q, and each interval has one string of the q labels
 * of its keys, c bits each, 0 where nothing is stored.
 *
 *   select   stairs: s, the string of the key's interval
 *   fold     the key to r, its distance from one end of the interval: x -> min(x, 2a - 1 - x),
 *            halving the number of intervals until one is left. In every second interval r
 *            counts from the upper end, and so do the labels of its string.
 *   walk     slot by slot, while r is not reached, c tents take the first label off E = s
 *            (a tent keeps what is behind a bit, complemented behind a 1; the strings are made
 *            so that labels come out as they are). K = 2^V r, V the length of a string, until
 *            slot r: then E moves over to it, K = 2^V r + E, and is 0 from then on.
 *
 *              n = relu(K - 2^V k),  v = relu(E - n),  K' = K + v,  E' = E - v
 *
 *            v is E where r = k, and 0 elsewhere: n >= 2^V > E for r > k, E = 0 for r < k.
 *   read     the bits of r and those of the label off the upper end of K, by steps.
 *
 * Never more than three neurons in a layer.
 */
#ifndef FRONTEND_CONSTRUCT_ADDRESS_H
#define FRONTEND_CONSTRUCT_ADDRESS_H

#include "frontend/construct/project.h"

struct address {
	uint64_t intervals, slots; /* A, q, both >= 2 */
	uint32_t c;                /* bits of a label */
	uint32_t folds;            /* f: A <= 2^f */
	uint32_t slot_bits;        /* g: q <= 2^g */
	uint64_t length;           /* V = q c + 1, bits of a string */
};

/* The shape for keys 0 .. range-1, range >= 3; intervals 0: as many as cost least. */
struct address address_shape(uint64_t range, uint64_t intervals, uint32_t c);

/* As text of formulas in A, q, c, f and g. */
#define ADDRESS_DEPTH "A + f + (q - 1)*(c + 2) + g + max(1, 2*c - 2) - 2"
#define ADDRESS_NEURONS "3*(A + f + (q - 1)*(c + 2) + g) + max(2, 6*c - 6) - 6"
#define ADDRESS_PARAMETERS "7*A + 6*f + (q - 1)*(6*c + 10) + 11*g + 13*c - 10"

/*
 * Adds the layers: x, an integer 0 <= x < A q, to the label at x. Keys ascend in z and are
 * unique; the label is class + 1, and 0 at a key that is none of them.
 */
void address(struct ir_module *module, const struct address *shape,
	const struct projected *keys, uint64_t count, struct form *x, struct form *label,
	const struct progress *progress);

#endif
