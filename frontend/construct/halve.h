/*
 * halve: shorter keys that differ where the old ones did (Park, Lee, Yun and Shin, arXiv
 * 2010.13363).
 *
 * Keys below T go to keys below H = ceil(T / 2): x to itself below H, and to (x - H + b) mod H
 * above, b chosen so that no two keys of different classes meet. There are at most N^2 / 4
 * pairs of a low and a high key, and each forbids one b; so a b is there while H > N^2 / 4,
 * which is 2 log2 N - 2 bits, and by luck a few times more.
 *
 * Each halving is two layers of three neurons, the key and two halves of a step:
 *
 *   x' = x + (b - H) [x >= H],  x'' = x' - H [x' >= H]
 */
#ifndef FRONTEND_CONSTRUCT_HALVE_H
#define FRONTEND_CONSTRUCT_HALVE_H

#include "frontend/construct/project.h"

struct halving {
	position half, shift; /* H, b < H */
};

enum { HALVINGS = 128 }; /* more than a key has bits */

/* Keys, ascending; those of one class that are equal become one. */
void keys_unique(struct projected *keys, uint64_t *count);

/* Where a key goes. */
position halving_map(const struct halving *halving, position x);

/*
 * Halves the range of ascending unique keys below *range until it is at most `enough` or no b
 * is found by a bounded search. The keys become what they are mapped to, again ascending and
 * unique. Returns the number of halvings.
 */
uint32_t halve_plan(struct projected *keys, uint64_t *count, position *range, position enough,
	struct halving list[HALVINGS]);

/* Adds 2 * count layers of width 3 that map x, an integer 0 <= x < 2 H. */
void halve(
	struct ir_module *module, struct form *x, const struct halving *list, uint32_t count);

#endif
