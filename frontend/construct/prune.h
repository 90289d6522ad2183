/*
 * Pruned cells: half-spaces that no stored point needs are dropped.
 *
 * Each cell keeps a few half-spaces that keep out all stored points of other classes
 * (fence.h), against points that are centres of cells themselves. These are enough: let k
 * be of another class than i, and the cell of j hold k, F_ji(x_k) < R. Then
 * 50 (D_ki - D_kj) > D_ij - R, so F_ij(x_k) > 2 D_ij - R >= R. Cells only grow by this, so
 * that fewer hold all points; they are covered again, and with the fewer centres the same is
 * done again, as long as the network gets smaller. What a cell was chosen for it keeps: a new
 * half-space of it must have no force on those points.
 */
#ifndef FRONTEND_CONSTRUCT_PRUNE_H
#define FRONTEND_CONSTRUCT_PRUNE_H

#include "frontend/construct/halves.h"

/* Bytes of distances that are held at a time. */
uint64_t prune_bytes(const struct halves *halves, const struct distances *distances);

/*
 * Of halves_all() or halves_cover(), in place. cover: whether cells may be dropped. Uses all
 * cores.
 */
void halves_prune(struct halves *halves, const struct distances *distances, int64_t least,
	bool cover, const struct progress *progress);

#endif
