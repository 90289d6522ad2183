#include "driver/emit.h"

#include <stdio.h>
#include <string.h>

#include "backends/llvm/llvm.h"
#include "backends/report/report.h"
#include "driver/files.h"
#include "ir/text.h"

/* --- kinds ---------------------------------------------------------------------------- */

static bool emit_text(struct target *target, const struct emit_job *job,
	const struct ir_module *module,
	void (*print)(const struct ir_module *module, struct output *out))
{
	struct emit_outputs outputs;

	if (!emit_open(&outputs, target, job, 0666))
		return false;
	print(module, outputs.code);
	return emit_commit(&outputs, target);
}

static bool emit_ir(
	struct target *target, const struct emit_job *job, const struct ir_module *module)
{
	return emit_text(target, job, module, ir_print);
}

static bool emit_json(
	struct target *target, const struct emit_job *job, const struct ir_module *module)
{
	return emit_text(target, job, module, report_json);
}

static bool emit_dot(
	struct target *target, const struct emit_job *job, const struct ir_module *module)
{
	return emit_text(target, job, module, report_dot);
}

static bool emit_program(
	struct target *target, const struct emit_job *job, const struct ir_module *module)
{
	if (emit_backend_of(target, job->kind) == EMIT_BY_LLVM)
		return emit_llvm(target, job, module);
	return emit_c_program(target, job, module);
}

/* What nobody asked to be optimized is shown as its theorem has it. */
static const struct emit_kind kinds[] = {
	{ "program", "program", "", 2, EMIT_BY_C | EMIT_BY_LLVM, false, true, emit_program },
	{ "c", "c", ".c", 2, EMIT_BY_C, true, false, emit_c },
	{ "obj", "obj", ".o", 2, EMIT_BY_LLVM, true, true, emit_llvm },
	{ "asm", "asm", ".s", 2, EMIT_BY_LLVM, true, false, emit_llvm },
	{ "llvm-ir", "llvm_ir", ".ll", 2, EMIT_BY_LLVM, false, false, emit_llvm },
	{ "llvm-bc", "llvm_bc", ".bc", 2, EMIT_BY_LLVM, false, true, emit_llvm },
	{ "ir", "ir", ".mir", 0, 0, false, false, emit_ir },
	{ "json", "json", ".json", 0, 0, false, false, emit_json },
	{ "dot", "dot", ".dot", 0, 0, false, false, emit_dot },
	{ "onnx", "onnx", ".onnx", 0, 0, false, true, emit_onnx },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

const struct emit_kind *emit_kind_find(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

const struct emit_kind *emit_kind_of_clause(const char *clause)
{
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(kinds[i].clause, clause))
			return &kinds[i];
	return NULL;
}

const char *emit_kind_names(struct arena *arena)
{
	const char *text = "";

	for (size_t i = 0; i < KINDS; i++)
		if (kinds[i].backends != EMIT_BY_LLVM || llvm_is_built())
			text = arena_printf(
				arena, "%s%s%s", text, *text ? ", " : "", kinds[i].name);
	return text;
}

/* Names that nobody gives to a program. */
static const char *const strange[][2] = {
	{ ".h", "a header is written beside its code, -o NAME.c or -o NAME.o" },
	{ ".hpp", "a header for C and C++ is written beside its code, -o NAME.c or -o NAME.o" },
	{ ".cc", "the C that memc writes is C++, too: -o NAME.c" },
	{ ".cpp", "the C that memc writes is C++, too: -o NAME.c" },
	{ ".S", "assembly is written to -o NAME.s" },
	{ ".obj", "give --emit=obj" },
	{ ".a", "write an object, -o NAME.o, and put it into an archive with ar" },
	{ ".so", "write an object, -o NAME.o, and link it with cc -shared" },
	{ ".dylib", "write an object, -o NAME.o, and link it with cc -shared" },
	{ ".dll", "write an object, -o NAME.o, and link it" },
	{ ".wasm", "write an object, -o NAME.o --target=wasm32, and link it with wasm-ld" },
	{ ".mem", "memc reads specs, it writes none" },
	{ ".d", "a dependency file is written beside an output by -MD" },
};

const struct emit_kind *emit_kind_of_path(struct target *target, const char *path)
{
	for (size_t i = 0; i < KINDS; i++)
		if (file_has_suffix(path, kinds[i].suffix))
			return &kinds[i];
	for (size_t i = 0; i < sizeof strange / sizeof *strange; i++) {
		if (!file_has_suffix(path, strange[i][0]))
			continue;
		diag_world(&target->session->sink, SPAN_NONE,
			"-o %s: %s; a program of that name takes --emit=program", path,
			strange[i][1]);
		return NULL;
	}
	return emit_kind_find("program");
}

enum emit_backend emit_backend_of(const struct target *target, const struct emit_kind *kind)
{
	const char *name = target->options->backend;
	bool llvm = name ? !strcmp(name, "llvm") : llvm_is_built();

	if (kind->backends == (EMIT_BY_C | EMIT_BY_LLVM))
		return llvm ? EMIT_BY_LLVM : EMIT_BY_C;
	return (enum emit_backend)kind->backends;
}

const char *emit_prefix(const struct target *target, const struct ir_module *module)
{
	return target->options->prefix ? target->options->prefix : module->name;
}

/* --- files ---------------------------------------------------------------------------- */

const char *emit_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

struct emit_files emit_files_of(struct target *target, const struct emit_job *job)
{
	const struct emit_kind *kind = job->kind;
	struct arena *arena = &target->session->arena;
	struct emit_files files = { .code = job->path, .all = { job->path }, .count = 1 };
	size_t length = strlen(job->path);

	if (!strcmp(job->path, "-"))
		return files;
	if (file_has_suffix(job->path, kind->suffix))
		length -= strlen(kind->suffix);
	if (kind->header)
		files.all[files.count++] = files.header =
			arena_printf(arena, "%.*s.h", (int)length, job->path);
	if (target->options->debug && emit_backend_of(target, kind) == EMIT_BY_LLVM)
		files.all[files.count++] = files.network =
			arena_printf(arena, "%.*s.mir", (int)length, job->path);
	return files;
}

bool emit_open(struct emit_outputs *outputs, struct target *target, const struct emit_job *job,
	unsigned mode)
{
	struct session *session = target->session;
	struct emit_files files = emit_files_of(target, job);

	*outputs = (struct emit_outputs){ 0 };
	for (; outputs->count < files.count; outputs->count++) {
		const char *path = files.all[outputs->count];
		struct output *out = &outputs->of[outputs->count];
		if (!output_open(out, path, path == files.code ? mode : 0666, session->outputs,
			    &session->sink)) {
			emit_abandon(outputs);
			return false;
		}
		if (path == files.code)
			outputs->code = out;
		else if (path == files.header)
			outputs->header = out;
		else
			outputs->network = out;
	}
	return true;
}

void emit_abandon(struct emit_outputs *outputs)
{
	for (size_t i = 0; i < outputs->count; i++)
		output_abandon(&outputs->of[i]);
	outputs->count = 0;
}

/* The code, which is the first, comes last: whoever finds it finds all. */
bool emit_commit(struct emit_outputs *outputs, struct target *target)
{
	struct diag_sink *sink = &target->session->sink;
	bool good = true;

	for (size_t i = 0; i < outputs->count && good; i++)
		good = output_finish(&outputs->of[i], sink);
	while (good && outputs->count)
		good = output_commit(&outputs->of[--outputs->count], sink);
	emit_abandon(outputs);
	return good;
}
