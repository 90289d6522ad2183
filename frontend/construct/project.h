/*
 * project: from points of Z^d to integers, z = relu(a . x + b).
 *
 * The entries of a are random integers in 0..2^B-1. B is about the least that keeps apart
 * what the construction needs apart: all stored points, or those of different classes
 * (Vardi, Yehudai and Shamir, Theorem 3.1, first step; on the grid a gap of 1 is enough). It
 * also leaves about one in a thousand other points of the
 * domain on a stored position. b moves the least stored position to 1, so that all points
 * that project below it share the position 0, which no stored point has.
 */
#ifndef FRONTEND_CONSTRUCT_PROJECT_H
#define FRONTEND_CONSTRUCT_PROJECT_H

#include "frontend/construct/construct.h"
#include "frontend/construct/form.h"

__extension__ typedef unsigned __int128 position;

struct projected {
	position z;     /* 1..range-1 */
	uint32_t label; /* class */
};

struct projection {
	/* dataset->count of them, ascending in z, malloc'ed; those of one class may be equal
	 * where only classes are kept apart */
	struct projected *points;
	uint64_t count;
	position range;      /* R: greatest z + 1 */
	uint32_t range_bits; /* ceil(log2 R) */
	uint32_t bits;       /* B */
};

/*
 * Chooses a and b, adds the layer, returns z as a form. False with diagnostics when no
 * projection keeps the points apart. The caller ends it with projection_fini().
 */
bool project(const struct construct_request *request, struct ir_module *module,
	struct projection *projection, struct form *z);
void projection_fini(struct projection *projection);

num position_num(struct num_pool *pool, position z);

/* The least k with z < 2^k. */
uint32_t position_bits(position z);

#endif
