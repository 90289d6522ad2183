/*
 * The sum of inputs times weights in parts of 16 bits: vectors of inputs, widened, times
 * vectors of each part, whose sums fit 32 bits.
 *
 * A step takes as many inputs as a vector has lanes. The last one ends with the last input, and
 * weights are 0 for those that it takes again: nothing is read outside of the row, and nothing
 * is left over.
 */
#include "backends/llvm/lookup.h"

#include <stdlib.h>

#include "support/mem.h"

enum { MOST_CHAINS = 4, FEW_STEPS = 8, MOST_LANES = 32 };

/* Sums under way: by chain, row and part. */
struct sums {
	LLVMValueRef sum[MOST_CHAINS][LOOKUP_ROWS][PLAN_PARTS];
	LLVMValueRef
		most[LOOKUP_ROWS]; /* the farthest from the least value, or how far beyond */
	uint32_t rows, chains, parts;
	uint32_t turn; /* steps of a turn of the loop: of all chains, and a line of memory */
};

/* A step: the inputs from `at` on, and where its weights are. */
struct step {
	LLVMValueRef at;
	LLVMValueRef weights, index; /* a table, and how many steps into it */
	struct lookup_ranges ranges; /* likewise */
};

static LLVMTypeRef input_vector(const struct lookup *lookup)
{
	return vectors_type(lookup->gen->element, lookup->vectors.lanes);
}

static enum ir_element element_of(const struct lookup *lookup)
{
	return lookup->gen->module->element;
}

/* Bytes of a row that a step takes. */
static uint32_t step_bytes(const struct lookup *lookup)
{
	return lookup->vectors.lanes * ir_element_bytes(element_of(lookup));
}

/* --- tables ---------------------------------------------------------------------------- */

/* Per step the lanes of every part; `last` is of the step that ends with the last input. */
void lookup_parts_init(struct lookup *lookup)
{
	const struct plan_projection *projection = &lookup->plan->projection;
	uint32_t lanes = lookup->vectors.lanes, count = lookup->gen->module->input_count;
	uint32_t left = count % lanes, steps = count / lanes, parts = projection->parts;
	int16_t *weights = mem_zero((size_t)(steps + 1) * parts * lanes, sizeof *weights);
	int16_t *last = weights + (size_t)steps * parts * lanes;

	for (uint32_t part = 0; part < parts; part++) {
		for (uint32_t i = 0; i < steps * lanes; i++)
			weights[(i / lanes * parts + part) * lanes + i % lanes] =
				projection->part[part][i];
		for (uint32_t i = lanes - left; i < lanes; i++)
			last[part * lanes + i] = projection->part[part][count - lanes + i];
	}
	lookup->weights = vectors_table(gen_table(lookup->gen, "weights", weights,
		(size_t)steps * parts * lanes, sizeof *weights));
	if (left)
		lookup->last = vectors_table(gen_table(lookup->gen, "last_weights", last,
			(size_t)parts * lanes, sizeof *last));
	free(weights);
}

/* --- steps ----------------------------------------------------------------------------- */

/* As many inputs as there are lanes; they are only aligned as elements. */
static LLVMValueRef load_inputs(struct lookup *lookup, LLVMValueRef x, LLVMValueRef at)
{
	struct gen *gen = lookup->gen;
	LLVMValueRef from = gen_at(gen, gen->element, x, at, "from");
	LLVMValueRef inputs =
		LLVMBuildLoad2(gen->builder, input_vector(lookup), from, "inputs");

	LLVMSetAlignment(inputs, ir_element_bytes(element_of(lookup)));
	return inputs;
}

/*
 * Bytes as numbers of 16 bits, by zeros between them: widened at once to 32 bits, LLVM would
 * not see that 16 are enough for the multiplications (smlal).
 */
