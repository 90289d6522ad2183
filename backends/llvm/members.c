/*
 * The exclusive or of three fields (backends/plan/members.c).
 */
#include "backends/llvm/lookup.h"

static void init(struct lookup *lookup)
{
	lookup->labels = lookup_fields(
		lookup, "labels", &lookup->plan->labels, lookup->plan->code_width);
}

/* word ^ word >> shift, times an odd factor */
static LLVMValueRef mix(
	struct lookup *lookup, LLVMValueRef word, uint32_t shift, uint64_t factor)
{
	LLVMValueRef high = lookup_by(lookup, LLVMLShr, word, shift, "high");

	return lookup_by(lookup, LLVMMul,
		LLVMBuildXor(lookup->gen->builder, word, high, "folded"), factor, "mixed");
}

/* A place in segment i from a number of 32 bits. */
static LLVMValueRef place_in(struct lookup *lookup, uint32_t i, LLVMValueRef half)
{
	uint64_t segment = lookup->plan->mix.segment;
	LLVMValueRef place = lookup_by(lookup, LLVMMul, half, segment, "scaled");

	place = lookup_by(lookup, LLVMLShr, place, 32, "place");
	return lookup_by(lookup, LLVMAdd, place, i * segment, "place");
}

static void places_of(struct lookup *lookup, LLVMValueRef key, LLVMValueRef place[3])
{
	uint64_t seed = lookup->plan->mix.seed;
	LLVMValueRef a = mix(lookup, mix(lookup, key, 32, seed), 32, PLAN_MEMBERS_FACTOR);
	LLVMValueRef b = mix(lookup, a, 29, seed);

	place[0] = place_in(lookup, 0, lookup_by(lookup, LLVMLShr, a, 32, "half"));
	place[1] = place_in(lookup, 1, lookup_by(lookup, LLVMAnd, a, UINT32_MAX, "half"));
	place[2] = place_in(lookup, 2, lookup_by(lookup, LLVMLShr, b, 32, "half"));
}

static LLVMValueRef find(struct lookup *lookup, LLVMValueRef key)
{
	struct gen *gen = lookup->gen;
	LLVMValueRef place[3], sum = gen_i32(gen, 0);

	places_of(lookup, key, place);
	for (uint32_t i = 0; i < 3; i++)
		sum = LLVMBuildXor(gen->builder, sum,
			lookup_field(lookup, lookup->labels, place[i], lookup->plan->code_width,
				"field"),
			"sum");
	return lookup_by(lookup, LLVMAdd, sum, 1, "code");
}

static void touch(struct lookup *lookup, LLVMValueRef key)
{
	LLVMValueRef place[3];

	places_of(lookup, key, place);
	for (uint32_t i = 0; i < 3; i++)
		lookup_touch_field(lookup, lookup->labels, place[i], lookup->plan->code_width);
}

const struct lookup_store lookup_members = {
	.init = init, .find = find, .touch = touch, .any_key = true
};
