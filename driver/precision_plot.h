/*
 * memc inspect --engine --svg: how many stored points survive in bits:P, against P.
 */
#ifndef DRIVER_PRECISION_PLOT_H
#define DRIVER_PRECISION_PLOT_H

#include "driver/target.h"

/* Draws the file of --svg. False if it could not; failures are diagnostics. */
bool precision_plot(struct target *target);

#endif
