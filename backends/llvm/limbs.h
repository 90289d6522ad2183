/*
 * Routines on numbers of many limbs (runtime/limb.h, runtime/fused.h), each an internal
 * function that is written once, as IR, when it is first called for.
 *
 * Sizes are counts of limbs; a number that is written to does not overlap one that is read.
 */
#ifndef BACKENDS_LLVM_LIMBS_H
#define BACKENDS_LLVM_LIMBS_H

#include <llvm-c/Core.h>

#include "backends/llvm/gen.h"

enum limbs_routine {
	LIMBS_ZERO,        /* to, room */
	LIMBS_SET,         /* to, room, v, count: to = v modulo 2^(64 room) */
	LIMBS_SET_SHIFTED, /* to, room, v, count, shift: to = v << shift, 0 < shift < 64 */
	LIMBS_ADD,         /* to, room, v, count: to += v */
	LIMBS_ADD_SHIFTED, /* to, room, v, count, shift */
	LIMBS_SUBTRACT,    /* likewise: to -= v */
	LIMBS_SUBTRACT_SHIFTED,
	LIMBS_MULTIPLY, /* to, room, v, count, m, m_count: to += v * m */
	LIMBS_MULTIPLY_SUBTRACT,
	LIMBS_CARRY,   /* to, room, word: to += word */
	LIMBS_BORROW,  /* to, room, word: to -= word */
	LIMBS_RELU,    /* to, room, keep: to[0..keep-1] = 0 if to is negative */
	LIMBS_COMPARE, /* a, a_count, b, b_count: -1, 0 or 1 of 32 bits */
	LIMBS_ANY,     /* v, count: all limbs or-ed */
	LIMBS_FIELD,   /* v, count, position, length: length <= 64 bits of v */
	LIMBS_FIELDS,  /* to, room, v, count, position, length: as many as there is room for */
	LIMBS_ROW_OF_WORD, /* first, last, rows, word: the row that holds word, or rows */
	LIMBS_ROW,   /* first, last, rows, limbs, v, count: the row that holds v, or rows */
	LIMBS_ASSOC, /* to, room, key, key_count, u, u_count, w, w_count, slots, length, bits */
	LIMBS_ROUTINES
};

/* A call with as many arguments as the routine has; its result, if it has one. */
LLVMValueRef limbs_call(
	struct gen *gen, enum limbs_routine routine, const LLVMValueRef *arguments);

#endif
