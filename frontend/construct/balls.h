/*
 * S_D on a sample: how hard a distribution is for the construction `cells`.
 *
 * Yu, Gao, Zhang, Miao 2024, Theorem 7.1: S_D is the least number of balls B(x, L_x / 3.1)
 * that cover the distribution, L_x being the distance of x to the points of other classes;
 * N >= S_D ln(S_D / delta) / eps samples are enough for cells to generalize. Here the balls
 * are those around stored points and must cover the stored points, few are chosen
 * greedily (setcover.h), and 3.1 is 31/10: point k is in the closed ball of x where
 * 961 |x_k - x|^2 <= 100 L_x^2. As 1/3.1 is less than 1, a ball holds points of one class.
 */
#ifndef FRONTEND_CONSTRUCT_BALLS_H
#define FRONTEND_CONSTRUCT_BALLS_H

#include "frontend/construct/rivals.h"

/* The balls that were chosen, class by class: count[c] of class c; returns their sum. */
uint64_t balls_cover(const struct distances *distances, const struct rivals *rivals,
	uint64_t *count, const struct progress *progress);

/*
 * The same of a data set, for who has nothing of it yet. False, and no number, if fewer than
 * two classes have points or distances take more than DISTANCES_BITS bits.
 */
bool balls_estimate(
	const struct dataset *dataset, uint64_t *sum, const struct progress *progress);

#endif
