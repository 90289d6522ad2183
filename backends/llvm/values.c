/*
 * P_level_value(), P_value() and P_value_batch() of a network of real values. A double is put
 * together by integer arithmetic: machines without floating point would call a library.
 */
#include "backends/llvm/gen.h"
#include "backends/llvm/word.h"
#include "ir/level.h"

/* Rows of a batch that wait for their values. */
enum { BLOCK_BITS = 7, BLOCK = 1 << BLOCK_BITS };

static const uint64_t no_number = UINT64_C(0x7ff8000000000000), sign = UINT64_C(1) << 63;

/* The bits of q * 2^exponent, |q| <= 2^53. */
static LLVMValueRef bits_of(struct gen *gen, LLVMValueRef q, int exponent)
{
	LLVMValueRef zero = gen_i64(gen, 0);
	LLVMValueRef negative = word_op(gen, LLVMAnd, q, gen_i64(gen, sign));
	LLVMValueRef size = gen_select(gen, word_is(gen, q, LLVMIntSLT, zero),
		word_op(gen, LLVMSub, zero, q), q, "size");
	LLVMValueRef none = word_is(gen, size, LLVMIntEQ, zero);
	LLVMValueRef arguments[] = { gen_select(gen, none, gen_i64(gen, 1), size, ""),
		gen_int(gen->i1, 1) };
	LLVMValueRef zeros =
		gen_intrinsic(gen, "llvm.ctlz", &gen->i64, 1, arguments, 2, "zeros");
	LLVMValueRef m = word_op(gen, LLVMShl, size, zeros), e;

	/* without the leading bit, which is not written */
	m = word_op(gen, LLVMLShr, word_op(gen, LLVMShl, m, gen_i64(gen, 1)), gen_i64(gen, 12));
	e = word_op(gen, LLVMSub, gen_i64(gen, (uint64_t)(1023 + 63 + exponent)), zeros);
	m = word_op(gen, LLVMOr, m, word_op(gen, LLVMShl, e, gen_i64(gen, 52)));
	return word_op(gen, LLVMOr, gen_select(gen, none, zero, m, "m"), negative);
}

static void fill_level_value(struct gen *gen)
{
	const struct ir_feature *levels = gen->module->levels;
	LLVMTypeRef parameters[] = { gen->i32 };
	LLVMValueRef function = gen_external(gen, "level_value", gen->real, parameters, 1);
	LLVMValueRef level = gen_parameter(function, 0, "c"), inside, q, bits;

	gen->level_value = function;
	gen_enter(gen, function, "entry");
	inside = word_is(gen, level, LLVMIntULT, gen_i32(gen, gen->module->class_count));
	q = word_op(gen, LLVMAdd, gen_to(gen, level, gen->i64, true),
		gen_i64(gen, (uint64_t)levels->lo));
	bits = bits_of(gen, q, ir_levels_exponent(levels));
	bits = gen_select(gen, inside, bits, gen_i64(gen, no_number), "bits");
	LLVMBuildRet(gen->builder, LLVMBuildBitCast(gen->builder, bits, gen->real, "value"));
}

static void fill_value(struct gen *gen)
{
	LLVMTypeRef parameters[] = { gen->pointer };
	LLVMValueRef function = gen_external(gen, "value", gen->real, parameters, 1);
	LLVMValueRef x = gen_parameter(function, 0, "x"), level;

	gen_enter(gen, function, "entry");
	level = gen_call(gen, gen->classify, &x, "level");
	LLVMBuildRet(gen->builder, gen_call(gen, gen->level_value, &level, "value"));
}

/* The values of `count` rows from row `first` on, by way of `levels`. */
static void fill_block(struct gen *gen, LLVMValueRef function, LLVMValueRef levels,
	LLVMValueRef first, LLVMValueRef count)
{
	LLVMTypeRef row_type = LLVMArrayType2(gen->element, gen->module->input_count);
	LLVMValueRef rows[] = { gen_at(gen, row_type, LLVMGetParam(function, 0), first, "row"),
		count, levels };
	LLVMValueRef level, value, to;
	struct gen_loop loop;

	gen_call(gen, gen->batch, rows, "");
	loop = gen_loop_begin(gen, count, "values");
	level = gen_load_at(gen, gen->i32, levels, loop.i, "level");
	value = gen_call(gen, gen->level_value, &level, "value");
	to = gen_at(gen, gen->real, LLVMGetParam(function, 2),
		LLVMBuildAdd(gen->builder, first, loop.i, "i"), "to");
	LLVMBuildStore(gen->builder, value, to);
	gen_loop_end(gen, &loop);
}

static void fill_value_batch(struct gen *gen)
{
	LLVMTypeRef parameters[] = { gen->pointer, gen->size, gen->pointer };
	LLVMValueRef function = gen_external(gen, "value_batch", gen->void_type, parameters, 3);
	LLVMValueRef rows = gen_parameter(function, 1, "rows"), levels, blocks, rest, first;
	LLVMValueRef block = gen_size(gen, BLOCK);
	struct gen_loop loop;

	gen_parameter(function, 0, "x");
	gen_parameter(function, 2, "out");
	gen_enter(gen, function, "entry");
	levels = LLVMBuildAlloca(gen->builder, LLVMArrayType2(gen->i32, BLOCK), "levels");
	rest = word_op(gen, LLVMAnd, rows, gen_size(gen, BLOCK - 1));
	blocks = word_op(gen, LLVMLShr, rows, gen_size(gen, BLOCK_BITS));
	blocks = word_op(gen, LLVMAdd, blocks,
		gen_to(gen, word_is(gen, rest, LLVMIntNE, gen_size(gen, 0)), gen->size, false));
	loop = gen_loop_begin(gen, blocks, "blocks");
	first = word_op(gen, LLVMShl, loop.i, gen_size(gen, BLOCK_BITS));
	fill_block(gen, function, levels, first,
		gen_min(gen, word_op(gen, LLVMSub, rows, first), block, false));
	gen_loop_end(gen, &loop);
	LLVMBuildRetVoid(gen->builder);
}

void gen_values(struct gen *gen)
{
	fill_level_value(gen);
	fill_value(gen);
	fill_value_batch(gen);
}
