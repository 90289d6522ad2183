/*
 * Range and step of every value, over the whole declared input box.
 *
 * The value of every node lies in lo..hi and is a multiple of 2^step, for every integer
 * input within the features' ranges. Intervals follow the affine forms; neurons that are
 * functions of one and the same affine form (the halves of a tent, an indicator or a peeled
 * bit) are bounded together, exactly, at their break points.
 *
 * Which neurons those are is a result too: a neuron relu(alpha L + beta), with alpha a power
 * of two or its negative, is a member of the group of L. L is a value or, if no value is a
 * multiple of it, the linear part of the first such neuron.
 */
#ifndef IR_RANGE_H
#define IR_RANGE_H

#include "ir/ir.h"

struct ir_range {
	num lo, hi;            /* in the pool below; lo = hi = 0 has step 0 */
	num before, before_hi; /* lo and hi of a neuron's affine form, before relu */
	int32_t step;
};

enum { IR_NO_GROUP = UINT32_MAX };

struct ir_member {
	uint32_t group;   /* of a neuron, else IR_NO_GROUP */
	int32_t exponent; /* alpha = +-2^exponent */
	bool negative;
};

struct ir_group {
	uint32_t value; /* L is this value, or the linear part of this neuron */
	bool plain;     /* it is the value */
	int32_t step;   /* 2^step divides L */
	num lo, hi;     /* of L, in the pool below */
};

struct ir_ranges {
	struct num_pool nums;
	struct ir_range *of;       /* by value handle */
	struct ir_member *members; /* by value handle */
	struct ir_group *groups;
	uint32_t *plain; /* by value handle: the group of L = value, + 1; 0 if there is none */
	uint32_t group_count;
	size_t group_room;
};

void ir_ranges_init(struct ir_ranges *ranges, const struct ir_module *module);

/*
 * The same, but stops at the first value that may take more than IR_BITS_LIMIT bits, or with
 * which all bounds so far take more than ir_bits_budget(), and returns its handle; node_count
 * if there is none. Ranges of values from there on are 0.
 */
uint32_t ir_ranges_init_within(struct ir_ranges *ranges, const struct ir_module *module);

/*
 * The bits that the values of a module may take together: 256 MiB, and in proportion to what
 * is said of them, so that a short text cannot ask for all memory.
 */
uint64_t ir_bits_budget(const struct ir_module *module);

/* The least k with hi < 2^k, of a value that is not negative. */
uint64_t ir_range_length(const struct ir_ranges *ranges, uint32_t value);

void ir_ranges_fini(struct ir_ranges *ranges);

#endif
