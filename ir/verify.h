/*
 * The rules of a module, checked.
 *
 * At both levels: there is an input, a class and an output, which is an affine form and the
 * last value; feature ranges are not empty; the terms of a form are in ascending order of
 * value with weights not zero; no value and no constant can take more than IR_BITS_LIMIT
 * bits, as bounded from the weights alone (ir/extent.h).
 *
 * At the network level every neuron reads only the layer before its own (the first one the
 * inputs), every layer has a neuron, and there are no derived operations and no tables.
 *
 * At the fused level there are no layers, and every value reads only earlier ones. Rows of a
 * table are not empty, ascend and do not overlap; a lookup's column is there, and with
 * knots the one behind it. Parameters are integers or counts as the shape of the operation
 * says, parameters that it does not have are zero; len, n, rho and c are at least 1, pos +
 * len and n * max(rho, c) at most IR_BITS_LIMIT. The operands of derived operations, except
 * the y of a match, are integers, as ranges prove (ir/range.h).
 */
#ifndef IR_VERIFY_H
#define IR_VERIFY_H

#include "ir/ir.h"
#include "support/diag.h"

/* Says all that is wrong (at `span`, where the module came from); true if nothing is. */
bool ir_verify(const struct ir_module *module, struct span span, struct diag_sink *sink);

#endif
