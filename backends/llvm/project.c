/*
 * The key: a sum of weights times inputs, modulo 2^64 (backends/plan/project.c), of weights in
 * parts (backends/llvm/parts.c) or whole ones, a multiplication of 64 bits each, perhaps behind
 * the map of each feature.
 */
#include "backends/llvm/load.h"
#include "backends/llvm/lookup.h"

/* --- whole weights --------------------------------------------------------------------- */

static void add_whole_weights(struct lookup *lookup)
{
	lookup->weights = gen_table(lookup->gen, "weights", lookup->plan->projection.weights,
		lookup->gen->module->input_count, sizeof(uint64_t));
}

/* A uint16_t is a uint16_t here, whatever the bias makes up for. */
static uint64_t whole_bias(const struct lookup *lookup)
{
	const struct plan_projection *projection = &lookup->plan->projection;
	uint64_t bias = projection->bias;

	if (projection->parts && lookup->gen->module->element == IR_UINT16)
		for (uint32_t i = 0; i < lookup->gen->module->input_count; i++)
			bias -= projection->weights[i] << 15;
	return bias;
}

static void add_whole(struct lookup *lookup, LLVMValueRef x, struct lookup_key *key)
{
	struct gen *gen = lookup->gen;
	bool is_signed = ir_element_min(gen->module->element) < 0;
	struct gen_loop loop =
		gen_loop_begin(gen, gen_size(gen, gen->module->input_count), "project");
	LLVMValueRef sum = gen_loop_value(gen, &loop, gen_i64(gen, whole_bias(lookup)), "sum");
	LLVMValueRef most = gen_loop_value(gen, &loop, gen_int(gen->element, 0), "most");
	LLVMValueRef input = gen_load_at(gen, gen->element, x, loop.i, "input"), product;
	struct lookup_ranges ranges = { lookup->least, lookup->spread, loop.i };

	gen_loop_carry(
		&loop, most, lookup->check ? lookup_check(lookup, input, &ranges, most) : most);
	product = LLVMBuildMul(gen->builder, gen_to(gen, input, gen->i64, is_signed),
		gen_load_at(gen, gen->i64, lookup->weights, loop.i, "weight"), "product");
	gen_loop_carry(&loop, sum, LLVMBuildAdd(gen->builder, sum, product, "sum"));
	gen_loop_end(gen, &loop);
	if (lookup->check)
		key->inside = lookup_is_inside(lookup, gen_loop_result(&loop, most));
	key->key = gen_loop_result(&loop, sum);
}

/* --- mapped features -------------------------------------------------------------------- */

/*
 * A function, since a map is much code: { i64 key, i1 inside } of x.
 */
static LLVMValueRef add_mapped_function(struct lookup *lookup)
{
	struct gen *gen = lookup->gen;
	LLVMTypeRef fields[] = { gen->i64, gen->i1 };
	LLVMTypeRef result = LLVMStructTypeInContext(gen->context, fields, 2, false);
	LLVMValueRef function = gen_function(gen, "key", result, &gen->pointer, 1);
	LLVMValueRef sum, product, both[2];
	struct load load;

	gen_attribute(gen, function, "noinline");
	gen_enter(gen, function, "entry");
	load = load_begin(gen, gen_parameter(function, 0, "x"));
	sum = gen_loop_value(
		gen, &load.loop, gen_i64(gen, lookup->plan->projection.bias), "sum");
	product = LLVMBuildMul(gen->builder, load_value(gen, &load),
		gen_load_at(gen, gen->i64, lookup->weights, load.loop.i, "weight"), "product");
	gen_loop_carry(&load.loop, sum, LLVMBuildAdd(gen->builder, sum, product, "sum"));
	both[1] = load_end(gen, &load);
	both[0] = gen_loop_result(&load.loop, sum);
	LLVMBuildAggregateRet(gen->builder, both, 2);
	return function;
}

static void add_mapped(struct lookup *lookup, LLVMValueRef x, struct lookup_key *key)
{
	struct gen *gen = lookup->gen;
	LLVMValueRef both = gen_call(gen, lookup->mapped, &x, "both");

	key->inside = LLVMBuildExtractValue(gen->builder, both, 1, "inside");
	key->key = LLVMBuildExtractValue(gen->builder, both, 0, "sum");
}

/* --- all together ---------------------------------------------------------------------- */

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
		lookup_parts_init(lookup);
	else
		add_whole_weights(lookup);
	if (lookup->check && lookup->load == PLAN_LOAD_RANGES)
		lookup_ranges_init(lookup);
	if (lookup->load == PLAN_LOAD_MAPS)
		lookup->mapped = add_mapped_function(lookup);
}

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
	for (uint32_t row = 0; row < rows; row++)
		keys[row] = (struct lookup_key){ 0 };
	if (lookup->vectors.lanes)
		lookup_parts(lookup, x, rows, keys);
	else
		for (uint32_t row = 0; row < rows; row++)
			(lookup->mapped ? add_mapped : add_whole)(lookup, x[row], &keys[row]);
	for (uint32_t row = 0; row < rows; row++)
		keys[row].key = cut_off(lookup, keys[row].key);
}
