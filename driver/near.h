/*
 * Points at the entries of tables: where a network's answer changes, if anywhere.
 *
 * A fused module that reads an integer z = a . x + b of its inputs by a table, an interval,
 * a step or a comparison changes its answer at known z. For a spread of these entries
 * first..last this looks for points x of the domain with z(x) one below, on, and one above: a
 * stored point, or one that was walked from a random one towards the entry, with a few
 * coordinates moved.
 */
#ifndef DRIVER_NEAR_H
#define DRIVER_NEAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frontend/data/dataset.h"
#include "ir/ir.h"

struct near_move {
	uint32_t coordinate;
	int64_t delta; /* 0: no move */
};

enum { NEAR_MOVES = 3 };

struct near_place {
	uint64_t base;  /* a stored point, from which the moves lead to the point */
	int64_t *point; /* the point itself, where it comes from no stored one, or NULL */
	struct near_move moves[NEAR_MOVES];
};

enum { NEAR_BELOW, NEAR_ON, NEAR_ABOVE, NEAR_SIDES };

struct near {
	const struct ir_module *module;
	const struct dataset *dataset; /* may be NULL */
	struct near_place *places;
	uint64_t count;
	size_t room;
	uint64_t entries;           /* of all tables, as intervals of z */
	uint64_t tried;             /* those of them that were looked for */
	uint64_t found[NEAR_SIDES]; /* points made: count in all */
};

/* Borrows the module and the data set, which may be NULL. */
void near_init(
	struct near *near, const struct ir_module *module, const struct dataset *dataset);
void near_fini(struct near *near);

/* Point i, 0 <= i < count: input_count grid values that raw features can stand for. */
void near_point(const struct near *near, uint64_t i, int64_t *point);

#endif
