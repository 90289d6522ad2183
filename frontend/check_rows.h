/*
 * Checking of points in line (internal to spec_load).
 */
#ifndef FRONTEND_CHECK_ROWS_H
#define FRONTEND_CHECK_ROWS_H

#include "frontend/data/dataset.h"
#include "frontend/eval.h"
#include "frontend/tree.h"

/* The points of a clause `points`, in the arena of the scope; wrong ones are left out. */
const struct inline_point *check_inline_points(
	const struct scope *scope, const struct tree_clause *clause, size_t *count);

#endif
