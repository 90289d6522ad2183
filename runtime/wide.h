/*
 * 64 x 64 bits give 128, in plain C.
 */
#ifndef MEMC_RUNTIME_WIDE_H
#define MEMC_RUNTIME_WIDE_H

#include <stdint.h>

/* The low half of a * b; the high half goes to *high. */
static uint64_t memc_wide_multiply(uint64_t a, uint64_t b, uint64_t *high)
{
	const uint64_t half = 0xffffffff;
	const uint64_t a0 = a & half, a1 = a >> 32;
	const uint64_t b0 = b & half, b1 = b >> 32;
	const uint64_t low = a0 * b0, left = a1 * b0, right = a0 * b1;
	const uint64_t middle = (low >> 32) + (left & half) + (right & half);

	*high = a1 * b1 + (left >> 32) + (right >> 32) + (middle >> 32);
	return middle << 32 | (low & half);
}

#endif
