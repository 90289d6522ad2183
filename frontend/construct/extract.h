/*
 * extract: the bits of an integer, most significant first.
 *
 * A lane is one string of bits under extraction. Each step takes one more bit of every
 * active lane and leaves it as an affine form, exactly 0 or 1.
 *
 *   tent  t -> relu(relu(2t) - relu(4t - 2)), the tent map; two copies of the string, half
 *         a unit apart, differ in slope by the bit (Telgarsky 2016; Vardi, Yehudai and
 *         Shamir, Theorem 3.1). 2 layers and 4 neurons a bit and string.
 *   peel  bit = relu(t - 2^k + 1) - relu(t - 2^k), t - 2^k bit goes on. 1 layer, 3 neurons.
 */
#ifndef FRONTEND_CONSTRUCT_EXTRACT_H
#define FRONTEND_CONSTRUCT_EXTRACT_H

#include "frontend/construct/form.h"

struct lane {
	struct form t[2];      /* peel uses t[0] only */
	uint64_t length, done; /* bits of the string, and taken of them */
	struct form bit;       /* the newest one */
};

struct extractor {
	const char *name;
	uint32_t start_layers, bit_layers;

	/* Takes the integers in t[0], 0 <= t[0] < 2^length, as the strings. */
	void (*start)(struct ir_module *module, struct form *const *carried, uint32_t count,
		struct lane *lanes, uint32_t lane_count);

	/* One more bit of lanes 0..active-1; the others and the forms are carried. */
	void (*next)(struct ir_module *module, struct form *const *carried, uint32_t count,
		struct lane *lanes, uint32_t lane_count, uint32_t active);
};

/* In the order of the words of the option: tent, peel. */
extern const struct extractor extractor_tent, extractor_peel;

/* Takes a lane over into the current layer, if it has bits left. */
void lane_carry(struct ir_module *module, struct lane *lane);

#endif
