/*
 * The exact interpreter: the meaning of a module.
 *
 * Values are GMP integers with a binary exponent; nothing is ever rounded. One interpreter
 * serves one thread; several may share a module that nobody changes.
 */
#ifndef IR_INTERP_H
#define IR_INTERP_H

#include "ir/ir.h"
#include "support/dyadic.h"

struct ir_interp;

/* Is shown each neuron and the output of a network as they are computed, in order. */
struct ir_watch {
	void (*seen)(void *context, uint32_t layer, ir_value value, const struct dyadic *is);
	void *context;
};

struct ir_interp *ir_interp_new(const struct ir_module *module);
void ir_interp_free(struct ir_interp *interp);

/* For the points that follow, of a module of the network level. */
void ir_interp_watch(struct ir_interp *interp, const struct ir_watch *watch);

/*
 * The class of a grid point (input_count entries), 0..class_count-1 or -1. A point outside
 * the declared ranges is no stored point: -1.
 */
int32_t ir_interp_classify(struct ir_interp *interp, const int64_t *point);

#endif
