/*
 * decide: from neurons that fire for a class to the class.
 *
 * Classes have ranks 0, 1, ..; the answer is the class of the greatest rank of which a neuron
 * fires, and the class of rank 0 where none does. With f_r the sum of the neurons of ranks r
 * and above, n_r = relu(1 - f_r) is 1 if none of them fires and else 0 (neurons are integers
 * >= 0), so that n_1 <= n_2 <= .. and with the codes y_r
 *
 *   y = y_last + sum over r >= 1 of (y_(r-1) - y_r) n_r
 *
 * telescopes to the code of the answer. One layer and the output.
 */
#ifndef FRONTEND_CONSTRUCT_DECIDE_H
#define FRONTEND_CONSTRUCT_DECIDE_H

#include "frontend/construct/construct.h"

/* The classes that have points, by rank. */
struct ranking {
	uint32_t *classes; /* malloc'ed */
	uint32_t count;
};

/* In the order of their numbers. */

void ranking_init(
	struct ranking *ranking, const uint32_t *labels, uint64_t count, uint32_t classes);
void ranking_fini(struct ranking *ranking);

/* False with a diagnostic if all points are of one class. */
bool ranking_check(const struct ranking *ranking, const struct construct_request *request);

/* Moves a class to rank 0. */
void ranking_put_first(struct ranking *ranking, uint32_t class);

/*
 * Adds the layer and the output. The neurons of the newest layer come by rising rank: those
 * of rank r are first[r]..first[r + 1] - 1, counted from the layer's first; 1 <= r < count.
 */
void decide(struct ir_module *module, const struct ranking *ranking, const uint32_t *first);

#endif
