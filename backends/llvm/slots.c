/*
 * The search in two places of a few slots each (backends/plan/slots.c).
 */
#include "backends/llvm/lookup.h"

#include "support/bits.h"

static void init(struct lookup *lookup)
{
	lookup->positions = gen_words(lookup->gen, "slots", &lookup->plan->positions);
}

/* The key mixed by one of the factors; its place is the address of as many words as it has. */
static LLVMValueRef mix(
	struct lookup *lookup, LLVMValueRef key, uint32_t which, LLVMValueRef *place)
{
	const struct plan_slots *slots = &lookup->plan->slots;
	struct gen *gen = lookup->gen;
	LLVMValueRef mixed = lookup_by(lookup, LLVMLShr, key, slots->fold, "high");
	LLVMValueRef top;

	mixed = LLVMBuildXor(gen->builder, key, mixed, "folded");
	mixed = lookup_by(lookup, LLVMMul, mixed, slots->factor[which], "mixed");
	if (slots->key_bits < 64)
		mixed = lookup_by(lookup, LLVMAnd, mixed, bit_mask(slots->key_bits), "mixed");
	top = lookup_by(lookup, LLVMLShr, mixed, slots->key_bits - slots->top_bits, "top");
	top = lookup_by(lookup, LLVMMul, top, slots->places, "scaled");
	top = lookup_by(lookup, LLVMLShr, top, slots->top_bits, "place");
	*place = gen_at(
		gen, LLVMArrayType2(gen->i64, slots->words), lookup->positions, top, "place");
	return mixed;
}

/* Slot i of a place whose words these are. */
static LLVMValueRef slot_of(
	struct lookup *lookup, const LLVMValueRef *words, uint32_t i, LLVMTypeRef type)
{
	const struct plan_slots *slots = &lookup->plan->slots;
	struct gen *gen = lookup->gen;
	uint32_t at = i * slots->width;
	LLVMValueRef slot = lookup_by(lookup, LLVMLShr, words[at / 64], at % 64, "low");

	if (at % 64 + slots->width > 64)
		slot = LLVMBuildOr(gen->builder, slot,
			lookup_by(lookup, LLVMShl, words[1], 64 - at % 64, "high"), "slot");
	slot = gen_to(gen, slot, type, false);
	if (slots->width == 32 || slots->width == 64)
		return slot;
	return lookup_by(lookup, LLVMAnd, slot, bit_mask(slots->width), "slot");
}

/* What a slot that holds the key has but for the code. */
static LLVMValueRef held_by(
	struct lookup *lookup, LLVMValueRef mixed, uint32_t which, LLVMTypeRef type)
{
	const struct plan_lookup *plan = lookup->plan;
	LLVMValueRef held =
		lookup_by(lookup, LLVMAnd, mixed, bit_mask(plan->slots.rest_bits), "rest");

	held = gen_to(lookup->gen, held, type, false);
	held = lookup_by(lookup, LLVMShl, held, plan->code_width + 1, "held");
	return lookup_by(lookup, LLVMOr, held, (uint64_t)which << plan->code_width, "held");
}

/* The code in whichever slot of the place holds the key, or 0. */
static LLVMValueRef find_in(struct lookup *lookup, LLVMValueRef key, uint32_t which)
{
	const struct plan_slots *slots = &lookup->plan->slots;
	struct gen *gen = lookup->gen;
	LLVMTypeRef type = slots->width <= 32 ? gen->i32 : gen->i64;
	LLVMValueRef place, mixed = mix(lookup, key, which, &place);
	LLVMValueRef held = held_by(lookup, mixed, which, type);
	LLVMValueRef words[2], code = gen_int(type, 0);

	for (uint32_t i = 0; i < slots->words; i++)
		words[i] = gen_load_at(gen, gen->i64, place, gen_size(gen, i), "word");
	for (uint32_t i = 0; i < slots->slots; i++) {
		LLVMValueRef slot = LLVMBuildXor(
			gen->builder, slot_of(lookup, words, i, type), held, "slot");
		LLVMValueRef is_here = LLVMBuildICmp(gen->builder, LLVMIntULT, slot,
			gen_int(type, bit_mask(lookup->plan->code_width) + 1), "is_here");
		LLVMValueRef pick =
			lookup_select(lookup, is_here, slot, gen_int(type, 0), "pick");
		code = LLVMBuildOr(gen->builder, code, pick, "code");
	}
	return gen_to(gen, code, gen->i32, false);
}

static LLVMValueRef find(struct lookup *lookup, LLVMValueRef key)
{
	LLVMValueRef a = find_in(lookup, key, 0), b = find_in(lookup, key, 1);

	return LLVMBuildOr(lookup->gen->builder, a, b, "code");
}

static void touch(struct lookup *lookup, LLVMValueRef key)
{
	LLVMValueRef place;

	for (uint32_t which = 0; which < 2; which++) {
		mix(lookup, key, which, &place);
		gen_prefetch(lookup->gen, place);
	}
}

const struct lookup_store lookup_slots = {
	.init = init, .find = find, .touch = touch, .any_key = true
};
