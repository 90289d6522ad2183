#include "backends/llvm/llvm.h"

#include <stdlib.h>

#include <llvm-c/Core.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>

#include "backends/llvm/target.h"
#include "support/mem.h"

typedef int classify_function(const void *x);
typedef void batch_function(const void *x, size_t rows, int32_t *out);

struct llvm_jit {
	LLVMOrcLLJITRef lljit;
	classify_function *classify;
	batch_function *batch;
};

/* True if there is none; else its text becomes a diagnostic. */
static bool succeeded(LLVMErrorRef error, struct span span, struct diag_sink *sink)
{
	char *message;

	if (!error)
		return true;
	message = LLVMGetErrorMessage(error);
	diag_world(sink, span, "LLVM cannot run code here: %s", message);
	LLVMDisposeErrorMessage(message);
	return false;
}

/* The object of the module for this machine. */
static LLVMMemoryBufferRef make_object(const struct ir_module *module,
	const struct llvm_options *options, struct span span, struct diag_sink *sink)
{
	struct llvm_options native = *options;
	LLVMMemoryBufferRef object = NULL;
	struct llvm_code *code;
	struct output out;

	if (!native.cpu)
		native.cpu = "native";
	code = llvm_code_new(module, &native, span, sink);
	if (!code)
		return NULL;
	output_open_memory(&out);
	if (llvm_code_emit(code, LLVM_OBJECT, &out, sink))
		object = LLVMCreateMemoryBufferWithMemoryRangeCopy(
			out.bytes, out.count, options->prefix);
	output_abandon(&out);
	llvm_code_free(code);
	return object;
}

static bool find(struct llvm_jit *jit, const char *prefix, const char *name, uint64_t *address,
	struct span span, struct diag_sink *sink)
{
	LLVMOrcExecutorAddress found = 0;
	struct output full;
	char *text;
	bool good;

	output_open_memory(&full);
	output_printf(&full, "%s_%s", prefix, name);
	text = output_take(&full, NULL);
	good = succeeded(LLVMOrcLLJITLookup(jit->lljit, &found, text), span, sink);
	free(text);
	*address = found;
	return good;
}

/* Links the object, which belongs to the linker from here on. */
static bool link_object(struct llvm_jit *jit, LLVMMemoryBufferRef object, const char *prefix,
	struct span span, struct diag_sink *sink)
{
	uint64_t classify, batch;

	if (!succeeded(LLVMOrcCreateLLJIT(&jit->lljit, NULL), span, sink)) {
		LLVMDisposeMemoryBuffer(object);
		return false;
	}
	if (!succeeded(LLVMOrcLLJITAddObjectFile(
			       jit->lljit, LLVMOrcLLJITGetMainJITDylib(jit->lljit), object),
		    span, sink))
		return false;
	if (!find(jit, prefix, "classify", &classify, span, sink) ||
		!find(jit, prefix, "classify_batch", &batch, span, sink))
		return false;
	jit->classify = (classify_function *)(uintptr_t)classify;
	jit->batch = (batch_function *)(uintptr_t)batch;
	return true;
}

struct llvm_jit *llvm_jit_new(const struct ir_module *module,
	const struct llvm_options *options, struct span span, struct diag_sink *sink)
{
	LLVMMemoryBufferRef object = make_object(module, options, span, sink);
	struct llvm_jit *jit;

	if (!object)
		return NULL;
	jit = mem_zero(1, sizeof *jit);
	if (link_object(jit, object, options->prefix, span, sink))
		return jit;
	llvm_jit_free(jit);
	return NULL;
}

int llvm_jit_classify(const struct llvm_jit *jit, const void *x)
{
	return jit->classify(x);
}

void llvm_jit_classify_batch(
	const struct llvm_jit *jit, const void *x, size_t rows, int32_t *out)
{
	jit->batch(x, rows, out);
}

void llvm_jit_free(struct llvm_jit *jit)
{
	if (!jit)
		return;
	if (jit->lljit)
		LLVMConsumeError(LLVMOrcDisposeLLJIT(jit->lljit));
	free(jit);
}
