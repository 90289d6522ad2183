/*
 * Affine forms: the first term sets the accumulator, which is the place of the result, others
 * add to it or subtract from it.
 */
#include "backends/llvm/limbs.h"
#include "backends/llvm/program.h"
#include "backends/llvm/word.h"
#include "runtime/code.h"

struct term {
	bool negative, times;
	uint64_t skip, shift; /* to the left by limbs and by bits */
	struct operand v, factor;
};

static struct term read_term(struct lowering *lower)
{
	uint64_t word = lowering_word(lower);
	struct term term = { .negative = MEMC_TERM_NEGATIVE(word),
		.times = MEMC_TERM_TIMES(word),
		.skip = MEMC_TERM_LIMBS(word),
		.shift = MEMC_TERM_BITS(word) };

	if (MEMC_TERM_CONSTANT(word))
		term.v = operand_constant(lower, lowering_word(lower));
	else
		term.v = operand_value(lower, lower->plan->layers.words[MEMC_TERM_VALUE(word)]);
	if (term.times)
		term.factor = operand_constant(lower, lowering_word(lower));
	return term;
}

/*
 * LLVM's time for a block grows faster than the block: many terms go on in another one after
 * some of them, and nothing may join these again.
 */
enum { MANY_TERMS = 2000, BLOCK_TERMS = 250 };

static void begin_terms(struct lowering *lower, uint64_t terms)
{
	if (terms > MANY_TERMS)
		gen_attribute(lower->gen, gen_here(lower->gen), "optnone");
}

static void begin_term(struct lowering *lower, uint64_t i, uint64_t terms)
{
	struct gen *gen = lower->gen;
	LLVMBasicBlockRef block;

	if (terms <= MANY_TERMS || !i || i % BLOCK_TERMS)
		return;
	block = gen_block(gen, gen_here(gen), "terms");
	LLVMBuildBr(gen->builder, block);
	LLVMPositionBuilderAtEnd(gen->builder, block);
}

/* --- one limb ------------------------------------------------------------------------- */

/* A term of a sum of one limb, modulo what the sum has. */
static LLVMValueRef lower_word_term(
	struct lowering *lower, const struct term *term, LLVMTypeRef type)
{
	struct gen *gen = lower->gen;
	bool narrow = type == gen->i32;
	LLVMValueRef v =
		narrow ? operand_narrow(lower, &term->v) : operand_limb(lower, &term->v, 0);

	if (term->times)
		return word_op(gen, LLVMMul, v,
			narrow ? operand_narrow(lower, &term->factor)
			       : operand_limb(lower, &term->factor, 0));
	if (!term->shift)
		return v;
	if (narrow && term->shift >= 32)
		return gen_int(type, 0);
	return word_op(gen, LLVMShl, v, gen_int(type, term->shift));
}

/* A sum of one limb, in half of it if that is enough. */
static void lower_word_form(
	struct lowering *lower, const struct operand *to, uint64_t terms, bool is_signed)
{
	struct gen *gen = lower->gen;
	LLVMTypeRef type = lower->bits <= 32 ? gen->i32 : gen->i64;
	LLVMValueRef sum = NULL, v, negative;

	for (uint64_t i = 0; i < terms; i++) {
		struct term term = read_term(lower);

		begin_term(lower, i, terms);

		v = lower_word_term(lower, &term, type);
		sum = i ? word_op(gen, term.negative ? LLVMSub : LLVMAdd, sum, v) : v;
	}
	if (is_signed) {
		negative = word_is(gen, sum, LLVMIntSLT, gen_int(type, 0));
		sum = gen_select(gen, negative, gen_int(type, 0), sum, "");
	}
	if (type == gen->i32)
		sum = LLVMBuildZExt(gen->builder, sum, gen->i64, "");
	operand_put(lower, to, 0, sum);
}

/* --- many limbs ----------------------------------------------------------------------- */

static void set_term(struct lowering *lower, const struct operand *to, uint64_t room,
	const struct term *term)
{
	struct gen *gen = lower->gen;
	LLVMValueRef arguments[] = { operand_at(lower, to, term->skip),
		gen_size(gen, room - term->skip), operand_at(lower, &term->v, 0),
		operand_count(lower, &term->v), gen_i64(gen, term->shift) };

	if (term->skip)
		limbs_call(gen, LIMBS_ZERO,
			(LLVMValueRef[]){
				operand_at(lower, to, 0), gen_size(gen, term->skip) });
	limbs_call(gen, term->shift ? LIMBS_SET_SHIFTED : LIMBS_SET, arguments);
}

static void multiply_term(struct lowering *lower, const struct operand *to, uint64_t room,
	const struct term *term)
{
	LLVMValueRef arguments[] = { operand_at(lower, to, term->skip),
		gen_size(lower->gen, room - term->skip), operand_at(lower, &term->v, 0),
		operand_count(lower, &term->v), operand_at(lower, &term->factor, 0),
		operand_count(lower, &term->factor) };

	limbs_call(lower->gen, term->negative ? LIMBS_MULTIPLY_SUBTRACT : LIMBS_MULTIPLY,
		arguments);
}

static void add_term(struct lowering *lower, const struct operand *to, uint64_t room,
	const struct term *term)
{
	static const enum limbs_routine routines[2][2] = { { LIMBS_ADD, LIMBS_SUBTRACT },
		{ LIMBS_ADD_SHIFTED, LIMBS_SUBTRACT_SHIFTED } };
	struct gen *gen = lower->gen;
	LLVMValueRef at = operand_at(lower, to, term->skip);
	LLVMValueRef count = gen_size(gen, room - term->skip);

	if (term->v.limbs == 1 && !term->shift)
		limbs_call(gen, term->negative ? LIMBS_BORROW : LIMBS_CARRY,
			(LLVMValueRef[]){ at, count, operand_limb(lower, &term->v, 0) });
	else
		limbs_call(gen, routines[term->shift > 0][term->negative],
			(LLVMValueRef[]){ at, count, operand_at(lower, &term->v, 0),
				operand_count(lower, &term->v), gen_i64(gen, term->shift) });
}

static void lower_wide_form(
	struct lowering *lower, const struct operand *to, uint64_t terms, uint64_t room)
{
	for (uint64_t i = 0; i < terms; i++) {
		struct term term = read_term(lower);

		begin_term(lower, i, terms);
		if (!i)
			set_term(lower, to, room, &term);
		else if (term.times)
			multiply_term(lower, to, room, &term);
		else
			add_term(lower, to, room, &term);
	}
}

void lower_form(struct lowering *lower, const struct operand *to)
{
	uint64_t head = lowering_word(lower), room = MEMC_HEAD_SUM(head);
	bool is_signed = MEMC_HEAD_SIGNED(head);

	begin_terms(lower, MEMC_HEAD_TERMS(head));
	if (room == 1) {
		lower_word_form(lower, to, MEMC_HEAD_TERMS(head), is_signed);
		return;
	}
	lower_wide_form(lower, to, MEMC_HEAD_TERMS(head), room);
	if (is_signed)
		limbs_call(lower->gen, LIMBS_RELU,
			(LLVMValueRef[]){ operand_at(lower, to, 0), gen_size(lower->gen, room),
				gen_size(lower->gen, MEMC_HEAD_KEEP(head)) });
}
