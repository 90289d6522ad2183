#define _GNU_SOURCE /* memmem */
#include "backends/llvm/helpers.h"

#include <string.h>

#include "backends/llvm/word.h"

/* A value of a type that the operand has. */
static LLVMValueRef same(LLVMValueRef as, uint64_t value)
{
	return gen_int(LLVMTypeOf(as), value);
}

static LLVMValueRef left_by(struct gen *gen, LLVMValueRef a, uint64_t bits)
{
	return word_op(gen, LLVMShl, a, same(a, bits));
}

static LLVMValueRef right_by(struct gen *gen, LLVMValueRef a, uint64_t bits)
{
	return word_op(gen, LLVMLShr, a, same(a, bits));
}

static LLVMValueRef low_of(struct gen *gen, LLVMValueRef word)
{
	return gen_to(gen, word, gen->i32, false);
}

static LLVMValueRef high_of(struct gen *gen, LLVMValueRef word)
{
	return gen_to(gen, right_by(gen, word, 32), gen->i32, false);
}

static LLVMValueRef join(struct gen *gen, LLVMValueRef high, LLVMValueRef low)
{
	return word_op(gen, LLVMOr, left_by(gen, gen_to(gen, high, gen->i64, false), 32),
		gen_to(gen, low, gen->i64, false));
}

/* --- products ------------------------------------------------------------------------- */

/* a * b by additions: of the bits of b, from the least. */
static LLVMValueRef multiply_slowly(struct gen *gen, const LLVMValueRef *parameters)
{
	LLVMTypeRef type = LLVMTypeOf(parameters[0]);
	struct gen_loop loop =
		gen_loop_begin(gen, gen_int(type, LLVMGetIntTypeWidth(type)), "multiply");
	LLVMValueRef a = gen_loop_value(gen, &loop, parameters[0], "a");
	LLVMValueRef b = gen_loop_value(gen, &loop, parameters[1], "b");
	LLVMValueRef sum = gen_loop_value(gen, &loop, gen_int(type, 0), "sum");
	LLVMValueRef mask = word_op(
		gen, LLVMSub, gen_int(type, 0), word_op(gen, LLVMAnd, b, gen_int(type, 1)));

	gen_loop_carry(&loop, sum, word_op(gen, LLVMAdd, sum, word_op(gen, LLVMAnd, a, mask)));
	gen_loop_carry(&loop, a, left_by(gen, a, 1));
	gen_loop_carry(&loop, b, right_by(gen, b, 1));
	gen_loop_end(gen, &loop);
	return gen_loop_result(&loop, sum);
}

/* Of 32 bits each, by four products of 16. */
static LLVMValueRef multiply_words(struct gen *gen, LLVMValueRef a, LLVMValueRef b)
{
	LLVMValueRef mask = gen_i32(gen, UINT16_MAX), halves[2][2], middle, low, high;
	LLVMValueRef words[] = { a, b };

	for (uint32_t i = 0; i < 2; i++) {
		halves[i][0] = word_op(gen, LLVMAnd, words[i], mask);
		halves[i][1] = right_by(gen, words[i], 16);
	}
	low = word_op(gen, LLVMMul, halves[0][0], halves[1][0]);
	/* (2^16 - 1)^2 + 2^16 - 1 fits */
	middle = word_op(gen, LLVMAdd, word_op(gen, LLVMMul, halves[0][1], halves[1][0]),
		right_by(gen, low, 16));
	high = word_op(gen, LLVMAdd, word_op(gen, LLVMMul, halves[0][1], halves[1][1]),
		right_by(gen, middle, 16));
	middle = word_op(gen, LLVMAdd, word_op(gen, LLVMMul, halves[0][0], halves[1][1]),
		word_op(gen, LLVMAnd, middle, mask));
	high = word_op(gen, LLVMAdd, high, right_by(gen, middle, 16));
	low = word_op(gen, LLVMOr, left_by(gen, middle, 16), word_op(gen, LLVMAnd, low, mask));
	return join(gen, high, low);
}

/* Where there are products of 32 bits, or a helper makes them; else there are none at all. */
static LLVMValueRef multiply(struct gen *gen, const LLVMValueRef *parameters)
{
	LLVMValueRef a = parameters[0], b = parameters[1], low, across;

	if (gen->size_bits == 64)
		return multiply_slowly(gen, parameters);
	low = multiply_words(gen, low_of(gen, a), low_of(gen, b));
	across = word_op(gen, LLVMAdd, word_op(gen, LLVMMul, high_of(gen, a), low_of(gen, b)),
		word_op(gen, LLVMMul, low_of(gen, a), high_of(gen, b)));
	return join(gen, word_op(gen, LLVMAdd, high_of(gen, low), across), low_of(gen, low));
}

