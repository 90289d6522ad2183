/*
 * Features on their way in: a loop that makes each the grid value that it stands for, counted
 * from the least one (ir/feature.h), exactly.
 *
 *	struct load load = load_begin(gen, x);
 *	sum = gen_loop_value(gen, &load.loop, ...);    as many as needed
 *	v = load_value(gen, &load);                    64 bits, of feature load.loop.i
 *	gen_loop_carry(&load.loop, sum, ...);
 *	inside = load_end(gen, &load);                 whether all features are in their ranges
 *
 * Where a feature is outside its range its v may be anything.
 */
#ifndef BACKENDS_LLVM_LOAD_H
#define BACKENDS_LLVM_LOAD_H

#include "backends/llvm/gen.h"

struct load {
	struct gen_loop loop; /* over the features, a size */
	LLVMValueRef x;
	LLVMValueRef inside;   /* so far; NULL if a feature cannot be outside */
	LLVMValueRef run, end; /* the run of equal features under way, if there are several */
	LLVMValueRef runs;     /* their table: plan->features */
};

struct load load_begin(struct gen *gen, LLVMValueRef x);
LLVMValueRef load_value(struct gen *gen, struct load *load);
LLVMValueRef load_end(struct gen *gen, struct load *load);

/*
 * The grid value of a feature by a map of so many words, as runtime/map.h has them
 * (backends/llvm/map.c); *inside: whether it has one.
 */
enum { LOAD_MAP_WORDS = 5 };
LLVMValueRef load_map(
	struct gen *gen, LLVMValueRef map, LLVMValueRef feature, LLVMValueRef *inside);

#endif
