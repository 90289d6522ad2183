/*
 * Whether the options of compile fit what is to be written.
 */
#include <string.h>
#include <unistd.h>

#include "backends/llvm/llvm.h"
#include "backends/onnx/onnx.h"
#include "driver/emit.h"
#include "driver/files.h"

/* The command line is at fault. */
#define usage(target, ...) (diag_world(&(target)->session->sink, SPAN_NONE, __VA_ARGS__), false)

/* --- one job -------------------------------------------------------------------------- */

/* "--emit=obj" or the clause of a spec: where it is asked for, there the error points. */
static bool refuse(struct target *target, const struct emit_job *job, const char *why)
{
	const char *name = job->span.source ? job->kind->clause : job->kind->name;

	diag_world(&target->session->sink, job->span, "%s%s%s",
		job->span.source ? "" : "--emit=", name, why);
	return false;
}

static bool check_backend(struct target *target, const struct emit_job *job)
{
	const char *name = target->options->backend;

	if (job->kind->backends != EMIT_BY_LLVM)
		return true;
	if (!llvm_is_built())
		return refuse(target, job,
			arena_printf(&target->session->arena,
				" needs the LLVM back end, which this memc was built without; "
				"it "
				"emits %s",
				emit_kind_names(&target->session->arena)));
	if (name && !strcmp(name, "c"))
		return refuse(target, job,
			" is made by the LLVM back end; leave out --backend=c, or give "
			"--emit=c "
			"and the C to a compiler");
	return true;
}

static bool check_stdout(struct target *target, const struct emit_job *job)
{
	if (strcmp(job->path, "-"))
		return true;
	if (job->kind == emit_kind_find("program"))
		return usage(target,
			"a program is not written to standard output; give -o FILE, or "
			"--emit=c "
			"or --emit=ir");
	if (job->kind->binary && isatty(STDOUT_FILENO))
		return usage(target,
			"--emit=%s is no text for a terminal; give -o FILE, or send standard "
			"output to a file or a pipe",
			job->kind->name);
	if (target->options->debug && emit_backend_of(target, job->kind) == EMIT_BY_LLVM)
		return usage(target,
			"-g names the file of the IR that the code is made from; give -o FILE "
			"for "
			"both instead of standard output");
	return true;
}

/* --- options -------------------------------------------------------------------------- */

/* What only code that LLVM makes can use, and what to do for other kinds. */
struct code_option {
	const char *name;
	size_t place; /* in struct options */
	bool is_switch;
	const char *for_c, *for_ir;
};

#define AT(field) offsetof(struct options, field)

static const struct code_option code_options[] = {
	{ "--target", AT(target), false,
		"emitted C is the same for all, and its compiler chooses",
		"the network is the same for all" },
	{ "--cpu", AT(cpu), false,
		"emitted C is the same for all, and its compiler takes -march or -mcpu",
		"the network is the same for all" },
	{ "--features", AT(features), false,
		"emitted C is the same for all, and its compiler takes options such as -mavx2",
		"the network is the same for all" },
	{ "-g", AT(debug), true, "emitted C has that of its compiler, cc -g",
		"the network is what it would show" },
};

static bool is_given(const struct options *options, const struct code_option *option)
{
	const char *place = (const char *)options + option->place;

	return option->is_switch ? *(const bool *)place : *(const char *const *)place != NULL;
}

/* No job is made by LLVM: why the option is of no use to the one that is nearest to it. */
static bool useless(struct target *target, const struct code_option *option,
	const struct emit_job *jobs, size_t count)
{
	const char *what = option->is_switch ? "debug information" : "machine code";
	unsigned backends = 0;

	for (size_t i = 0; i < count; i++)
		backends |= jobs[i].kind->backends;
	if (!llvm_is_built())
		return usage(target,
			"%s needs the LLVM back end, which this memc was built without; %s",
			option->name, option->for_c);
	if (backends & EMIT_BY_LLVM)
		return usage(target, "%s is for code that LLVM makes; leave out --backend=c",
			option->name);
	return usage(target, "%s is for %s: %s; give --emit=obj", option->name, what,
		backends ? option->for_c : option->for_ir);
}

static bool check_code_options(struct target *target, const struct emit_job *jobs, size_t count)
{
	const struct options *options = target->options;
	const struct llvm_options machine = {
		.target = options->target, .cpu = options->cpu, .features = options->features
	};
	bool by_llvm = false;

	for (size_t i = 0; i < count; i++)
		by_llvm |= emit_backend_of(target, jobs[i].kind) == EMIT_BY_LLVM;
	if (by_llvm)
		return llvm_options_check(&machine, &target->session->sink);
	for (size_t i = 0; i < sizeof code_options / sizeof *code_options; i++)
		if (is_given(options, &code_options[i]))
			return useless(target, &code_options[i], jobs, count);
	return true;
}

