/*
 * How many stored points survive in bits:P against P, up to beyond the least P with which all
 * do, and in floats.
 */
#ifndef DRIVER_SURVIVAL_H
#define DRIVER_SURVIVAL_H

#include "driver/precision.h"

enum { SURVIVAL_MOST = 24 };

struct survival {
	struct spread tried;
	struct least_bits least;
	uint32_t count;
	struct {
		uint32_t bits; /* P, which grows */
		uint64_t survive;
	} at[SURVIVAL_MOST];
	uint64_t float32, float64;
};

/*
 * On as many points as survival_seconds allow; all with --full. With --engine the least P is
 * that of its report, which tries more of them. False if the time is too short for one point.
 */
bool survival_measure(struct survival *survival, struct target *target);

#endif
