/* Stands for this folder in a memc without LLVM. */
#include "backends/llvm/llvm.h"

#include "support/mem.h"

bool llvm_is_built(void)
{
	return false;
}

char *llvm_host_target(void)
{
	return mem_string("", 0);
}

static void *refuse(struct span span, struct diag_sink *sink)
{
	diag_world(sink, span, "this memc was built without LLVM");
	return NULL;
}

bool llvm_options_check(const struct llvm_options *options, struct diag_sink *sink)
{
	(void)options;
	return refuse(SPAN_NONE, sink);
}

struct llvm_code *llvm_code_new(const struct ir_module *module,
	const struct llvm_options *options, struct span span, struct diag_sink *sink)
{
	(void)module;
	(void)options;
	return refuse(span, sink);
}

bool llvm_code_emit(
	struct llvm_code *code, enum llvm_kind kind, struct output *out, struct diag_sink *sink)
{
	(void)code;
	(void)kind;
	(void)out;
	return refuse(SPAN_NONE, sink);
}

void llvm_code_free(struct llvm_code *code)
{
	(void)code;
}

struct llvm_jit *llvm_jit_new(const struct ir_module *module,
	const struct llvm_options *options, struct span span, struct diag_sink *sink)
{
	(void)module;
	(void)options;
	return refuse(span, sink);
}

int llvm_jit_classify(const struct llvm_jit *jit, const void *x)
{
	(void)jit;
	(void)x;
	return -1;
}

void llvm_jit_classify_batch(
	const struct llvm_jit *jit, const void *x, size_t rows, int32_t *out)
{
	(void)jit;
	(void)x;
	for (size_t i = 0; i < rows; i++)
		out[i] = -1;
}

void llvm_jit_free(struct llvm_jit *jit)
{
	(void)jit;
}
