/*
 * memc run: rows through a network, in process.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/bounds.h"
#include "driver/classifier.h"
#include "driver/confusion.h"
#include "driver/deviation.h"
#include "driver/precision.h"
#include "driver/run_rows.h"
#include "driver/target.h"
#include "support/cores.h"
#include "support/mem.h"

/* Of rows that are made of points: bytes at once, and points of a share. */
enum { CHUNK_BYTES = 1 << 26, POINTS = 64 };

/* A rate is taken over so many seconds or more, if that needs the rows again. */
static const double rate_seconds = 0.02;

/* --- rows of a data set ------------------------------------------------------------------ */

/* The points of one data set, `room` of them at a time as rows. */
struct run {
	struct session *session;
	struct classifier *classifier;
	struct raw_source source;
	uint64_t first, count, room; /* those that are rows now */
	char *rows;
	bool *outside;       /* the domain: their rows are zeros */
	double seconds;      /* of classifying, without making rows */
	uint64_t classified; /* in that time */
};

static void make_some(void *context, struct shares *shares, unsigned thread)
{
	const struct run *run = context;
	const struct raw_form *form = run->source.form;
	int64_t *point = mem_alloc(form->module->input_count, sizeof *point);
	uint64_t first, count;

	(void)thread;
	while (shares_take(shares, &first, &count))
		for (uint64_t i = first; i < first + count; i++)
			run->outside[i] = !raw_source_row(&run->source, run->first + i, point,
				run->rows + i * form->row_bytes);
	free(point);
}

/* Rows first..first+count-1; where the set's cells are rows, nothing is to be made. */
static const void *make_rows(struct run *run, uint64_t first, uint64_t count)
{
	size_t bytes = run->source.form->row_bytes;

	run->first = first;
	run->count = count;
	if (run->source.packed)
		return (const char *)run->source.dataset->cells + first * bytes;
	cores_run(count, POINTS, make_some, run);
	return run->rows;
}

static void correct(const struct run *run, int32_t *found)
{
	for (uint64_t i = 0; i < run->count && !run->source.same; i++)
		if (run->outside[i])
			found[i] = -1;
}

static void classify_chunk(struct run *run, uint64_t first, uint64_t count, int32_t *found)
{
	const void *rows = make_rows(run, first, count);
	double start = session_now();

	do {
		classifier_run(run->classifier, rows, count, found + first);
		run->classified += count;
	} while (count == run->source.dataset->count && session_now() - start < rate_seconds);
	run->seconds += session_now() - start;
	correct(run, found + first);
}

/* The first row alone, to say when there was an answer: before there is code for all. */
static void classify_first(struct run *run, int32_t *found)
{
	struct session *session = run->session;

	classifier_run(run->classifier, make_rows(run, 0, 1), 1, found);
	session_summary(session,
		arena_printf(&session->arena, "first answer after %.3f s",
			session_now() - session->started));
}

/* False with diagnostics if there is no code. */
static bool classify_all(struct run *run, int32_t *found)
{
	uint64_t all = run->source.dataset->count;
	bool good;

	run->room = CHUNK_BYTES / run->source.form->row_bytes + 1;
	if (run->room > all || run->source.packed)
		run->room = all;
	if (!run->source.packed) {
		run->rows = mem_alloc((size_t)run->room, run->source.form->row_bytes);
		run->outside = mem_alloc((size_t)run->room, sizeof *run->outside);
	}
	classify_first(run, found);
	good = classifier_wait(run->classifier);
	session_phase(run->session, "compile");
	for (uint64_t first = 0; good && first < all; first += run->room)
		classify_chunk(
			run, first, all - first < run->room ? all - first : run->room, found);
	free(run->outside);
	free(run->rows);
	return good;
}

static void print_confusion(const struct run *run, const int32_t *found, bool csv)
{
	struct confusion confusion;

	confusion_init(&confusion, run->source.form->module, run->source.dataset, found);
	if (csv) {
		confusion_print_csv(&confusion, stdout);
	} else {
		printf("%" PRIu64 " rows: %" PRIu64 " right, %" PRIu64 " wrong, %" PRIu64
		       " unknown (accuracy %.2f %%)\n\n",
			confusion.all, confusion.right,
			confusion.all - confusion.right - confusion.unknown, confusion.unknown,
			100 * (double)confusion.right / (double)confusion.all);
		confusion_print(&confusion, stdout);
	}
	confusion_fini(&confusion);
}

static void print_deviation(const struct run *run, const int32_t *found, bool csv)
{
	struct deviation deviation;

	deviation_init(&deviation, run->source.form->module, run->source.dataset, found);
	if (csv)
		deviation_print_csv(&deviation, stdout);
	else
		deviation_print(&deviation, stdout);
}

static void print_result(const struct run *run, const int32_t *found, bool csv)
{
	const struct dataset *dataset = run->source.dataset;
	unsigned cores = classifier_cores(run->classifier, dataset->count);

	session_clear_line(run->session);
	if (dataset->levels)
		print_deviation(run, found, csv);
	else
		print_confusion(run, found, csv);
	if (!csv)
		printf("\n%.0f rows per second, %s, %u core%s\n",
			(double)run->classified / run->seconds,
			classifier_name(run->classifier), cores, cores == 1 ? "" : "s");
}

