/*
 * Vectors of integers: how many lanes a target's projection takes at once, and the operations
 * on them that LLVM's builder has not.
 *
 * A vector of one lane is a scalar, so that the same code serves targets without vectors.
 */
#ifndef BACKENDS_LLVM_VECTORS_H
#define BACKENDS_LLVM_VECTORS_H

#include "backends/llvm/gen.h"

struct vectors {
	uint32_t lanes; /* of 16 bits, a power of two; 1: no vectors; 0: and words of 64 bits */
	bool halves;    /* bytes are widened to 16 bits first, since products of those are known
			   (smlal) */
	bool pairs;     /* products are added in pairs by one instruction (pmaddwd) */
	uint32_t chains; /* sums that go on beside each other, since one would be waited for */
};

struct vectors vectors_of(const struct gen *gen);

LLVMTypeRef vectors_type(LLVMTypeRef element, uint32_t lanes);
uint32_t vectors_lanes(LLVMValueRef vector);

/* The same constant in all lanes. */
LLVMValueRef vectors_splat(LLVMTypeRef element, uint32_t lanes, uint64_t value);

/* Lanes first, first + step, ... of a vector, or of two behind each other. */
LLVMValueRef vectors_pick(struct gen *gen, LLVMValueRef a, LLVMValueRef b, uint32_t first,
	uint32_t step, uint32_t count);

/* Half the lanes: lanes i and i + half added, again until there are so many lanes. */
LLVMValueRef vectors_fold(struct gen *gen, LLVMValueRef vector, uint32_t lanes);

/* Whether any lane of a vector of i1 is set. */
LLVMValueRef vectors_any(struct gen *gen, LLVMValueRef flags, const char *name);

/* A table (gen_table()) of which vectors are loaded: aligned for all of them. */
LLVMValueRef vectors_table(LLVMValueRef table);

/* An intrinsic of two operands of one type. */
LLVMValueRef vectors_two(struct gen *gen, const char *intrinsic, LLVMValueRef a, LLVMValueRef b,
	const char *name);

#endif
