#include "backends/llvm/flow.h"
#include "backends/llvm/limbs.h"
#include "backends/llvm/limbs_body.h"
#include "backends/llvm/word.h"

/* --- comparisons ---------------------------------------------------------------------- */

/* v[from..count-1], or-ed; from <= count. */
static LLVMValueRef any_above(
	struct gen *gen, LLVMValueRef v, LLVMValueRef count, LLVMValueRef from)
{
	LLVMValueRef rest = word_op(gen, LLVMSub, count, from);
	LLVMValueRef base = gen_at(gen, gen->i64, v, from, "above"), any;
	struct gen_loop loop = gen_loop_begin(gen, rest, "any");

	any = gen_loop_value(gen, &loop, gen_i64(gen, 0), "bits");
	gen_loop_carry(
		&loop, any, word_op(gen, LLVMOr, any, word_get(gen, base, loop.i, "limb")));
	gen_loop_end(gen, &loop);
	return gen_loop_result(&loop, any);
}

void limbs_body_any(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	(void)flags;
	LLVMBuildRet(
		gen->builder, any_above(gen, parameters[0], parameters[1], gen_size(gen, 0)));
}

/* order, or `other` where some of the bits are not 0 */
static LLVMValueRef unless_zero(
	struct gen *gen, LLVMValueRef bits, LLVMValueRef other, LLVMValueRef order)
{
	LLVMValueRef some = word_is(gen, bits, LLVMIntNE, gen_i64(gen, 0));

	return gen_select(gen, some, other, order, "order");
}

/* From the least limb up: the last that differ decide. */
void limbs_body_compare(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	LLVMValueRef a = parameters[0], b = parameters[2], x, y, order, next;
	LLVMValueRef both = gen_min(gen, parameters[1], parameters[3], false);
	LLVMValueRef above = gen_int(gen->i32, 1);
	LLVMValueRef below = LLVMConstInt(gen->i32, UINT64_MAX, true);
	struct gen_loop loop = gen_loop_begin(gen, both, "compare");

	(void)flags;
	order = gen_loop_value(gen, &loop, gen_i32(gen, 0), "order");
	x = word_get(gen, a, loop.i, "x");
	y = word_get(gen, b, loop.i, "y");
	next = gen_select(gen, word_is(gen, x, LLVMIntULT, y), below, order, "");
	next = gen_select(gen, word_is(gen, x, LLVMIntUGT, y), above, next, "");
	gen_loop_carry(&loop, order, next);
	gen_loop_end(gen, &loop);
	order = gen_loop_result(&loop, order);
	order = unless_zero(gen, any_above(gen, a, parameters[1], both), above, order);
	order = unless_zero(gen, any_above(gen, b, parameters[3], both), below, order);
	LLVMBuildRet(gen->builder, order);
}

/* --- fields --------------------------------------------------------------------------- */

/* `length` ones, 1 <= length <= 64 */
static LLVMValueRef ones(struct gen *gen, LLVMValueRef length)
{
	LLVMValueRef missing = word_op(gen, LLVMSub, gen_i64(gen, 64), length);

	return word_op(gen, LLVMLShr, gen_i64(gen, UINT64_MAX), missing);
}

void limbs_body_field(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	LLVMValueRef v = parameters[0], count = parameters[1], position = parameters[2];
	LLVMValueRef limb = word_op(gen, LLVMLShr, position, gen_i64(gen, 6)), parts[3], field;

	(void)flags;
	/* no number has a limb there, and a size holds it */
	limb = gen_min(gen, limb, gen_i64(gen, INT32_MAX), false);
	limb = gen_to(gen, limb, gen->size, false);
	parts[1] = word_get_below(gen, v, limb, count, "low");
	limb = word_op(gen, LLVMAdd, limb, gen_size(gen, 1));
	parts[0] = word_get_below(gen, v, limb, count, "high");
	parts[2] = word_op(gen, LLVMAnd, position, gen_i64(gen, 63));
	field = gen_intrinsic(gen, "llvm.fshr", &gen->i64, 1, parts, 3, "field");
	field = word_op(gen, LLVMAnd, field, ones(gen, parameters[3]));
	LLVMBuildRet(gen->builder, field);
}

