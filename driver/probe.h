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
	const struct ir_module *module;
	const struct dataset *dataset; /* NULL: no neighbours */
	uint64_t count;
};

/*
 * Probe i, 0 <= i < count: input_count grid values that raw features of the module's type
 * can stand for. Made when asked for, since all of them may not fit in memory.
 */
void probe_point(const struct probes *probes, uint64_t i, int64_t *point);

#endif