static LLVMValueRef widen_bytes(struct lookup *lookup, LLVMValueRef inputs)
{
	struct gen *gen = lookup->gen;
	uint32_t lanes = lookup->vectors.lanes;
	LLVMValueRef order[2 * MOST_LANES];

	for (uint32_t i = 0; i < 2 * lanes; i++)
		order[i] = gen_i32(gen, i / 2 + i % 2 * lanes);
	inputs = LLVMBuildShuffleVector(gen->builder, inputs, LLVMConstNull(LLVMTypeOf(inputs)),
		LLVMConstVector(order, 2 * lanes), "bytes");
	return LLVMBuildBitCast(
		gen->builder, inputs, LLVMVectorType(gen->i16, lanes), "halves");
}

/* As the numbers of 32 bits that parts are multiplied by. */
static LLVMValueRef widen(struct lookup *lookup, LLVMValueRef inputs)
{
	struct gen *gen = lookup->gen;
	uint32_t lanes = lookup->vectors.lanes;
	LLVMTypeRef wide = vectors_type(gen->i32, lanes);

	if (element_of(lookup) == IR_UINT8) {
		if (!lookup->vectors.halves || lanes == 1 || gen->target.big_endian)
			return LLVMBuildZExt(gen->builder, inputs, wide, "wide");
		inputs = widen_bytes(lookup, inputs);
	}
	if (element_of(lookup) == IR_UINT16)
		/* less 2^15, which the bias makes up for */
		inputs = LLVMBuildXor(gen->builder, inputs,
			vectors_splat(gen->i16, lanes, 1 << 15), "centered");
	return LLVMBuildSExt(gen->builder, inputs, wide, "wide");
}

/*
 * sum + products, in half as many lanes where pairs are added. Additions must stay in this
 * order for LLVM to see a pair, so nothing may reassociate them.
 */
static LLVMValueRef add_products(
	struct lookup *lookup, LLVMValueRef sum, LLVMValueRef inputs, LLVMValueRef weights)
{
	struct gen *gen = lookup->gen;
	uint32_t half = lookup->vectors.lanes / 2;
	LLVMValueRef products = LLVMBuildNSWMul(gen->builder, inputs, weights, "products");

	if (lookup->vectors.pairs && half)
		products = LLVMBuildNSWAdd(gen->builder,
			vectors_pick(gen, products, NULL, 0, 2, half),
			vectors_pick(gen, products, NULL, 1, 2, half), "pairs");
	return LLVMBuildNSWAdd(gen->builder, sum, products, "sum");
}

static void add_step(struct lookup *lookup, struct sums *sums, uint32_t chain,
	const LLVMValueRef *x, const struct step *step)
{
	struct gen *gen = lookup->gen;
	uint32_t lanes = lookup->vectors.lanes;
	LLVMTypeRef narrow = vectors_type(gen->i16, lanes),
		    wide = vectors_type(gen->i32, lanes);
	LLVMValueRef weights[PLAN_PARTS], inputs;

	for (uint32_t part = 0; part < sums->parts; part++) {
		LLVMValueRef index =
			lookup_by(lookup, LLVMMul, step->index, sums->parts, "index");
		index = lookup_by(lookup, LLVMAdd, index, part, "index");
		weights[part] = gen_load_at(gen, narrow, step->weights, index, "weights");
		weights[part] = LLVMBuildSExt(gen->builder, weights[part], wide, "weights");
	}
	for (uint32_t row = 0; row < sums->rows; row++) {
		inputs = load_inputs(lookup, x[row], step->at);
		if (lookup->check)
			sums->most[row] =
				lookup_check(lookup, inputs, &step->ranges, sums->most[row]);
		inputs = widen(lookup, inputs);
		for (uint32_t part = 0; part < sums->parts; part++)
			sums->sum[chain][row][part] = add_products(
				lookup, sums->sum[chain][row][part], inputs, weights[part]);
	}
}

/* Step i. */
static struct step step_at(struct lookup *lookup, LLVMValueRef i)
{
	return (struct step){ .at = lookup_by(lookup, LLVMMul, i, lookup->vectors.lanes, "at"),
		.weights = lookup->weights,
		.index = i,
		.ranges = { lookup->least, lookup->spread, i } };
}

/* The step that ends with the last input. */
static struct step last_step(struct lookup *lookup)
{
	uint32_t count = lookup->gen->module->input_count;

