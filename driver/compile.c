/*
 * memc compile: what the emit clauses or the command line ask for, network by network.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/c/c.h"
#include "driver/emit.h"
#include "driver/spread.h"
#include "support/mem.h"

struct jobs {
	struct emit_job *jobs;
	size_t count, room;
};

/* The command line is at fault. */
#define usage(target, ...) (diag_world(&(target)->session->sink, SPAN_NONE, __VA_ARGS__), false)

static bool check_kind(struct target *target, const char *name)
{
	struct arena *arena = &target->session->arena;

	if (!emit_kind_find(name))
		return usage(target, "unknown --emit=%s; known are %s", name,
			emit_kind_names(arena));
	return true;
}

static bool check_options(struct target *target)
{
	const struct options *options = target->options;

	if (options->emit && !check_kind(target, options->emit))
		return false;
	if (options->prefix && !c_prefix_is_valid(options->prefix))
		return usage(target, "--prefix=%s is not an identifier of C and C++",
			options->prefix);
	if (options->depfile && !options->depend)
		return usage(target, "-MF %s names the file of -MD; give -MD, too",
			options->depfile);
	if (options->depend && options->output && !strcmp(options->output, "-"))
		return usage(
			target, "-MD has no file to name if the output is standard output");
	return true;
}

static void add_job(struct jobs *jobs, struct emit_job job)
{
	jobs->jobs = mem_grow(jobs->jobs, &jobs->room, jobs->count + 1, sizeof *jobs->jobs);
	jobs->jobs[jobs->count++] = job;
}

static bool jobs_of_command_line(struct target *target, struct jobs *jobs)
{
	const struct options *options = target->options;
	const char *path = options->output;
	const struct emit_kind *kind;
	uint32_t network = 0;

	if (target->has_spec && !target_pick(target, &network))
		return false;
	kind = options->emit ? emit_kind_find(options->emit) : emit_kind_of_path(target, path);
	if (!kind)
		return false;
	if (!path)
		path = arena_printf(&target->session->arena, "%s%s",
			target_network_name(target, network), kind->suffix);
	add_job(jobs, (struct emit_job){ .kind = kind, .path = path, .network = network });
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

	if (!target->has_spec)
		return usage(target,
			"'%s' is a network and has no emit clause; say what to write with -o "
			"or "
			"--emit",
			target->options->file);
	if (target->options->network && !target_pick(target, &only))
		return false;
	for (uint32_t i = 0; i < spec->emit_count; i++) {
		const struct spec_emit *emit = &spec->emits[i];
		if (only != UINT32_MAX && emit->network_index != only)
			continue;
		add_job(jobs,
			(struct emit_job){ .kind = emit_kind_of_clause(emit->kind),
				.path = beside_spec(target, emit->path),
				.network = emit->network_index,
				.span = emit->span });
	}
	if (jobs->count)
		return true;
	return usage(target, "'%s' has no emit clause; say what to write with -o or --emit",
		spec->path);
}

/*
 * Interprets as many stored points as a tenth of a second allows, all of a small set; the
 * rest is `memc verify`. Returns N less the wrong ones among them.
 */
static uint64_t memorized(struct target *target)
{
	const struct dataset *dataset = &target->dataset;
	struct spread spread = { dataset,
		target_sample(&target->module, 0.1, 16, dataset->count) };

	return dataset->count -
		spread_wrong(&spread, &target->module, &target->session->progress);
}

static int job_level(const struct target *target, const struct emit_job *job)
{
	return target_level(target, job->kind->level);
}

/* Whether a job from `first` on needs this network at a level other than `level`. */
static bool needed_later(const struct target *target, const struct jobs *jobs, size_t first,
	uint32_t network, int level)
{
	for (size_t i = first; i < jobs->count; i++)
		if (jobs->jobs[i].network == network &&
			job_level(target, &jobs->jobs[i]) != level)
			return true;
	return false;
}

static bool run_job(struct target *target, const struct jobs *jobs, size_t i)
{
	const struct emit_job *job = &jobs->jobs[i];
	int level = job_level(target, job);
	const struct ir_module *module = needed_later(target, jobs, i + 1, job->network, level)
		? target_module(target, level)
		: target_last_module(target, level);

	if (!target->options->prefix && job->kind->backends && !c_prefix_is_valid(module->name))
		return usage(target, "'%s' cannot be a prefix in C; give --prefix=NAME",
			module->name);
	if (!job->kind->emit(target, job, module))
		return false;
	session_phase(target->session, job->kind->name);
	return true;
}

/* The network of a .mir file is there, and nothing is expected of it. */
static bool build(struct target *target, uint32_t network)
{
	if (!target->has_spec)
		return true;
	if (!target_build(target, network) || !target_expect(target, memorized(target)))
		return false;
	session_phase(target->session, "expect");
	return true;
}

static bool run_jobs(struct target *target, const struct jobs *jobs)
{
	uint32_t count = target->has_spec ? target->spec.network_count : 1;
	bool built = false;

	for (uint32_t network = 0; network < count; network++) {
		built = false;
		for (size_t i = 0; i < jobs->count; i++) {
			if (jobs->jobs[i].network != network)
				continue;
			if (!built && !build(target, network))
				return false;
			built = true;
			if (!run_job(target, jobs, i))
				return false;
		}
	}
	return true;
}

int compile_command(struct session *session, const struct options *options)
{
	struct target target;
	struct jobs jobs = { 0 };
	bool good = target_open(&target, session, options);

	good = good && check_options(&target);
	if (good && (options->output || options->emit))
		good = jobs_of_command_line(&target, &jobs);
	else if (good)
		good = jobs_of_spec(&target, &jobs);
	good = good && emit_check(&target, jobs.jobs, jobs.count) && run_jobs(&target, &jobs);
	if (good && options->depend)
		depfile_write(&target, jobs.jobs, jobs.count);
	free(jobs.jobs);
	target_fini(&target);
	return 0;
}