static LLVMValueRef field(
	struct gen *gen, const LLVMValueRef *v, LLVMValueRef position, LLVMValueRef length)
{
	LLVMValueRef arguments[] = { v[0], v[1], position, length };

	return limbs_call(gen, LIMBS_FIELD, arguments);
}

/* i * 64 of a size, as a word */
static LLVMValueRef bits_of(struct gen *gen, LLVMValueRef limbs)
{
	return word_op(gen, LLVMShl, gen_to(gen, limbs, gen->i64, false), gen_i64(gen, 6));
}

/* The lesser of 64 and length - at. */
static LLVMValueRef part_of(struct gen *gen, LLVMValueRef length, LLVMValueRef at)
{
	return gen_min(gen, word_op(gen, LLVMSub, length, at), gen_i64(gen, 64), false);
}

void limbs_body_fields(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	LLVMValueRef position = parameters[4], length = parameters[5], at;
	struct gen_loop loop = gen_loop_begin(gen, parameters[1], "fields");

	(void)flags;
	at = bits_of(gen, loop.i);
	word_put(gen, parameters[0], loop.i,
		field(gen, parameters + 2, word_op(gen, LLVMAdd, position, at),
			part_of(gen, length, at)));
	gen_loop_end(gen, &loop);
	LLVMBuildRetVoid(gen->builder);
}

/* --- rows of tables ------------------------------------------------------------------- */

/* A table of keys, and what is looked for in it. */
struct search {
	LLVMValueRef first, last, rows;
	LLVMValueRef limbs, v, count; /* limbs: NULL if keys are words, as is v */
};

/* Whether key `row` of an array is less (LLVMIntULT) or greater (LLVMIntUGT) than v. */
static LLVMValueRef key_is(struct gen *gen, const struct search *search, LLVMValueRef keys,
	LLVMValueRef row, LLVMIntPredicate what)
{
	LLVMValueRef order, at;

	if (!search->limbs)
		return word_is(gen, word_get(gen, keys, row, "key"), what, search->v);
	at = gen_at(gen, gen->i64, keys, word_op(gen, LLVMMul, row, search->limbs), "key");
	order = limbs_call(gen, LIMBS_COMPARE,
		(LLVMValueRef[]){ at, search->limbs, search->v, search->count });
	return word_is(
		gen, order, what == LLVMIntULT ? LLVMIntSLT : LLVMIntSGT, gen_i32(gen, 0));
}

/* The first row whose last key is not less than v, by halves; then its first key decides. */
static void find_row(struct gen *gen, const struct search *search)
{
	struct flow_loop loop = { .name = "search" };
	LLVMValueRef low, high, middle, less, row, rows = search->rows;
	struct flow_if found;

	low = flow_carry(gen, &loop, gen_size(gen, 0), "low");
	high = flow_carry(gen, &loop, rows, "high");
	flow_while(gen, &loop, word_is(gen, low, LLVMIntULT, high));
	middle = word_op(gen, LLVMLShr, word_op(gen, LLVMAdd, low, high), gen_size(gen, 1));
	less = key_is(gen, search, search->last, middle, LLVMIntULT);
	flow_next(&loop, low,
		gen_select(
			gen, less, word_op(gen, LLVMAdd, middle, gen_size(gen, 1)), low, ""));
	flow_next(&loop, high, gen_select(gen, less, high, middle, ""));
	flow_end(gen, &loop);
	found = flow_if(gen, word_is(gen, low, LLVMIntULT, rows), "found");
	row = gen_select(
		gen, key_is(gen, search, search->first, low, LLVMIntUGT), rows, low, "row");
	flow_end_if(gen, &found);
	LLVMBuildRet(gen->builder, flow_choice(gen, &found, row, rows, "row"));
}

void limbs_body_row_of_word(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	const struct search search = { .first = parameters[0],
		.last = parameters[1],
		.rows = parameters[2],
		.v = parameters[3] };

	(void)flags;
	find_row(gen, &search);
}

void limbs_body_row(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	const struct search search = { parameters[0], parameters[1], parameters[2],
		parameters[3], parameters[4], parameters[5] };

	(void)flags;
	find_row(gen, &search);
}

/* --- assoc ---------------------------------------------------------------------------- */

