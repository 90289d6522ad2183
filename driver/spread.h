/*
 * A sample of stored points, spread evenly over the set.
 */
#ifndef DRIVER_SPREAD_H
#define DRIVER_SPREAD_H

#include "frontend/data/dataset.h"
#include "ir/ir.h"
#include "support/progress.h"

struct spread {
	const struct dataset *dataset;
	uint64_t count; /* of the sample; all points when it is the set's */
};

/* The stored point that entry i of the sample is. */
uint64_t spread_index(const struct spread *spread, uint64_t i);

/* Interprets the sample; the number of points whose class is not the stored one. */
uint64_t spread_wrong(const struct spread *spread, const struct ir_module *module,
	const struct progress *progress);

#endif
