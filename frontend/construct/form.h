/*
 * Affine forms over the newest layer: how building blocks hand values to each other.
 *
 * A block does not end in a neuron but in a form that the next layer reads, so that an
 * affine step never costs a layer of its own. A form holds a few terms in ascending order;
 * an empty form is the constant 0, which no neuron is spent on.
 */
#ifndef FRONTEND_CONSTRUCT_FORM_H
#define FRONTEND_CONSTRUCT_FORM_H

#include "ir/ir.h"

enum { FORM_TERMS = 6 };

struct form {
	struct ir_term terms[FORM_TERMS];
	uint32_t count;
	num bias;
};

#define FORM_ZERO ((struct form){ 0 })

bool form_is_zero(const struct form *form);

/* form += weight * value */
void form_add_value(struct ir_module *module, struct form *form, ir_value value, num weight);

/* form += other, form -= other */
void form_add(struct ir_module *module, struct form *form, const struct form *other);
void form_sub(struct ir_module *module, struct form *form, const struct form *other);

void form_add_bias(struct ir_module *module, struct form *form, num bias);

/* form *= 2^e */
void form_shift(struct ir_module *module, struct form *form, int64_t e);

/* relu(form) in the current layer, as a form. */
struct form form_relu(struct ir_module *module, const struct form *form);

/*
 * The forms at `forms`, each >= 0 everywhere, taken over into the current layer. One without
 * terms is a constant and stays as it is.
 */
void form_carry(struct ir_module *module, struct form *const *forms, uint32_t count);

#endif
