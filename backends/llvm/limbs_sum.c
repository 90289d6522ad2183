#include "backends/llvm/flow.h"
#include "backends/llvm/limbs_body.h"
#include "backends/llvm/word.h"

/* size + 1 */
static LLVMValueRef after(struct gen *gen, LLVMValueRef size)
{
	return LLVMBuildNUWAdd(gen->builder, size, gen_size(gen, 1), "");
}

/* to[from..room-1] = 0 */
static void clear(struct gen *gen, LLVMValueRef to, LLVMValueRef from, LLVMValueRef room)
{
	LLVMValueRef count = word_op(gen, LLVMSub, room, from);
	LLVMValueRef base = gen_at(gen, gen->i64, to, from, "rest");
	struct gen_loop loop = gen_loop_begin(gen, count, "clear");

	word_put(gen, base, loop.i, gen_i64(gen, 0));
	gen_loop_end(gen, &loop);
}

void limbs_body_zero(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	(void)flags;
	clear(gen, parameters[0], gen_size(gen, 0), parameters[1]);
	LLVMBuildRetVoid(gen->builder);
}

/* --- shifts --------------------------------------------------------------------------- */

/* A number that is shifted on its way: the limb before, and by how much to shift. */
struct shifted {
	LLVMValueRef shift; /* NULL: not at all */
	LLVMValueRef before;
};

static struct shifted shifted_begin(
	struct gen *gen, struct gen_loop *loop, const LLVMValueRef *shift, unsigned flags)
{
	struct shifted shifted = { 0 };

	if (!(flags & LIMBS_SHIFTED))
		return shifted;
	shifted.shift = *shift;
	shifted.before = gen_loop_value(gen, loop, gen_i64(gen, 0), "before");
	return shifted;
}

/* The high bits of `high` and the low ones behind them: (high:low << shift) / 2^64. */
static LLVMValueRef funnel(
	struct gen *gen, LLVMValueRef high, LLVMValueRef low, LLVMValueRef shift)
{
	LLVMValueRef arguments[] = { high, low, shift };

	return gen_intrinsic(gen, "llvm.fshl", &gen->i64, 1, arguments, 3, "moved");
}

static LLVMValueRef shifted_limb(struct gen *gen, struct gen_loop *loop,
	const struct shifted *shifted, LLVMValueRef limb)
{
	if (!shifted->shift)
		return limb;
	gen_loop_carry(loop, shifted->before, limb);
	return funnel(gen, limb, shifted->before, shifted->shift);
}

/* What is shifted out at the end; NULL if nothing can be. */
static LLVMValueRef shifted_end(
	struct gen *gen, const struct gen_loop *loop, const struct shifted *shifted)
{
	if (!shifted->shift)
		return NULL;
	return funnel(
		gen, gen_i64(gen, 0), gen_loop_result(loop, shifted->before), shifted->shift);
}

/* --- set ------------------------------------------------------------------------------ */

void limbs_body_set(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	LLVMValueRef to = parameters[0], room = parameters[1], v = parameters[2];
	LLVMValueRef count = gen_min(gen, parameters[3], room, false), end = count, last;
	struct gen_loop loop = gen_loop_begin(gen, count, "set");
	struct shifted shifted = shifted_begin(gen, &loop, parameters + 4, flags);

	word_put(gen, to, loop.i,
		shifted_limb(gen, &loop, &shifted, word_get(gen, v, loop.i, "limb")));
	gen_loop_end(gen, &loop);
	last = shifted_end(gen, &loop, &shifted);
	if (last) {
		struct flow_if more =
			flow_if(gen, word_is(gen, count, LLVMIntULT, room), "more");
		word_put(gen, to, count, last);
		end = after(gen, count);
		flow_end_if(gen, &more);
		end = flow_choice(gen, &more, end, room, "end");
	}
	clear(gen, to, end, room);
	LLVMBuildRetVoid(gen->builder);
}

/* --- add and subtract ----------------------------------------------------------------- */

/* to +-= carry, from limb `at` upwards. */
static void carry_on(struct gen *gen, LLVMValueRef to, LLVMValueRef at, LLVMValueRef room,
	LLVMValueRef carry, unsigned flags)
{
	struct flow_loop loop = { .name = "carry" };
	bool negative = flags & LIMBS_NEGATIVE;
	LLVMValueRef limb, more, i, sum;

	i = flow_carry(gen, &loop, at, "at");
	carry = flow_carry(gen, &loop, carry, "carry");
	more = word_op(gen, LLVMAnd, word_is(gen, carry, LLVMIntNE, gen_i64(gen, 0)),
		word_is(gen, i, LLVMIntULT, room));
	flow_while(gen, &loop, more);
	limb = word_get(gen, to, i, "limb");
	sum = word_op(gen, negative ? LLVMSub : LLVMAdd, limb, carry);
	word_put(gen, to, i, sum);
	more = negative ? word_is(gen, sum, LLVMIntUGT, limb)
			: word_is(gen, sum, LLVMIntULT, limb);
	flow_next(&loop, carry, gen_to(gen, more, gen->i64, false));
	flow_next(&loop, i, after(gen, i));
	flow_end(gen, &loop);
}

