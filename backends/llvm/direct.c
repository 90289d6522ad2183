/*
 * The code of every key in a table (backends/plan/bounds.c).
 */
#include "backends/llvm/lookup.h"

static void init(struct lookup *lookup)
{
	lookup->labels = lookup_fields(
		lookup, "labels", &lookup->plan->labels, lookup->plan->code_width);
}

static LLVMValueRef find(struct lookup *lookup, LLVMValueRef key)
{
	return lookup_field(lookup, lookup->labels, key, lookup->plan->code_width, "code");
}

static void touch(struct lookup *lookup, LLVMValueRef key)
{
	lookup_touch_field(lookup, lookup->labels, key, lookup->plan->code_width);
}

const struct lookup_store lookup_direct = { .init = init, .find = find, .touch = touch };
