#include "backends/llvm/flow.h"

#include <stdio.h>

#include "support/mem.h"

/* A block behind the others of the function under way: name.part */
static LLVMBasicBlockRef new_block(struct gen *gen, const char *name, const char *part)
{
	char text[64];

	snprintf(text, sizeof text, "%s.%s", name, part);
	return gen_block(gen, gen_here(gen), text);
}

struct flow_if flow_if(struct gen *gen, LLVMValueRef condition, const char *name)
{
	struct flow_if branch = { .before = LLVMGetInsertBlock(gen->builder),
		.then = new_block(gen, name, "then"),
		.done = new_block(gen, name, "done") };

	LLVMBuildCondBr(gen->builder, condition, branch.then, branch.done);
	LLVMPositionBuilderAtEnd(gen->builder, branch.then);
	return branch;
}

void flow_end_if(struct gen *gen, struct flow_if *branch)
{
	branch->then = LLVMGetInsertBlock(gen->builder);
	LLVMBuildBr(gen->builder, branch->done);
	LLVMPositionBuilderAtEnd(gen->builder, branch->done);
}

LLVMValueRef flow_choice(struct gen *gen, const struct flow_if *branch, LLVMValueRef then,
	LLVMValueRef otherwise, const char *name)
{
	LLVMValueRef values[] = { then, otherwise };
	LLVMBasicBlockRef from[] = { branch->then, branch->before };
	LLVMValueRef phi = LLVMBuildPhi(gen->builder, LLVMTypeOf(then), name);

	LLVMAddIncoming(phi, values, from, 2);
	return phi;
}

/* --- loops ---------------------------------------------------------------------------- */

LLVMValueRef flow_carry(
	struct gen *gen, struct flow_loop *loop, LLVMValueRef first, const char *name)
{
	LLVMBasicBlockRef before = LLVMGetInsertBlock(gen->builder);
	LLVMValueRef phi;

	if (loop->count == FLOW_CARRIED)
		panic("a loop that carries too much");
	if (!loop->count) {
		loop->head = new_block(gen, loop->name, "head");
		LLVMBuildBr(gen->builder, loop->head);
		LLVMPositionBuilderAtEnd(gen->builder, loop->head);
	} else {
		before = LLVMGetIncomingBlock(loop->phi[0], 0);
	}
	phi = LLVMBuildPhi(gen->builder, LLVMTypeOf(first), name);
	LLVMAddIncoming(phi, &first, &before, 1);
	loop->next[loop->count] = phi;
	loop->phi[loop->count++] = phi;
	return phi;
}

void flow_while(struct gen *gen, struct flow_loop *loop, LLVMValueRef condition)
{
	LLVMBasicBlockRef body = new_block(gen, loop->name, "body");

	loop->done = new_block(gen, loop->name, "done");
	LLVMBuildCondBr(gen->builder, condition, body, loop->done);
	LLVMPositionBuilderAtEnd(gen->builder, body);
}

void flow_next(struct flow_loop *loop, LLVMValueRef carried, LLVMValueRef next)
{
	for (uint32_t i = 0; i < loop->count; i++)
		if (loop->phi[i] == carried)
			loop->next[i] = next;
}

void flow_end(struct gen *gen, struct flow_loop *loop)
{
	LLVMBasicBlockRef end = LLVMGetInsertBlock(gen->builder);

	for (uint32_t i = 0; i < loop->count; i++)
		LLVMAddIncoming(loop->phi[i], &loop->next[i], &end, 1);
	LLVMBuildBr(gen->builder, loop->head);
	LLVMPositionBuilderAtEnd(gen->builder, loop->done);
}
