/*
 * The key: a sum of weights times inputs, modulo 2^64 (backends/plan/project.c).
 *
 * - Weights in parts of 16 bits: vectors of inputs, widened, times vectors of each part, whose
 * sums fit 32 bits. A step takes as many inputs as a vector has lanes; the last one ends with
 * the last input, and weights are 0 for those that it takes again, so nothing is read outside
 * of the row and nothing is left over.
 * - Whole weights: one multiplication of 64 bits each.
 * - Mapped features: the same behind the map.
 *
 * The ranges of features are checked in the same loop.
 */
#include "backends/llvm/lookup.h"

#include <stdlib.h>

#include "support/mem.h"

enum { MOST_CHAINS = 4, MOST_LANES = 64, FEW_STEPS = 8 };

/* Sums under way: by chain, row and part. */
struct sums {
	LLVMValueRef sum[MOST_CHAINS][LOOKUP_ROWS][PLAN_PARTS];
	LLVMValueRef
		most[LOOKUP_ROWS]; /* the farthest from the least value, or how far beyond */
	uint32_t rows, chains, parts;
};

/* A step: the inputs from `at` on, and where its weights are. */
struct step {
	LLVMValueRef at;
	LLVMValueRef weights, index; /* a table, and how many steps into it */
	LLVMValueRef least, spread;  /* the tables of ranges, likewise */
};

static LLVMTypeRef input_vector(const struct lookup *lookup)
{
	return vectors_type(lookup->gen->element, lookup->vectors.lanes);
}

static enum ir_element element_of(const struct lookup *lookup)
{
	return lookup->gen->module->element;
}

static bool is_signed(const struct lookup *lookup)
{
	return ir_element_min(element_of(lookup)) < 0;
}

/* --- tables ---------------------------------------------------------------------------- */

/* Per step the lanes of every part; `last` is of the step that ends with the last input. */
static void add_part_weights(struct lookup *lookup)
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
	lookup->weights = gen_table(lookup->gen, "weights", weights,
		(size_t)steps * parts * lanes, sizeof *weights);
	if (left)
		lookup->last = gen_table(
			lookup->gen, "last_weights", last, (size_t)parts * lanes, sizeof *last);
	free(weights);
}

static void add_whole_weights(struct lookup *lookup)
{
	lookup->weights = gen_table(lookup->gen, "weights", lookup->plan->projection.weights,
		lookup->gen->module->input_count, sizeof(uint64_t));
}

/* The range of a feature, as far as the type goes. */
static void range_of(
	const struct lookup *lookup, uint32_t input, uint64_t *least, uint64_t *spread)
{
	const struct ir_feature *feature = &lookup->gen->module->features[input];
	int64_t lo = ir_element_min(element_of(lookup)),
		hi = ir_element_max(element_of(lookup));

	lo = feature->lo > lo ? feature->lo : lo;
	hi = feature->hi < hi ? feature->hi : hi;
	*least = (uint64_t)lo;
	*spread = (uint64_t)hi - (uint64_t)lo;
}

/* Elements of the features' width; those of the last step are there again, in its order. */
static void add_ranges(struct lookup *lookup)
{
	uint32_t bytes = ir_element_bytes(element_of(lookup));
	uint32_t count = lookup->gen->module->input_count, lanes = lookup->vectors.lanes;
	uint64_t *both = mem_alloc(2, (size_t)count * sizeof *both);
	struct {
		LLVMValueRef *all, *last;
		const char *name, *last_name;
	} tables[] = { { &lookup->least, &lookup->last_least, "least", "last_least" },
		{ &lookup->spread, &lookup->last_spread, "spread", "last_spread" } };
	unsigned char *little = mem_alloc(count, bytes);

	for (uint32_t i = 0; i < count; i++)
		range_of(lookup, i, &both[i], &both[count + i]);
	for (uint32_t which = 0; which < 2; which++) {
		for (size_t i = 0; i < (size_t)count * bytes; i++)
			little[i] = (unsigned char)(both[which * count + i / bytes] >>
				i % bytes * 8);
		*tables[which].all =
			gen_little_table(lookup->gen, tables[which].name, little, count, bytes);
		if (lanes && count % lanes)
			*tables[which].last =
				gen_little_table(lookup->gen, tables[which].last_name,
					little + (count - lanes) * bytes, lanes, bytes);
	}
	free(both);
	free(little);
}

