/*
 * memc compile: what the emit clauses or the command line ask for, network by network.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/c/c.h"
#include "driver/spread.h"
#include "driver/target.h"
#include "driver/toolchain.h"
#include "ir/text.h"
#include "support/mem.h"

struct job {
	const char *kind; /* "program", "c", "ir" */
	const char *path;
	uint32_t network;
};

struct jobs {
	struct job *jobs;
	size_t count, room;
};

struct kind {
	const char *name, *suffix;
	bool (*emit)(struct target *target, const struct job *job);
};

static bool emit_program(struct target *target, const struct job *job);
static bool emit_c(struct target *target, const struct job *job);
static bool emit_ir(struct target *target, const struct job *job);

static const struct kind kinds[] = {
	{ "program", "", emit_program },
	{ "c", ".c", emit_c },
	{ "ir", ".mir", emit_ir },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* The command line is at fault. */
#define usage(target, ...) (diag_world(&(target)->session->sink, SPAN_NONE, __VA_ARGS__), false)

/* Kinds that design and scripts name, but that need a part which this memc is without. */
static const char *const missing[][2] = {
	{ "obj", "the LLVM back end" },
	{ "asm", "the LLVM back end" },
	{ "llvm-ir", "the LLVM back end" },
	{ "llvm-bc", "the LLVM back end" },
	{ "onnx", "the ONNX back end" },
	{ "json", "the report back end" },
	{ "dot", "the report back end" },
};

static const struct kind *find_kind(const char *name)
{
	for (size_t i = 0; i < KINDS; i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

static bool check_kind(struct target *target, const char *name)
{
	for (size_t i = 0; i < sizeof missing / sizeof *missing; i++) {
		if (strcmp(missing[i][0], name))
			continue;
		diag_world(&target->session->sink, SPAN_NONE,
			"--emit=%s needs %s, which this memc was built without; it emits program, c, ir",
			name, missing[i][1]);
		return false;
	}
	if (!find_kind(name))
		return usage(target, "unknown --emit=%s; known are program, c, ir", name);
	return true;
}

static bool check_options(struct target *target)
{
	const struct options *options = target->options;

	if (options->emit && !check_kind(target, options->emit))
		return false;
	if (options->backend && !strcmp(options->backend, "llvm"))
		return usage(target, "--backend=%s: this memc was built without LLVM; use --backend=c",
			options->backend);
	if (options->backend && strcmp(options->backend, "c"))
		return usage(target, "unknown --backend=%s; known is c", options->backend);
	if (options->prefix && !c_prefix_is_valid(options->prefix))
		return usage(target, "--prefix=%s is not an identifier of C and C++", options->prefix);
	return true;
}

static bool has_suffix(const char *path, const char *suffix)
{
	size_t n = strlen(path), m = strlen(suffix);

	return m && n > m && !strcmp(path + n - m, suffix);
}

/* Without --emit, -o says by its name what is wanted. */
static const char *kind_of_path(const char *path)
{
	for (size_t i = 0; i < KINDS; i++)
		if (has_suffix(path, kinds[i].suffix))
			return kinds[i].name;
	return "program";
}

static void add_job(struct jobs *jobs, const char *kind, const char *path, uint32_t network)
{
	jobs->jobs = mem_grow(jobs->jobs, &jobs->room, jobs->count + 1, sizeof *jobs->jobs);
	jobs->jobs[jobs->count++] = (struct job){ kind, path, network };
}

static bool jobs_of_command_line(struct target *target, struct jobs *jobs)
{
	const struct options *options = target->options;
	struct arena *arena = &target->session->arena;
	const char *kind, *path = options->output;
	uint32_t network;

	if (!target_pick(target, &network))
		return false;
	kind = options->emit ? options->emit : kind_of_path(path);
	if (!path)
		path = arena_printf(arena, "%s%s", target->spec.networks[network].name,
			find_kind(kind)->suffix);
	add_job(jobs, kind, path, network);
	return true;
}

/* Paths of emit clauses are relative to the spec's folder. */
static const char *beside_spec(struct target *target, const char *path)
{
	const char *slash = strrchr(target->spec.path, '/');

	if (*path == '/' || !slash)
		return path;
	return arena_printf(&target->session->arena, "%.*s/%s",
		(int)(slash - target->spec.path), target->spec.path, path);
}

static bool jobs_of_spec(struct target *target, struct jobs *jobs)
{
	const struct spec *spec = &target->spec;
	uint32_t only = UINT32_MAX;

	if (target->options->network && !target_pick(target, &only))
		return false;
	for (uint32_t i = 0; i < spec->emit_count; i++) {
		const struct spec_emit *emit = &spec->emits[i];
		if (only != UINT32_MAX && emit->network_index != only)
			continue;
		if (!find_kind(emit->kind)) {
			diag_error(&target->session->sink, emit->span, "cannot emit '%s'", emit->kind);
			return false;
		}
		add_job(jobs, emit->kind, beside_spec(target, emit->path), emit->network_index);
	}
	if (jobs->count)
		return true;
	return usage(target, "'%s' has no emit clause; say what to write with -o or --emit",
		spec->path);
}

static const char *prefix_of(const struct target *target)
{
	return target->options->prefix ? target->options->prefix : target->module.name;
}

/* "out/clf.c" gives "out/clf.h" */
static const char *header_path(struct target *target, const char *path)
{
	size_t length = strlen(path) - (has_suffix(path, ".c") ? 2 : 0);

	return arena_printf(&target->session->arena, "%.*s.h", (int)length, path);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Header and source in one text, or in two files that appear together. */
static bool write_c(struct target *target, const struct job *job, struct c_options *options)
{
	struct session *session = target->session;
	struct diag_sink *sink = &session->sink;
	const char *header = header_path(target, job->path);
	struct output source, declarations;

	if (!output_open(&source, job->path, 0666, session->outputs, sink))
		return false;
	if (!strcmp(job->path, "-")) {
		c_emit_header(&target->module, options, &source);
		c_emit_source(&target->module, options, &source);
		return output_commit(&source, sink);
	}
	if (!output_open(&declarations, header, 0666, session->outputs, sink)) {
		output_abandon(&source);
		return false;
	}
	options->header = base_name(header);
	c_emit_header(&target->module, options, &declarations);
	c_emit_source(&target->module, options, &source);
	if (!output_finish(&source, sink) || !output_finish(&declarations, sink)) {
		output_abandon(&source);
		output_abandon(&declarations);
		return false;
	}
	return output_commit(&declarations, sink) & output_commit(&source, sink);
}

static bool emit_c(struct target *target, const struct job *job)
{
	struct c_plan *plan = c_plan_new(
		&target->module, target->network->span, &target->session->sink);
	struct c_options options = { .prefix = prefix_of(target), .plan = plan };
	bool good = plan && write_c(target, job, &options);

	if (good && target->options->verbose) {
		struct c_sizes sizes = c_plan_sizes(plan);
		fprintf(stderr, "memc: %s: %llu bytes of tables, at most %llu of stack\n",
			job->path, (unsigned long long)sizes.table_bytes,
			(unsigned long long)sizes.stack_bytes);
	}
	c_plan_free(plan);
	return good;
}

static bool emit_program(struct target *target, const struct job *job)
{
	struct session *session = target->session;
	struct output out;

	if (!strcmp(job->path, "-"))
		return usage(target, "a program is not written to standard output ('%s')", job->path);
	if (!output_open(&out, job->path, 0777, session->outputs, &session->sink))
		return false;
	if (!toolchain_program(session, &target->module, prefix_of(target),
		    output_hand_over(&out), target->options->verbose)) {
		output_abandon(&out);
		return false;
	}
	return output_commit(&out, &session->sink);
}

static bool emit_ir(struct target *target, const struct job *job)
{
	struct session *session = target->session;
	struct output out;

	if (!output_open(&out, job->path, 0666, session->outputs, &session->sink))
		return false;
	ir_print(&target->module, &out);
	return output_commit(&out, &session->sink);
}

static void print_make_path(struct output *out, const char *path)
{
	for (; *path; path++) {
		if (*path == ' ' || *path == '#' || *path == '\\')
			output_text(out, "\\");
		if (*path == '$')
			output_text(out, "$");
		output_bytes(out, path, 1);
	}
}

static void print_make_path_list(struct output *out, const char *const *paths, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		output_text(out, i ? " \\\n  " : "");
		print_make_path(out, paths[i]);
	}
}

/* Every output, and every file that was read for one. */
static bool write_depfile(struct target *target, const struct jobs *jobs)
{
	struct session *session = target->session;
	const struct spec *spec = &target->spec;
	const char *path = target->options->depfile;
	size_t inputs = spec->file_count, outputs = 0;
	const char **names = arena_alloc(&session->arena,
		inputs + 2 * (size_t)spec->dataset_count + 2 * jobs->count, sizeof *names);
	struct output out;

	if (!path)
		path = arena_printf(&session->arena, "%s.d", jobs->jobs[0].path);
	if (!output_open(&out, path, 0666, session->outputs, &session->sink))
		return false;
	for (size_t i = 0; i < jobs->count; i++) {
		names[outputs++] = jobs->jobs[i].path;
		if (!strcmp(jobs->jobs[i].kind, "c"))
			names[outputs++] = header_path(target, jobs->jobs[i].path);
	}
	print_make_path_list(&out, names, outputs);
	output_text(&out, ": \\\n  ");
	memcpy(names, spec->files, inputs * sizeof *names);
	for (uint32_t i = 0; i < spec->dataset_count; i++) {
		if (spec->datasets[i].inputs)
			names[inputs++] = spec->datasets[i].inputs;
		if (spec->datasets[i].labels)
			names[inputs++] = spec->datasets[i].labels;
	}
	print_make_path_list(&out, names, inputs);
	output_text(&out, "\n");
	for (size_t i = 1; i < inputs; i++) { /* a file that vanished does not stop make */
		output_text(&out, "\n");
		print_make_path(&out, names[i]);
		output_text(&out, ":\n");
	}
	return output_commit(&out, &session->sink);
}

/*
 * Interprets as many stored points as a tenth of a second allows, all of a small set; the
 * rest is `memc verify`. Returns N less the wrong ones among them.
 */
static uint64_t memorized(struct target *target)
{
	struct spread spread = { &target->dataset, target_sample(target, 0.1) };

	return spread.dataset->count -
		spread_wrong(&spread, &target->module, &target->session->progress);
}

static bool run_jobs(struct target *target, const struct jobs *jobs)
{
	bool built = false;

	for (uint32_t network = 0; network < target->spec.network_count; network++) {
		built = false;
		for (size_t i = 0; i < jobs->count; i++) {
			const struct job *job = &jobs->jobs[i];
			if (job->network != network)
				continue;
			if (!built && (!target_build(target, network) ||
					      !target_expect(target, memorized(target))))
				return false;
			if (!built)
				session_phase(target->session, "expect");
			built = true;
			if (!target->options->prefix && strcmp(job->kind, "ir") &&
				!c_prefix_is_valid(target->module.name))
				return usage(target, "'%s' cannot be a prefix in C; give --prefix=NAME",
					target->module.name);
			if (!find_kind(job->kind)->emit(target, job))
				return false;
			session_phase(target->session, job->kind);
		}
	}
	return true;
}

int compile_command(struct session *session, const struct options *options)
{
	struct target target;
	struct jobs jobs = { 0 };
	bool good = target_open_spec(&target, session, options);

	good = good && check_options(&target);
	if (good && (options->output || options->emit))
		good = jobs_of_command_line(&target, &jobs);
	else if (good)
		good = jobs_of_spec(&target, &jobs);
	good = good && run_jobs(&target, &jobs);
	if (good && options->depend)
		write_depfile(&target, &jobs);
	free(jobs.jobs);
	target_fini(&target);
	return 0;
}
