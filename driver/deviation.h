/*
 * How far the answers of a network of real values are from the labels of a data set: what a
 * confusion table is for classes.
 */
#ifndef DRIVER_DEVIATION_H
#define DRIVER_DEVIATION_H

#include <stdint.h>
#include <stdio.h>

#include "frontend/data/dataset.h"
#include "ir/ir.h"

struct deviation {
	double precision;     /* the network's step */
	uint64_t all, within; /* answers that are at most a step from their label */
	uint64_t unknown;
	double greatest, sum; /* of the differences without their sign, unknowns left out */
};

/* found[i] is a level of the module or -1; both are of real values. */
void deviation_init(struct deviation *deviation, const struct ir_module *module,
	const struct dataset *dataset, const int32_t *found);

void deviation_print(const struct deviation *deviation, FILE *stream);

/* A line of names and one of numbers. */
void deviation_print_csv(const struct deviation *deviation, FILE *stream);

#endif