void lookup_project_init(struct lookup *lookup)
{
	struct gen *gen = lookup->gen;
	uint32_t count = gen->module->input_count;

	lookup->check = !lookup->plan->members &&
		(lookup->load == PLAN_LOAD_RANGE || lookup->load == PLAN_LOAD_RANGES);
	if (lookup->plan->projection.parts)
		lookup->vectors = vectors_of(gen);
	while (lookup->vectors.lanes > count)
		lookup->vectors.lanes /= 2;
	if (lookup->vectors.lanes)
		add_part_weights(lookup);
	else
		add_whole_weights(lookup);
	if (lookup->check && lookup->load == PLAN_LOAD_RANGES)
		add_ranges(lookup);
}

/* --- ranges ---------------------------------------------------------------------------- */

/*
 * One range: the greatest distance of an input from the least value. Several: how far any is
 * beyond its own.
 */
static LLVMValueRef check_inputs(
	struct lookup *lookup, LLVMValueRef x, const struct step *step, LLVMValueRef most)
{
	struct gen *gen = lookup->gen;
	LLVMTypeRef type = LLVMTypeOf(x);
	uint64_t lo, spread;
	LLVMValueRef far;

	if (lookup->load == PLAN_LOAD_RANGE) {
		range_of(lookup, 0, &lo, &spread);
		far = LLVMBuildSub(gen->builder, x,
			vectors_splat(gen->element, vectors_lanes(x), lo), "far");
		return vectors_two(gen, "llvm.umax", most, far, "most");
	}
	far = LLVMBuildSub(gen->builder, x,
		gen_load_at(gen, type, step->least, step->index, "least"), "far");
	far = vectors_two(gen, "llvm.usub.sat", far,
		gen_load_at(gen, type, step->spread, step->index, "spread"), "beyond");
	return LLVMBuildOr(gen->builder, most, far, "most");
}

static LLVMValueRef is_inside(struct lookup *lookup, LLVMValueRef most)
{
	struct gen *gen = lookup->gen;
	uint64_t lo, spread = 0;
	LLVMValueRef bad;

	if (lookup->load == PLAN_LOAD_RANGE)
		range_of(lookup, 0, &lo, &spread);
	bad = LLVMBuildICmp(gen->builder, LLVMIntUGT, most,
		vectors_splat(gen->element, vectors_lanes(most), spread), "bad");
	return LLVMBuildNot(gen->builder, vectors_any(gen, bad, "outside"), "inside");
}

/* --- weights in parts ------------------------------------------------------------------ */

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

/* As the numbers of 32 bits that parts are multiplied by. */
static LLVMValueRef widen(struct lookup *lookup, LLVMValueRef inputs)
{
	struct gen *gen = lookup->gen;
	uint32_t lanes = lookup->vectors.lanes;
	LLVMTypeRef wide = vectors_type(gen->i32, lanes);

	if (element_of(lookup) == IR_UINT8)
		return LLVMBuildZExt(gen->builder, inputs, wide, "wide");
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
			sums->most[row] = check_inputs(lookup, inputs, step, sums->most[row]);
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
		.least = lookup->least,
		.spread = lookup->spread };
}

/* The step that ends with the last input. */
static struct step last_step(struct lookup *lookup)
{
	uint32_t count = lookup->gen->module->input_count;

	return (struct step){ .at = gen_size(lookup->gen, count - lookup->vectors.lanes),
		.weights = lookup->last,
		.index = gen_size(lookup->gen, 0),
		.least = lookup->last_least,
		.spread = lookup->last_spread };
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

/* Steps 0 to count - 1, which the number of chains divides. */
static void add_steps(
	struct lookup *lookup, struct sums *sums, const LLVMValueRef *x, uint32_t count)
{
	struct gen *gen = lookup->gen;
	struct gen_loop loop =
		gen_loop_begin(gen, gen_size(gen, count / sums->chains), "project");

