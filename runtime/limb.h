/*
 * Fixed-width integers: arrays of 64-bit limbs, least significant first.
 *
 * An accumulator of `room` limbs is a two's complement number modulo 2^(64 room): sums may
 * pass through any value as long as the last one fits. Operands are not negative; one with
 * more limbs than there is room is cut off, which is the same modulo 2^(64 room). `flip`
 * is all ones to subtract, since a - x = ~(~a + x), and zero to add.
 */
#ifndef MEMC_RUNTIME_LIMB_H
#define MEMC_RUNTIME_LIMB_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/wide.h"

/*
 * acc = v << (64 * skip + shift), shift < 64, skip <= room. The zero comes out of a volatile
 * variable, and the shift through it, so that no compiler turns the loops into calls of memset
 * or memcpy, even where all is inlined: emitted code stands without a C library.
 */
static void memc_limbs_set(uint64_t *acc, size_t room, const uint64_t *v, size_t count,
	size_t skip, unsigned shift)
{
	volatile uint64_t nought = 0;
	const uint64_t zero = nought;
	const unsigned left = shift | (unsigned)zero;
	uint64_t low = 0;
	size_t i, end;

	for (i = 0; i < skip; i++)
		acc[i] = zero;
	end = count < room - skip ? skip + count : room;
	for (; i < end; i++) {
		const uint64_t limb = v[i - skip];

		acc[i] = limb << left | low;
		low = limb >> 1 >> (63 - left);
	}
	if (i < room)
		acc[i++] = low;
	for (; i < room; i++)
		acc[i] = zero;
}

/* acc +-= carry, from limb `at` upwards. */
static void memc_limbs_carry(
	uint64_t *acc, size_t at, size_t room, uint64_t carry, uint64_t flip)
{
	for (; carry && at < room; at++) {
		const uint64_t sum = (acc[at] ^ flip) + carry;

		carry = sum < carry;
		acc[at] = sum ^ flip;
	}
}

/* acc +-= v << shift, shift < 64. */
static void memc_limbs_add(uint64_t *acc, size_t room, const uint64_t *v, size_t count,
	unsigned shift, uint64_t flip)
{
	uint64_t low = 0, carry = 0;
	size_t i;

	if (count > room)
		count = room;
	for (i = 0; i < count; i++) {
		const uint64_t limb = v[i];
		const uint64_t x = limb << shift | low;
		uint64_t sum = (acc[i] ^ flip) + x;
		const uint64_t over = sum < x;

		sum += carry;
		carry = over | (sum < carry);
		low = limb >> 1 >> (63 - shift);
		acc[i] = sum ^ flip;
	}
	memc_limbs_carry(acc, count, room, low + carry, flip);
}

/* acc +-= v * m. */
static void memc_limbs_multiply(uint64_t *acc, size_t room, const uint64_t *v, size_t count,
	const uint64_t *m, size_t m_count, uint64_t flip)
{
	size_t i, j;

	for (j = 0; j < count && j < room; j++) {
		uint64_t carry = 0;

		if (!v[j])
			continue;
		for (i = 0; i < m_count && i + j < room; i++) {
			uint64_t high, sum;
			uint64_t low = memc_wide_multiply(m[i], v[j], &high);

			low += carry;
			high += low < carry;
			sum = (acc[i + j] ^ flip) + low;
			carry = high + (sum < low);
			acc[i + j] = sum ^ flip;
		}
		memc_limbs_carry(acc, i + j, room, carry, flip);
	}
}

#endif
