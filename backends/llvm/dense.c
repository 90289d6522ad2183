/*
 * The dense shape: P_classify, P_block and P_classify_batch.
 */
#include "backends/llvm/dense.h"

#include "backends/llvm/flow.h"
#include "backends/llvm/load.h"
#include "backends/llvm/word.h"
#include "runtime/dense_code.h"

/*
 * Nothing may reassociate sums, whose order LLVM's instruction selection knows as pmaddwd.
 */
static const char passes[] =
	"globaldce,function(sroa,early-cse<memssa>," INSTCOMBINE ",simplifycfg,"
	"loop-mssa(loop-rotate,licm),early-cse<memssa>," INSTCOMBINE ",loop(indvars),"
	"loop-vectorize," INSTCOMBINE ",early-cse<memssa>,jump-threading," INSTCOMBINE
	",simplifycfg)";

/* --- a point -------------------------------------------------------------------------- */

/* Arrays on the stack for so many points: v, and x where rows are bytes. */
static struct dense_point new_points(struct dense *dense, uint32_t points)
{
	struct gen *gen = dense->gen;
	uint64_t length = (uint64_t)dense_length(dense) * points;
	LLVMTypeRef values = LLVMArrayType2(gen->i64, (uint64_t)dense->plan->values * points);
	struct dense_point point = { .v = LLVMBuildAlloca(gen->builder, values, "v") };

	point.x = point.v;
	if (!dense->planes)
		return point;
	point.x = LLVMBuildAlloca(gen->builder, LLVMArrayType2(gen->i16, length), "narrow");
	LLVMSetAlignment(point.x, 64);
	return point;
}

/* Point i of several. */
static struct dense_point point_at(
	struct dense *dense, struct dense_point points, LLVMValueRef i)
{
	struct gen *gen = dense->gen;
	LLVMValueRef v = word_op(gen, LLVMMul, i, gen_size(gen, dense->plan->values));
	LLVMValueRef x = word_op(gen, LLVMMul, i, gen_size(gen, dense_length(dense)));

	points.v = gen_at(gen, gen->i64, points.v, v, "v");
	points.x = dense->planes ? gen_at(gen, gen->i16, points.x, x, "x") : points.v;
	return points;
}

/* x[first..end) = 0 */
static void clear(struct dense *dense, LLVMValueRef x, uint32_t first, uint32_t end)
{
	struct gen *gen = dense->gen;
	struct gen_loop loop = gen_loop_begin(gen, gen_size(gen, end - first), "rest");
	LLVMValueRef at = word_op(gen, LLVMAdd, loop.i, gen_size(gen, first));

	LLVMBuildStore(
		gen->builder, gen_int(gen->i16, 0), gen_at(gen, gen->i16, x, at, "rest"));
	gen_loop_end(gen, &loop);
}

/* Loads a row of features; returns whether all are in their ranges. */
static LLVMValueRef load_point(
	struct dense *dense, LLVMValueRef from, struct dense_point *point)
{
	struct gen *gen = dense->gen;
	struct load load = load_begin(gen, from);
	LLVMValueRef sum = NULL, value, inside, center = gen_i64(gen, dense->plan->center);

	if (dense->planes)
		sum = gen_loop_value(gen, &load.loop, gen_i64(gen, 0), "sum");
	value = load_value(gen, &load);
	word_put(gen, point->v, load.loop.i, value);
	if (dense->planes) {
		value = word_op(gen, LLVMSub, value, center);
		gen_loop_carry(&load.loop, sum, word_op(gen, LLVMAdd, sum, value));
		LLVMBuildStore(gen->builder, gen_to(gen, value, gen->i16, false),
			gen_at(gen, gen->i16, point->x, load.loop.i, "x"));
	}
	inside = load_end(gen, &load);
	point->sum = dense->planes ? gen_loop_result(&load.loop, sum) : gen_i64(gen, 0);
	if (dense->planes)
		clear(dense, point->x, dense->plan->inputs, dense_length(dense));
	return inside;
}

/* Goes on only if the condition holds; else the function returns `otherwise`. */
static void return_unless(struct gen *gen, LLVMValueRef good, LLVMValueRef otherwise)
{
	LLVMValueRef function = gen_here(gen);
	LLVMBasicBlockRef outside = gen_block(gen, function, "outside");
	LLVMBasicBlockRef inside = gen_block(gen, function, "inside");

	LLVMBuildCondBr(gen->builder, good, inside, outside);
	LLVMPositionBuilderAtEnd(gen->builder, outside);
	LLVMBuildRet(gen->builder, otherwise);
	LLVMPositionBuilderAtEnd(gen->builder, inside);
}

