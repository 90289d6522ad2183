/*
 * ladder select: the constants of the interval that holds z.
 *
 * Bucket j spans the integers first..last; one layer computes the two halves of its
 * indicator T = relu(1 - relu(first - z) - relu(z - last)), the next T itself, and each
 * accumulator gains T times its constant. Two layers a bucket, width 3 + accumulators.
 */
#ifndef FRONTEND_CONSTRUCT_SELECT_H
#define FRONTEND_CONSTRUCT_SELECT_H

#include "frontend/construct/project.h"

enum { SELECT_ACCUMULATORS = 2 };

struct bucket {
	position first, last;
	num constants[SELECT_ACCUMULATORS]; /* >= 0 */
};

/*
 * Adds 2 * count layers. The forms at `carried` go along, the first of them z and at most
 * SELECT_CARRIED in all; the accumulators (`width` <= SELECT_ACCUMULATORS) come out as forms.
 * Buckets are disjoint and ascend.
 */
enum { SELECT_CARRIED = 4 };
void ladder_select(struct ir_module *module, struct form *const *carried,
	uint32_t carried_count, const struct bucket *buckets, uint64_t count,
	struct form *accumulators, uint32_t width);

#endif