/* floor(a / b), bit by bit; b is not 0 */
static LLVMValueRef divide(struct gen *gen, const LLVMValueRef *parameters)
{
	struct gen_loop loop = gen_loop_begin(gen, gen_i64(gen, 64), "divide");
	LLVMValueRef rest = gen_loop_value(gen, &loop, gen_i64(gen, 0), "rest");
	LLVMValueRef a = gen_loop_value(gen, &loop, parameters[0], "a");
	LLVMValueRef over = word_is(gen, rest, LLVMIntSLT, gen_i64(gen, 0)), next, fits;

	next = word_op(gen, LLVMOr, left_by(gen, rest, 1), right_by(gen, a, 63));
	fits = word_op(gen, LLVMOr, over, word_is(gen, next, LLVMIntUGE, parameters[1]));
	gen_loop_carry(&loop, rest,
		gen_select(gen, fits, word_op(gen, LLVMSub, next, parameters[1]), next, ""));
	gen_loop_carry(&loop, a,
		word_op(gen, LLVMOr, left_by(gen, a, 1), gen_to(gen, fits, gen->i64, false)));
	gen_loop_end(gen, &loop);
	return gen_loop_result(&loop, a);
}

/* --- shifts, by less than 64 ------------------------------------------------------------ */

/* Two words as one shifted by less than 32: the one that bits leave, that they come from. */
static LLVMValueRef shift_both(
	struct gen *gen, bool left, LLVMValueRef to, LLVMValueRef from, LLVMValueRef near)
{
	LLVMOpcode on = left ? LLVMShl : LLVMLShr, back = left ? LLVMLShr : LLVMShl;
	LLVMValueRef rest = word_op(gen, LLVMXor, near, gen_i32(gen, 31));

	from = word_op(gen, back, from, gen_i32(gen, 1));
	return word_op(gen, LLVMOr, word_op(gen, on, to, near), word_op(gen, back, from, rest));
}

static LLVMValueRef shift(struct gen *gen, const LLVMValueRef *parameters, bool left)
{
	LLVMValueRef by = parameters[1], near = word_op(gen, LLVMAnd, by, gen_i32(gen, 31));
	LLVMValueRef far = word_is(gen, by, LLVMIntUGE, gen_i32(gen, 32)),
		     zero = gen_i32(gen, 0);
	LLVMValueRef low = low_of(gen, parameters[0]), high = high_of(gen, parameters[0]);
	LLVMValueRef from = left ? low : high, to = left ? high : low, moved;

	moved = word_op(gen, left ? LLVMShl : LLVMLShr, from, near);
	to = gen_select(gen, far, moved, shift_both(gen, left, to, from, near), "to");
	from = gen_select(gen, far, zero, moved, "from");
	return left ? join(gen, to, from) : join(gen, from, to);
}

static LLVMValueRef shift_left(struct gen *gen, const LLVMValueRef *parameters)
{
	return shift(gen, parameters, true);
}

static LLVMValueRef shift_right(struct gen *gen, const LLVMValueRef *parameters)
{
	return shift(gen, parameters, false);
}

/* Zeros above the highest bit of a word. */
static LLVMValueRef count_zeros(struct gen *gen, const LLVMValueRef *parameters)
{
	LLVMValueRef word = parameters[0], count = gen_i32(gen, 32), is, more, fewer;

	for (uint32_t bits = 16; bits; bits /= 2) {
		more = right_by(gen, word, bits);
		is = word_is(gen, more, LLVMIntNE, gen_i32(gen, 0));
		fewer = word_op(gen, LLVMSub, count, gen_i32(gen, bits));
		count = gen_select(gen, is, fewer, count, "");
		word = gen_select(gen, is, more, word, "");
	}
	return word_op(gen, LLVMSub, count, word); /* which is 0 or 1 */
}

/* --- all together --------------------------------------------------------------------- */

/* The result and the parameters: w 64 bits, i 32. */
static const struct helper {
	const char *name, *types;
	LLVMValueRef (*body)(struct gen *gen, const LLVMValueRef *parameters);
} helpers[] = {
	{ "__aeabi_lmul", "www", multiply },
	{ "__aeabi_llsl", "wwi", shift_left },
	{ "__aeabi_llsr", "wwi", shift_right },
	{ "__clzsi2", "ii", count_zeros },
	{ "__muldi3", "www", multiply },
	{ "__mulsi3", "iii", multiply_slowly },
	{ "__udivdi3", "www", divide },
};

static void add(struct gen *gen, const struct helper *helper)
{
	unsigned count = (unsigned)strlen(helper->types) - 1;
	LLVMTypeRef types[3];
	LLVMValueRef function, parameters[2];

	for (unsigned i = 0; i <= count; i++)
		types[i] = helper->types[i] == 'w' ? gen->i64 : gen->i32;
	function = gen_helper(gen, helper->name, types[0], types + 1, count);
	gen_enter(gen, function, "entry");
	LLVMGetParams(function, parameters);
	LLVMBuildRet(gen->builder, helper->body(gen, parameters));
}

/* Bytes are looked for, since symbols are strings in every format. */
static bool contains(const char *code, size_t size, const char *name)
{
	return memmem(code, size, name, strlen(name)) != NULL;
}

bool helpers_add(struct gen *gen, const char *code, size_t size)
{
	bool added = false;

	for (size_t i = 0; i < sizeof helpers / sizeof *helpers; i++) {
		if (LLVMGetNamedFunction(gen->code, helpers[i].name) ||
			!contains(code, size, helpers[i].name))
			continue;
		add(gen, &helpers[i]);
		added = true;
	}
	return added;
}
