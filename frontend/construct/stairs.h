/*
 * stairs select: constants that change at given positions.
 *
 * Where ladder select (frontend/construct/select.h) knows intervals with gaps between them,
 * stairs cover the line: stair j holds from its own position to that of the next one, and an
 * accumulator gains the difference of two constants at the step [z >= from]. One layer a
 * stair, width 3 + accumulators. Below the first stair the constants are 0.
 */
#ifndef FRONTEND_CONSTRUCT_STAIRS_H
#define FRONTEND_CONSTRUCT_STAIRS_H

#include "frontend/construct/select.h"

struct stair {
	position from;                      /* they ascend */
	num constants[SELECT_ACCUMULATORS]; /* >= 0 */
};

/*
 * Adds a layer for each stair but one that begins at 0. The forms at `carried` go along, z
 * the first of them and at most SELECT_CARRIED in all; the accumulators (`width` <=
 * SELECT_ACCUMULATORS) come out as forms.
 */
void stairs_select(struct ir_module *module, struct form *const *carried,
	uint32_t carried_count, const struct stair *stairs, uint64_t count,
	struct form *accumulators, uint32_t width);

/* relu(form + 1) - relu(form) in the current layer: whether the integer `form` is >= 0. */
struct form form_step(struct ir_module *module, const struct form *form);

#endif
