/*
 * What theory says of the size of a network and of its sample, for people.
 */
#ifndef DRIVER_BOUNDS_H
#define DRIVER_BOUNDS_H

#include "driver/inspection.h"

/*
 * A lower bound: what any network that does the same needs, and what this one has of it. It
 * may have less only where the bound is for all labellings of its points.
 */
struct bound {
	const char *name, *formula, *source, *of; /* of: what is counted */
	double least, here;
};

enum { BOUNDS = 5 };

/*
 * The bounds that apply to a literal network with stored points; how many there are. Those
 * of pieces need `fused`, the network at -O2, or are left out.
 */
size_t bounds_of(const struct inspection *inspection, const struct ir_module *fused,
	struct bound bounds[BOUNDS]);

/* How many samples make a network generalize, by one theorem. */
struct sample_bound {
	const char *name, *formula, *theorem;
	double samples;
};

struct sample_bounds {
	struct sample_bound rows[3];
	size_t count; /* 0 where labels are real numbers, of which the theorems do not speak */
	uint64_t parameters, balls; /* N_D, and S_D if `estimated` */
	bool estimated;
};

/*
 * frontend/construct/sample_size.h, for a target with a data set. All that need S_D rest on
 * an estimate of it.
 */
struct sample_bounds bounds_samples(const struct target *target);

/* Prints them, and whether the stored points are so many. */
void bounds_print(const struct bound *bounds, size_t count);
void bounds_print_samples(const struct target *target);

#endif
