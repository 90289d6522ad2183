/*
 * Stored points that emitted code checks itself with.
 */
#ifndef DRIVER_SAMPLES_H
#define DRIVER_SAMPLES_H

#include "backends/plan/plan.h"
#include "driver/target.h"

/* Spread over the data set, in the session's arena; none of a .mir file, which has no set. */
struct samples samples_take(const struct target *target);

#endif
