#include "driver/precision.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "driver/classify.h"
#include "support/cores.h"
#include "support/mem.h"

/*
 * About how long each part may take without --full, in seconds of one core. Exact values are
 * mostly 0, and traces take a fifth of what is said of them.
 */
static const double tried_seconds = 3, traced_seconds = 12, search_seconds = 6;

enum { GRAIN = 4, LEAST_SAMPLE = 16 };

const struct ir_module *precision_module(struct target *target)
{
	struct diag_sink *sink = &target->session->sink;
	const struct options *options = target->options;

	if (options->level > 0)
		diag_world(sink, SPAN_NONE,
			"--engine evaluates the literal network, that of -O0; leave out -O%d",
			options->level);
	else if (options->assume_members || options->cpu)
		diag_world(sink, SPAN_NONE,
			"--engine evaluates the literal network without code; leave out %s",
			options->cpu ? "--cpu" : "--assume-members");
	else if (target->module.level != IR_LEVEL_NETWORK)
		diag_world(sink, SPAN_NONE,
			"'%s' is fused; --engine evaluates literal networks", options->file);
	else
		return &target->module;
	return NULL;
}

bool precision_has_points(struct target *target)
{
	if (!precision_module(target))
		return false;
	if (!target->has_dataset)
		diag_world(&target->session->sink, SPAN_NONE,
			"a .mir file has no stored points; classify rows with memc run and "
			"--data=-");
	return target->has_dataset;
}

/* Measured, of a term: its product and its sum. */
static double term_seconds(const struct ir_format *format)
{
	double limbs = ((double)format->bits + format->fraction) / 64;

	if (format->arithmetic == &arithmetic_bits) /* most weights are powers of two */
		return (30 + limbs / 3) * 1e-9;
	if (format->arithmetic == &arithmetic_fixed)
		return (60 + limbs * limbs / 10) * 1e-9;
	return 4e-9;
}

double precision_seconds(const struct ir_module *module, const struct ir_format *format)
{
	if (format->arithmetic == &arithmetic_exact)
		return classify_seconds(module);
	return (double)(module->term_count + module->node_count) * term_seconds(format);
}

/* How many of `count` take so many seconds. */
static uint64_t sample(const struct target *target, double all, double one, uint64_t count)
{
	double points = all / one;

	if (target->options->full || points >= (double)count)
		return count;
	if (points >= LEAST_SAMPLE)
		return (uint64_t)points;
	return count < LEAST_SAMPLE ? count : LEAST_SAMPLE;
}

/* --- stored points in an arithmetic ------------------------------------------------------ */

struct work {
	struct target *target;
	const struct spread *tried;
	const struct ir_format *format;
	int32_t *answers;
};

static void try_some(void *context, struct shares *shares, unsigned thread)
{
	const struct work *work = context;
	const struct ir_module *module = &work->target->module;
	struct ir_rounded *rounded = ir_rounded_new(module, work->format);
	int64_t *point = mem_alloc(module->input_count, sizeof *point);
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		for (uint64_t i = first; i < first + count; i++) {
			dataset_point(
				work->tried->dataset, spread_index(work->tried, i), point);
			work->answers[i] = ir_rounded_classify(rounded, point);
		}
		if (!thread)
			progress_report(&work->target->session->progress, "rounding", first,
				shares->count);
	}
	free(point);
	ir_rounded_free(rounded);
}

void precision_try(struct target *target, const struct spread *tried,
	const struct ir_format *format, int32_t *answers)
{
	struct work work = { target, tried, format, answers };

	cores_run(tried->count, GRAIN, try_some, &work);
}

/* Collects the points with answers that are not the stored ones. */
static void collect(struct precision *precision, const int32_t *answers)
{
	const struct dataset *dataset = precision->tried.dataset;

	precision->failures =
		mem_alloc((size_t)precision->tried.count, sizeof *precision->failures);
	for (uint64_t i = 0; i < precision->tried.count; i++) {
		uint64_t point = spread_index(&precision->tried, i);
		if (answers[i] == (int32_t)dataset->labels[point])
			continue;
		precision->unknown += answers[i] < 0;
		precision->failures[precision->failure_count++] =
			(struct failure){ .point = point, .answer = answers[i] };
	}
}

/* --- what became of those that fail ------------------------------------------------------ */

/* Of all failures an even part is traced; entry i of it. */
static struct failure *traced(const struct precision *precision, uint64_t i)
{
	__extension__ typedef unsigned __int128 wide;

	return &precision->failures[(
		uint64_t)((wide)i * precision->failure_count / precision->traced)];
}

static void trace(const struct precision *precision, struct ir_rounded *rounded,
	struct ir_rounded *exact, int64_t *point, struct failure *failure)
{
	const struct dataset *dataset = precision->tried.dataset;

	dataset_point(dataset, failure->point, point);
	ir_rounded_depart(rounded, exact, point, failure->departures);
	failure->decisive = ir_rounded_decisive(
		rounded, exact, point, (int32_t)dataset->labels[failure->point]);
	failure->traced = true;
}

static void trace_some(void *context, struct shares *shares, unsigned thread)
{
	const struct precision *precision = context;
	const struct ir_format exactly = { .arithmetic = &arithmetic_exact };
	struct ir_rounded *rounded = ir_rounded_new(precision->module, &precision->format);
	struct ir_rounded *exact = ir_rounded_new(precision->module, &exactly);
	int64_t *point = mem_alloc(precision->module->input_count, sizeof *point);
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		for (uint64_t i = first; i < first + count; i++)
			trace(precision, rounded, exact, point, traced(precision, i));
		if (!thread)
			progress_report(&precision->target->session->progress, "tracing", first,
				shares->count);
	}
	free(point);
	ir_rounded_free(exact);
	ir_rounded_free(rounded);
}

