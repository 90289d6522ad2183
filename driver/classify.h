/*
 * Many points through the exact interpreter, on the cores there are.
 */
#ifndef DRIVER_CLASSIFY_H
#define DRIVER_CLASSIFY_H

#include "ir/ir.h"
#include "support/progress.h"

/* Grid coordinates of point i, input_count of them; called from several threads. */
typedef void classify_point(const void *context, uint64_t i, int64_t *point);

/* About the seconds that the interpreter takes for a point, on one core. */
double classify_seconds(const struct ir_module *module);

/* out[i] = class of point i, or -1, for i in 0..count-1. */
void classify_points(const struct ir_module *module, classify_point *point, const void *context,
	uint64_t count, int32_t *out, const struct progress *progress);

#endif
