/*
 * rungs select: constants that change at given positions.
 *
 * Where ladder select (frontend/construct/select.h) knows intervals with gaps between them,
 * rungs cover the line: rung j holds from its own position to that of the next one, and an
 * accumulator gains the difference of two constants at the step [z >= from]. One layer a
 * rung, width 3 + accumulators. Below the first rung the constants are 0.
 */
#ifndef FRONTEND_CONSTRUCT_RUNGS_H
#define FRONTEND_CONSTRUCT_RUNGS_H

#include "frontend/construct/select.h"

struct rung {
	position from;                      /* they ascend */
	num constants[SELECT_ACCUMULATORS]; /* >= 0 */
};

/*
 * Adds a layer for each rung but one that begins at 0. The forms at `carried` go along, z
 * the first of them and at most SELECT_CARRIED in all; the accumulators (`width` <=
 * SELECT_ACCUMULATORS) come out as forms.
 */
void rungs_select(struct ir_module *module, struct form *const *carried, uint32_t carried_count,
	const struct rung *rungs, uint64_t count, struct form *accumulators, uint32_t width);

#endif
