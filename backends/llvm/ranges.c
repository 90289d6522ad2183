/*
 * Whether features are in their ranges: checked beside the sum, for as many inputs at once.
 */
#include "backends/llvm/lookup.h"

#include <stdlib.h>

#include "support/mem.h"

static enum ir_element element_of(const struct lookup *lookup)
{
	return lookup->gen->module->element;
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
void lookup_ranges_init(struct lookup *lookup)
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
		*tables[which].all = vectors_table(gen_little_table(
			lookup->gen, tables[which].name, little, count, bytes));
		if (lanes && count % lanes)
			*tables[which].last = vectors_table(
				gen_little_table(lookup->gen, tables[which].last_name,
					little + (count - lanes) * bytes, lanes, bytes));
	}
	free(both);
	free(little);
}

/* --- ranges ---------------------------------------------------------------------------- */

LLVMValueRef lookup_check(struct lookup *lookup, LLVMValueRef x,
	const struct lookup_ranges *ranges, LLVMValueRef most)
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
		gen_load_at(gen, type, ranges->least, ranges->index, "least"), "far");
	far = vectors_two(gen, "llvm.usub.sat", far,
		gen_load_at(gen, type, ranges->spread, ranges->index, "spread"), "beyond");
	return LLVMBuildOr(gen->builder, most, far, "most");
}

LLVMValueRef lookup_is_inside(struct lookup *lookup, LLVMValueRef most)
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
