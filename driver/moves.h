/*
 * Small moves of a grid point that change an affine form a . x by a given amount.
 *
 * All moves of one coordinate by up to some cap, sorted by what they change; two pointers find
 * pairs of them with a given sum, and triples where there are few moves. Pairs that change
 * the form by one are found once.
 */
#ifndef DRIVER_MOVES_H
#define DRIVER_MOVES_H

#include "driver/near.h"

struct move; /* a move and its change of the form */

struct chain {
	struct near_move moves[NEAR_MOVES];
};

struct moves {
	const struct ir_module *module;
	struct move *list; /* by change; a move of nothing among them */
	size_t count;
	struct chain *by_one[2]; /* pairs that change it by -1 and by +1 */
	size_t by_one_count[2];
	uint64_t steps; /* left, of all searches together */
};

/*
 * weights: a, input_count integers below 2^100; steps: of the pointers, in all searches
 * together.
 */
void moves_init(struct moves *moves, const struct ir_module *module, const ir_key *weights,
	uint64_t steps);
void moves_fini(struct moves *moves);

/*
 * Moves that change the form by `change`, which is not 0, and keep the point in the domain.
 * False if none were found, or there are no steps to look for them.
 */
bool moves_find(
	struct moves *moves, ir_key change, const int64_t *point, struct near_move *found);

/* NEAR_MOVES of them. False, and the point left alone, if they would leave the domain. */
bool moves_apply(const struct ir_module *module, const struct near_move *chain, int64_t *point);

#endif
