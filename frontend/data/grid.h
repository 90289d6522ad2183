/*
 * How raw rows become grid points: what is known of each column, and the features that
 * follow from it. Private to the stage grid_map() (frontend/data/stages.h).
 */
#ifndef FRONTEND_DATA_GRID_H
#define FRONTEND_DATA_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "frontend/data/source.h"
#include "frontend/data/stages.h"

/* A column of the table over the selected rows. */
struct column {
	int64_t lo, hi;         /* integers; of decimals the mantissas */
	double least, greatest; /* floats */
	int places;             /* floats: all are multiples of 2^places; INT_MAX: all 0 */
	struct ir_feature raw;  /* decimals: what a mantissa stands for */
};

struct grid {
	struct load *load;
	struct dataset *dataset;
	const struct selection *selection;
	struct column *columns;     /* one per feature */
	struct ir_affine_map *maps; /* the same */
	bool plain; /* integers, and mantissas of decimals, are grid values as they are */
};

/* Fills the columns. False with diagnostics if a float is not finite. */
bool grid_survey(struct grid *grid);

/* Decides the element type and the features of the data set, and fills the maps. */
bool grid_features(struct grid *grid);

/* x as the classifier reads it: rounded to float where that is the element type. */
double grid_as_read(const struct grid *grid, double x);

#endif
