/*
 * IEEE 754 numbers taken apart by integer arithmetic.
 */
#ifndef MEMC_RUNTIME_REAL_H
#define MEMC_RUNTIME_REAL_H

#include <stdint.h>

#include "runtime/map.h"

/*
 * Maps the number whose bits these are: a sign, `exponent` bits and `fraction` bits. 0 if
 * it is infinite, not a number or out of range.
 */
static int memc_map_real(const uint64_t *map, uint64_t bits, unsigned exponent,
	unsigned fraction, uint64_t *value)
{
	const int most = (1 << exponent) - 1;
	const int e = (int)(bits >> fraction) & most;
	const int negative = (int)(bits >> (exponent + fraction));
	uint64_t m = bits & (((uint64_t)1 << fraction) - 1);

	if (e == most)
		return 0;
	if (e)
		m |= (uint64_t)1 << fraction;
	return memc_map(map, m, negative, (e ? e : 1) - most / 2 - (int)fraction, value);
}

#endif
