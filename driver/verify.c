/*
 * memc verify: every level, interpreted and compiled, on stored points and probes.
 *
 * Each engine is compared with what is stored, and on probes with the first engine: so any
 * two of them are compared with each other wherever both have been.
 */
#include <stdio.h>
#include <stdlib.h>

#include "driver/engines.h"
#include "driver/precision_report.h"
#include "driver/probe.h"
#include "support/mem.h"

/* About how long an engine may take without --full, in seconds of one core; and --quick. */
static const double stored_seconds = 3, probe_seconds = 2, quick_share = 0.1;

/* Differences of one engine, and inputs of a probe, that are printed. */
enum { SHOWN = 3, SHOWN_INPUTS = 16 };

#define U(x) ((unsigned long long)(x))

struct check {
	struct target *target;
	const struct dataset *dataset; /* NULL: no stored points */
	const struct engine *first;    /* what the others are compared with on probes */
	struct near near;
	struct probes probes;
	int32_t *answers; /* of the first engine to the probes */
	uint64_t points, differences;
	uint64_t most_wrong; /* stored points that one engine gets wrong */
};

/* --- points ------------------------------------------------------------------------------ */

/* `count` of all stored points or probes, spread evenly over them. */
struct part {
	const struct check *check;
	bool stored;
	uint64_t count, all;
};

static uint64_t part_index(const struct part *part, uint64_t i)
{
	__extension__ typedef unsigned __int128 wide;

	return (uint64_t)((wide)i * part->all / part->count);
}

static void part_point(const void *context, uint64_t i, int64_t *point)
{
	const struct part *part = context;
	uint64_t index = part_index(part, i);

	if (part->stored)
		dataset_point(part->check->dataset, index, point);
	else
		probe_point(&part->check->probes, index, point);
}

static double seconds_for(const struct check *check, bool stored)
{
	double seconds = stored ? stored_seconds : probe_seconds;

	return check->target->options->quick ? seconds * quick_share : seconds;
}

/* What an engine takes of them. The first takes all probes: the others are compared with it. */
static struct part part_of(struct check *check, const struct engine *engine, bool stored)
{
	uint64_t all = !stored   ? check->probes.count
		: check->dataset ? check->dataset->count
				 : 0;
	double seconds = seconds_for(check, stored);
	bool whole = check->target->options->full || (!stored && engine == check->first);
	uint64_t count = whole ? all : engine_sample(check->target, engine, seconds, all);

	return (struct part){ check, stored, count, all };
}

static bool is_used(const struct target *target, const struct engine *engine)
{
	return engine->level == 0 || engine->level == target_level(target, engine->level);
}

/* --- differences ------------------------------------------------------------------------- */

static const char *class_text(const struct check *check, int32_t class)
{
	return class < 0 ? "unknown"
			 : arena_printf(&check->target->session->arena, "class %d", class);
}

/* Where a probe lies, if that is short to say. */
static void note_probe(struct check *check, uint64_t probe)
{
	struct arena *arena = &check->target->session->arena;
	uint32_t inputs = check->probes.module->input_count;
	const char *text = "";
	int64_t point[SHOWN_INPUTS];

	if (inputs > SHOWN_INPUTS)
		return;
	probe_point(&check->probes, probe, point);
	for (uint32_t i = 0; i < inputs; i++)
		text = arena_printf(
			arena, "%s%s%lld", text, i ? ", " : "", (long long)point[i]);
	diag_note(&check->target->session->sink, SPAN_NONE, "its grid point is (%s)", text);
}

static void report(struct check *check, const struct engine *engine, const struct part *part,
	uint64_t index, int32_t expected, int32_t found)
{
	struct diag_sink *sink = &check->target->session->sink;

	if (part->stored) {
		diag_error(sink, SPAN_NONE, "row %llu is stored as %s; %s says %s",
			U(check->dataset->rows[index]), class_text(check, expected),
			engine->name, class_text(check, found));
		return;
	}
	diag_error(sink, SPAN_NONE, "probe %llu: %s says %s, %s says %s", U(index),
		check->first->name, class_text(check, expected), engine->name,
		class_text(check, found));
	note_probe(check, index);
}

/*
 * Shows a part to an engine and counts its answers that differ. The first engine has only
 * probes of its own to be compared with.
 */
static bool compare(struct check *check, struct engine_run *run, const struct engine *engine,
	const struct part *part, uint64_t *wrong)
{
	struct points points = { part->count, part_point, part };
	int32_t *found = mem_alloc(part->count, sizeof *found);
	bool good = engine_classify(run, &points, found);

	*wrong = 0;
	if (good && !part->stored && engine == check->first) {
		check->answers = found;
		return true;
	}
	for (uint64_t i = 0; good && i < part->count; i++) {
		uint64_t index = part_index(part, i);
		int32_t expected = part->stored ? (int32_t)check->dataset->labels[index]
						: check->answers[index];
		if (found[i] == expected)
			continue;
		if (++*wrong <= SHOWN)
			report(check, engine, part, index, expected, found[i]);
	}
	check->differences += *wrong;
	free(found);
	return good;
}

/* --- what is printed --------------------------------------------------------------------- */

