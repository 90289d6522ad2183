/* Blocks, loops and instructions. */
#include "backends/llvm/gen.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

LLVMBasicBlockRef gen_block(struct gen *gen, LLVMValueRef function, const char *name)
{
	return LLVMAppendBasicBlockInContext(gen->context, function, name);
}

LLVMBasicBlockRef gen_enter(struct gen *gen, LLVMValueRef function, const char *name)
{
	LLVMBasicBlockRef block = gen_block(gen, function, name);

	LLVMPositionBuilderAtEnd(gen->builder, block);
	gen_debug_here(gen);
	return block;
}

LLVMValueRef gen_here(const struct gen *gen)
{
	return LLVMGetBasicBlockParent(LLVMGetInsertBlock(gen->builder));
}

LLVMValueRef gen_call(
	struct gen *gen, LLVMValueRef function, LLVMValueRef *arguments, const char *name)
{
	return LLVMBuildCall2(gen->builder, LLVMGlobalGetValueType(function), function,
		arguments, LLVMCountParams(function), name);
}

/* --- loops ---------------------------------------------------------------------------- */

static void add_incoming(LLVMValueRef phi, LLVMValueRef value, LLVMBasicBlockRef from)
{
	LLVMAddIncoming(phi, &value, &from, 1);
}

static char *name_of(const char *name, const char *suffix)
{
	struct output out;

	output_open_memory(&out);
	output_printf(&out, "%s.%s", name, suffix);
	return output_take(&out, NULL);
}

struct gen_loop gen_loop_begin(struct gen *gen, LLVMValueRef count, const char *name)
{
	LLVMTypeRef type = LLVMTypeOf(count);
	struct gen_loop loop = { .count = count, .function = gen_here(gen) };
	char *done = name_of(name, "done"), *i = name_of(name, "i");
	LLVMValueRef any =
		LLVMBuildICmp(gen->builder, LLVMIntNE, count, gen_int(type, 0), "any");

	loop.before = LLVMGetInsertBlock(gen->builder);
	loop.head = gen_block(gen, loop.function, name);
	loop.done = gen_block(gen, loop.function, done);
	LLVMBuildCondBr(gen->builder, any, loop.head, loop.done);
	LLVMPositionBuilderAtEnd(gen->builder, loop.head);
	loop.i = LLVMBuildPhi(gen->builder, type, i);
	add_incoming(loop.i, gen_int(type, 0), loop.before);
	free(done);
	free(i);
	return loop;
}

LLVMValueRef gen_loop_value(
	struct gen *gen, struct gen_loop *loop, LLVMValueRef first, const char *name)
{
	LLVMValueRef phi = LLVMBuildPhi(gen->builder, LLVMTypeOf(first), name);

	if (loop->value_count == GEN_LOOP_VALUES)
		panic("a loop of more than %d values", GEN_LOOP_VALUES);
	add_incoming(phi, first, loop->before);
	loop->values[loop->value_count].first = first;
	loop->values[loop->value_count++].now = phi;
	return phi;
}

static uint32_t find_value(const struct gen_loop *loop, LLVMValueRef now)
{
	for (uint32_t i = 0; i < loop->value_count; i++)
		if (loop->values[i].now == now)
			return i;
	panic("not a value of the loop");
}

void gen_loop_carry(struct gen_loop *loop, LLVMValueRef now, LLVMValueRef next)
{
	loop->values[find_value(loop, now)].next = next;
}

LLVMValueRef gen_loop_result(const struct gen_loop *loop, LLVMValueRef now)
{
	return loop->values[find_value(loop, now)].last;
}

void gen_loop_end(struct gen *gen, struct gen_loop *loop)
{
	LLVMTypeRef type = LLVMTypeOf(loop->count);
	LLVMBasicBlockRef latch = LLVMGetInsertBlock(gen->builder);
	LLVMValueRef next = LLVMBuildNUWAdd(gen->builder, loop->i, gen_int(type, 1), "next");
	LLVMValueRef more = LLVMBuildICmp(gen->builder, LLVMIntULT, next, loop->count, "more");

	LLVMBuildCondBr(gen->builder, more, loop->head, loop->done);
	add_incoming(loop->i, next, latch);
	LLVMMoveBasicBlockAfter(loop->done, latch);
	LLVMPositionBuilderAtEnd(gen->builder, loop->done);
	for (uint32_t i = 0; i < loop->value_count; i++) {
		add_incoming(loop->values[i].now, loop->values[i].next, latch);
		loop->values[i].last =
			LLVMBuildPhi(gen->builder, LLVMTypeOf(loop->values[i].first), "last");
		add_incoming(loop->values[i].last, loop->values[i].first, loop->before);
		add_incoming(loop->values[i].last, loop->values[i].next, latch);
	}
}

/* --- instructions --------------------------------------------------------------------- */

LLVMValueRef gen_at(struct gen *gen, LLVMTypeRef type, LLVMValueRef base, LLVMValueRef index,
	const char *name)
{
	return LLVMBuildInBoundsGEP2(gen->builder, type, base, &index, 1, name);
}

LLVMValueRef gen_load_at(struct gen *gen, LLVMTypeRef type, LLVMValueRef base,
	LLVMValueRef index, const char *name)
{
	return LLVMBuildLoad2(gen->builder, type, gen_at(gen, type, base, index, "at"), name);
}

LLVMValueRef gen_to(struct gen *gen, LLVMValueRef value, LLVMTypeRef type, bool is_signed)
{
	return LLVMBuildIntCast2(gen->builder, value, type, is_signed, "to");
}

static LLVMValueRef pick(struct gen *gen, LLVMIntPredicate predicate, LLVMValueRef a,
	LLVMValueRef b, const char *name)
{
	LLVMValueRef first = LLVMBuildICmp(gen->builder, predicate, a, b, "first");

	return LLVMBuildSelect(gen->builder, first, a, b, name);
}

LLVMValueRef gen_min(struct gen *gen, LLVMValueRef a, LLVMValueRef b, bool is_signed)
{
	return pick(gen, is_signed ? LLVMIntSLT : LLVMIntULT, a, b, "min");
}

LLVMValueRef gen_max(struct gen *gen, LLVMValueRef a, LLVMValueRef b, bool is_signed)
{
	return pick(gen, is_signed ? LLVMIntSGT : LLVMIntUGT, a, b, "max");
}

LLVMValueRef gen_select(struct gen *gen, LLVMValueRef condition, LLVMValueRef then,
	LLVMValueRef otherwise, const char *name)
{
	return LLVMBuildSelect(gen->builder, condition, then, otherwise, name);
}

LLVMValueRef gen_intrinsic(struct gen *gen, const char *name, LLVMTypeRef *types,
	size_t type_count, LLVMValueRef *arguments, unsigned count, const char *result)
{
	unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
	LLVMValueRef function;

	if (!id)
		panic("no intrinsic '%s'", name);
	function = LLVMGetIntrinsicDeclaration(gen->code, id, types, type_count);
	return LLVMBuildCall2(gen->builder, LLVMGlobalGetValueType(function), function,
		arguments, count, result);
}

/* For reading (0), to be kept in all caches (3), of data (1). */
void gen_prefetch(struct gen *gen, LLVMValueRef address)
{
	LLVMValueRef arguments[] = { address, gen_i32(gen, 0), gen_i32(gen, 3),
		gen_i32(gen, 1) };
	LLVMTypeRef types[] = { gen->pointer };

	gen_intrinsic(gen, "llvm.prefetch", types, 1, arguments, 4, "");
}