/* A trace is a run in both, and one for each step of a bisection over layers. */
static double trace_seconds(const struct precision *precision)
{
	double runs = 2;

	for (uint32_t layers = precision->module->layer_count; layers; layers /= 2)
		runs++;
	return runs *
		(classify_seconds(precision->module) +
			precision_seconds(precision->module, &precision->format));
}

void precision_init(struct precision *precision, struct target *target)
{
	int32_t *answers;

	*precision = (struct precision){
		.target = target,
		.module = &target->module,
		.format = target->options->engine,
		.tried = { .dataset = &target->dataset },
	};
	precision->tried.count = sample(target, tried_seconds,
		precision_seconds(precision->module, &precision->format),
		target->dataset.count);
	answers = mem_alloc((size_t)precision->tried.count, sizeof *answers);
	precision_try(target, &precision->tried, &precision->format, answers);
	collect(precision, answers);
	free(answers);
	precision->traced = sample(
		target, traced_seconds, trace_seconds(precision), precision->failure_count);
	cores_run(precision->traced, GRAIN, trace_some, precision);
	session_phase(target->session, "engine");
}

void precision_fini(struct precision *precision)
{
	free(precision->failures);
}

/* --- the least P ------------------------------------------------------------------------- */

/* All points of the spread in bits:P, from one on and round; the first that fails ends it. */
struct search {
	struct target *target;
	struct spread tried;
	struct ir_format format; /* bits:P */
	uint64_t start;
	_Atomic uint64_t failing; /* how far behind the start, at least; the count: none */
};

static uint64_t search_index(const struct search *search, uint64_t i)
{
	return spread_index(&search->tried, (search->start + i) % search->tried.count);
}

/* Whether a stored point survives; what it is answered. */
static bool survives(const struct search *search, struct ir_rounded *rounded, uint64_t index,
	int64_t *point, int32_t *answer)
{
	dataset_point(search->tried.dataset, index, point);
	*answer = ir_rounded_classify(rounded, point);
	return *answer == (int32_t)search->tried.dataset->labels[index];
}

static void lower(_Atomic uint64_t *least, uint64_t value)
{
	uint64_t old = atomic_load(least);

	while (value < old && !atomic_compare_exchange_weak(least, &old, value))
		;
}

static void search_some(void *context, struct shares *shares, unsigned thread)
{
	struct search *search = context;
	const struct ir_module *module = &search->target->module;
	struct ir_rounded *rounded = ir_rounded_new(module, &search->format);
	int64_t *point = mem_alloc(module->input_count, sizeof *point);
	uint64_t first, count;
	int32_t answer;

	while (shares_take(shares, &first, &count) && first < atomic_load(&search->failing)) {
		for (uint64_t i = first; i < first + count; i++)
			if (!survives(search, rounded, search_index(search, i), point, &answer))
				lower(&search->failing, i);
		if (!thread)
			progress_report(&search->target->session->progress,
				"looking for the least significand", first, shares->count);
	}
	free(point);
	ir_rounded_free(rounded);
}

/* The answer to one point in bits:P. */
static bool survives_alone(
	const struct search *search, uint64_t index, uint32_t bits, int32_t *answer)
{
	const struct ir_format format = { &arithmetic_bits, bits, 0 };
	const struct ir_module *module = &search->target->module;
	struct ir_rounded *rounded = ir_rounded_new(module, &format);
	int64_t *point = mem_alloc(module->input_count, sizeof *point);
	bool good = survives(search, rounded, index, point, answer);

	free(point);
	ir_rounded_free(rounded);
	return good;
}

/* A point fails with the bits of the search: more of them, so that it does not. */
static void grow(struct search *search, struct least_bits *least)
{
	uint32_t bad = search->format.bits, good = 2 * bad;
	int32_t answer;

	least->point = search_index(search, search->failing);
	for (; !survives_alone(search, least->point, good, &answer); good *= 2) {
		least->answer = answer;
		if (good > IR_FORMAT_BITS)
			return;
		bad = good;
	}
	while (good - bad > 1) {
		uint32_t middle = bad + (good - bad) / 2;
		if (survives_alone(search, least->point, middle, &answer))
			good = middle;
		else
			bad = middle;
	}
	survives_alone(search, least->point, bad, &least->answer);
	least->bits = good;
}

/* In as many bits as the longest weight has. */
double precision_point_seconds(const struct target *target)
{
	uint64_t longest = target->literal.greatest_fixed;
	struct ir_format format = { &arithmetic_bits,
		longest < IR_FORMAT_BITS ? (uint32_t)longest : IR_FORMAT_BITS, 0 };

	return precision_seconds(&target->module, &format);
}

struct spread precision_sample(const struct target *target)
{
	return (struct spread){ &target->dataset,
		sample(target, search_seconds, precision_point_seconds(target),
			target->dataset.count) };
}

struct least_bits precision_least(struct target *target, struct spread tried)
{
	struct search search = { .target = target, .tried = tried };
	struct least_bits least = { .tried = tried, .bits = 1 };

	for (;;) {
		search.format = (struct ir_format){ &arithmetic_bits, least.bits, 0 };
		atomic_store(&search.failing, search.tried.count);
		cores_run(search.tried.count, GRAIN, search_some, &search);
		if (search.failing == search.tried.count)
			break;
		least.bits = 0;
		grow(&search, &least);
		if (!least.bits)
			break;
		search.start = (search.start + search.failing) % search.tried.count;
	}
	session_phase(target->session, "least significand");
	return least;
}
