/*
 * Seeded random numbers, the same on every machine.
 *
 * xoshiro256** (Blackman and Vigna 2018), seeded through splitmix64. Integer arithmetic
 * only; rng_unit() is exact, a multiple of 2^-53.
 */
#ifndef SUPPORT_RNG_H
#define SUPPORT_RNG_H

#include <stdint.h>

struct rng {
	uint64_t state[4];
};

void rng_init(struct rng *rng, uint64_t seed);
uint64_t rng_next(struct rng *rng);

/* Uniform in 0..bound-1, without bias; bound >= 1. */
uint64_t rng_below(struct rng *rng, uint64_t bound);

/* Uniform in [0, 1). */
double rng_unit(struct rng *rng);

#endif
