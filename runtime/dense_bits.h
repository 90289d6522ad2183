/*
 * Rows that are 0 or 1, as bits, and how many of a set there are (runtime/dense_code.h).
 */
#ifndef MEMC_RUNTIME_DENSE_BITS_H
#define MEMC_RUNTIME_DENSE_BITS_H

#include "runtime/dense.h"

/* Bit k of `bits` is the lowest one of v[k]. */
static void memc_pack(const uint64_t *v, size_t count, uint64_t *bits)
{
	size_t k, i;

	for (k = 0; k < count; k += 64) {
		const size_t end = count - k < 64 ? count - k : 64;
		uint64_t word = 0;

		for (i = 0; i < end; i++)
			word |= (v[k + i] & 1) << i;
		bits[k / 64] = word;
	}
}

/* Adds up bits, each byte for itself, of so many words (at most 31) that none overflows. */
static uint64_t memc_count_bits(const uint64_t *words, const uint64_t *bits, size_t count)
{
	const uint64_t ones = 0x5555555555555555, twos = 0x3333333333333333;
	const uint64_t fours = 0x0f0f0f0f0f0f0f0f, eights = 0x00ff00ff00ff00ff;
	uint64_t sums = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		uint64_t word = words[i] & bits[i];

		word -= word >> 1 & ones;
		word = (word & twos) + (word >> 2 & twos);
		sums += (word + (word >> 4)) & fours;
	}
	sums = (sums & eights) + (sums >> 8 & eights);
	return sums * 0x0001000100010001 >> 48;
}

/* Adds the bits of a segment. Returns its end. */
static size_t memc_bits_set(struct memc_gate *at, const uint64_t *gates, const uint64_t *bits)
{
	const uint64_t *const segment = gates + at->segment;
	const size_t count = (size_t)MEMC_SEGMENT_COUNT(segment[0]);
	size_t k;

	bits += (size_t)segment[2];
	for (k = 0; k < count; k += 16) {
		const size_t some = count - k < 16 ? count - k : 16;

		at->sum += segment[1] * memc_count_bits(segment + 3 + k, bits + k, some);
		if (memc_is_over(gates, at))
			break;
	}
	return at->segment + 3 + count;
}

#endif
