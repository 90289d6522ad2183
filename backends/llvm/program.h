/*
 * Programs of limbs (runtime/fused_code.h) as IR: what the engine of runtime/fused.h would read
 * of an instruction's words is known here, so that each becomes what it does.
 *
 * Values lie in one frame, which the functions of a program hand on. Where operands and
 * result take one limb, an instruction is arithmetic on words; else it calls the routines of
 * backends/llvm/limbs.h.
 */
#ifndef BACKENDS_LLVM_PROGRAM_H
#define BACKENDS_LLVM_PROGRAM_H

#include "backends/llvm/gen.h"

struct lowering {
	struct gen *gen;
	const struct plan *plan;
	LLVMValueRef constants; /* their table */
	LLVMValueRef frame;     /* of the function under way */

	const uint64_t *code; /* where the next word is read */
	ir_value owner;       /* of the instruction under way */
	uint64_t bits;        /* of its sum, if it is a form */
};

/* A number: limbs in the frame, or among the constants. */
struct operand {
	LLVMValueRef base;
	const uint64_t *words; /* NULL in the frame */
	uint64_t place, limbs;
};

static inline uint64_t lowering_word(struct lowering *lower)
{
	return *lower->code++;
}

/* What a reference of the code names. */
struct operand operand_value(const struct lowering *lower, uint64_t reference);
struct operand operand_constant(const struct lowering *lower, uint64_t reference);

/* Limb i, which is 0 beyond its end; the lowest 32 bits; where limb i is; how many there are.
 */
LLVMValueRef operand_limb(struct lowering *lower, const struct operand *operand, uint64_t i);
LLVMValueRef operand_narrow(struct lowering *lower, const struct operand *operand);
LLVMValueRef operand_at(struct lowering *lower, const struct operand *operand, uint64_t i);
LLVMValueRef operand_count(struct lowering *lower, const struct operand *operand);

/* Bits position..position+length-1, 1 <= length <= 64. */
LLVMValueRef operand_field(struct lowering *lower, const struct operand *operand,
	uint64_t position, uint64_t length);

/* Makes limb i of an operand in the frame `word`. */
void operand_put(
	struct lowering *lower, const struct operand *operand, uint64_t i, LLVMValueRef word);

/* Instructions, behind their first word; `to` is the result. */
void lower_form(struct lowering *lower, const struct operand *to);
void lower_within(struct lowering *lower, const struct operand *to);
void lower_bits(struct lowering *lower, const struct operand *to);
void lower_match(struct lowering *lower, const struct operand *to);
void lower_assoc(struct lowering *lower, const struct operand *to);
void lower_lookup(struct lowering *lower, const struct operand *to);
void lower_knots(struct lowering *lower, const struct operand *to);

#endif
