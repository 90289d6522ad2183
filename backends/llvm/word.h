/*
 * Words of 64 bits: in memory, and their products. All build where gen->builder stands.
 */
#ifndef BACKENDS_LLVM_WORD_H
#define BACKENDS_LLVM_WORD_H

#include "backends/llvm/gen.h"

/* base[index], in words. */
LLVMValueRef word_get(struct gen *gen, LLVMValueRef base, LLVMValueRef index, const char *name);
void word_put(struct gen *gen, LLVMValueRef base, LLVMValueRef index, LLVMValueRef word);

/* base[index], or 0 if index is not below count. */
LLVMValueRef word_get_below(struct gen *gen, LLVMValueRef base, LLVMValueRef index,
	LLVMValueRef count, const char *name);

/* The low half of the product of two words; the high half goes to *high. */
LLVMValueRef word_multiply(struct gen *gen, LLVMValueRef a, LLVMValueRef b, LLVMValueRef *high);

/* Short for LLVMBuildX() without a name, and for comparisons. */
LLVMValueRef word_op(struct gen *gen, LLVMOpcode opcode, LLVMValueRef a, LLVMValueRef b);
LLVMValueRef word_is(struct gen *gen, LLVMValueRef a, LLVMIntPredicate what, LLVMValueRef b);

#endif
