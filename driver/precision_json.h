/*
 * The member `precision` of memc inspect --json, as docs/inspect.md has it.
 */
#ifndef DRIVER_PRECISION_JSON_H
#define DRIVER_PRECISION_JSON_H

#include "backends/report/json.h"
#include "driver/target.h"

/*
 * What becomes of the stored points in the arithmetic of --engine, and how many survive with
 * how many bits; without --engine the latter alone, and that for --html only. Else null, and
 * of a network without stored points.
 */
json_t *precision_json(struct target *target);

#endif
