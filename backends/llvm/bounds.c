/*
 * The search among bounds of spans (backends/plan/bounds.c): as many steps as the fullest
 * bucket needs, each without a branch.
 */
#include "backends/llvm/lookup.h"

#include "support/bits.h"

static void init(struct lookup *lookup)
{
	const struct plan_lookup *plan = lookup->plan;

	lookup->index = lookup_fields(lookup, "index", &plan->index, plan->bounds.index_width);
	lookup->positions =
		lookup_fields(lookup, "positions", &plan->positions, plan->bounds.width);
	lookup->labels = lookup_fields(lookup, "labels", &plan->labels, plan->code_width);
}

static LLVMValueRef bucket_of(struct lookup *lookup, LLVMValueRef key)
{
	const struct plan_bounds *bounds = &lookup->plan->bounds;

	if (bounds->buckets == 1)
		return gen_i64(lookup->gen, 0);
	return lookup_by(lookup, LLVMLShr, key, bounds->shift, "bucket");
}

/* One step: `at` bounds are known not to be greater than the key, of `end` at most. */
static LLVMValueRef step_by(struct lookup *lookup, LLVMValueRef at, LLVMValueRef end,
	LLVMValueRef low, uint64_t step)
{
	const struct plan_bounds *bounds = &lookup->plan->bounds;
	struct gen *gen = lookup->gen;
	LLVMValueRef next = lookup_by(lookup, LLVMAdd, at, step, "next"), last, is_less;

	next = lookup_select(lookup, LLVMBuildICmp(gen->builder, LLVMIntULE, next, end, "fits"),
		next, at, "next");
	last = vectors_two(gen, "llvm.usub.sat", next, gen_i32(gen, 1), "last");
	last = gen_to(gen, last, gen->i64, false);
	last = lookup_field(lookup, lookup->positions, last, bounds->width, "position");
	is_less = LLVMBuildICmp(
		gen->builder, LLVMIntULE, gen_to(gen, last, gen->i64, false), low, "is_less");
	return lookup_select(lookup, is_less, next, at, "at");
}

static LLVMValueRef find(struct lookup *lookup, LLVMValueRef key)
{
	const struct plan_lookup *plan = lookup->plan;
	const struct plan_bounds *bounds = &plan->bounds;
	struct gen *gen = lookup->gen;
	LLVMValueRef bucket = bucket_of(lookup, key), low = key, code;
	LLVMValueRef next = lookup_by(lookup, LLVMAdd, bucket, 1, "next");
	LLVMValueRef at =
		lookup_field(lookup, lookup->index, bucket, bounds->index_width, "at");
	LLVMValueRef end =
		lookup_field(lookup, lookup->index, next, bounds->index_width, "end");

	if (bounds->shift < 64)
		low = lookup_by(lookup, LLVMAnd, key, bit_mask(bounds->shift), "low");
	for (uint64_t step = bounds->most ? UINT64_C(1) << (bit_length(bounds->most) - 1) : 1;
		step; step /= 2)
		at = step_by(lookup, at, end, low, step);
	code = vectors_two(gen, "llvm.usub.sat", at, gen_i32(gen, 1), "last");
	code = lookup_field(lookup, lookup->labels, gen_to(gen, code, gen->i64, false),
		plan->code_width, "label");
	return lookup_select(lookup,
		LLVMBuildICmp(gen->builder, LLVMIntEQ, at, gen_i32(gen, 0), "is_before"),
		gen_i32(gen, 0), code, "code");
}

static void touch(struct lookup *lookup, LLVMValueRef key)
{
	lookup_touch_field(lookup, lookup->index, bucket_of(lookup, key),
		lookup->plan->bounds.index_width);
}

const struct lookup_store lookup_bounds = { .init = init, .find = find, .touch = touch };