/* a +- b with a carry (or borrow) in and out, both of one bit. */
static LLVMValueRef add_carry(struct gen *gen, LLVMValueRef a, LLVMValueRef b, LLVMValueRef in,
	LLVMValueRef *out, unsigned flags)
{
	bool negative = flags & LIMBS_NEGATIVE;
	LLVMOpcode opcode = negative ? LLVMSub : LLVMAdd;
	LLVMIntPredicate over = negative ? LLVMIntUGT : LLVMIntULT;
	LLVMValueRef first = word_op(gen, opcode, a, b);
	LLVMValueRef sum = word_op(gen, opcode, first, gen_to(gen, in, gen->i64, false));

	*out = word_op(
		gen, LLVMOr, word_is(gen, first, over, a), word_is(gen, sum, over, first));
	return sum;
}

void limbs_body_add(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	LLVMValueRef to = parameters[0], room = parameters[1], v = parameters[2];
	LLVMValueRef count = gen_min(gen, parameters[3], room, false), last, carry, out, limb;
	struct gen_loop loop = gen_loop_begin(gen, count, "add");
	struct shifted shifted = shifted_begin(gen, &loop, parameters + 4, flags);

	carry = gen_loop_value(gen, &loop, gen_int(gen->i1, 0), "carry");
	limb = shifted_limb(gen, &loop, &shifted, word_get(gen, v, loop.i, "limb"));
	limb = add_carry(gen, word_get(gen, to, loop.i, "old"), limb, carry, &out, flags);
	word_put(gen, to, loop.i, limb);
	gen_loop_carry(&loop, carry, out);
	gen_loop_end(gen, &loop);
	carry = gen_to(gen, gen_loop_result(&loop, carry), gen->i64, false);
	last = shifted_end(gen, &loop, &shifted);
	if (last)
		carry = word_op(gen, LLVMAdd, last, carry);
	carry_on(gen, to, count, room, carry, flags);
	LLVMBuildRetVoid(gen->builder);
}

/* --- multiply ------------------------------------------------------------------------- */

/* to[i] +-= a * b + carry; returns what is carried into to[i + 1]. */
static LLVMValueRef multiply_limb(struct gen *gen, LLVMValueRef to, LLVMValueRef i,
	LLVMValueRef a, LLVMValueRef b, LLVMValueRef carry, unsigned flags)
{
	bool negative = flags & LIMBS_NEGATIVE;
	LLVMValueRef high, low = word_multiply(gen, a, b, &high), old, sum, over;

	low = word_op(gen, LLVMAdd, low, carry);
	over = word_is(gen, low, LLVMIntULT, carry);
	high = word_op(gen, LLVMAdd, high, gen_to(gen, over, gen->i64, false));
	old = word_get(gen, to, i, "old");
	sum = word_op(gen, negative ? LLVMSub : LLVMAdd, old, low);
	word_put(gen, to, i, sum);
	over = word_is(gen, sum, negative ? LLVMIntUGT : LLVMIntULT, old);
	return word_op(gen, LLVMAdd, high, gen_to(gen, over, gen->i64, false));
}

/* to +-= word * m */
static void multiply_word(struct gen *gen, LLVMValueRef to, LLVMValueRef room,
	LLVMValueRef word, LLVMValueRef m, LLVMValueRef count, unsigned flags)
{
	struct gen_loop loop;
	LLVMValueRef carry, out;

	count = gen_min(gen, count, room, false);
	loop = gen_loop_begin(gen, count, "product");
	carry = gen_loop_value(gen, &loop, gen_i64(gen, 0), "carry");
	out = multiply_limb(
		gen, to, loop.i, word_get(gen, m, loop.i, "factor"), word, carry, flags);
	gen_loop_carry(&loop, carry, out);
	gen_loop_end(gen, &loop);
	carry_on(gen, to, count, room, gen_loop_result(&loop, carry), flags);
}

void limbs_body_multiply(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	LLVMValueRef to = parameters[0], room = parameters[1], v = parameters[2], word;
	LLVMValueRef count = gen_min(gen, parameters[3], room, false);
	struct gen_loop loop = gen_loop_begin(gen, count, "multiply");
	struct flow_if some;

	word = word_get(gen, v, loop.i, "word");
	some = flow_if(gen, word_is(gen, word, LLVMIntNE, gen_i64(gen, 0)), "some");
	multiply_word(gen, gen_at(gen, gen->i64, to, loop.i, "above"),
		word_op(gen, LLVMSub, room, loop.i), word, parameters[4], parameters[5], flags);
	flow_end_if(gen, &some);
	gen_loop_end(gen, &loop);
	LLVMBuildRetVoid(gen->builder);
}

/* --- carries and signs ---------------------------------------------------------------- */

void limbs_body_carry(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	carry_on(gen, parameters[0], gen_size(gen, 0), parameters[1], parameters[2], flags);
	LLVMBuildRetVoid(gen->builder);
}

void limbs_body_relu(struct gen *gen, const LLVMValueRef *parameters, unsigned flags)
{
	LLVMValueRef last = word_op(gen, LLVMSub, parameters[1], gen_size(gen, 1));
	LLVMValueRef sign = word_get(gen, parameters[0], last, "sign");
	struct flow_if negative =
		flow_if(gen, word_is(gen, sign, LLVMIntSLT, gen_i64(gen, 0)), "negative");

	(void)flags;
	clear(gen, parameters[0], gen_size(gen, 0), parameters[2]);
	flow_end_if(gen, &negative);
	LLVMBuildRetVoid(gen->builder);
}
