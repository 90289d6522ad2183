/*
 * match: the label of a slot, if its position is z.
 *
 * g = relu(y - 2^c relu(h - z) - 2^c relu(z - h)) is y if z = h, else 0, for integers h, z
 * and 0 <= y < 2^c. Two layers.
 */
#ifndef FRONTEND_CONSTRUCT_MATCH_H
#define FRONTEND_CONSTRUCT_MATCH_H

#include "frontend/construct/extract.h"

/*
 * Adds two layers that carry z, the forms at `carried` and the lanes; g is a form over the
 * second one. h and y are used up.
 */
void match(struct ir_module *module, struct form *z, struct form *const *carried,
	uint32_t count, struct lane *lanes, uint32_t lane_count, struct form *h, struct form *y,
	uint32_t c, struct form *g);

#endif
