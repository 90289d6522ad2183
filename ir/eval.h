/*
 * Exact evaluation of one value from those that it reads: what every operation means.
 *
 * Values are dyadic rationals (support/dyadic.h), normalized at least so far that one whose
 * exponent is negative is no integer. Nothing is ever rounded. The interpreter evaluates
 * whole modules with it; whoever folds constants uses it for one operation.
 */
#ifndef IR_EVAL_H
#define IR_EVAL_H

#include "ir/ir.h"
#include "support/dyadic.h"

/*
 * result = `value` of any operation but an input; values[h] is the value of handle h, and
 * only those of its operands are read. result is none of them.
 */
void ir_eval(const struct ir_module *module, ir_value value, const struct dyadic *values,
	struct dyadic *result, struct dyadic_scratch *scratch);

/*
 * result = the affine form of `value`, before any relu, where values[0] is the value of
 * handle `first`: for evaluation layer by layer.
 */
void ir_eval_form(const struct ir_module *module, ir_value value, const struct dyadic *values,
	uint32_t first, struct dyadic *result, struct dyadic_scratch *scratch);

#endif
