/*
 * Branches, and loops of any condition, where gen_loop_begin() does not do. All build where
 * gen->builder stands and leave it where what follows goes on.
 */
#ifndef BACKENDS_LLVM_FLOW_H
#define BACKENDS_LLVM_FLOW_H

#include "backends/llvm/gen.h"

/* if (condition) { ... }, by flow_if() and flow_end_if(). */
struct flow_if {
	LLVMBasicBlockRef before, then, done;
};
struct flow_if flow_if(struct gen *gen, LLVMValueRef condition, const char *name);
void flow_end_if(struct gen *gen, struct flow_if *branch);

/* Behind flow_end_if(): a value of the branch, or another where it was not taken. */
LLVMValueRef flow_choice(struct gen *gen, const struct flow_if *branch, LLVMValueRef then,
	LLVMValueRef otherwise, const char *name);

/* --- loops ---------------------------------------------------------------------------- */

enum { FLOW_CARRIED = 4 };

/*
 * A loop of any condition:
 *
 *	struct flow_loop loop = { .name = "search" };
 *	low = flow_carry(gen, &loop, first, "low");   as many as needed
 *	flow_while(gen, &loop, condition);            behind it is the body, till
 *	flow_next(&loop, low, next);                  for each that changes
 *	flow_end(gen, &loop);                   behind it low is the last
 */
struct flow_loop {
	const char *name;
	LLVMBasicBlockRef head, done;
	LLVMValueRef phi[FLOW_CARRIED], next[FLOW_CARRIED];
	uint32_t count;
};
LLVMValueRef flow_carry(
	struct gen *gen, struct flow_loop *loop, LLVMValueRef first, const char *name);
void flow_while(struct gen *gen, struct flow_loop *loop, LLVMValueRef condition);
void flow_next(struct flow_loop *loop, LLVMValueRef carried, LLVMValueRef next);
void flow_end(struct gen *gen, struct flow_loop *loop);

#endif
