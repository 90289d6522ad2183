/*
 * Comparisons, fields of bits, and choices by them.
 */
#include "backends/llvm/limbs.h"
#include "backends/llvm/program.h"
#include "backends/llvm/word.h"

/* --- within and bits ------------------------------------------------------------------ */

/* A word within constants. */
static LLVMValueRef word_within(struct lowering *lower, const struct operand *v,
	const struct operand *least, const struct operand *most)
{
	struct gen *gen = lower->gen;
	uint64_t lo = least->limbs ? least->words[0] : 0;
	uint64_t hi = most->limbs > 1 ? UINT64_MAX : most->limbs ? most->words[0] : 0;
	LLVMValueRef above;

	if (least->limbs > 1 || lo > hi)
		return gen_int(gen->i1, 0);
	above = word_op(gen, LLVMSub, operand_limb(lower, v, 0), gen_i64(gen, lo));
	return word_is(gen, above, LLVMIntULE, gen_i64(gen, hi - lo));
}

/* -1, 0 or 1 */
static LLVMValueRef compare(
	struct lowering *lower, const struct operand *a, const struct operand *b)
{
	return limbs_call(lower->gen, LIMBS_COMPARE,
		(LLVMValueRef[]){ operand_at(lower, a, 0), operand_count(lower, a),
			operand_at(lower, b, 0), operand_count(lower, b) });
}

void lower_within(struct lowering *lower, const struct operand *to)
{
	struct gen *gen = lower->gen;
	struct operand v = operand_value(lower, lowering_word(lower));
	struct operand least = operand_constant(lower, lowering_word(lower));
	struct operand most = operand_constant(lower, lowering_word(lower));
	LLVMValueRef zero = gen_i32(gen, 0), is, below;

	if (v.limbs <= 1) {
		is = word_within(lower, &v, &least, &most);
	} else {
		is = word_is(gen, compare(lower, &v, &least), LLVMIntSGE, zero);
		below = word_is(gen, compare(lower, &v, &most), LLVMIntSLE, zero);
		is = word_op(gen, LLVMAnd, is, below);
	}
	operand_put(lower, to, 0, LLVMBuildZExt(gen->builder, is, gen->i64, ""));
}

void lower_bits(struct lowering *lower, const struct operand *to)
{
	enum { FEW = 2 };
	struct gen *gen = lower->gen;
	struct operand v = operand_value(lower, lowering_word(lower));
	uint64_t position = lowering_word(lower), length = lowering_word(lower);

	if (to->limbs > FEW) {
		limbs_call(gen, LIMBS_FIELDS,
			(LLVMValueRef[]){ operand_at(lower, to, 0), operand_count(lower, to),
				operand_at(lower, &v, 0), operand_count(lower, &v),
				gen_i64(gen, position), gen_i64(gen, length) });
		return;
	}
	for (uint64_t i = 0; i < to->limbs; i++) {
		uint64_t rest = length - 64 * i;

		operand_put(lower, to, i,
			operand_field(lower, &v, position + 64 * i, rest < 64 ? rest : 64));
	}
}

/* --- match and assoc ------------------------------------------------------------------ */

static LLVMValueRef are_equal(
	struct lowering *lower, const struct operand *a, const struct operand *b)
{
	struct gen *gen = lower->gen;

	if (a->limbs <= 1 && b->limbs <= 1)
		return word_is(
			gen, operand_limb(lower, a, 0), LLVMIntEQ, operand_limb(lower, b, 0));
	return word_is(gen, compare(lower, a, b), LLVMIntEQ, gen_i32(gen, 0));
}

void lower_match(struct lowering *lower, const struct operand *to)
{
	struct gen *gen = lower->gen;
	struct operand a = operand_value(lower, lowering_word(lower));
	struct operand b = operand_value(lower, lowering_word(lower));
	struct operand y = operand_value(lower, lowering_word(lower));
	struct operand zero = operand_constant(lower, lowering_word(lower));
	LLVMValueRef same = are_equal(lower, &a, &b), from, count;

	if (to->limbs == 1) {
		operand_put(lower, to, 0,
			gen_select(gen, same, operand_limb(lower, &y, 0),
				operand_limb(lower, &zero, 0), ""));
		return;
	}
	from = gen_select(
		gen, same, operand_at(lower, &y, 0), operand_at(lower, &zero, 0), "from");
	count = gen_select(
		gen, same, operand_count(lower, &y), operand_count(lower, &zero), "count");
	limbs_call(gen, LIMBS_SET,
		(LLVMValueRef[]){
			operand_at(lower, to, 0), operand_count(lower, to), from, count });
}

void lower_assoc(struct lowering *lower, const struct operand *to)
{
	LLVMValueRef arguments[11] = { operand_at(lower, to, 0), operand_count(lower, to) };

	for (uint32_t i = 0; i < 3; i++) {
		struct operand operand = operand_value(lower, lowering_word(lower));

		arguments[2 + 2 * i] = operand_at(lower, &operand, 0);
		arguments[3 + 2 * i] = operand_count(lower, &operand);
	}
	for (uint32_t i = 8; i < 11; i++)
		arguments[i] = gen_i64(lower->gen, lowering_word(lower));
	limbs_call(lower->gen, LIMBS_ASSOC, arguments);
}
