/*
 * Bodies of the routines of backends/llvm/limbs.h: each takes its parameters, fills the
 * function in whose first block the builder stands, and returns.
 */
#ifndef BACKENDS_LLVM_LIMBS_BODY_H
#define BACKENDS_LLVM_LIMBS_BODY_H

#include "backends/llvm/gen.h"

/* What a body is made for, where two routines share it. */
enum limbs_flags { LIMBS_SHIFTED = 1, LIMBS_NEGATIVE = 2 };

typedef void limbs_body(struct gen *gen, const LLVMValueRef *parameters, unsigned flags);

/* Sums (backends/llvm/limbs_sum.c). */
limbs_body limbs_body_zero, limbs_body_set, limbs_body_add, limbs_body_multiply,
	limbs_body_carry, limbs_body_relu;

/* Comparisons and fields (backends/llvm/limbs_find.c). */
limbs_body limbs_body_compare, limbs_body_any, limbs_body_field, limbs_body_fields,
	limbs_body_row_of_word, limbs_body_row, limbs_body_assoc;

#endif
