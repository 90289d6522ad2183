/*
 * The cells of a network and their half-spaces, chosen before any layer is added.
 *
 * Cell n is that of the point centre[n]; its half-spaces are those against the rivals
 * rival[begin[n]..begin[n + 1]-1], or against all points of other classes. Indices are those
 * of distances.h.
 */
#ifndef FRONTEND_CONSTRUCT_HALVES_H
#define FRONTEND_CONSTRUCT_HALVES_H

#include "frontend/construct/rivals.h"

struct halves {
	uint64_t cells;
	uint32_t *centre; /* ascending, so that they lie class by class */
	uint64_t *begin;  /* cells + 1 entries */
	uint32_t *rival;  /* NULL: all points of other classes */
};

/* All points as cells: Theorem 7.3 as it is printed. */
void halves_all(struct halves *halves, const struct distances *distances);

/*
 * The cells of a greedy cover: each stored point is in one of its class that is kept. With
 * all half-spaces these are cells of Theorem 7.3, and nothing new is in them.
 */
void halves_cover(struct halves *halves, const struct distances *distances,
	const struct rivals *rivals, const struct progress *progress);

/* By index, whether a half-space reads the point: neurons of a factored first layer. malloc'ed
 */
bool *halves_used(const struct halves *halves, const struct distances *distances);

/* How many these are. */
uint64_t halves_points(const struct halves *halves, const struct distances *distances);

void halves_fini(struct halves *halves);

#endif
