/*
 * The engine of gates (runtime/dense_code.h): one loop over the segments of the gate under way,
 * and a stack of those that wait for it.
 */
#include "backends/llvm/dense.h"
#include "backends/llvm/flow.h"
#include "backends/llvm/word.h"
#include "runtime/dense_code.h"

/* A gate under way: itself, its segment, and of itself and its siblings how many are left. */
enum { STATE_GATE, STATE_SEGMENT, STATE_SUM, STATE_REST, STATE_WORDS };

struct engine {
	struct dense *dense;
	struct gen *gen;
	LLVMValueRef function;
	LLVMValueRef v, bits, x, sum_of_inputs;
	LLVMValueRef state[STATE_WORDS]; /* variables: the gate under way */
	LLVMValueRef level, stack;       /* gates that wait below it */
	LLVMBasicBlockRef next;          /* goes on with state, whatever that is */
	LLVMBasicBlockRef nothing;       /* goes on where the gate under way is 0 */
};

/* --- words of gates ------------------------------------------------------------------- */

static LLVMValueRef word_at(struct engine *engine, LLVMValueRef place, uint64_t more)
{
	struct gen *gen = engine->gen;

	place = word_op(gen, LLVMAdd, place, gen_i64(gen, more));
	return word_get(
		gen, engine->dense->gates, gen_to(gen, place, gen->size, false), "word");
}

/* Bits low.. of a word, `count` of them. */
static LLVMValueRef field(struct gen *gen, LLVMValueRef word, uint32_t low, uint32_t count)
{
	if (low)
		word = word_op(gen, LLVMLShr, word, gen_i64(gen, low));
	return low + count == 64
		? word
		: word_op(gen, LLVMAnd, word, gen_i64(gen, (UINT64_C(1) << count) - 1));
}

static LLVMValueRef is_set(struct gen *gen, LLVMValueRef word, uint32_t bit)
{
	return gen_to(gen, field(gen, word, bit, 1), gen->i1, false);
}

static LLVMValueRef segment_count(struct gen *gen, LLVMValueRef head)
{
	return field(gen, head, 32, 32);
}

LLVMValueRef dense_behind(struct dense *dense, LLVMValueRef gate)
{
	struct gen *gen = dense->gen;
	LLVMValueRef word = word_get(gen, dense->gates,
		gen_to(gen, word_op(gen, LLVMAdd, gate, gen_i64(gen, 1)), gen->size, false),
		"word");

	return word_op(gen, LLVMAdd, gate, field(gen, word, 32, 30));
}

/* --- state ---------------------------------------------------------------------------- */

static LLVMValueRef get(struct engine *engine, int what)
{
	return LLVMBuildLoad2(engine->gen->builder, engine->gen->i64, engine->state[what], "");
}

static void set(struct engine *engine, int what, LLVMValueRef value)
{
	LLVMBuildStore(engine->gen->builder, value, engine->state[what]);
}

static void begin(struct engine *engine, LLVMValueRef gate)
{
	struct gen *gen = engine->gen;
	LLVMValueRef word = word_at(engine, gate, 1);

	set(engine, STATE_GATE, gate);
	set(engine, STATE_SUM, word_at(engine, gate, 0));
	set(engine, STATE_SEGMENT,
		gen_select(gen, is_set(gen, word, 62),
			word_op(gen, LLVMAdd, gate, gen_i64(gen, 2)), field(gen, word, 0, 32),
			"segment"));
}

static LLVMValueRef is_positive(struct gen *gen, LLVMValueRef sum)
{
	return word_is(gen, sum, LLVMIntSGT, gen_i64(gen, 0));
}

/* Whether a gate that has this sum is 0 whatever follows in a segment with this head. */
static LLVMValueRef is_over(struct gen *gen, LLVMValueRef head, LLVMValueRef sum)
{
	return LLVMBuildAnd(gen->builder, is_set(gen, head, 3),
		LLVMBuildNot(gen->builder, is_positive(gen, sum), ""), "over");
}

