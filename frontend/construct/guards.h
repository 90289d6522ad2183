/*
 * guards: the second layer of hyperplanes.
 *
 * A guard of a class is a neuron relu(m - sum of h_k over its planes k), h_k = 1 on the upper
 * side of plane k and else 0, that fires at points of this class only. It starts from a point
 * x of the class that no guard covers yet and takes planes that have x on their lower side:
 *
 *   whole  all of them; m is the least sum at a point of another class, at least 1 since the
 *          planes separate x from each (Dirksen, Finke, Genzel 2024, Algorithm 1)
 *   thin   greedily as few as have m = 1: again and again the plane with the greatest product
 *          of the points of other classes that are still at 0 and on its upper side, and of
 *          the points of the class that are so and on its lower side
 *
 * and covers all points of the class at which it fires. Both end with every point covered.
 */
#ifndef FRONTEND_CONSTRUCT_GUARDS_H
#define FRONTEND_CONSTRUCT_GUARDS_H

#include "frontend/construct/planes.h"

struct guard {
	size_t first;           /* into the list of planes */
	uint32_t count, margin; /* m */
};

struct guards {
	struct guard *list; /* by rank of the class */
	uint32_t count;
	uint32_t *first;  /* of each rank, and the end; those of ranks 0 and 1 are 0 */
	uint32_t *planes; /* of all guards, ascending within each */
	size_t term_count;
	size_t room, term_room;
};

/* Planes that separate all pairs. `reuse`: how much rather a plane is taken a second time. */
void guards_thin(struct guards *guards, const struct planes *planes, uint32_t reuse,
	const struct progress *progress);
void guards_whole(
	struct guards *guards, const struct planes *planes, const struct progress *progress);
void guards_fini(struct guards *guards);

#endif
