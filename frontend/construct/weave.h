/*
 * weave: networks side by side.
 *
 * Building blocks append whole layers to a module, one block after another. To lay networks
 * in parallel, build them one after another into a draft, a module of its own with one
 * input z, all of the same number of layers; draft_weave() then merges layer t of each into one
 * layer of the module.
 */
#ifndef FRONTEND_CONSTRUCT_WEAVE_H
#define FRONTEND_CONSTRUCT_WEAVE_H

#include "frontend/construct/form.h"

/*
 * A draft takes the module's constants over until draft_weave() gives them back: nothing is
 * added to the module meanwhile.
 */
struct draft {
	struct ir_module parts;
	struct ir_module *module;
	uint32_t part_count;
	struct ir_term *outputs; /* of all parts, of a sum over their last layers */
	size_t output_count, output_room;
	num output_bias;
};

void draft_init(struct draft *draft, struct ir_module *module);

/* z of the next part; the layers that follow are its own. */
struct form draft_part(struct draft *draft);

/* Ends a part: what it adds to the sum of all. */
void draft_output(struct draft *draft, const struct form *form);

/*
 * Adds the layers of all parts to the module, their input replaced by the form z, and makes
 * the sum of their outputs the module's output. Ends the draft.
 */
void draft_weave(struct draft *draft, const struct form *z);

#endif
