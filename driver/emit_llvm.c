/*
 * What the LLVM back end makes: objects, assembly, IR and programs, with a header and, for -g,
 * the network that debuggers show as the source.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "backends/c/c.h"
#include "backends/llvm/llvm.h"
#include "driver/emit.h"
#include "driver/link.h"
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

static bool make_code(struct target *target, const struct emit_job *job,
	const struct ir_module *module, const struct llvm_options *options, struct output *out)
{
	struct session *session = target->session;
	double start = session_now(), lowered;
	struct llvm_code *code;
	bool good;

	progress_report(&session->progress, "making code", 0, 0);
	code = llvm_code_new(module, options, target_span(target), &session->sink);
	lowered = session_now();
	session_part(session, "lower", lowered - start, NULL);
	good = code && llvm_code_emit(code, llvm_kind_of(job->kind), out, &session->sink);
	session_part(session, "codegen", session_now() - lowered, NULL);
	llvm_code_free(code);
	return good;
}

/* The object in memory, linked to what stands for the output. */
static bool make_program(struct target *target, const struct emit_job *job,
	const struct ir_module *module, const struct llvm_options *options, struct output *out)
{
	struct session *session = target->session;
	struct output object;
	size_t size;
	char *bytes;
	bool good;

	output_open_memory(&object);
	good = make_code(target, job, module, options, &object);
	bytes = output_take(&object, &size);
	good = good &&
		link_program(session, (const unsigned char *)bytes, size, options->target,
			output_hand_over(out), target->options->verbose);
	free(bytes);
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

/* Everything but the code. */
static void write_beside(const struct target *target, const struct ir_module *module,
	const struct emit_outputs *outputs, const struct emit_files *files,
	struct llvm_options *options)
{
	if (files->network) {
		options->debug_file = emit_base_name(files->network);
		write_network(module, outputs->network, options);
	}
	if (files->header)
		write_header(target, module, options->samples, outputs->header);
}

static void tell(const struct target *target, const struct emit_job *job)
{
	const char *named = target->options->target;
	char *host = llvm_host_target();
	struct stat status;

	if (target->options->verbose && stat(job->path, &status) == 0)
		fprintf(stderr, "memc: %s: %lld bytes for %s\n", job->path,
			(long long)status.st_size, named ? named : host);
	free(host);
}

bool emit_llvm(
	struct target *target, const struct emit_job *job, const struct ir_module *module)
{
	bool is_program = job->kind == emit_kind_find("program"), good;
	struct samples samples = samples_take(target);
	struct llvm_options options = options_of(target, module, &samples);
	struct emit_files files = emit_files_of(target, job);
	struct emit_outputs outputs;

	if (!emit_open(&outputs, target, job, is_program ? 0777 : 0666))
		return false;
	options.program = is_program;
	if (is_program)
		options.samples = NULL; /* nobody calls its self check */
	write_beside(target, module, &outputs, &files, &options);
	good = (is_program ? make_program : make_code)(
		target, job, module, &options, outputs.code);
	free((void *)options.lines);
	if (!good)
		emit_abandon(&outputs);
	good = good && emit_commit(&outputs, target);
	if (good)
		tell(target, job);
	return good;
}
