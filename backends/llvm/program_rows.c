/*
 * Instructions that read tables.
 */
#include "backends/llvm/limbs.h"
#include "backends/llvm/program.h"
#include "backends/llvm/word.h"

/* The row that holds an operand. */
struct row {
	struct operand v;
	uint64_t rows;
	LLVMValueRef found; /* whether there is one */
	LLVMValueRef index; /* 0 if not */
};

static LLVMValueRef array(struct lowering *lower, uint64_t place)
{
	struct gen *gen = lower->gen;

	return gen_at(gen, gen->i64, lower->constants, gen_size(gen, place), "");
}

/* Reads the words of the search; rows are not none. */
static struct row find_row(struct lowering *lower)
{
	struct gen *gen = lower->gen;
	struct row row = { .v = operand_value(lower, lowering_word(lower)) };
	LLVMValueRef first, last, index, rows;
	uint64_t limbs;

	row.rows = lowering_word(lower);
	limbs = lowering_word(lower);
	rows = gen_size(gen, row.rows);
	first = array(lower, lowering_word(lower));
	last = array(lower, lowering_word(lower));
	if (limbs == 1 && row.v.limbs <= 1)
		index = limbs_call(gen, LIMBS_ROW_OF_WORD,
			(LLVMValueRef[]){ first, last, rows, operand_limb(lower, &row.v, 0) });
	else
		index = limbs_call(gen, LIMBS_ROW,
			(LLVMValueRef[]){ first, last, rows, gen_size(gen, limbs),
				operand_at(lower, &row.v, 0), operand_count(lower, &row.v) });
	row.found = word_is(gen, index, LLVMIntULT, rows);
	row.index = gen_select(gen, row.found, index, gen_size(gen, 0), "found");
	return row;
}

/* The limbs of a row in an array of results. */
static LLVMValueRef row_at(
	struct lowering *lower, const struct row *row, uint64_t place, uint64_t limbs)
{
	struct gen *gen = lower->gen;

	return gen_at(gen, gen->i64, array(lower, place),
		word_op(gen, LLVMMul, row->index, gen_size(gen, limbs)), "row");
}

/* Sets the result to a row of the array at `place`, or to a constant. */
static void set_row(struct lowering *lower, const struct operand *to, const struct row *row,
	uint64_t place, const struct operand *zero)
{
	struct gen *gen = lower->gen;
	LLVMValueRef from = row_at(lower, row, place, to->limbs), count;

	from = gen_select(gen, row->found, from, operand_at(lower, zero, 0), "from");
	count = gen_select(
		gen, row->found, operand_count(lower, to), operand_count(lower, zero), "count");
	limbs_call(gen, LIMBS_SET,
		(LLVMValueRef[]){
			operand_at(lower, to, 0), operand_count(lower, to), from, count });
}

/* Sets the result to a constant, where a table has no rows. */
static void set_constant(
	struct lowering *lower, const struct operand *to, const struct operand *zero)
{
	limbs_call(lower->gen, LIMBS_SET,
		(LLVMValueRef[]){ operand_at(lower, to, 0), operand_count(lower, to),
			operand_at(lower, zero, 0), operand_count(lower, zero) });
}

static LLVMValueRef row_word(struct lowering *lower, const struct row *row, uint64_t place)
{
	struct gen *gen = lower->gen;

	return LLVMBuildLoad2(gen->builder, gen->i64, row_at(lower, row, place, 1), "of_row");
}

static void put_choice(struct lowering *lower, const struct operand *to, const struct row *row,
	LLVMValueRef word, const struct operand *zero)
{
	operand_put(lower, to, 0,
		gen_select(lower->gen, row->found, word, operand_limb(lower, zero, 0), ""));
}

void lower_lookup(struct lowering *lower, const struct operand *to)
{
	const uint64_t *code = lower->code;
	struct operand zero = operand_constant(lower, code[6]);

	if (code[1]) {
		struct row row = find_row(lower);

		if (to->limbs == 1)
			put_choice(lower, to, &row, row_word(lower, &row, code[5]), &zero);
		else
			set_row(lower, to, &row, code[5], &zero);
	} else {
		set_constant(lower, to, &zero);
	}
	lower->code = code + 7;
}

/* slope * v + offset, modulo 2^64 */
static LLVMValueRef word_line(
	struct lowering *lower, const struct row *row, uint64_t slopes, uint64_t offsets)
{
	struct gen *gen = lower->gen;
	LLVMValueRef v = operand_limb(lower, &row->v, 0);

	v = word_op(gen, LLVMMul, v, row_word(lower, row, slopes));
	return word_op(gen, LLVMAdd, v, row_word(lower, row, offsets));
}

/* The offset or the constant, and v * slope if there is a row. */
static void set_line(struct lowering *lower, const struct operand *to, const struct row *row,
	const uint64_t *code, const struct operand *zero)
{
	struct gen *gen = lower->gen;
	LLVMValueRef slope = row_at(lower, row, code[5], to->limbs), count;

	set_row(lower, to, row, code[6], zero);
	count = gen_select(
		gen, row->found, operand_count(lower, &row->v), gen_size(gen, 0), "count");
	limbs_call(gen, LIMBS_MULTIPLY,
		(LLVMValueRef[]){ operand_at(lower, to, 0), operand_count(lower, to),
			operand_at(lower, &row->v, 0), count, slope,
			operand_count(lower, to) });
}

void lower_knots(struct lowering *lower, const struct operand *to)
{
	const uint64_t *code = lower->code;
	struct operand zero = operand_constant(lower, code[7]);

	if (code[1]) {
		struct row row = find_row(lower);

		if (to->limbs == 1)
			put_choice(lower, to, &row, word_line(lower, &row, code[5], code[6]),
				&zero);
		else
			set_line(lower, to, &row, code, &zero);
	} else {
		set_constant(lower, to, &zero);
	}
	lower->code = code + 8;
}