/* --- P_rows --------------------------------------------------------------------------- */

static LLVMValueRef in_turns(struct gen *gen, uint32_t count, uint32_t each)
{
	return gen_size(gen, count / each);
}

/* void (x, sum, v): eager rows of one point; v is that of the whole point. */
static LLVMValueRef make_rows(struct dense *dense)
{
	struct gen *gen = dense->gen;
	LLVMTypeRef parameters[] = { gen->pointer, gen->i64, gen->pointer };
	LLVMValueRef function = gen_function(gen, "rows_of", gen->void_type, parameters, 3);
	LLVMValueRef x = gen_parameter(function, 0, "x"),
		     sum = gen_parameter(function, 1, "sum");
	LLVMValueRef v = gen_parameter(function, 2, "v"), values[DENSE_SUMS], k, to;
	uint32_t each = dense->planes ? PLAN_DENSE_ROWS : 1;
	struct gen_loop loop;

	gen_beside(gen, function, gen->classify);
	gen_enter(gen, function, "entry");
	loop = gen_loop_begin(gen, in_turns(gen, dense->plan->eager, each), "rows");
	k = word_op(gen, LLVMMul, loop.i, gen_size(gen, each));
	dense_rows(dense, k, each, x, &sum, 1, values);
	to = word_op(gen, LLVMAdd, k, gen_size(gen, dense->plan->inputs));
	for (uint32_t i = 0; i < each; i++)
		word_put(gen, v, word_op(gen, LLVMAdd, to, gen_size(gen, i)), values[i]);
	gen_loop_end(gen, &loop);
	LLVMBuildRetVoid(gen->builder);
	return function;
}

/* --- P_answer ------------------------------------------------------------------------- */

/* bits[k / 64] of rows that are 0 or 1 */
static LLVMValueRef pack_bits(struct dense *dense, LLVMValueRef v)
{
	struct gen *gen = dense->gen;
	const struct plan_dense *plan = dense->plan;
	LLVMValueRef bits = LLVMBuildAlloca(
		gen->builder, LLVMArrayType2(gen->i64, plan->bit_words), "bits");
	struct gen_loop words = gen_loop_begin(gen, gen_size(gen, plan->bit_words), "pack"),
			loop;
	LLVMValueRef first = word_op(gen, LLVMShl, words.i, gen_size(gen, 6)), word, bit, count;

	count = gen_min(gen, word_op(gen, LLVMSub, gen_size(gen, plan->eager), first),
		gen_size(gen, 64), false);
	loop = gen_loop_begin(gen, count, "bit");
	word = gen_loop_value(gen, &loop, gen_i64(gen, 0), "word");
	bit = word_op(gen, LLVMAdd, word_op(gen, LLVMAdd, first, loop.i),
		gen_size(gen, plan->inputs));
	bit = word_op(gen, LLVMAnd, word_get(gen, v, bit, "row"), gen_i64(gen, 1));
	bit = word_op(gen, LLVMShl, bit, gen_to(gen, loop.i, gen->i64, false));
	gen_loop_carry(&loop, word, word_op(gen, LLVMOr, word, bit));
	gen_loop_end(gen, &loop);
	word_put(gen, bits, words.i, gen_loop_result(&loop, word));
	gen_loop_end(gen, &words);
	return bits;
}

/* y - 1 if the output y * 2^fraction is an integer y = 1..classes, else -1. */
static LLVMValueRef class_of(struct dense *dense, LLVMValueRef v)
{
	struct gen *gen = dense->gen;
	uint64_t fraction = dense->plan->fraction;
	LLVMValueRef none = LLVMConstInt(gen->i32, UINT64_MAX, true), class, good;
	LLVMValueRef y = word_get(gen, v, gen_size(gen, dense->plan->values - 1), "y");

	if (fraction >= 62)
		return none;
	class = word_op(gen, LLVMSub, word_op(gen, LLVMLShr, y, gen_i64(gen, fraction)),
		gen_i64(gen, 1));
	good = word_is(gen, class, LLVMIntULT, gen_i64(gen, gen->module->class_count));
	if (fraction)
		good = word_op(gen, LLVMAnd, good,
			word_is(gen,
				word_op(gen, LLVMAnd, y,
					gen_i64(gen, (UINT64_C(1) << fraction) - 1)),
				LLVMIntEQ, gen_i64(gen, 0)));
	return gen_select(gen, good, gen_to(gen, class, gen->i32, false), none, "class");
}

