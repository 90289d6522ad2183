/*
 * Measures of a network: its size, and the bits of its weights.
 *
 * Parameters are non-zero weights and biases (the papers' count); dense parameters are all
 * entries of the layer matrices and bias vectors. Bits of a weight m * 2^e, m odd: as a
 * significand bitlen(|m|), as fixed point the integer and fraction bits that hold it.
 * Depth counts the layers of neurons and the output.
 *
 * A fused module has no layers: its depth is the longest chain of operations from an input
 * to the output, its neurons are its relu values, its parameters and their bits those of
 * its forms; width and dense parameters, which it does not have, are 0. What else it holds
 * ir_count_ops() says.
 */
#ifndef IR_MEASURE_H
#define IR_MEASURE_H

#include "ir/ir.h"

struct ir_measures {
	uint64_t depth, width, neurons;
	uint64_t parameters, dense_parameters;
	uint64_t least_significand, greatest_significand, total_significand;
	uint64_t least_fixed, greatest_fixed, total_fixed;
	uint64_t ones,
		powers; /* parameters that are 1 or -1; that are +-2^e, those among them */
};

/* The measures of two parts that have no layer in common. */
void ir_measures_add(struct ir_measures *sum, const struct ir_measures *more);

/*
 * Of the layers first..first+count-1; the output belongs to layer `layer_count`, and is all
 * that a fused module has of them.
 */
struct ir_measures ir_measure_layers(
	const struct ir_module *module, uint32_t first, uint32_t count);

/* Of the whole network. */
struct ir_measures ir_measure(const struct ir_module *module);

/*
 * How many parameters have how many bits: entry b counts those of b bits as significands, and
 * in fixed point. Each has the greatest of
 * ir_measure() and one entries, which start as zeros.
 */
void ir_count_bits(const struct ir_module *module, uint64_t *significand, uint64_t *fixed);

/* Operations by kind; the inputs are among `of` and not of `total`, the output is of both. */
struct ir_op_count {
	uint64_t of[IR_OP_COUNT];
	uint64_t total;
	uint64_t tables, rows, constants; /* constants: rows times columns */
};

/* Of a module of either level. */
struct ir_op_count ir_count_ops(const struct ir_module *module);

#endif
