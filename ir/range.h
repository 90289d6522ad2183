/*
 * Range and step of every value, over the whole declared input box.
 *
 * The value of every node lies in lo..hi and is a multiple of 2^step, for every integer
 * input within the features' ranges. Intervals follow the affine forms; neurons that are
 * functions of one and the same affine form (the halves of a tent, an indicator or a peeled
 * bit) are bounded together, exactly, at their break points.
 */
#ifndef IR_RANGE_H
#define IR_RANGE_H

#include "ir/ir.h"

struct ir_range {
	num lo, hi;            /* in the pool below; lo = hi = 0 has step 0 */
	num before, before_hi; /* lo and hi of a neuron's affine form, before relu */
	int32_t step;
};

struct ir_ranges {
	struct num_pool nums;
	struct ir_range *of; /* by value handle */
};

void ir_ranges_init(struct ir_ranges *ranges, const struct ir_module *module);
void ir_ranges_fini(struct ir_ranges *ranges);

#endif