/* i32 (v, x, sum): the gates that are kept, and the class. */
static LLVMValueRef make_answer(struct dense *dense)
{
	struct gen *gen = dense->gen;
	const struct plan_dense *plan = dense->plan;
	LLVMTypeRef parameters[] = { gen->pointer, gen->pointer, gen->i64 };
	LLVMValueRef gate = dense_gate(dense);
	LLVMValueRef function = gen_function(gen, "answer", gen->i32, parameters, 3);
	LLVMValueRef v = gen_parameter(function, 0, "v"), at, to, value;
	LLVMValueRef x = gen_parameter(function, 1, "x"),
		     sum = gen_parameter(function, 2, "sum");
	LLVMValueRef bits = LLVMConstNull(gen->pointer);
	struct gen_loop loop;

	gen_beside(gen, function, gen->classify);
	gen_enter(gen, function, "entry");
	if (plan->bit_words)
		bits = pack_bits(dense, v);
	loop = gen_loop_begin(gen, gen_size(gen, plan->roots), "gates");
	at = gen_loop_value(gen, &loop, gen_i64(gen, 0), "gate");
	value = gen_call(gen, gate, (LLVMValueRef[]){ at, v, bits, x, sum }, "value");
	to = word_op(gen, LLVMAdd, loop.i, gen_size(gen, plan->inputs + plan->eager));
	word_put(gen, v, to, value);
	gen_loop_carry(&loop, at, dense_behind(dense, at));
	gen_loop_end(gen, &loop);
	LLVMBuildRet(gen->builder, class_of(dense, v));
	return function;
}

/* --- P_classify, P_block and P_classify_batch ------------------------------------------ */

static void fill_classify(struct dense *dense, LLVMValueRef rows, LLVMValueRef answer)
{
	struct gen *gen = dense->gen;
	struct dense_point point;

	gen_enter(gen, gen->classify, "entry");
	point = new_points(dense, 1);
	return_unless(gen, load_point(dense, LLVMGetParam(gen->classify, 0), &point),
		LLVMConstInt(gen->i32, UINT64_MAX, true));
	if (rows)
		gen_call(gen, rows, (LLVMValueRef[]){ point.x, point.sum, point.v }, "");
	LLVMBuildRet(gen->builder,
		gen_call(
			gen, answer, (LLVMValueRef[]){ point.v, point.x, point.sum }, "class"));
}

/* Loads all points and stores their sums; returns whether all are in range. */
static LLVMValueRef load_points(
	struct dense *dense, LLVMValueRef x, struct dense_point points, LLVMValueRef sums)
{
	struct gen *gen = dense->gen;
	LLVMTypeRef row = LLVMArrayType2(gen->element, dense->plan->inputs);
	struct gen_loop loop = gen_loop_begin(gen, gen_size(gen, PLAN_DENSE_BLOCK), "points");
	LLVMValueRef good = gen_loop_value(gen, &loop, gen_int(gen->i1, 1), "good"), inside;
	struct dense_point point = point_at(dense, points, loop.i);

	inside = load_point(dense, gen_at(gen, row, x, loop.i, "row"), &point);
	word_put(gen, sums, loop.i, point.sum);
	gen_loop_carry(&loop, good, word_op(gen, LLVMAnd, good, inside));
	gen_loop_end(gen, &loop);
	return gen_loop_result(&loop, good);
}

/* All rows of all points. */
static void add_rows(struct dense *dense, struct dense_point points, LLVMValueRef sums)
{
	struct gen *gen = dense->gen;
	LLVMValueRef each[PLAN_DENSE_BLOCK], values[DENSE_SUMS], to;
	struct gen_loop loop;

	for (uint32_t i = 0; i < PLAN_DENSE_BLOCK; i++)
		each[i] = word_get(gen, sums, gen_size(gen, i), "sum");
	loop = gen_loop_begin(gen, gen_size(gen, dense->plan->eager), "rows");
	dense_rows(dense, loop.i, 1, points.x, each, PLAN_DENSE_BLOCK, values);
	to = word_op(gen, LLVMAdd, loop.i, gen_size(gen, dense->plan->inputs));
	for (uint32_t i = 0; i < PLAN_DENSE_BLOCK; i++)
		word_put(gen, point_at(dense, points, gen_size(gen, i)).v, to, values[i]);
	gen_loop_end(gen, &loop);
}

