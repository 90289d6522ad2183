/* P_self_check(). */
#include "backends/llvm/gen.h"

/* Counts the samples whose class is another. */
static LLVMValueRef count_wrong(struct gen *gen, const struct samples *samples)
{
	LLVMBuilderRef builder = gen->builder;
	size_t inputs = gen->module->input_count;
	LLVMTypeRef row_type = LLVMArrayType2(gen->element, inputs);
	LLVMValueRef rows = gen_little_table(gen, "samples", samples->raw,
		samples->count * inputs, ir_element_bytes(gen->module->element));
	LLVMValueRef classes = gen_table(gen, "sample_classes", samples->classes,
		samples->count, sizeof *samples->classes);
	struct gen_loop loop = gen_loop_begin(gen, gen_size(gen, samples->count), "samples");
	LLVMValueRef wrong = gen_loop_value(gen, &loop, gen_i32(gen, 0), "wrong");
	LLVMValueRef row = gen_at(gen, row_type, rows, loop.i, "row");
	LLVMValueRef class = gen_call(gen, gen->classify, &row, "class");
	LLVMValueRef right = gen_load_at(gen, gen->i32, classes, loop.i, "right");
	LLVMValueRef differs = LLVMBuildICmp(builder, LLVMIntNE, class, right, "differs");

	gen_loop_carry(&loop, wrong,
		LLVMBuildAdd(builder, wrong, gen_to(gen, differs, gen->i32, false), "wrong"));
	gen_loop_end(gen, &loop);
	return gen_loop_result(&loop, wrong);
}

void gen_self_check(struct gen *gen)
{
	const struct samples *samples = gen->options->samples;
	LLVMValueRef function = gen_external(gen, "self_check", gen->i32, NULL, 0);

	gen_enter(gen, function, "entry");
	LLVMBuildRet(gen->builder,
		samples && samples->count ? count_wrong(gen, samples) : gen_i32(gen, 0));
}