static bool check_backend_name(struct target *target, const struct emit_job *jobs, size_t count)
{
	const char *name = target->options->backend;
	unsigned backends = 0;

	if (!name)
		return true;
	if (strcmp(name, "c") && strcmp(name, "llvm"))
		return usage(target, "unknown --backend=%s; known are llvm and c", name);
	for (size_t i = 0; i < count; i++)
		backends |= jobs[i].kind->backends;
	if (!backends)
		return usage(target,
			"--backend=%s is for code; --emit=%s is made before there is any", name,
			jobs->kind->name);
	if (strcmp(name, "llvm"))
		return true;
	if (!llvm_is_built())
		return usage(target,
			"--backend=%s: this memc was built without LLVM; use --backend=c",
			name);
	if (!(backends & EMIT_BY_LLVM))
		return usage(target,
			"--emit=c is made by the C back end; leave out --backend=%s, or give "
			"--emit=obj or --emit=llvm-ir",
			name);
	return true;
}

static bool check_members(struct target *target, const struct emit_job *jobs, size_t count)
{
	bool code = !target->options->assume_members;

	for (size_t i = 0; i < count; i++)
		code = code || jobs[i].kind->backends;
	if (!code)
		diag_warn(&target->session->sink, SPAN_NONE,
			"--assume-members is for code; --emit=%s is the same without it",
			jobs->kind->name);
	return true;
}

/* The layers that ONNX has are those of the literal network. */
static bool check_layers(struct target *target, const struct emit_job *job)
{
	return target->options->level <= 0 ||
		refuse(target, job,
			" has layers, which only the literal network has; leave out -O, or "
			"give -O0");
}

static bool check_model_options(
	struct target *target, const struct emit_job *jobs, size_t count)
{
	const struct options *options = target->options;
	const char *option = options->precision ? "--precision" : "--lossy";
	const struct emit_job *model = NULL;
	enum onnx_precision precision;

	for (size_t i = 0; i < count; i++)
		if (jobs[i].kind == emit_kind_find("onnx"))
			model = &jobs[i];
	if (options->precision && !onnx_precision_find(options->precision, &precision))
		return usage(target, "unknown --precision=%s; known are float32 and float64",
			options->precision);
	if (!model && (options->precision || options->lossy))
		return usage(target, "%s is for --emit=onnx; all else is exact", option);
	return !model || check_layers(target, model);
}

/* --- files ---------------------------------------------------------------------------- */

/* The first file that both write; all code of one network has the same header. */
static const char *common_file(
	const struct emit_files *a, const struct emit_files *b, bool same)
{
	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < b->count; k++) {
			bool headers = a->all[i] == a->header && b->all[k] == b->header;
			if (!strcmp(a->all[i], b->all[k]) && !(headers && same))
				return a->all[i];
		}
	return NULL;
}

/* Whether a file of job i is one of an earlier job, too. */
static bool is_written_twice(struct target *target, const struct emit_job *jobs, size_t i)
{
	struct emit_files files = emit_files_of(target, &jobs[i]);

	for (size_t k = 0; k < i; k++) {
		struct emit_files other = emit_files_of(target, &jobs[k]);
		bool same = jobs[i].network == jobs[k].network;
		const char *path = common_file(&files, &other, same);
		if (!path)
			continue;
		diag_world(&target->session->sink, jobs[i].span,
			"'%s' would be written twice; give one of the outputs another name",
			path);
		diag_note(&target->session->sink, jobs[k].span, "the other is here");
		return true;
	}
	return false;
}

/* Nothing that is read may be overwritten. */
static bool check_files(struct target *target, const struct emit_job *jobs, size_t i)
{
	struct emit_files files = emit_files_of(target, &jobs[i]);

	for (size_t k = 0; k < files.count; k++)
		if (!target_may_write(target, files.all[k]))
			return false;
	return !is_written_twice(target, jobs, i);
}

bool emit_check(struct target *target, const struct emit_job *jobs, size_t count)
{
	const char *depfile = target->options->depfile;

	for (size_t i = 0; i < count; i++)
		if (!check_backend(target, &jobs[i]))
			return false;
	if (!check_backend_name(target, jobs, count) ||
		!check_code_options(target, jobs, count) ||
		!check_model_options(target, jobs, count) ||
		!check_members(target, jobs, count))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!check_stdout(target, &jobs[i]) || !check_files(target, jobs, i))
			return false;
	return !depfile || target_may_write(target, depfile);
}
