/*
 * floor((x * p + q) / r) of a feature x = +-m * 2^e, in 128 bits, as runtime/map.h and
 * runtime/real.h have it: without floating point, and without what a 32-bit machine would call
 * a library for.
 */
#include "backends/llvm/flow.h"
#include "backends/llvm/load.h"
#include "backends/llvm/word.h"

struct pair {
	LLVMValueRef low, high;
};

/* x = +-m * 2^e; e is NULL for an integer. */
struct raw {
	LLVMValueRef m, negative, e, finite;
};

static LLVMValueRef zero(struct gen *gen)
{
	return gen_i64(gen, 0);
}

/* --- the feature ---------------------------------------------------------------------- */

static struct raw take_integer(struct gen *gen, LLVMValueRef feature)
{
	bool is_signed = ir_element_min(gen->module->element) < 0;
	LLVMValueRef x = gen_to(gen, feature, gen->i64, is_signed);
	struct raw raw = { .m = x, .finite = gen_int(gen->i1, 1) };

	raw.negative = gen_int(gen->i1, 0);
	if (!is_signed)
		return raw;
	raw.negative = word_is(gen, x, LLVMIntSLT, zero(gen));
	raw.m = gen_select(gen, raw.negative, word_op(gen, LLVMSub, zero(gen), x), x, "m");
	return raw;
}

static struct raw take_real(struct gen *gen, LLVMValueRef feature)
{
	bool is_float = gen->module->element == IR_FLOAT;
	uint64_t exponent = is_float ? 8 : 11, fraction = is_float ? 23 : 52;
	uint64_t most = (UINT64_C(1) << exponent) - 1, one = UINT64_C(1) << fraction;
	LLVMValueRef bits = gen_to(gen, feature, gen->i64, false), e, m, normal;
	struct raw raw;

	e = word_op(gen, LLVMLShr, bits, gen_i64(gen, fraction));
	e = word_op(gen, LLVMAnd, e, gen_i64(gen, most));
	m = word_op(gen, LLVMAnd, bits, gen_i64(gen, one - 1));
	normal = word_is(gen, e, LLVMIntNE, zero(gen));
	raw.m = gen_select(gen, normal, word_op(gen, LLVMOr, m, gen_i64(gen, one)), m, "m");
	raw.e = gen_select(gen, normal, e, gen_i64(gen, 1), "e");
	raw.e = word_op(gen, LLVMSub, raw.e, gen_i64(gen, most / 2 + fraction));
	raw.negative = word_is(gen, feature, LLVMIntSLT, gen_int(gen->element, 0));
	raw.finite = word_is(gen, e, LLVMIntNE, gen_i64(gen, most));
	return raw;
}

/* --- pairs ---------------------------------------------------------------------------- */

static struct pair select_pair(
	struct gen *gen, LLVMValueRef condition, struct pair a, struct pair b)
{
	return (struct pair){ gen_select(gen, condition, a.low, b.low, "low"),
		gen_select(gen, condition, a.high, b.high, "high") };
}

static struct pair add_pair(struct gen *gen, struct pair a, struct pair b)
{
	struct pair sum = { .low = word_op(gen, LLVMAdd, a.low, b.low) };
	LLVMValueRef carry = word_is(gen, sum.low, LLVMIntULT, b.low);

	sum.high = word_op(gen, LLVMAdd, a.high, b.high);
	sum.high = word_op(gen, LLVMAdd, sum.high, gen_to(gen, carry, gen->i64, false));
	return sum;
}

static struct pair negate_pair(struct gen *gen, struct pair a)
{
	LLVMValueRef ones = gen_i64(gen, UINT64_MAX);
	struct pair flipped = { word_op(gen, LLVMXor, a.low, ones),
		word_op(gen, LLVMXor, a.high, ones) };

	return add_pair(gen, flipped, (struct pair){ gen_i64(gen, 1), zero(gen) });
}

static LLVMValueRef funnel(struct gen *gen, const char *name, LLVMValueRef high,
	LLVMValueRef low, LLVMValueRef shift)
{
	LLVMValueRef arguments[] = { high, low, shift };

	return gen_intrinsic(gen, name, &gen->i64, 1, arguments, 3, "moved");
}

/* Whether shift, below 128, is 64 or more. */
static LLVMValueRef is_far(struct gen *gen, LLVMValueRef shift)
{
	return word_is(gen, shift, LLVMIntUGE, gen_i64(gen, 64));
}

/* Bits of n, which is not 0. */
static LLVMValueRef length_of(struct gen *gen, struct pair n)
{
	LLVMValueRef large = word_is(gen, n.high, LLVMIntNE, zero(gen));
	LLVMValueRef arguments[] = { gen_select(gen, large, n.high, n.low, "top"),
		gen_int(gen->i1, 0) };
	LLVMValueRef zeros =
		gen_intrinsic(gen, "llvm.ctlz", &gen->i64, 1, arguments, 2, "zeros");
	LLVMValueRef all = gen_select(gen, large, gen_i64(gen, 128), gen_i64(gen, 64), "");

	return word_op(gen, LLVMSub, all, zeros);
}

/* n * 2^e, 0 <= e < 128 */
static struct pair shift_left(struct gen *gen, struct pair n, LLVMValueRef e)
{
	LLVMValueRef near = word_op(gen, LLVMAnd, e, gen_i64(gen, 63));

	n = select_pair(gen, is_far(gen, e), (struct pair){ zero(gen), n.low }, n);
	return (struct pair){ word_op(gen, LLVMShl, n.low, near),
		funnel(gen, "llvm.fshl", n.high, n.low, near) };
}