/* is_over(): whether the sum is not above this, the least of all if the segment has no exit. */
static LLVMValueRef floor_of(struct gen *gen, LLVMValueRef head)
{
	return gen_select(gen, is_set(gen, head, 3), gen_i64(gen, 0),
		gen_i64(gen, (uint64_t)INT64_MIN), "floor");
}

/* Goes on behind a segment that ends at `end`, if the gate is not 0 by then. */
static void go_on(struct engine *engine, LLVMValueRef head, LLVMValueRef end)
{
	struct gen *gen = engine->gen;
	LLVMValueRef gate = get(engine, STATE_GATE), first, word, next;
	LLVMBasicBlockRef more = gen_block(gen, engine->function, "more");

	LLVMBuildCondBr(gen->builder, is_over(gen, head, get(engine, STATE_SUM)),
		engine->nothing, more);
	LLVMPositionBuilderAtEnd(gen->builder, more);
	word = word_at(engine, gate, 1);
	first = word_is(gen, get(engine, STATE_SEGMENT), LLVMIntEQ,
		word_op(gen, LLVMAdd, gate, gen_i64(gen, 2)));
	first = LLVMBuildAnd(gen->builder, first, is_set(gen, word, 62), "");
	next = gen_select(gen, is_set(gen, head, 4), gen_i64(gen, 0), end, "next");
	next = gen_select(gen, first, field(gen, word, 0, 32), next, "next");
	set(engine, STATE_SEGMENT, next);
	LLVMBuildBr(gen->builder, engine->next);
}

/* --- gates within gates --------------------------------------------------------------- */

static LLVMValueRef on_stack(struct engine *engine, LLVMValueRef level, uint64_t what)
{
	struct gen *gen = engine->gen;
	LLVMValueRef at = word_op(gen, LLVMMul, level, gen_size(gen, STATE_WORDS));

	return word_op(gen, LLVMAdd, at, gen_size(gen, what));
}

static LLVMValueRef level(struct engine *engine)
{
	return LLVMBuildLoad2(engine->gen->builder, engine->gen->size, engine->level, "level");
}

static void set_level(struct engine *engine, LLVMValueRef value)
{
	LLVMBuildStore(engine->gen->builder, value, engine->level);
}

/* The gate under way waits for so many others. */
static void push(struct engine *engine, LLVMValueRef gate, LLVMValueRef count)
{
	struct gen *gen = engine->gen;
	LLVMValueRef now = level(engine);

	for (int i = 0; i < STATE_WORDS; i++)
		word_put(
			gen, engine->stack, on_stack(engine, now, (uint64_t)i), get(engine, i));
	set_level(engine, word_op(gen, LLVMAdd, now, gen_size(gen, 1)));
	set(engine, STATE_REST, count);
	begin(engine, gate);
	LLVMBuildBr(gen->builder, engine->next);
}

/* The gate that waited goes on behind its segment. */
static void pop(struct engine *engine)
{
	struct gen *gen = engine->gen;
	LLVMValueRef below = word_op(gen, LLVMSub, level(engine), gen_size(gen, 1)), segment;

	set_level(engine, below);
	for (int i = 0; i < STATE_WORDS; i++)
		set(engine, i,
			word_get(gen, engine->stack, on_stack(engine, below, (uint64_t)i), ""));
	segment = get(engine, STATE_SEGMENT);
	go_on(engine, word_at(engine, segment, 0),
		word_op(gen, LLVMAdd, segment, gen_i64(gen, 3)));
}

/* The next of the siblings, if there is one. Returns where there is none: the builder is there.
 */
