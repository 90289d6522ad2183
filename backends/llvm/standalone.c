/* The constant memc_program, by which the main program finds its classifier. */
#include "backends/llvm/gen.h"

#include <string.h>

#include "runtime/program.h"

#ifndef MEMC_VERSION
#error "MEMC_VERSION is not set"
#endif

/* A text of the program's, with its closing zero byte. */
static LLVMValueRef add_text(struct gen *gen, const char *name, const char *text)
{
	return gen_table(gen, name, text, strlen(text) + 1, 1);
}

static enum memc_element kind_of(enum ir_element element)
{
	if (ir_element_is_float(element))
		return MEMC_REAL;
	return ir_element_min(element) < 0 ? MEMC_SIGNED : MEMC_UNSIGNED;
}

/* Of the type struct memc_program, whose pointers make it a table that is relocated. */
void gen_standalone(struct gen *gen)
{
	enum ir_element element = gen->module->element;
	LLVMValueRef none = LLVMConstPointerNull(gen->pointer);
	LLVMValueRef fields[] = {
		add_text(gen, "program_name", gen->options->prefix),
		add_text(gen, "program_version", "memc " MEMC_VERSION),
		gen->classify,
		gen->batch,
		gen->class_name ? gen->class_name : none,
		gen->level_value ? gen->level_value : none,
		gen_i32(gen, gen->module->input_count),
		gen_i32(gen, kind_of(element)),
		gen_i32(gen, ir_element_bytes(element)),
	};
	LLVMValueRef value = LLVMConstStructInContext(
		gen->context, fields, sizeof fields / sizeof *fields, false);
	LLVMValueRef global = LLVMAddGlobal(gen->code, LLVMTypeOf(value), "memc_program");

	LLVMSetInitializer(global, value);
	LLVMSetGlobalConstant(global, true);
}