/* n / 2^e, 0 <= e < 128, rounded down; *lost: what is cut off, as bits that are 0 or not. */
static struct pair shift_right(
	struct gen *gen, struct pair n, LLVMValueRef e, LLVMValueRef *lost)
{
	LLVMValueRef near = word_op(gen, LLVMAnd, e, gen_i64(gen, 63)), far = is_far(gen, e);

	*lost = gen_select(gen, far, n.low, zero(gen), "lost");
	n = select_pair(gen, far, (struct pair){ n.high, zero(gen) }, n);
	*lost = word_op(gen, LLVMOr, *lost, funnel(gen, "llvm.fshr", n.low, zero(gen), near));
	return (struct pair){ funnel(gen, "llvm.fshr", n.high, n.low, near),
		word_op(gen, LLVMLShr, n.high, near) };
}

/* n * 2^e, rounded up if the number is negative, else down; *fits: it is below 2^126. */
static struct pair scale(
	struct gen *gen, struct pair n, const struct raw *raw, LLVMValueRef *fits)
{
	LLVMValueRef least = gen_i64(gen, (uint64_t)-127), most = gen_i64(gen, 127), lost, up;
	LLVMValueRef left = word_is(gen, raw->e, LLVMIntSGT, zero(gen)), is_zero, e, length;
	struct pair larger, smaller;

	is_zero = word_is(gen, word_op(gen, LLVMOr, n.low, n.high), LLVMIntEQ, zero(gen));
	/* numbers are below 2^126, so that 127 bits further right nothing is left */
	e = gen_max(gen, gen_min(gen, raw->e, most, true), least, true);
	length = word_op(gen, LLVMAdd, length_of(gen, n), e);
	*fits = word_is(gen, length, LLVMIntSLE, gen_i64(gen, 126));
	*fits = word_op(gen, LLVMOr, *fits, is_zero);
	larger = shift_left(gen, n, gen_select(gen, left, e, zero(gen), "left"));
	smaller = shift_right(gen, n,
		gen_select(gen, left, zero(gen), word_op(gen, LLVMSub, zero(gen), e), "right"),
		&lost);
	up = word_is(gen, lost, LLVMIntNE, zero(gen));
	up = gen_to(gen, word_op(gen, LLVMAnd, up, raw->negative), gen->i64, false);
	smaller = add_pair(gen, smaller, (struct pair){ up, zero(gen) });
	return select_pair(gen, left, larger, smaller);
}

/* --- the quotient --------------------------------------------------------------------- */

/* floor(n / r), bit by bit, n < r * 2^64. */
static LLVMValueRef divide_slowly(struct gen *gen, struct pair n, LLVMValueRef r)
{
	struct gen_loop loop = gen_loop_begin(gen, gen_size(gen, 64), "divide");
	LLVMValueRef one = gen_i64(gen, 1), bit, next;
	LLVMValueRef high = gen_loop_value(gen, &loop, n.high, "high");
	LLVMValueRef low = gen_loop_value(gen, &loop, n.low, "low");

	/* bits of the quotient come into low as those of n leave it; r is below 2^62 */
	next = funnel(gen, "llvm.fshl", high, low, one);
	bit = word_is(gen, next, LLVMIntUGE, r);
	gen_loop_carry(&loop, high,
		gen_select(gen, bit, word_op(gen, LLVMSub, next, r), next, "high"));
	next = word_op(gen, LLVMShl, low, one);
	gen_loop_carry(
		&loop, low, word_op(gen, LLVMOr, next, gen_to(gen, bit, gen->i64, false)));
	gen_loop_end(gen, &loop);
	return gen_loop_result(&loop, low);
}

/* A machine that divides 64 bits does so where n has no more. */
static LLVMValueRef divide(struct gen *gen, struct pair n, LLVMValueRef r)
{
	LLVMValueRef quotient, slow;
	struct flow_if wide;

	if (gen->size_bits < 64 && gen->target.format != TARGET_WASM)
		return divide_slowly(gen, n, r);
	quotient = word_op(gen, LLVMUDiv, n.low, r);
	wide = flow_if(gen, word_is(gen, n.high, LLVMIntNE, zero(gen)), "wide");
	slow = divide_slowly(gen, n, r);
	flow_end_if(gen, &wide);
	return flow_choice(gen, &wide, slow, quotient, "quotient");
}

LLVMValueRef load_map(
	struct gen *gen, LLVMValueRef map, LLVMValueRef feature, LLVMValueRef *inside)
{
	bool is_real = ir_element_is_float(gen->module->element);
	struct raw raw = is_real ? take_real(gen, feature) : take_integer(gen, feature);
	LLVMValueRef words[LOAD_MAP_WORDS], fits, v;
	struct pair n;

	for (uint32_t i = 0; i < LOAD_MAP_WORDS; i++)
		words[i] = word_get(gen, map, gen_size(gen, i), "");
	n.low = word_multiply(gen, raw.m, words[1], &n.high);
	*inside = raw.finite;
	if (is_real) {
		n = scale(gen, n, &raw, &fits);
		*inside = word_op(gen, LLVMAnd, *inside, fits);
	}
	n = select_pair(gen, raw.negative, negate_pair(gen, n), n);
	n = add_pair(gen, n, (struct pair){ words[3], words[4] });
	/* nor is it negative, since r is positive */
	fits = word_is(gen, n.high, LLVMIntULT, words[2]);
	*inside = word_op(gen, LLVMAnd, *inside, fits);
	v = divide(gen, n, words[2]);
	fits = word_is(gen, v, LLVMIntULE, words[0]);
	*inside = word_op(gen, LLVMAnd, *inside, fits);
	return v;
}