static void to_sibling(struct engine *engine, LLVMValueRef stop)
{
	struct gen *gen = engine->gen;
	LLVMBasicBlockRef another = gen_block(gen, engine->function, "another");
	LLVMBasicBlockRef no_more = gen_block(gen, engine->function, "no_more");
	LLVMValueRef rest = word_op(gen, LLVMSub, get(engine, STATE_REST), gen_i64(gen, 1));
	LLVMValueRef none = word_is(gen, rest, LLVMIntEQ, gen_i64(gen, 0));

	if (stop)
		none = LLVMBuildOr(gen->builder, none, stop, "none");
	LLVMBuildCondBr(gen->builder, none, no_more, another);
	LLVMPositionBuilderAtEnd(gen->builder, another);
	set(engine, STATE_REST, rest);
	begin(engine, dense_behind(engine->dense, get(engine, STATE_GATE)));
	LLVMBuildBr(gen->builder, engine->next);
	LLVMPositionBuilderAtEnd(gen->builder, no_more);
}

/* Returns the value if no gate waits for it; else the builder is where one does. */
static void return_last(struct engine *engine, LLVMValueRef value)
{
	struct gen *gen = engine->gen;
	LLVMBasicBlockRef last = gen_block(gen, engine->function, "last");
	LLVMBasicBlockRef below = gen_block(gen, engine->function, "below");

	LLVMBuildCondBr(gen->builder, word_is(gen, level(engine), LLVMIntEQ, gen_size(gen, 0)),
		last, below);
	LLVMPositionBuilderAtEnd(gen->builder, last);
	LLVMBuildRet(gen->builder, value);
	LLVMPositionBuilderAtEnd(gen->builder, below);
}

/* The gate is 0, which adds nothing to the one that waits. */
static void leave_nothing(struct engine *engine)
{
	struct gen *gen = engine->gen;

	if (engine->dense->plan->depth == 1) {
		LLVMBuildRet(gen->builder, gen_i64(gen, 0));
		return;
	}
	to_sibling(engine, NULL);
	return_last(engine, gen_i64(gen, 0));
	pop(engine);
}

/* Adds the value of the gate to the one that waits. */
static void leave(struct engine *engine, LLVMValueRef value)
{
	struct gen *gen = engine->gen;
	LLVMValueRef below, segment, sum;

	return_last(engine, value);
	below = word_op(gen, LLVMSub, level(engine), gen_size(gen, 1));
	segment =
		word_get(gen, engine->stack, on_stack(engine, below, STATE_SEGMENT), "segment");
	sum = word_get(gen, engine->stack, on_stack(engine, below, STATE_SUM), "sum");
	sum = word_op(
		gen, LLVMAdd, sum, word_op(gen, LLVMMul, word_at(engine, segment, 1), value));
	word_put(gen, engine->stack, on_stack(engine, below, STATE_SUM), sum);
	to_sibling(engine, is_over(gen, word_at(engine, segment, 0), sum));
	pop(engine);
}

/* No segment is left. */
static void finish(struct engine *engine)
{
	struct gen *gen = engine->gen;
	LLVMValueRef word = word_at(engine, get(engine, STATE_GATE), 1);
	LLVMValueRef limit = gen_select(
		gen, is_set(gen, word, 63), gen_i64(gen, 1), gen_i64(gen, UINT64_MAX), "limit");
	LLVMValueRef value = dense_cut(engine->dense, get(engine, STATE_SUM), limit);

	if (engine->dense->plan->depth == 1)
		LLVMBuildRet(gen->builder, value);
	else
		leave(engine, value);
}

/* --- segments ------------------------------------------------------------------------- */

struct leaves {
	LLVMValueRef base, from, words; /* a value, and addresses */
	LLVMValueRef width, bits, mask, index_mask, limit, floor, weight, w2, is_run;
};

static struct leaves leaves_of(struct engine *engine, LLVMValueRef segment, LLVMValueRef head)
{
	struct gen *gen = engine->gen;
	LLVMValueRef places = word_at(engine, segment, 2), one = gen_i64(gen, 1), pivot, words;
	struct leaves leaves = { .width = word_op(gen, LLVMShl, one, field(gen, head, 8, 3)),
		.bits = field(gen, head, 12, 6),
		.weight = word_at(engine, segment, 1),
		.w2 = word_at(engine, segment, 4),
		.is_run = field(gen, head, 5, 1),
		.floor = floor_of(gen, head) };

