#include "driver/sweep.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/files.h"
#include "driver/plot.h"
#include "support/output.h"

/* --- runs -------------------------------------------------------------------------------- */

/* More than anybody waits for. */
enum { RUNS = 10000 };

static bool parse_axes(struct sweep *sweep)
{
	const struct options *options = sweep->options;

	sweep->axis_count = options->define_count;
	sweep->axes =
		arena_alloc(&sweep->session->arena, sweep->axis_count + 1, sizeof *sweep->axes);
	for (size_t i = 0; i < sweep->axis_count; i++) {
		if (!sweep_axis_parse(&sweep->axes[i], &options->defines[i], sweep->session))
			return false;
		for (size_t k = 0; k < i; k++)
			if (!strcmp(sweep->axes[k].name, sweep->axes[i].name)) {
				diag_world(&sweep->session->sink, SPAN_NONE,
					"-D %s is given twice", sweep->axes[i].name);
				return false;
			}
	}
	return true;
}

/* All values of all axes for the networks first..last. */
static bool make_runs(
	struct sweep *sweep, const struct spec *spec, uint32_t first, uint32_t last)
{
	struct arena *arena = &sweep->session->arena;
	size_t each = 1;

	for (size_t i = 0; i < sweep->axis_count && each <= RUNS; i++)
		each *= sweep->axes[i].count;
	sweep->run_count = each * (last - first + 1);
	if (each > RUNS || sweep->run_count > RUNS) {
		diag_world(&sweep->session->sink, SPAN_NONE, "more than %d runs", RUNS);
		return false;
	}
	sweep->runs = arena_alloc(arena, sweep->run_count, sizeof *sweep->runs);
	for (size_t i = 0; i < sweep->run_count; i++) {
		struct sweep_run *run = &sweep->runs[i];
		size_t rest = i % each;
		*run = (struct sweep_run){ .network_index = first + (uint32_t)(i / each) };
		run->network =
			arena_printf(arena, "%s", spec->networks[run->network_index].name);
		run->values = arena_alloc(arena, sweep->axis_count + 1, sizeof *run->values);
		for (size_t k = 0; k < sweep->axis_count; k++) {
			run->values[k] = sweep->axes[k].values[rest % sweep->axes[k].count];
			rest /= sweep->axes[k].count;
		}
	}
	return true;
}

/* Opens the spec with value `at` of every axis, or its last one. */
static bool open_with(struct sweep *sweep, size_t at, struct target *target)
{
	struct arena *arena = &sweep->session->arena;
	struct options *options = arena_alloc(arena, 1, sizeof *options); /* the target's */
	struct spec_define *defines =
		arena_alloc(arena, sweep->axis_count + 1, sizeof *defines);

	*options = *sweep->options;
	for (size_t i = 0; i < sweep->axis_count; i++) {
		const struct sweep_axis *axis = &sweep->axes[i];
		size_t last = axis->count - 1;
		defines[i] =
			(struct spec_define){ axis->name, axis->values[at < last ? at : last] };
	}
	options->defines = defines;
	return target_open_spec(target, sweep->session, options);
}

/* The first values that the spec can be read with; the very first if there are none. */
static size_t find_readable(struct sweep *sweep)
{
	enum { TRIES = 64 };
	struct session *session = sweep->session;
	struct diag_sink heard = session->sink;
	bool good = false;
	size_t at = 0;

	for (; at < TRIES && !good; at++) {
		struct target target;
		diag_init(&session->sink);
		good = open_with(sweep, at, &target);
		diag_fini(&session->sink); /* before target_fini() prints what was said */
		diag_init(&session->sink);
		target_fini(&target);
		diag_fini(&session->sink);
	}
	session->sink = heard;
	return good ? at - 1 : 0;
}

/* The spec says which networks there are, and all of -D are params of it. */
static bool open_sweep(struct sweep *sweep)
{
	const struct options *options = sweep->options;
	struct arena *arena = &sweep->session->arena;
	struct target target;
	uint32_t only;
	bool good = open_with(sweep, find_readable(sweep), &target);

	if (good && (options->network || target.spec.network_count <= 1))
		good = target_pick(&target, &only) &&
			make_runs(sweep, &target.spec, only, only);
	else if (good)
		good = make_runs(sweep, &target.spec, 0, target.spec.network_count - 1);
	if (good)
		good = !options->output || !strcmp(options->output, "-") ||
			target_may_write(&target, options->output);
	if (good)
		good = (!options->html || target_may_write(&target, options->html)) &&
			(!options->svg || plot_may_write(&target, options->svg));
	if (good)
		sweep->spec_sha256 = arena_string(arena, target.spec.sha256, 64);
	sweep->header = sweep_header(sweep);
	for (size_t i = 0; good && i < sweep->run_count; i++)
		sweep->runs[i].key = sweep_key(sweep, &sweep->runs[i]);
	target_fini(&target);
	return good;
}

/* --- files ------------------------------------------------------------------------------- */

/* Takes over the rows of an earlier sweep that are of runs of this one, and whole lines. */
static void take_rows(struct sweep *sweep, char *text)
{
	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		for (size_t i = 0; i < sweep->run_count; i++) {
			const char *key = sweep->runs[i].key;
			if (!strncmp(line, key, strlen(key)))
				sweep->runs[i].row = arena_string(
					&sweep->session->arena, line, strlen(line));
		}
	}
}

