#include "backends/llvm/word.h"

#include <string.h>

#include "backends/llvm/flow.h"

LLVMValueRef word_op(struct gen *gen, LLVMOpcode opcode, LLVMValueRef a, LLVMValueRef b)
{
	return LLVMBuildBinOp(gen->builder, opcode, a, b, "");
}

LLVMValueRef word_is(struct gen *gen, LLVMValueRef a, LLVMIntPredicate what, LLVMValueRef b)
{
	return LLVMBuildICmp(gen->builder, what, a, b, "");
}

/* --- words ---------------------------------------------------------------------------- */

LLVMValueRef word_get(struct gen *gen, LLVMValueRef base, LLVMValueRef index, const char *name)
{
	LLVMValueRef at = gen_at(gen, gen->i64, base, index, "");

	return LLVMBuildLoad2(gen->builder, gen->i64, at, name);
}

void word_put(struct gen *gen, LLVMValueRef base, LLVMValueRef index, LLVMValueRef word)
{
	LLVMBuildStore(gen->builder, word, gen_at(gen, gen->i64, base, index, ""));
}

LLVMValueRef word_get_below(struct gen *gen, LLVMValueRef base, LLVMValueRef index,
	LLVMValueRef count, const char *name)
{
	struct flow_if inside = flow_if(gen, word_is(gen, index, LLVMIntULT, count), name);
	LLVMValueRef word = word_get(gen, base, index, "");

	flow_end_if(gen, &inside);
	return flow_choice(gen, &inside, word, gen_i64(gen, 0), name);
}

/* --- products ------------------------------------------------------------------------- */

static LLVMValueRef high_half(struct gen *gen, LLVMValueRef word)
{
	return word_op(gen, LLVMLShr, word, gen_i64(gen, 32));
}

static LLVMValueRef low_half(struct gen *gen, LLVMValueRef word)
{
	return word_op(gen, LLVMAnd, word, gen_i64(gen, UINT32_MAX));
}

static LLVMValueRef sum(struct gen *gen, LLVMValueRef a, LLVMValueRef b, LLVMValueRef c)
{
	return word_op(gen, LLVMAdd, word_op(gen, LLVMAdd, a, b), c);
}

/* By four products of halves, as runtime/wide.h has it. */
static LLVMValueRef multiply_halves(
	struct gen *gen, LLVMValueRef a, LLVMValueRef b, LLVMValueRef *high)
{
	LLVMValueRef a0 = low_half(gen, a), a1 = high_half(gen, a);
	LLVMValueRef b0 = low_half(gen, b), b1 = high_half(gen, b);
	LLVMValueRef low = word_op(gen, LLVMMul, a0, b0);
	LLVMValueRef left = word_op(gen, LLVMMul, a1, b0);
	LLVMValueRef right = word_op(gen, LLVMMul, a0, b1);
	LLVMValueRef middle =
		sum(gen, high_half(gen, low), low_half(gen, left), low_half(gen, right));

	*high = sum(gen, word_op(gen, LLVMMul, a1, b1), high_half(gen, left),
		high_half(gen, right));
	*high = word_op(gen, LLVMAdd, *high, high_half(gen, middle));
	middle = word_op(gen, LLVMShl, middle, gen_i64(gen, 32));
	return word_op(gen, LLVMOr, middle, low_half(gen, low));
}

/* Whether 64 x 64 bits give 128 without a call of a library; a RISC-V may have no products. */
static bool has_wide_product(const struct gen *gen)
{
	if (!strncmp(gen->target.triple, "riscv", 5) && strstr(gen->target.features, "-m"))
		return false;
	return gen->size_bits == 64 && gen->target.format != TARGET_WASM;
}

LLVMValueRef word_multiply(struct gen *gen, LLVMValueRef a, LLVMValueRef b, LLVMValueRef *high)
{
	LLVMTypeRef wide = LLVMIntTypeInContext(gen->context, 128);
	LLVMValueRef product;

	if (!has_wide_product(gen))
		return multiply_halves(gen, a, b, high);
	product =
		word_op(gen, LLVMMul, gen_to(gen, a, wide, false), gen_to(gen, b, wide, false));
	*high = gen_to(
		gen, word_op(gen, LLVMLShr, product, gen_int(wide, 64)), gen->i64, false);
	return gen_to(gen, product, gen->i64, false);
}
