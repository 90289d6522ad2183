/* P_class_name(). */
#include "backends/llvm/gen.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

/* Names one behind the other, and where each begins: no pointers, so no relocations. */
static void add_names(struct gen *gen, LLVMValueRef *names, LLVMValueRef *places)
{
	const struct ir_module *module = gen->module;
	uint32_t *starts = mem_zero(module->class_count + 1, sizeof *starts);
	struct output bytes;

	output_open_memory(&bytes);
	for (uint32_t i = 0; i < module->class_count; i++) {
		if (bytes.count > UINT32_MAX)
			panic("class names of more than 4 GiB");
		starts[i] = (uint32_t)bytes.count;
		output_bytes(
			&bytes, module->class_names[i], strlen(module->class_names[i]) + 1);
	}
	output_bytes(&bytes, "", 1);
	*names = gen_table(gen, "names", bytes.bytes, bytes.count, 1);
	*places = gen_table(gen, "places", starts, module->class_count + 1, sizeof *starts);
	output_abandon(&bytes);
	free(starts);
}

void gen_names(struct gen *gen)
{
	LLVMBuilderRef builder = gen->builder;
	LLVMTypeRef parameters[] = { gen->i32 };
	LLVMValueRef function = gen_external(gen, "class_name", gen->pointer, parameters, 1);
	LLVMValueRef class = gen_parameter(function, 0, "c"), names, places, inside, place;
	LLVMBasicBlockRef entry = gen_enter(gen, function, "entry");
	LLVMBasicBlockRef known = gen_enter(gen, function, "known");
	LLVMBasicBlockRef unknown = gen_enter(gen, function, "unknown");

	gen->class_name = function;
	add_names(gen, &names, &places);
	LLVMPositionBuilderAtEnd(builder, entry);
	inside = LLVMBuildICmp(
		builder, LLVMIntULT, class, gen_i32(gen, gen->module->class_count), "inside");
	LLVMBuildCondBr(builder, inside, known, unknown);

	LLVMPositionBuilderAtEnd(builder, known);
	place = gen_load_at(
		gen, gen->i32, places, gen_to(gen, class, gen->size, false), "place");
	LLVMBuildRet(builder,
		gen_at(gen, gen->i8, names, gen_to(gen, place, gen->size, false), "name"));

	LLVMPositionBuilderAtEnd(builder, unknown);
	LLVMBuildRet(builder, LLVMConstPointerNull(gen->pointer));
}