/* A file that holds something else is nothing to write over. */
static bool resume(struct sweep *sweep, const char *path)
{
	size_t size, length = strlen(sweep->header);
	char *text;

	if (access(path, F_OK) != 0)
		return true;
	text = file_read(path, &size, &sweep->session->sink);
	if (!text)
		return false;
	if (size &&
		(size <= length || strncmp(text, sweep->header, length) ||
			text[length] != '\n')) {
		diag_world(&sweep->session->sink, SPAN_NONE,
			"'%s' is no sweep of these params; give another output, or remove it",
			path);
		free(text);
		return false;
	}
	text = realloc(text, size + 1);
	text[size] = 0;
	take_rows(sweep, text);
	free(text);
	return true;
}

/* Where rows go as they are done, for a later run to go on from. */
static FILE *open_part(struct sweep *sweep, const char *path)
{
	FILE *part = fopen(path, "w");

	if (!part) {
		diag_world(&sweep->session->sink, SPAN_NONE, "cannot write '%s'", path);
		return NULL;
	}
	fprintf(part, "%s\n", sweep->header);
	for (size_t i = 0; i < sweep->run_count; i++)
		if (sweep->runs[i].row)
			fprintf(part, "%s\n", sweep->runs[i].row);
	fflush(part);
	return part;
}

static void keep(void *context, const char *row)
{
	if (context) {
		fprintf(context, "%s\n", row);
		fflush(context);
	}
}

static bool write_rows(struct sweep *sweep, const char *path)
{
	struct output out;

	if (!output_open(&out, path, 0666, sweep->session->outputs, &sweep->session->sink))
		return false;
	sweep_put_csv(sweep, &out);
	return output_commit(&out, &sweep->session->sink);
}

/* FILE.part grows row by row; when all are done FILE takes its place, in order. */
static bool run_into_file(struct sweep *sweep, const char *path)
{
	const char *part_path = arena_printf(&sweep->session->arena, "%s.part", path);
	bool good = resume(sweep, path) && resume(sweep, part_path);
	FILE *part = good ? open_part(sweep, part_path) : NULL;

	if (!part)
		return false;
	good = sweep_work(sweep, keep, part);
	if (ferror(part) | fclose(part)) {
		diag_world(&sweep->session->sink, SPAN_NONE, "cannot write '%s'", part_path);
		return false;
	}
	good = good && write_rows(sweep, path);
	if (good)
		unlink(part_path);
	return good;
}

/* --- the command ------------------------------------------------------------------------- */

static bool is_stdout(const char *path)
{
	return path && !strcmp(path, "-");
}

/* Rows, page and picture go into files of their own; rows or page to standard output. */
static bool outputs_differ(const struct options *options, struct diag_sink *sink)
{
	const char *rows = options->csv && is_stdout(options->html) ? "-" : options->output;
	const struct {
		const char *names, *file, *other, *option;
	} pairs[] = {
		{ "rows and page", rows, options->html, "--html" },
		{ "rows and picture", options->output, options->svg, "--svg" },
		{ "page and picture", options->html, options->svg, "--svg" },
	};

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		if (!pairs[i].file || !pairs[i].other || strcmp(pairs[i].file, pairs[i].other))
			continue;
		diag_world(sink, SPAN_NONE,
			"%s cannot both be written to '%s'; give %s another file",
			pairs[i].names, pairs[i].file, pairs[i].option);
		return false;
	}
	return true;
}

static bool is_file(const char *path, struct diag_sink *sink)
{
	if (strcmp(path, "-"))
		return true;
	diag_world(sink, SPAN_NONE,
		"a sweep reads its spec for every run; give a file, not standard input");
	return false;
}

static bool make_rows(struct sweep *sweep)
{
	const struct options *options = sweep->options;

	if (options->output && !is_stdout(options->output))
		return run_into_file(sweep, options->output);
	return sweep_work(sweep, keep, NULL);
}

static void show(struct sweep *sweep, struct output *page)
{
	const struct options *options = sweep->options;

	session_clear_line(sweep->session);
	if (options->csv || is_stdout(options->output))
		write_rows(sweep, "-");
	else if (!is_stdout(options->html))
		sweep_show(sweep);
	if (options->svg)
		sweep_plot(sweep, options->svg);
	if (options->html) {
		sweep_html(sweep, page);
		output_commit(page, &sweep->session->sink);
	}
}

/* The page is opened first, so that a file that cannot be written ends no long sweep. */
int sweep_command(struct session *session, const struct options *options)
{
	struct sweep sweep = { .session = session, .options = options };
	struct output page;

	if (!is_file(options->file, &session->sink) ||
		!outputs_differ(options, &session->sink) || !parse_axes(&sweep) ||
		!open_sweep(&sweep))
		return 0;
	if (options->html &&
		!output_open(&page, options->html, 0666, session->outputs, &session->sink))
		return 0;
	if (make_rows(&sweep))
		show(&sweep, &page);
	else if (options->html)
		output_abandon(&page);
	return 0;
}
