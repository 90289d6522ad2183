/* DWARF: the .mir is the source, a value is a line, a function is what it is named after. */
#include <string.h>

#include "backends/llvm/gen.h"

/* Where the .mir names the network: the line of all that stands for no value. */
enum { NETWORK_LINE = 1 };

/* Folder and name, as DWARF has them; the folder of a plain name is the current one. */
static LLVMMetadataRef add_file(struct gen *gen)
{
	const char *path = gen->options->debug_file;
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *folder = slash ? path : ".";
	size_t length = slash ? (size_t)(slash - path) + (slash == path) : 1;

	return LLVMDIBuilderCreateFile(gen->debug, name, strlen(name), folder, length);
}

void gen_debug_init(struct gen *gen)
{
	static const char producer[] = "memc " MEMC_VERSION;

	if (!gen->options->debug_file)
		return;
	gen->line = NETWORK_LINE;
	gen->debug = LLVMCreateDIBuilder(gen->code);
	gen->debug_file = add_file(gen);
	gen->debug_unit = LLVMDIBuilderCreateCompileUnit(gen->debug, LLVMDWARFSourceLanguageC99,
		gen->debug_file, producer, strlen(producer), true, "", 0, 0, "", 0,
		LLVMDWARFEmissionFull, 0, true, false, "", 0, "", 0);
	gen_flag(gen, "Debug Info Version", LLVMDebugMetadataVersion());
	gen_flag(gen, "Dwarf Version", 5);
}

void gen_debug_function(
	struct gen *gen, LLVMValueRef function, const char *name, bool is_external)
{
	LLVMMetadataRef none = NULL, type;

	if (!gen->debug)
		return;
	type = LLVMDIBuilderCreateSubroutineType(
		gen->debug, gen->debug_file, &none, 1, LLVMDIFlagZero);
	LLVMSetSubprogram(function,
		LLVMDIBuilderCreateFunction(gen->debug, gen->debug_file, name, strlen(name), "",
			0, gen->debug_file, gen->line, type, !is_external, true, gen->line,
			LLVMDIFlagZero, true));
}

static LLVMMetadataRef location(struct gen *gen, LLVMValueRef function)
{
	return LLVMDIBuilderCreateDebugLocation(
		gen->context, gen->line, 0, LLVMGetSubprogram(function), NULL);
}

void gen_debug_here(struct gen *gen)
{
	LLVMValueRef function;

	if (!gen->debug)
		return;
	function = gen_here(gen); /* helpers are described by nothing */
	LLVMSetCurrentDebugLocation2(
		gen->builder, LLVMGetSubprogram(function) ? location(gen, function) : NULL);
}

void gen_no_line(struct gen *gen)
{
	gen->line = NETWORK_LINE;
}

void gen_line(struct gen *gen, ir_value value)
{
	if (!gen->debug)
		return;
	gen->line = gen->options->lines[value.i];
	if (LLVMGetInsertBlock(gen->builder))
		gen_debug_here(gen);
}

/* Lowerings go back and forth between functions, and their builder keeps the last line. */
static void settle(struct gen *gen, LLVMValueRef function)
{
	LLVMMetadataRef unit = LLVMGetSubprogram(function), last;

	gen->line = LLVMDISubprogramGetLine(unit);
	last = location(gen, function);
	for (LLVMBasicBlockRef block = LLVMGetFirstBasicBlock(function); block;
		block = LLVMGetNextBasicBlock(block)) {
		for (LLVMValueRef at = LLVMGetFirstInstruction(block); at;
			at = LLVMGetNextInstruction(at)) {
			LLVMMetadataRef here = LLVMInstructionGetDebugLoc(at);

			if (here && LLVMDILocationGetScope(here) == unit)
				last = here;
			else
				LLVMInstructionSetDebugLoc(at, last);
		}
	}
}

void gen_debug_end(struct gen *gen)
{
	if (!gen->debug)
		return;
	for (LLVMValueRef function = LLVMGetFirstFunction(gen->code); function;
		function = LLVMGetNextFunction(function))
		if (LLVMGetFirstBasicBlock(function))
			settle(gen, function);
	LLVMDIBuilderFinalize(gen->debug);
}
