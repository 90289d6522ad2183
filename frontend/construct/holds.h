/*
 * What cells hold: the points k of a class with v_i(x_k) > 0, for each cell i of it.
 *
 * In integers (100 times the paper's, see cells.c) v_i(x_k) > 0 says that
 *
 *   sum over rivals j of relu(F_ij(x_k)) < R,  F_ij(x_k) = D_ij + 50 (D_ki - D_kj),
 *
 * with D the squared distances and R the least one of different classes. Few rivals decide:
 *
 *   - Let j be k's nearest rival. If D_ki >= D_kj = L_k, then F_ij >= D_ij >= R: not held.
 *   - D_ij <= 2 (D_ki + D_kj), so F_ij <= 52 D_ki - 48 D_kj, which is not positive where
 *     13 D_ki <= 12 D_kj. A list of the rivals nearer than that is enough (rivals.h).
 */
#ifndef FRONTEND_CONSTRUCT_HOLDS_H
#define FRONTEND_CONSTRUCT_HOLDS_H

#include "frontend/construct/rivals.h"
#include "frontend/construct/setcover.h"

/* F_ij(x_k), of the three distances; its least and greatest value have 62 bits at most. */
static inline int64_t cell_force(int64_t d_ij, int64_t d_ki, int64_t d_kj)
{
	return d_ij + 50 * (d_ki - d_kj);
}

/*
 * Set i of `sets` holds k if the cell of point first[label] + i holds the point
 * first[label] + k. The sets are made here. Uses all cores.
 */
void cells_hold(const struct distances *distances, const struct rivals *rivals, uint32_t label,
	int64_t least, struct sets *sets, const struct progress *progress);

#endif
