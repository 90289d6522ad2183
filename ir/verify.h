/*
 * The rules of a network-level module, checked.
 *
 * Every neuron reads only the layer before its own (the first one the inputs), terms are in
 * ascending order of value with weights not zero, every layer has a neuron, the output is
 * there, feature ranges are not empty, no value can take more than IR_BITS_LIMIT bits.
 */
#ifndef IR_VERIFY_H
#define IR_VERIFY_H

#include "ir/ir.h"
#include "support/diag.h"

/* Says all that is wrong (at `span`, where the module came from); true if nothing is. */
bool ir_verify(const struct ir_module *module, struct span span, struct diag_sink *sink);

#endif
