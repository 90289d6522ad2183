/*
 * Affine forms, a term at a time, and the class that an output stands for: what the engines
 * of literal networks and of fused modules share.
 */
#ifndef MEMC_RUNTIME_FORM_H
#define MEMC_RUNTIME_FORM_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/code.h"
#include "runtime/limb.h"

/*
 * Adds the term at `code` to acc, or sets acc to it, and returns the code of the next one.
 * The term reads v, unless it is a constant.
 */
static const uint64_t *memc_form_term(uint64_t *acc, size_t room, int set, const uint64_t *code,
	const uint64_t *constants, const uint64_t *v, size_t count)
{
	const uint64_t term = *code++;
	const uint64_t flip = (uint64_t)0 - MEMC_TERM_NEGATIVE(term);
	const size_t skip = (size_t)MEMC_TERM_LIMBS(term);
	const unsigned shift = (unsigned)MEMC_TERM_BITS(term);

	if (MEMC_TERM_CONSTANT(term)) {
		v = constants + MEMC_CONSTANT_PLACE(*code);
		count = (size_t)MEMC_CONSTANT_LIMBS(*code);
		code++;
	}
	if (set) {
		memc_limbs_set(acc, room, v, count, skip, shift);
	} else if (MEMC_TERM_TIMES(term)) {
		memc_limbs_multiply(acc + skip, room - skip, v, count,
			constants + MEMC_CONSTANT_PLACE(*code),
			(size_t)MEMC_CONSTANT_LIMBS(*code), flip);
		code++;
	} else {
		memc_limbs_add(acc + skip, room - skip, v, count, shift, flip);
	}
	return code;
}

/* The class that the output v * 2^-fraction stands for: y - 1 if y is 1..classes. */
static int memc_class(const uint64_t *v, size_t count, size_t fraction, uint64_t classes)
{
	const size_t whole = fraction / 64;
	const unsigned shift = (unsigned)(fraction % 64);
	uint64_t y = 0, rest = 0;
	size_t i;

	for (i = 0; i < count; i++) {
		if (i == whole) {
			y |= v[i] >> shift;
			rest |= v[i] << 1 << (63 - shift);
		} else if (i == whole + 1) {
			y |= v[i] << 1 << (63 - shift);
			rest |= v[i] >> shift;
		} else {
			rest |= v[i];
		}
	}
	return !rest && y >= 1 && y <= classes ? (int)(y - 1) : -1;
}

#endif
