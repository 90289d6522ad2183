#include "backends/llvm/llvm.h"

#include <stdlib.h>
#include <string.h>

#include <llvm-c/Analysis.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/Transforms/PassBuilder.h>

#include "backends/llvm/gen.h"
#include "backends/llvm/helpers.h"
#include "support/mem.h"

struct llvm_code {
	struct gen gen;
};

bool llvm_is_built(void)
{
	return true;
}

/* A module that LLVM does not take for one is our fault, but what it says belongs to it. */
static bool verify(struct gen *gen, const char *when)
{
	char *message = NULL;
	bool good = !LLVMVerifyModule(gen->code, LLVMReturnStatusAction, &message);

	if (!good)
		diag_world(gen->sink, gen->span,
			"LLVM does not accept the code %s it was optimized, which is a bug of "
			"memc: %s",
			when, message);
	LLVMDisposeMessage(message);
	return good;
}

static bool optimize(struct gen *gen)
{
	LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
	LLVMErrorRef error =
		LLVMRunPasses(gen->code, gen->passes, gen->target.machine, options);
	char *message;

	LLVMDisposePassBuilderOptions(options);
	if (!error)
		return !gen->failed;
	message = LLVMGetErrorMessage(error);
	diag_world(gen->sink, gen->span, "LLVM cannot optimize: %s", message);
	LLVMDisposeErrorMessage(message);
	return false;
}

struct llvm_code *llvm_code_new(const struct ir_module *module,
	const struct llvm_options *options, struct span span, struct diag_sink *sink)
{
	struct llvm_code *code = mem_zero(1, sizeof *code);
	struct gen *gen = &code->gen;

	if (gen_init(gen, module, options, span, sink) && gen_classify(gen) &&
		verify(gen, "before") && optimize(gen) && verify(gen, "after"))
		return code;
	llvm_code_free(code);
	return NULL;
}

void llvm_code_free(struct llvm_code *code)
{
	if (!code)
		return;
	gen_fini(&code->gen);
	free(code);
}

static void put_buffer(LLVMMemoryBufferRef buffer, struct output *out)
{
	output_bytes(out, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer));
	LLVMDisposeMemoryBuffer(buffer);
}

/* Of a copy, since LLVM changes the module on the way to machine code. NULL: a diagnostic. */
static LLVMMemoryBufferRef make_machine_code(struct gen *gen, LLVMCodeGenFileType type)
{
	LLVMModuleRef copy = LLVMCloneModule(gen->code);
	LLVMMemoryBufferRef buffer = NULL;
	char *message = NULL;
	bool failed = LLVMTargetMachineEmitToMemoryBuffer(
		gen->target.machine, copy, type, &message, &buffer);

	LLVMDisposeModule(copy);
	if (!failed)
		return buffer;
	diag_world(gen->sink, gen->span, "LLVM cannot emit code for %s: %s", gen->target.triple,
		message);
	LLVMDisposeMessage(message);
	return NULL;
}

static bool emit_machine_code(struct gen *gen, LLVMCodeGenFileType type, struct output *out)
{
	LLVMMemoryBufferRef buffer = make_machine_code(gen, type);

	/* what it calls of a library joins it, and is asked again */
	while (buffer &&
		helpers_add(gen, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer))) {
		LLVMDisposeMemoryBuffer(buffer);
		buffer = verify(gen, "after") ? make_machine_code(gen, type) : NULL;
	}
	if (!buffer)
		return false;
	put_buffer(buffer, out);
	return !gen->failed;
}

static bool emit_text(struct gen *gen, struct output *out)
{
	char *text = LLVMPrintModuleToString(gen->code);

	output_text(out, text);
	LLVMDisposeMessage(text);
	return true;
}

static bool emit_bitcode(struct gen *gen, struct output *out)
{
	put_buffer(LLVMWriteBitcodeToMemoryBuffer(gen->code), out);
	return true;
}

bool llvm_code_emit(
	struct llvm_code *code, enum llvm_kind kind, struct output *out, struct diag_sink *sink)
{
	struct gen *gen = &code->gen;

	gen->sink = sink;
	switch (kind) {
	case LLVM_OBJECT:
		return emit_machine_code(gen, LLVMObjectFile, out);
	case LLVM_ASSEMBLY:
		return emit_machine_code(gen, LLVMAssemblyFile, out);
	case LLVM_TEXT:
		return emit_text(gen, out);
	case LLVM_BITCODE:
		return emit_bitcode(gen, out);
	}
	panic("no such kind of code");
}