	for_each_sum(gen, &loop, sums, lookup->check, begin_sum);
	for (uint32_t chain = 0; chain < sums->chains; chain++) {
		LLVMValueRef i = lookup_by(lookup, LLVMMul, loop.i, sums->chains, "step");
		struct step step =
			step_at(lookup, lookup_by(lookup, LLVMAdd, i, chain, "step"));
		add_step(lookup, sums, chain, x, &step);
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
		looped = steps / sums->chains * sums->chains;
		add_steps(lookup, sums, x, looped);
	}
	for (uint32_t i = looped; i < steps; i++) {
		step = step_at(lookup, gen_size(lookup->gen, i));
		add_step(lookup, sums, i % sums->chains, x, &step);
	}
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
		for (uint32_t i = 0; i < 1 + two; i++) {
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
	for (uint32_t chain = 0; chain < sums->chains; chain++)
		for (uint32_t row = 0; row < rows; row++)
			for (uint32_t part = 0; part < sums->parts; part++)
				sums->sum[chain][row][part] = LLVMConstNull(
					vectors_type(gen->i32, pairs ? lanes / 2 : lanes));
	for (uint32_t row = 0; row < rows; row++)
		sums->most[row] = LLVMConstNull(input_vector(lookup));
}

/* --- whole weights --------------------------------------------------------------------- */

/* A uint16_t is a uint16_t here, whatever the bias makes up for. */
static uint64_t whole_bias(const struct lookup *lookup)
{
	const struct plan_projection *projection = &lookup->plan->projection;
	uint64_t bias = projection->bias;

	if (projection->parts && element_of(lookup) == IR_UINT16)
		for (uint32_t i = 0; i < lookup->gen->module->input_count; i++)
			bias -= projection->weights[i] << 15;
	return bias;
}

static LLVMValueRef add_whole(struct lookup *lookup, LLVMValueRef x, struct lookup_key *key)
{
	struct gen *gen = lookup->gen;
	struct gen_loop loop =
		gen_loop_begin(gen, gen_size(gen, gen->module->input_count), "project");
	LLVMValueRef sum = gen_loop_value(gen, &loop, gen_i64(gen, whole_bias(lookup)), "sum");
	LLVMValueRef most = gen_loop_value(gen, &loop, gen_int(gen->element, 0), "most");
	LLVMValueRef input = gen_load_at(gen, gen->element, x, loop.i, "input"), product;
	struct step step = {
		.index = loop.i, .least = lookup->least, .spread = lookup->spread
	};

	gen_loop_carry(
		&loop, most, lookup->check ? check_inputs(lookup, input, &step, most) : most);
	product = LLVMBuildMul(gen->builder, gen_to(gen, input, gen->i64, is_signed(lookup)),
		gen_load_at(gen, gen->i64, lookup->weights, loop.i, "weight"), "product");
	gen_loop_carry(&loop, sum, LLVMBuildAdd(gen->builder, sum, product, "sum"));
	gen_loop_end(gen, &loop);
	if (lookup->check)
		key->inside = is_inside(lookup, gen_loop_result(&loop, most));
	return gen_loop_result(&loop, sum);
}

/* --- all together ---------------------------------------------------------------------- */

/* Where relu matters: max(sum, zero) - zero. */
static LLVMValueRef cut_off(struct lookup *lookup, LLVMValueRef sum)
{
	uint64_t zero = lookup->plan->projection.zero;

	if (!zero)
		return sum;
	return vectors_two(
		lookup->gen, "llvm.usub.sat", sum, gen_i64(lookup->gen, zero), "relu");
}

void lookup_project(
	struct lookup *lookup, const LLVMValueRef *x, uint32_t rows, struct lookup_key *keys)
{
	struct sums sums;

	for (uint32_t row = 0; row < rows; row++)
		keys[row] = (struct lookup_key){ 0 };
	if (lookup->vectors.lanes) {
		init_sums(lookup, &sums, rows);
		add_all(lookup, &sums, x);
	}
	for (uint32_t row = 0; row < rows; row++) {
		LLVMValueRef sum = lookup->vectors.lanes
			? key_of(lookup, &sums, row)
			: add_whole(lookup, x[row], &keys[row]);
		if (lookup->vectors.lanes && lookup->check)
			keys[row].inside = is_inside(lookup, sums.most[row]);
		keys[row].key = cut_off(lookup, sum);
	}
}
