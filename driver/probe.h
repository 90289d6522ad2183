/*
 * Probes: grid points off the stored set, to compare implementations on.
 *
 * Neighbours of stored points (one coordinate +-1), corners of the domain, random points of
 * the domain, and, where the raw type can say them, points just outside it. The same seed
 * gives the same probes.
 */
#ifndef DRIVER_PROBE_H
#define DRIVER_PROBE_H

#include "frontend/data/dataset.h"
#include "ir/ir.h"

struct probes {
	uint64_t count;
	uint32_t inputs;
	int64_t *points; /* count x inputs, malloc'ed */
};

/* About `count` probes, at least; dataset NULL: no neighbours. */
struct probes probes_new(
	const struct ir_module *module, const struct dataset *dataset, uint64_t count);
void probes_free(struct probes *probes);

#endif
