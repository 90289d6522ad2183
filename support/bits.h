/*
 * Bits and quotients of machine integers.
 */
#ifndef SUPPORT_BITS_H
#define SUPPORT_BITS_H

#include <stdint.h>

/* The least k with value < 2^k: 0 for 0, 1 for 1, 64 for the greatest. */
static inline uint32_t bit_length(uint64_t value)
{
	return value ? 64 - (uint32_t)__builtin_clzll(value) : 0;
}

/* The low bits of a word, as many as it has at most. */
static inline uint64_t bit_mask(uint32_t bits)
{
	return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* a / b, rounded up. */
static inline uint64_t divide_up(uint64_t a, uint64_t b)
{
	return a / b + (a % b != 0);
}

#endif
