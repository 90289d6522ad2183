/*
 * step: whether an integer form has reached a threshold, and other small things.
 */
#ifndef FRONTEND_CONSTRUCT_STEP_H
#define FRONTEND_CONSTRUCT_STEP_H

#include "frontend/construct/project.h"

/* [x >= at] = relu(x - at + 1) - relu(x - at), two neurons of the current layer; at >= 1. */
struct form step_at(struct ir_module *module, const struct form *x, position at);

/* form += weight * other */
void form_add_scaled(
	struct ir_module *module, struct form *form, const struct form *other, num weight);

/* sum - form */
struct form form_from(struct ir_module *module, position sum, const struct form *form);

/* Two layers of one neuron, after which x is one again, and known to be in 0..most. */
void clip(struct ir_module *module, const char *stage, struct form *x, position most);

#endif