/* The classes of all points. */
static void put_answers(struct dense *dense, LLVMValueRef answer, struct dense_point points,
	LLVMValueRef sums, LLVMValueRef out)
{
	struct gen *gen = dense->gen;
	struct gen_loop loop = gen_loop_begin(gen, gen_size(gen, PLAN_DENSE_BLOCK), "answers");
	struct dense_point point = point_at(dense, points, loop.i);
	LLVMValueRef arguments[] = { point.v, point.x, word_get(gen, sums, loop.i, "sum") };

	LLVMBuildStore(gen->builder, gen_call(gen, answer, arguments, "class"),
		gen_at(gen, gen->i32, out, loop.i, "to"));
	gen_loop_end(gen, &loop);
}

/* i1 (features, out): false, and nothing is done, if a point is out of range. */
static LLVMValueRef make_block(struct dense *dense, LLVMValueRef answer)
{
	struct gen *gen = dense->gen;
	LLVMTypeRef parameters[] = { gen->pointer, gen->pointer };
	LLVMValueRef function = gen_function(gen, "block", gen->i1, parameters, 2), sums;
	LLVMValueRef x = gen_parameter(function, 0, "x"),
		     out = gen_parameter(function, 1, "out");
	struct dense_point points;

	gen_enter(gen, function, "entry");
	points = new_points(dense, PLAN_DENSE_BLOCK);
	sums = LLVMBuildAlloca(
		gen->builder, LLVMArrayType2(gen->i64, PLAN_DENSE_BLOCK), "sums");
	return_unless(gen, load_points(dense, x, points, sums), gen_int(gen->i1, 0));
	add_rows(dense, points, sums);
	put_answers(dense, answer, points, sums, out);
	LLVMBuildRet(gen->builder, gen_int(gen->i1, 1));
	return function;
}

/* A block where there are so many rows, and all are in range; else one row. */
static void fill_batch(struct dense *dense, LLVMValueRef block)
{
	struct gen *gen = dense->gen;
	LLVMTypeRef row_type = LLVMArrayType2(gen->element, dense->plan->inputs);
	LLVMValueRef x = LLVMGetParam(gen->batch, 0), rows = LLVMGetParam(gen->batch, 1);
	LLVMValueRef out = LLVMGetParam(gen->batch, 2), i, row, to, many, step;
	struct flow_loop loop = { .name = "batch" };
	struct flow_if full, single;

	gen_enter(gen, gen->batch, "entry");
	i = flow_carry(gen, &loop, gen_size(gen, 0), "i");
	flow_while(gen, &loop, word_is(gen, i, LLVMIntULT, rows));
	row = gen_at(gen, row_type, x, i, "row");
	to = gen_at(gen, gen->i32, out, i, "to");
	many = word_is(gen, word_op(gen, LLVMSub, rows, i), LLVMIntUGE,
		gen_size(gen, PLAN_DENSE_BLOCK));
	full = flow_if(gen, many, "full");
	many = gen_call(gen, block, (LLVMValueRef[]){ row, to }, "done");
	flow_end_if(gen, &full);
	many = flow_choice(gen, &full, many, gen_int(gen->i1, 0), "many");
	single = flow_if(gen, LLVMBuildNot(gen->builder, many, ""), "single");
	LLVMBuildStore(gen->builder, gen_call(gen, gen->classify, &row, "class"), to);
	flow_end_if(gen, &single);
	step = gen_select(gen, many, gen_size(gen, PLAN_DENSE_BLOCK), gen_size(gen, 1), "step");
	flow_next(&loop, i, word_op(gen, LLVMAdd, i, step));
	flow_end(gen, &loop);
	LLVMBuildRetVoid(gen->builder);
}

bool llvm_lower_dense(struct gen *gen)
{
	const struct plan_dense *plan = gen->plan->dense;
	struct dense dense = { .gen = gen,
		.plan = plan,
		.vectors = vectors_of(gen),
		.planes = plan->planes && plan->row_count,
		.lazy = plan->row_count > plan->eager };
	LLVMValueRef rows = NULL, answer;

	gen->passes = passes;
	dense.lanes = dense_lanes(&dense.vectors, plan);
	if (plan->row_count) {
		dense.matrix = dense_matrix(&dense);
		dense.rows = gen_words(gen, "rows", &plan->rows);
	}
	dense.gates = gen_words(gen, "gates", &plan->gates);
	if (plan->eager)
		rows = make_rows(&dense);
	answer = make_answer(&dense);
	fill_classify(&dense, rows, answer);
	if (plan_dense_block(plan) > 1)
		fill_batch(&dense, make_block(&dense, answer));
	return true;
}
