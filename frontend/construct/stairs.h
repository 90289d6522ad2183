/*
 * stairs: a staircase function of an integer, one layer of three neurons a step.
 *
 * From the highest step down; u is 0 below the steps that are done. With a power of two
 * B > 2 |D| and D what the step adds,
 *
 *   p = relu(u + D + B (x - t + 1/2)),  q = relu(B (x - t + 1/2)),  p - q = (u + D) [x >= t]
 *
 * since for x < t both forms are negative and u is 0, and for x >= t both are not, as |u + D|
 * and |D| are differences of two constants. So u = p - q goes on, and x beside it.
 */
#ifndef FRONTEND_CONSTRUCT_STAIRS_H
#define FRONTEND_CONSTRUCT_STAIRS_H

#include "frontend/construct/project.h"

struct stair {
	position first; /* x from here on, up to the next stair, */
	mpz_t height;   /* has this value; 0 <= height < 2^bits */
};

/*
 * Adds count - 1 layers of width 3; x is carried, u comes out as a form: the height of the
 * last stair that does not begin above x, or the first one's. Stairs ascend; x is an integer.
 */
void stairs(struct ir_module *module, const char *stage, struct form *x,
	const struct stair *list, uint64_t count, uint64_t bits, struct form *u);

#endif