	leaves.mask = word_op(gen, LLVMLShr, gen_i64(gen, UINT64_MAX),
		word_op(gen, LLVMSub, gen_i64(gen, 64), leaves.width));
	leaves.index_mask = word_op(gen, LLVMSub, word_op(gen, LLVMShl, one, leaves.bits), one);
	leaves.limit =
		gen_select(gen, is_set(gen, head, 2), one, gen_i64(gen, UINT64_MAX), "limit");
	pivot = gen_to(gen, field(gen, places, 32, 32), gen->size, false);
	leaves.base = word_op(gen, LLVMAdd, word_at(engine, segment, 5),
		word_op(gen, LLVMMul, word_at(engine, segment, 3),
			word_get(gen, engine->v, pivot, "pivot")));
	leaves.from = gen_at(gen, gen->i64, engine->v,
		gen_to(gen, field(gen, places, 0, 32), gen->size, false), "from");
	words = word_op(gen, LLVMAdd, segment, gen_i64(gen, 6));
	leaves.words = gen_at(gen, gen->i64, engine->dense->gates,
		gen_to(gen, words, gen->size, false), "leaves");
	return leaves;
}

/* The form of the leaf whose field is at bit `at`; one of a run is the `run`-th. */
static LLVMValueRef leaf_form(
	struct engine *engine, const struct leaves *leaves, LLVMValueRef at, LLVMValueRef run)
{
	struct gen *gen = engine->gen;
	LLVMValueRef word = word_op(gen, LLVMLShr, at, gen_i64(gen, 6)), leaf, value;

	word = word_get(gen, leaves->words, gen_to(gen, word, gen->size, false), "word");
	leaf = word_op(gen, LLVMAnd, at, gen_i64(gen, 63));
	leaf = word_op(gen, LLVMAnd, word_op(gen, LLVMLShr, word, leaf), leaves->mask);
	at = word_op(gen, LLVMAdd, word_op(gen, LLVMAnd, leaf, leaves->index_mask), run);
	value = word_op(gen, LLVMMul, leaves->w2,
		word_get(gen, leaves->from, gen_to(gen, at, gen->size, false), "v"));
	value = word_op(gen, LLVMAdd, value, word_op(gen, LLVMLShr, leaf, leaves->bits));
	return word_op(gen, LLVMAdd, value, leaves->base);
}

/*
 * Adds a leaf of that form, and goes to `stop` if the gate is 0 by then. Many add nothing, and
 * a branch is not waited for.
 */
static void add_leaf(struct engine *engine, const struct leaves *leaves, LLVMValueRef form,
	LLVMBasicBlockRef stop)
{
	struct gen *gen = engine->gen;
	struct flow_if positive = flow_if(gen, is_positive(gen, form), "positive");
	LLVMBasicBlockRef more = gen_block(gen, engine->function, "more");
	LLVMValueRef sum = gen_min(gen, form, leaves->limit, false);

	sum = word_op(gen, LLVMMul, leaves->weight, sum);
	sum = word_op(gen, LLVMAdd, get(engine, STATE_SUM), sum);
	set(engine, STATE_SUM, sum);
	LLVMBuildCondBr(gen->builder, word_is(gen, sum, LLVMIntSGT, leaves->floor), more, stop);
	LLVMPositionBuilderAtEnd(gen->builder, more);
	flow_end_if(gen, &positive);
}

static void add_leaves(struct engine *engine, LLVMValueRef segment, LLVMValueRef head)
{
	struct gen *gen = engine->gen;
	struct leaves leaves = leaves_of(engine, segment, head);
	LLVMValueRef end = word_op(gen, LLVMMul, segment_count(gen, head), leaves.width);
	LLVMBasicBlockRef stop = gen_block(gen, engine->function, "stop");
	struct flow_loop loop = { .name = "leaves" };
	LLVMValueRef at, run, words;

	at = flow_carry(gen, &loop, gen_i64(gen, 0), "at");
	run = flow_carry(gen, &loop, gen_i64(gen, 0), "run");
	flow_while(gen, &loop, word_is(gen, at, LLVMIntULT, end));
	add_leaf(engine, &leaves, leaf_form(engine, &leaves, at, run), stop);
	flow_next(&loop, at, word_op(gen, LLVMAdd, at, leaves.width));
	flow_next(&loop, run, word_op(gen, LLVMAdd, run, leaves.is_run));
	flow_end(gen, &loop);
	LLVMBuildBr(gen->builder, stop);
	LLVMPositionBuilderAtEnd(gen->builder, stop);
	words = word_op(gen, LLVMAdd, end, gen_i64(gen, 63));
	words = word_op(gen, LLVMLShr, words, gen_i64(gen, 6));
	go_on(engine, head,
		word_op(gen, LLVMAdd, word_op(gen, LLVMAdd, segment, gen_i64(gen, 6)), words));
}

