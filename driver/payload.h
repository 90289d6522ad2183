/*
 * What a network has to hold of each stored point, and what it does hold, in bits.
 *
 * Counting says what is needed on average: log2(N! / (n_1! ... n_C!)) / N of labels, and, to
 * tell the N stored points from all others of R positions, log2(R choose N) / N. Positions are
 * those of the projection, if the first layer is one neuron, or all grid points of the inputs.
 */
#ifndef DRIVER_PAYLOAD_H
#define DRIVER_PAYLOAD_H

#include "driver/inspection.h"

struct payload {
	const char *name, *of;
	double needed, here; /* bits a stored point; NAN where nothing is known of it */
};

enum { PAYLOAD = 3 };

/* Of a literal network with stored points: rows, and how many there are. */
size_t payload_of(const struct inspection *inspection, struct payload rows[PAYLOAD]);

void payload_print(const struct payload *rows, size_t count);

#endif
