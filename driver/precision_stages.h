/*
 * Where an arithmetic loses stored points, by stage, and what was promised of bits: what the
 * report of --engine and its JSON have in common.
 */
#ifndef DRIVER_PRECISION_STAGES_H
#define DRIVER_PRECISION_STAGES_H

#include "driver/precision.h"

/* The stage of a layer, by name. The output counts as a layer and a stage, the last ones. */
const char *precision_stage_of(const struct ir_module *module, uint32_t layer);

/* A stage, and how many of the traced points depart or are decided in it. */
struct precision_stage {
	const char *name;
	uint32_t layers;
	uint64_t departures[DEPARTURES], decisive;
};

/* One of each stage, and the output; freed with free(). */
struct precision_stage *precision_stages(const struct precision *precision);

/* Whether a promise is one of bits of weights. */
bool precision_is_promised(const struct promise *promise);

#endif