	return (struct step){ .at = gen_size(lookup->gen, count - lookup->vectors.lanes),
		.weights = lookup->last,
		.index = gen_size(lookup->gen, 0),
		.ranges = {
			lookup->last_least, lookup->last_spread, gen_size(lookup->gen, 0) } };
}

/* Calls act() for each value of the sums. */
static void for_each_sum(struct gen *gen, struct gen_loop *loop, struct sums *sums, bool check,
	void (*act)(struct gen *gen, struct gen_loop *loop, LLVMValueRef *value, uint32_t i))
{
	uint32_t count = 0;

	for (uint32_t chain = 0; chain < sums->chains; chain++)
		for (uint32_t row = 0; row < sums->rows; row++)
			for (uint32_t part = 0; part < sums->parts; part++)
				act(gen, loop, &sums->sum[chain][row][part], count++);
	for (uint32_t row = 0; row < sums->rows && check; row++)
		act(gen, loop, &sums->most[row], count++);
}

static void begin_sum(struct gen *gen, struct gen_loop *loop, LLVMValueRef *value, uint32_t i)
{
	(void)i;
	*value = gen_loop_value(gen, loop, *value, "sum");
}

static void carry_sum(struct gen *gen, struct gen_loop *loop, LLVMValueRef *value, uint32_t i)
{
	(void)gen;
	gen_loop_carry(loop, loop->values[i].now, *value);
}

static void end_sum(struct gen *gen, struct gen_loop *loop, LLVMValueRef *value, uint32_t i)
{
	(void)gen;
	*value = gen_loop_result(loop, loop->values[i].now);
}

/* Step i, given as a value too. */
static void add_step_at(struct lookup *lookup, struct sums *sums, const LLVMValueRef *x,
	uint32_t i, LLVMValueRef value)
{
	struct step step = step_at(lookup, value);

	add_step(lookup, sums, i % sums->chains, x, &step);
}

/* Steps 0 to count - 1; those of a turn divide it. */
static void add_steps(
	struct lookup *lookup, struct sums *sums, const LLVMValueRef *x, uint32_t count)
{
	struct gen *gen = lookup->gen;
	struct gen_loop loop =
		gen_loop_begin(gen, gen_size(gen, count / sums->turn), "project");

	for_each_sum(gen, &loop, sums, lookup->check, begin_sum);
	for (uint32_t i = 0; i < sums->turn; i++) {
		LLVMValueRef step = lookup_by(lookup, LLVMMul, loop.i, sums->turn, "step");
		add_step_at(lookup, sums, x, i, lookup_by(lookup, LLVMAdd, step, i, "step"));
	}
	for_each_sum(gen, &loop, sums, lookup->check, carry_sum);
	gen_loop_end(gen, &loop);
	for_each_sum(gen, &loop, sums, lookup->check, end_sum);
}

static void add_all(struct lookup *lookup, struct sums *sums, const LLVMValueRef *x)
{
	uint32_t count = lookup->gen->module->input_count, lanes = lookup->vectors.lanes;
	uint32_t steps = count / lanes, looped = 0;
	struct step step;

	if (steps > FEW_STEPS) {
		looped = steps / sums->turn * sums->turn;
		add_steps(lookup, sums, x, looped);
	}
	for (uint32_t i = looped; i < steps; i++)
		add_step_at(lookup, sums, x, i, gen_size(lookup->gen, i));
	if (count % lanes) {
		step = last_step(lookup);
		add_step(lookup, sums, steps % sums->chains, x, &step);
	}
}

/* The sum of a part over all chains, in at most four lanes. */
static LLVMValueRef join_chains(
	struct lookup *lookup, struct sums *sums, uint32_t row, uint32_t part)
{
	struct gen *gen = lookup->gen;

	for (uint32_t step = 1; step < sums->chains; step *= 2)
		for (uint32_t i = 0; i + step < sums->chains; i += 2 * step)
			sums->sum[i][row][part] = LLVMBuildAdd(gen->builder,
				sums->sum[i][row][part], sums->sum[i + step][row][part], "sum");
	return vectors_fold(gen, sums->sum[0][row][part], 4);
}