static const char *part_text(struct check *check, const struct part *part)
{
	struct arena *arena = &check->target->session->arena;

	if (part->count == part->all)
		return arena_printf(arena, "all %llu", U(part->all));
	return arena_printf(arena, "%llu of %llu", U(part->count), U(part->all));
}

static void print_titles(const struct check *check)
{
	printf("%-16s", "engine");
	if (check->dataset)
		printf(" %18s %6s", "stored points", "wrong");
	printf(" %18s %9s\n", "probes", "different");
}

static void print_probes(const struct check *check)
{
	const struct near *near = &check->near;
	const uint64_t *counts = check->probes.counts;
	uint64_t known = 0;

	for (uint64_t i = 0; i < check->probes.count; i++)
		known += check->answers[i] >= 0;
	printf("probes: %llu, of which %llu at a table entry, %llu neighbours of stored "
	       "points,\n"
	       "        %llu corners, %llu just outside, %llu random; %llu of all have a "
	       "class\n",
		U(check->probes.count), U(counts[PROBE_NEAR]), U(counts[PROBE_NEIGHBOUR]),
		U(counts[PROBE_CORNER]), U(counts[PROBE_OUTSIDE]), U(counts[PROBE_RANDOM]),
		U(known));
	if (near->entries)
		printf("table entries: %llu of %llu looked for: %llu points one below, "
		       "%llu on, %llu one above\n",
			U(near->tried), U(near->entries), U(near->found[NEAR_BELOW]),
			U(near->found[NEAR_ON]), U(near->found[NEAR_ABOVE]));
	else
		puts("table entries: none that an affine form of the inputs is looked up in");
}

/* --- the run ----------------------------------------------------------------------------- */

static bool check_engine(struct check *check, const struct engine *engine)
{
	struct session *session = check->target->session;
	struct part stored = part_of(check, engine, true),
		    probes = part_of(check, engine, false);
	struct engine_run *run = engine_start(check->target, engine);
	uint64_t wrong = 0, different = 0;
	bool good = run != NULL;

	if (good && check->dataset)
		good = compare(check, run, engine, &stored, &wrong);
	good = good && compare(check, run, engine, &probes, &different);
	if (good) {
		session_clear_line(session);
		printf("%-16s", engine->name);
		if (check->dataset)
			printf(" %18s %6llu", part_text(check, &stored), U(wrong));
		printf(" %18s %9llu\n", part_text(check, &probes), U(different));
		fflush(stdout);
	}
	if (stored.count > check->points)
		check->points = stored.count;
	if (wrong > check->most_wrong)
		check->most_wrong = wrong;
	if (run)
		engine_end(run);
	session_phase(session, engine->name);
	return good;
}

static bool check_or_leave_out(struct check *check, const struct engine *engine)
{
	const char *why = engine_is_missing(check->target, engine);

	if (!why)
		return check_engine(check, engine);
	session_clear_line(check->target->session);
	printf("%-16s left out: %s\n", engine->name, why);
	return true;
}

/* The probes that the first engine can take in its time. */
static void make_probes(struct check *check)
{
	struct target *target = check->target;
	const struct ir_module *fused = target_module(target, check->first->level);
	uint64_t most = UINT64_MAX;

	near_init(&check->near, fused, check->dataset);
	if (!target->options->full)
		most = engine_sample(target, check->first, seconds_for(check, false), most);
	probes_init(&check->probes, fused, check->dataset, &check->near, most);
	session_phase(target->session, "probes");
}

static void verify_engines(struct target *target)
{
	struct diag_sink *sink = &target->session->sink;
	struct check check = {
		.target = target,
		.dataset = target->has_dataset ? &target->dataset : NULL,
		.first = engines,
	};
	unsigned faults = diag_count(sink);
	bool good = true;

	while (!is_used(target, check.first))
		check.first++;
	make_probes(&check);
	print_titles(&check);
	for (size_t i = 0; i < ENGINES && good; i++)
		if (is_used(target, &engines[i]))
			good = check_or_leave_out(&check, &engines[i]);
	if (good) {
		print_probes(&check);
		if (check.dataset)
			target_expect(target, check.dataset->count - check.most_wrong);
	}
	if (good && (check.differences || diag_count(sink) == faults))
		printf("verified: %llu points, %llu probes, %llu differences\n",
			U(check.points), U(check.probes.count), U(check.differences));
	free(check.answers);
	near_fini(&check.near);
}

static void verify_target(struct target *target)
{
	if (target->options->engine.arithmetic)
		precision_verify(target);
	else
		verify_engines(target);
}

/* All networks of a spec, unless --network chooses one; a .mir file holds one. */
int verify_command(struct session *session, const struct options *options)
{
	struct target target;
	uint32_t only;
	bool good = target_open(&target, session, options);

	if (good && !target.has_spec) {
		verify_target(&target);
	} else if (good && (options->network || target.spec.network_count <= 1)) {
		if (target_pick(&target, &only) && target_build(&target, only))
			verify_target(&target);
	} else if (good) {
		for (uint32_t i = 0; i < target.spec.network_count; i++) {
			if (!target_build(&target, i))
				break;
			printf("network %s\n", target.network->name);
			verify_target(&target);
		}
	}
	target_fini(&target);
	return 0;
}
