/*
 * Probes: grid points off the stored set, to compare engines on.
 *
 * Corners of the domain and, where the raw type can say them, points just outside it;
 * neighbours of stored points (one coordinate +-1); points at the entries of tables
 * (driver/near.h); random points of the domain. The same seed gives the same probes.
 */
#ifndef DRIVER_PROBE_H
#define DRIVER_PROBE_H

#include "driver/near.h"
#include "frontend/data/dataset.h"
#include "ir/ir.h"

enum probe_kind {
	PROBE_CORNER,
	PROBE_OUTSIDE,
	PROBE_NEIGHBOUR,
	PROBE_NEAR,
	PROBE_RANDOM,
	PROBE_KINDS
};

struct probes {
	const struct ir_module *module;
	const struct dataset *dataset; /* NULL: no neighbours */
	const struct near *near;       /* NULL: none of them */
	uint64_t counts[PROBE_KINDS], count;
	bool sayable; /* every point of the domain is one that raw features can stand for */
};

/*
 * Borrows all it is given. Where the usual numbers are more than `most` probes, or more than
 * time allows for so many inputs, table entries come first.
 */
void probes_init(struct probes *probes, const struct ir_module *module,
	const struct dataset *dataset, const struct near *near, uint64_t most);

/*
 * Probe i, 0 <= i < count: input_count grid values that raw features of the module's type
 * can stand for. Made when asked for, since all of them may not fit in memory.
 */
void probe_point(const struct probes *probes, uint64_t i, int64_t *point);

/* A random point of the domain that raw features can stand for. */
void probe_random(const struct ir_module *module, uint64_t seed, int64_t *point);

/*
 * Moves the point to where the raw features that are nearest to it map: not every grid value
 * has a raw one.
 */
void probe_keep_sayable(const struct ir_module *module, int64_t *point);

#endif