/* How many words so many bits take. */
static LLVMValueRef words_of(struct gen *gen, LLVMValueRef bits)
{
	return word_op(
		gen, LLVMLShr, word_op(gen, LLVMAdd, bits, gen_i64(gen, 63)), gen_i64(gen, 6));
}

/* The bits of a number from `position` on, or-ed by 64. */
static LLVMValueRef any_beyond(struct gen *gen, const LLVMValueRef *v, LLVMValueRef position)
{
	LLVMValueRef bits = bits_of(gen, v[1]), at, any, part;
	LLVMValueRef beyond = word_op(gen, LLVMSub, bits, gen_min(gen, bits, position, false));
	struct gen_loop loop = gen_loop_begin(gen, words_of(gen, beyond), "beyond");

	any = gen_loop_value(gen, &loop, gen_i64(gen, 0), "bits");
	at = word_op(gen, LLVMAdd, position, bits_of(gen, loop.i));
	part = field(gen, v, at, gen_i64(gen, 64));
	gen_loop_carry(&loop, any, word_op(gen, LLVMOr, any, part));
	gen_loop_end(gen, &loop);
	return gen_loop_result(&loop, any);
}

/* 0 if the field of u at `position` is the key's lowest `length` bits. */
static LLVMValueRef difference(struct gen *gen, const LLVMValueRef *u, LLVMValueRef position,
	const LLVMValueRef *key, LLVMValueRef length)
{
	struct gen_loop loop = gen_loop_begin(gen, words_of(gen, length), "parts");
	LLVMValueRef any = gen_loop_value(gen, &loop, gen_i64(gen, 0), "differ");
	LLVMValueRef at = bits_of(gen, loop.i), part = part_of(gen, length, at), a, b;

	a = field(gen, u, word_op(gen, LLVMAdd, position, at), part);
	b = field(gen, key, at, part);
	gen_loop_carry(&loop, any, word_op(gen, LLVMOr, any, word_op(gen, LLVMXor, a, b)));
	gen_loop_end(gen, &loop);
	return gen_loop_result(&loop, any);
}

/* to += the field of w at `position`, as much of it as there is room for */
static void add_field(struct gen *gen, const LLVMValueRef *to, const LLVMValueRef *w,
	LLVMValueRef position, LLVMValueRef bits)
{
	LLVMValueRef parts = words_of(gen, bits), room = gen_to(gen, to[1], gen->i64, false);
	struct gen_loop loop = gen_loop_begin(gen, gen_min(gen, parts, room, false), "sum");
	LLVMValueRef at = bits_of(gen, loop.i), limb = gen_to(gen, loop.i, gen->size, false);
	LLVMValueRef part =
		field(gen, w, word_op(gen, LLVMAdd, position, at), part_of(gen, bits, at));

	limbs_call(gen, LIMBS_CARRY,
		(LLVMValueRef[]){ gen_at(gen, gen->i64, to[0], limb, "above"),
			word_op(gen, LLVMSub, to[1], limb), part });
	gen_loop_end(gen, &loop);
}

void limbs_body_assoc(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	const LLVMValueRef *key = parameters + 2, *u = parameters + 4, *w = parameters + 6;
	LLVMValueRef length = parameters[9], bits = parameters[10], slots, differ;
	LLVMValueRef zero = gen_i64(gen, 0), above;
	struct gen_loop loop;
	struct flow_if same;

	(void)flags;
	limbs_call(gen, LIMBS_ZERO, parameters);
	/* a key that has more bits than a field is in no slot */
	above = any_beyond(gen, key, length);
	slots = gen_select(
		gen, word_is(gen, above, LLVMIntEQ, zero), parameters[8], zero, "slots");
	loop = gen_loop_begin(gen, slots, "slot");
	differ = difference(gen, u, word_op(gen, LLVMMul, length, loop.i), key, length);
	same = flow_if(gen, word_is(gen, differ, LLVMIntEQ, zero), "same");
	add_field(gen, parameters, w, word_op(gen, LLVMMul, bits, loop.i), bits);
	flow_end_if(gen, &same);
	gen_loop_end(gen, &loop);
	LLVMBuildRetVoid(gen->builder);
}