/* Bits in common with those of the rows. */
static void add_bits(struct engine *engine, LLVMValueRef segment, LLVMValueRef head)
{
	struct gen *gen = engine->gen;
	LLVMValueRef count = segment_count(gen, head), weight = word_at(engine, segment, 1);
	LLVMValueRef first = word_at(engine, segment, 2), k, sum, word, at, more;
	struct flow_loop loop = { .name = "bits" };

	sum = flow_carry(gen, &loop, get(engine, STATE_SUM), "sum");
	k = flow_carry(gen, &loop, gen_i64(gen, 0), "k");
	more = LLVMBuildNot(gen->builder, is_over(gen, head, sum), "");
	more = LLVMBuildAnd(gen->builder, more, word_is(gen, k, LLVMIntULT, count), "more");
	flow_while(gen, &loop, more);
	at = gen_to(gen, word_op(gen, LLVMAdd, first, k), gen->size, false);
	word = word_at(engine, word_op(gen, LLVMAdd, segment, k), 3);
	word = word_op(gen, LLVMAnd, word, word_get(gen, engine->bits, at, "bits"));
	word = gen_intrinsic(gen, "llvm.ctpop", &gen->i64, 1, &word, 1, "ones");
	flow_next(&loop, sum, word_op(gen, LLVMAdd, sum, word_op(gen, LLVMMul, weight, word)));
	flow_next(&loop, k, word_op(gen, LLVMAdd, k, gen_i64(gen, 1)));
	flow_end(gen, &loop);
	set(engine, STATE_SUM, sum);
	go_on(engine, head,
		word_op(gen, LLVMAdd, word_op(gen, LLVMAdd, segment, gen_i64(gen, 3)), count));
}

/* Rows that nobody else asks for. */
static void add_rows(struct engine *engine, LLVMValueRef segment, LLVMValueRef head)
{
	struct gen *gen = engine->gen;
	LLVMValueRef count = segment_count(gen, head), weight = word_at(engine, segment, 1);
	LLVMValueRef first = word_at(engine, segment, 2), k, sum, more, row, value;
	struct flow_loop loop = { .name = "rows" };

	sum = flow_carry(gen, &loop, get(engine, STATE_SUM), "sum");
	k = flow_carry(gen, &loop, gen_i64(gen, 0), "k");
	more = LLVMBuildNot(gen->builder, is_over(gen, head, sum), "");
	more = LLVMBuildAnd(gen->builder, more, word_is(gen, k, LLVMIntULT, count), "more");
	flow_while(gen, &loop, more);
	row = gen_to(gen, word_op(gen, LLVMAdd, first, k), gen->size, false);
	dense_rows(engine->dense, row, 1, engine->x, &engine->sum_of_inputs, 1, &value);
	flow_next(&loop, sum, word_op(gen, LLVMAdd, sum, word_op(gen, LLVMMul, weight, value)));
	flow_next(&loop, k, word_op(gen, LLVMAdd, k, gen_i64(gen, 1)));
	flow_end(gen, &loop);
	set(engine, STATE_SUM, sum);
	go_on(engine, head, word_op(gen, LLVMAdd, segment, gen_i64(gen, 3)));
}

static void add_gates(struct engine *engine, LLVMValueRef segment, LLVMValueRef head)
{
	push(engine, word_at(engine, segment, 2), segment_count(engine->gen, head));
}