/*
 * The sums of four lanes of a, to[0], and of b, to[1], as 64 bits: lanes of both side by side
 * are added at once. b may be NULL.
 */
static void add_lanes(struct gen *gen, LLVMValueRef a, LLVMValueRef b, LLVMValueRef to[2])
{
	LLVMValueRef even, odd, both;

	if (vectors_lanes(a) == 1) {
		to[0] = gen_to(gen, a, gen->i64, true);
		to[1] = b ? gen_to(gen, b, gen->i64, true) : NULL;
		return;
	}
	if (!b) {
		both = vectors_fold(gen, a, 1);
	} else {
		LLVMValueRef order[2][4];
		static const uint32_t lanes[2][4] = { { 0, 4, 1, 5 }, { 2, 6, 3, 7 } };
		for (int i = 0; i < 2; i++)
			for (int j = 0; j < 4; j++)
				order[i][j] = gen_i32(gen, lanes[i][j]);
		even = LLVMBuildShuffleVector(
			gen->builder, a, b, LLVMConstVector(order[0], 4), "low");
		odd = LLVMBuildShuffleVector(
			gen->builder, a, b, LLVMConstVector(order[1], 4), "high");
		both = vectors_fold(gen, LLVMBuildAdd(gen->builder, even, odd, "both"), 2);
	}
	for (unsigned i = 0; i < 2; i++) {
		to[i] = LLVMBuildExtractElement(
			gen->builder, both, gen_i32(gen, b ? i : 0), "total");
		to[i] = gen_to(gen, to[i], gen->i64, true);
	}
}

static LLVMValueRef key_of(struct lookup *lookup, struct sums *sums, uint32_t row)
{
	const struct plan_projection *projection = &lookup->plan->projection;
	struct gen *gen = lookup->gen;
	LLVMValueRef key = gen_i64(gen, projection->bias), both[2];

	for (uint32_t part = 0; part < sums->parts; part += 2) {
		bool two = part + 1 < sums->parts;
		LLVMValueRef a = join_chains(lookup, sums, row, part);
		LLVMValueRef b = two ? join_chains(lookup, sums, row, part + 1) : NULL;
		add_lanes(gen, a, b, both);
		for (uint32_t i = 0; i < (two ? 2 : 1); i++) {
			both[i] = lookup_by(lookup, LLVMShl, both[i],
				(part + i) * projection->part_bits, "part");
			key = LLVMBuildAdd(gen->builder, key, both[i], "key");
		}
	}
	return key;
}

static void init_sums(struct lookup *lookup, struct sums *sums, uint32_t rows)
{
	struct gen *gen = lookup->gen;
	uint32_t lanes = lookup->vectors.lanes;
	bool pairs = lookup->vectors.pairs && lanes > 1;

	*sums = (struct sums){ .rows = rows, .parts = lookup->plan->projection.parts };
	sums->chains = lookup->vectors.chains / rows;
	sums->chains += !sums->chains;
	while (sums->chains * rows * sums->parts + rows > GEN_LOOP_VALUES)
		sums->chains--;
	sums->turn = sums->chains;
	while (lanes > 1 && sums->turn * step_bytes(lookup) < LOOKUP_LINE)
		sums->turn *= 2;
	for (uint32_t chain = 0; chain < sums->chains; chain++)
		for (uint32_t row = 0; row < rows; row++)
			for (uint32_t part = 0; part < sums->parts; part++)
				sums->sum[chain][row][part] = LLVMConstNull(
					vectors_type(gen->i32, pairs ? lanes / 2 : lanes));
	for (uint32_t row = 0; row < rows; row++)
		sums->most[row] = LLVMConstNull(input_vector(lookup));
}

void lookup_parts(
	struct lookup *lookup, const LLVMValueRef *x, uint32_t rows, struct lookup_key *keys)
{
	struct sums sums;

	init_sums(lookup, &sums, rows);
	add_all(lookup, &sums, x);
	for (uint32_t row = 0; row < rows; row++) {
		keys[row].key = key_of(lookup, &sums, row);
		if (lookup->check)
			keys[row].inside = lookup_is_inside(lookup, sums.most[row]);
	}
}
