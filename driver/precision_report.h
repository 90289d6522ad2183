/*
 * What memc verify and memc inspect print for --engine.
 */
#ifndef DRIVER_PRECISION_REPORT_H
#define DRIVER_PRECISION_REPORT_H

#include "driver/target.h"

/*
 * memc verify: the report, and points that fail as diagnostics. For a target with its network
 * built; a .mir file has no stored points, which is a diagnostic.
 */
void precision_verify(struct target *target);

/*
 * memc inspect: the report; or with --csv a line for each point that fails and was traced. For
 * a target that precision_has_points().
 */
void precision_inspect(struct target *target);

#endif