/* Whether the network answers what the data set asks. */
static bool check_dataset(
	struct target *target, const struct ir_module *module, const struct dataset *dataset)
{
	struct diag_sink *sink = &target->session->sink;

	if (dataset->inputs != module->input_count)
		diag_error(sink, target->network->span,
			"the network takes %u inputs, the rows have %u", module->input_count,
			dataset->inputs);
	else if (!dataset->levels != !module->levels)
		diag_error(sink, target->network->span,
			"the network answers with %s, the labels of the rows are %s",
			module->levels ? "real values" : "classes",
			dataset->levels ? "real values" : "classes");
	else
		return true;
	return false;
}

static void run_dataset(struct target *target, const struct ir_module *module,
	const struct dataset *dataset, struct classifier *classifier)
{
	struct session *session = target->session;
	struct run run = { .session = session, .classifier = classifier };
	int32_t *found;

	if (!check_dataset(target, module, dataset))
		return;
	if (!classifier_build(classifier, module, target_span(target), true))
		return;
	raw_source_init(&run.source, classifier_form(classifier), dataset);
	found = mem_alloc((size_t)dataset->count, sizeof *found);
	if (classify_all(&run, found)) {
		print_result(&run, found, target->options->csv);
		if (!target->options->csv && !target->options->engine.arithmetic)
			bounds_print_samples(target);
	}
	free(found);
}

/* --- the command ------------------------------------------------------------------------- */

/* The data set of the spec that --data names; NULL with diagnostics. */
static const struct dataset_request *find_dataset(struct target *target, const char *name)
{
	const struct spec *spec = &target->spec;
	struct session *session = target->session;

	for (uint32_t i = 0; i < spec->dataset_count; i++)
		if (!strcmp(spec->datasets[i].name, name))
			return &spec->datasets[i];
	diag_world(&session->sink, SPAN_NONE, "'%s' has no data set '%s'", spec->path, name);
	for (uint32_t i = 0; i < spec->dataset_count; i++)
		diag_note(&session->sink, spec->datasets[i].span, "data set '%s'",
			spec->datasets[i].name);
	return NULL;
}

static void run_named(struct target *target, const struct ir_module *module,
	const struct dataset_request *request, struct classifier *classifier)
{
	struct session *session = target->session;
	struct dataset dataset;

	if (target->network &&
		request == &target->spec.datasets[target->network->dataset_index]) {
		run_dataset(target, module, &target->dataset, classifier);
		return;
	}
	if (!dataset_load(&dataset, request, &session->sink, &session->progress))
		return;
	session_phase(session, "data");
	run_dataset(target, module, &dataset, classifier);
	dataset_fini(&dataset);
}

/* The first rows need not wait until there is code for all. */
static void run_input(
	struct target *target, const struct ir_module *module, struct classifier *classifier)
{
	if (!classifier_build(classifier, module, target_span(target), true))
		return;
	run_rows(target->session, module, classifier, target->options->raw);
	classifier_wait(classifier);
}

/* What can be said before anything is loaded. */
static bool check_options(struct target *target, const struct dataset_request **request)
{
	const struct options *options = target->options;
	struct diag_sink *sink = &target->session->sink;
	bool input = options->data && !strcmp(options->data, "-");

	if (input && options->csv)
		diag_world(sink, SPAN_NONE,
			"--csv prints the confusion table of a data set; rows on standard "
			"input "
			"have no classes to be compared with");
	else if (!input && options->raw)
		diag_world(sink, SPAN_NONE,
			"--raw is a form of rows on standard input; give --data=- too");
	else if (!input && !target->has_spec)
		diag_world(sink, SPAN_NONE,
			"a .mir file has no data set; give rows on standard input and "
			"--data=-");
	else if (input || !options->data)
		return true;
	else
		return (*request = find_dataset(target, options->data)) != NULL;
	return false;
}

/* The literal network for --engine, NULL with diagnostics; else what is made of it. */
static const struct ir_module *module_of(struct target *target)
{
	if (target->options->engine.arithmetic)
		return precision_module(target);
	return target_last_module(target, target_level(target, 2));
}

static void run_target(struct target *target, const struct ir_module *module,
	const struct dataset_request *request, struct classifier *classifier)
{
	if (request)
		run_named(target, module, request, classifier);
	else if (target->options->data)
		run_input(target, module, classifier);
	else
		run_dataset(target, module, &target->dataset, classifier);
	session_phase(target->session, "run");
}

int run_command(struct session *session, const struct options *options)
{
	const struct dataset_request *request = NULL;
	struct classifier *classifier;
	struct target target;
	uint32_t network;

	if (options->data && !strcmp(options->data, "-") && !strcmp(options->file, "-")) {
		diag_world(&session->sink, SPAN_NONE,
			"spec and rows cannot both be standard input; give one of them a file");
		return 0;
	}
	classifier = classifier_new(session, options);
	if (target_open(&target, session, options) && check_options(&target, &request) &&
		(!target.has_spec ||
			(target_pick(&target, &network) && target_build(&target, network)))) {
		const struct ir_module *module = module_of(&target);
		if (module)
			run_target(&target, module, request, classifier);
	}
	classifier_free(classifier);
	target_fini(&target);
	return 0;
}
