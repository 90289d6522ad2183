#include "backends/llvm/program.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backends/llvm/word.h"
#include "runtime/code.h"

struct operand operand_value(const struct lowering *lower, uint64_t reference)
{
	return (struct operand){ .base = lower->frame,
		.place = MEMC_CONSTANT_PLACE(reference),
		.limbs = MEMC_CONSTANT_LIMBS(reference) };
}

struct operand operand_constant(const struct lowering *lower, uint64_t reference)
{
	uint64_t place = MEMC_CONSTANT_PLACE(reference);

	return (struct operand){ .base = lower->constants,
		.words = lower->plan->constants.words + place,
		.place = place,
		.limbs = MEMC_CONSTANT_LIMBS(reference) };
}

LLVMValueRef operand_at(struct lowering *lower, const struct operand *operand, uint64_t i)
{
	struct gen *gen = lower->gen;

	return gen_at(gen, gen->i64, operand->base, gen_size(gen, operand->place + i), "");
}

LLVMValueRef operand_limb(struct lowering *lower, const struct operand *operand, uint64_t i)
{
	struct gen *gen = lower->gen;

	if (i >= operand->limbs)
		return gen_i64(gen, 0);
	if (operand->words)
		return gen_i64(gen, operand->words[i]);
	return LLVMBuildLoad2(gen->builder, gen->i64, operand_at(lower, operand, i), "limb");
}

LLVMValueRef operand_narrow(struct lowering *lower, const struct operand *operand)
{
	struct gen *gen = lower->gen;
	LLVMValueRef half = gen_size(gen, 2 * operand->place + gen->target.big_endian);

	if (!operand->limbs || operand->words)
		return gen_i32(gen, operand->limbs ? (uint32_t)operand->words[0] : 0);
	return gen_load_at(gen, gen->i32, operand->base, half, "half");
}

LLVMValueRef operand_count(struct lowering *lower, const struct operand *operand)
{
	return gen_size(lower->gen, operand->limbs);
}

LLVMValueRef operand_field(struct lowering *lower, const struct operand *operand,
	uint64_t position, uint64_t length)
{
	struct gen *gen = lower->gen;
	uint64_t limb = position / 64, shift = position % 64;
	LLVMValueRef low = operand_limb(lower, operand, limb), field = low;

	if (shift && shift + length > 64 && limb + 1 < operand->limbs) {
		LLVMValueRef parts[] = { operand_limb(lower, operand, limb + 1), low,
			gen_i64(gen, shift) };
		field = gen_intrinsic(gen, "llvm.fshr", &gen->i64, 1, parts, 3, "field");
	} else if (shift) {
		field = word_op(gen, LLVMLShr, low, gen_i64(gen, shift));
	}
	if (length < 64)
		field = word_op(gen, LLVMAnd, field, gen_i64(gen, (UINT64_C(1) << length) - 1));
	return field;
}

/* A number of one limb is named after its value. */
void operand_put(
	struct lowering *lower, const struct operand *operand, uint64_t i, LLVMValueRef word)
{
	char name[24];

	if (!i && LLVMIsAInstruction(word) && !*LLVMGetValueName2(word, &(size_t){ 0 })) {
		snprintf(name, sizeof name, "v%" PRIu32, lower->owner.i);
		LLVMSetValueName2(word, name, strlen(name));
	}
	LLVMBuildStore(lower->gen->builder, word, operand_at(lower, operand, i));
}
