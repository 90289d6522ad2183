/*
 * Bits of activations: how long the values of a network's layers are.
 *
 * In fixed point, as bits of weights are (ir/measure.h): integer bits of |v| and fraction bits
 * down to the last one set. What is proved holds for every input of the declared ranges and
 * counts the fraction bits that a value may have; what is observed is that of points shown.
 */
#ifndef IR_ACTIVITY_H
#define IR_ACTIVITY_H

#include "ir/ir.h"
#include "ir/range.h"

/* The greatest of each layer; the last entry is the output's. */
struct ir_activity {
	uint64_t proved, observed;
};

/*
 * Of a module of the network level and its ranges: layer_count + 1 entries, which the caller
 * frees.
 */
struct ir_activity *ir_activity_prove(
	const struct ir_module *module, const struct ir_ranges *ranges);

/* Shows `count` grid points, input_count entries each, one after the other. */
void ir_activity_observe(const struct ir_module *module, const int64_t *points, uint64_t count,
	struct ir_activity *activity);

#endif