/* The segment under way, by its kind. */
static void add_segment(struct engine *engine)
{
	static const struct {
		const char *name;
		void (*add)(struct engine *engine, LLVMValueRef segment, LLVMValueRef head);
	} kinds[] = {
		[MEMC_LEAVES] = { "leaf", add_leaves },
		[MEMC_BITS_SET] = { "bit", add_bits },
		[MEMC_ROWS] = { "row", add_rows },
		[MEMC_GATES] = { "gates", add_gates },
	};
	const struct plan_dense *plan = engine->dense->plan;
	struct gen *gen = engine->gen;
	LLVMValueRef segment = get(engine, STATE_SEGMENT), head = word_at(engine, segment, 0);
	const bool there[] = { true, plan->bit_words > 0, engine->dense->lazy,
		plan->depth > 1 };
	LLVMBasicBlockRef blocks[4];
	LLVMValueRef branch;

	for (unsigned i = 0; i < 4; i++)
		blocks[i] = there[i] ? gen_block(gen, engine->function, kinds[i].name) : NULL;
	branch = LLVMBuildSwitch(gen->builder, field(gen, head, 0, 2), blocks[0], 3);
	for (unsigned i = 0; i < 4; i++) {
		if (!there[i])
			continue;
		if (i)
			LLVMAddCase(branch, gen_i64(gen, i), blocks[i]);
		LLVMPositionBuilderAtEnd(gen->builder, blocks[i]);
		kinds[i].add(engine, segment, head);
	}
}

static void init_variables(struct engine *engine)
{
	struct gen *gen = engine->gen;
	uint64_t words = (uint64_t)engine->dense->plan->depth * STATE_WORDS;

	for (int i = 0; i < STATE_WORDS; i++)
		engine->state[i] = LLVMBuildAlloca(gen->builder, gen->i64, "state");
	engine->level = LLVMBuildAlloca(gen->builder, gen->size, "level");
	engine->stack = LLVMBuildAlloca(gen->builder, LLVMArrayType2(gen->i64, words), "stack");
	set_level(engine, gen_size(gen, 0));
	set(engine, STATE_REST, gen_i64(gen, 1));
}

LLVMValueRef dense_gate(struct dense *dense)
{
	struct gen *gen = dense->gen;
	LLVMTypeRef parameters[] = { gen->i64, gen->pointer, gen->pointer, gen->pointer,
		gen->i64 };
	LLVMBasicBlockRef done, work;
	struct engine engine = { .dense = dense,
		.gen = gen,
		.function = gen_function(gen, "gate", gen->i64, parameters, 5) };
	LLVMValueRef gate = gen_parameter(engine.function, 0, "gate");

	engine.v = gen_parameter(engine.function, 1, "v");
	engine.bits = gen_parameter(engine.function, 2, "bits");
	engine.x = gen_parameter(engine.function, 3, "x");
	engine.sum_of_inputs = gen_parameter(engine.function, 4, "sum");
	gen_beside(gen, engine.function, gen->classify);
	gen_enter(gen, engine.function, "entry");
	init_variables(&engine);
	begin(&engine, gate);
	engine.next = gen_block(gen, engine.function, "next");
	engine.nothing = gen_block(gen, engine.function, "nothing");
	done = gen_block(gen, engine.function, "done");
	work = gen_block(gen, engine.function, "work");
	LLVMBuildBr(gen->builder, engine.next);
	LLVMPositionBuilderAtEnd(gen->builder, engine.next);
	LLVMBuildCondBr(gen->builder,
		word_is(gen, get(&engine, STATE_SEGMENT), LLVMIntEQ, gen_i64(gen, 0)), done,
		work);
	LLVMPositionBuilderAtEnd(gen->builder, engine.nothing);
	leave_nothing(&engine);
	LLVMPositionBuilderAtEnd(gen->builder, done);
	finish(&engine);
	LLVMPositionBuilderAtEnd(gen->builder, work);
	add_segment(&engine);
	return engine.function;
}
