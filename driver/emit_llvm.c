/*
 * What the LLVM back end makes: objects, assembly and IR, with a header and, for -g, the
 * network that debuggers show as the source.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/c/c.h"
#include "backends/llvm/llvm.h"
#include "driver/emit.h"
#include "driver/samples.h"
#include "ir/text.h"
#include "support/mem.h"

static enum llvm_kind llvm_kind_of(const struct emit_kind *kind)
{
	static const struct {
		const char *name;
		enum llvm_kind kind;
	} known[] = {
		{ "obj", LLVM_OBJECT },
		{ "asm", LLVM_ASSEMBLY },
		{ "llvm-ir", LLVM_TEXT },
		{ "llvm-bc", LLVM_BITCODE },
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(known[i].name, kind->name))
			return known[i].kind;
	return LLVM_OBJECT; /* a program is linked from one */
}

/* The network that the code is made from, and the line of each value in it. */
static void write_network(
	const struct ir_module *module, struct output *out, struct llvm_options *options)
{
	uint32_t *lines = mem_alloc(module->node_count, sizeof *lines);

	ir_print_lines(module, out, lines);
	options->lines = lines;
}

static bool write_code(struct target *target, const struct emit_job *job,
	struct llvm_code *code, struct emit_outputs *outputs)
{
	struct session *session = target->session;
	double start = session_now();
	bool good =
		llvm_code_emit(code, llvm_kind_of(job->kind), outputs->code, &session->sink);

	session_part(session, "codegen", session_now() - start, NULL);
	return good;
}

static bool make_code(struct target *target, const struct emit_job *job,
	const struct ir_module *module, struct llvm_options *options,
	struct emit_outputs *outputs)
{
	struct session *session = target->session;
	double start = session_now();
	struct llvm_code *code;
	bool good;

	progress_report(&session->progress, "making code", 0, 0);
	code = llvm_code_new(module, options, target_span(target), &session->sink);
	session_part(session, "lower", session_now() - start, NULL);
	good = code && write_code(target, job, code, outputs);
	llvm_code_free(code);
	return good;
}

static void write_header(const struct target *target, const struct ir_module *module,
	const struct samples *samples, struct output *out)
{
	const struct c_options options = { .prefix = emit_prefix(target, module),
		.assume_members = target->options->assume_members,
		.literal = &target->literal,
		.samples = samples };

	c_emit_header(module, &options, out);
}

static struct llvm_options options_of(const struct target *target,
	const struct ir_module *module, const struct samples *samples)
{
	const struct options *options = target->options;

	return (struct llvm_options){
		.prefix = emit_prefix(target, module),
		.target = options->target,
		.cpu = options->cpu,
		.features = options->features,
		.assume_members = options->assume_members,
		.samples = samples,
	};
}

bool emit_llvm(
	struct target *target, const struct emit_job *job, const struct ir_module *module)
{
	struct samples samples = samples_take(target);
	struct llvm_options options = options_of(target, module, &samples);
	struct emit_files files = emit_files_of(target, job);
	struct emit_outputs outputs;
	bool good;

	if (!emit_open(&outputs, target, job, 0666))
		return false;
	if (files.network) {
		options.debug_file = emit_base_name(files.network);
		write_network(module, outputs.network, &options);
	}
	if (files.header)
		write_header(target, module, &samples, outputs.header);
	good = make_code(target, job, module, &options, &outputs);
	free((void *)options.lines);
	if (good)
		return emit_commit(&outputs, target);
	emit_abandon(&outputs);
	return false;
}
