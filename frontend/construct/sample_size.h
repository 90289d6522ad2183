/*
 * How many samples a memorizing network needs to be right on new points of the distribution
 * too, with error at most eps except with probability delta.
 *
 * Yu, Gao, Zhang, Miao 2024 (arXiv 2411.00372). Their bounds on N_D hold up to a constant
 * factor that the paper does not give: it is 1 here, so only orders of magnitude mean
 * something.
 */
#ifndef FRONTEND_CONSTRUCT_SAMPLE_SIZE_H
#define FRONTEND_CONSTRUCT_SAMPLE_SIZE_H

#include <stdint.h>

#include "frontend/data/dataset.h"
#include "support/progress.h"

/* What memc takes for both. */
#define SAMPLE_EPS 0.05
#define SAMPLE_DELTA 0.05

/* Theorem 6.1, necessary: N_D^2 / ln^2 N_D. N_D is the number of parameters, 2 or more. */
double sample_size_necessary(uint64_t parameters);

/*
 * Theorem 6.5, sufficient for every memorizing algorithm whose networks have at most N_D
 * parameters: N_D^2 ln(N_D / (eps^2 delta)) / eps^2.
 */
double sample_size_sufficient(uint64_t parameters, double eps, double delta);

/* Theorem 7.3, sufficient for `cells`: S_D ln(S_D / delta) / eps. */
double sample_size_cells(uint64_t balls, double eps, double delta);

/*
 * S_D by balls_estimate(), where that takes about a second or less: up to 2,200 points of 784
 * features, or 14,000 of two. False, and no number, beyond, for fewer than two classes, and
 * where distances have too many bits.
 */
bool sample_size_balls(
	const struct dataset *dataset, uint64_t *balls, const struct progress *progress);

/*
 * The bits that tell all labellings of N points apart: N log2 C. A network of W weights of B
 * bits each can take on every one of them only if W B is at least as much.
 */
double sample_label_bits(uint64_t points, uint32_t classes);

#endif
