/*
 * Park, Lee, Yun, Shin: Provable Memorization via Deep Neural Networks using Sub-linear
 * Parameters (arXiv 2010.13363), in integers, at width 3.
 *
 *   project   z = relu(a . x + b), different classes apart
 *   halve     to a range of about N^2 / 4, layer by layer
 *   place     runs of keys, each shifted as a whole, into a range T of about N^(4/3)
 *   address   the label, in the string of the key's interval, where the key itself says
 */
#include <stdlib.h>

#include "frontend/construct/address.h"
#include "frontend/construct/halve.h"
#include "frontend/construct/place.h"
#include "frontend/construct/stairs.h"
#include "frontend/construct/step.h"
#include "support/bits.h"
#include "support/mem.h"

enum park_option { PARK_RANGE, PARK_INTERVALS, PARK_OPTIONS };

static const struct option_row rows[PARK_OPTIONS] = {
	[PARK_RANGE] = { .name = "range",
		.type = OPTION_COUNT,
		.fallback = "max(2*N, ceil(N^(4/3) * min(1, log2(N) / 32)))",
		.min = 2,
		.max = INT64_C(1) << 40,
		.help = "keys are brought below this, T; a smaller one has more runs and fewer "
			"intervals and slots" },
	[PARK_INTERVALS] = { .name = "intervals",
		.type = OPTION_COUNT,
		.min = 2,
		.max = INT32_MAX,
		.help = "strings, A; without it, so many that they cost as much as the slots" },
};

enum { HALVED, RUNS, RANGE, INTERVALS, SLOTS, LABEL, FOLDS, SLOT_BITS, RHO, B, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[HALVED] = { "H", "halvings" },
	[RUNS] = { "S", "runs of keys that are placed as a whole" },
	[RANGE] = { "T", "range of the keys then" },
	[INTERVALS] = { "A", "intervals, each with a string" },
	[SLOTS] = { "q", "slots of an interval, labels of a string" },
	[LABEL] = { "c", "bits of a label" },
	[FOLDS] = { "f", "ceil(log2 A)" },
	[SLOT_BITS] = { "g", "ceil(log2 q)" },
	[RHO] = { "rho", "bits of a position, ceil(log2 R)" },
	[B] = { "B", "bits of a projection weight" },
};

#define BITS "max(q*c + 4 + f + g, 2*rho + 4, rho + ceil(log2(T)) + 6)"

static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "5 + 2*H + S + " ADDRESS_DEPTH,
		"O(log d + log Delta + N^(2/3) log C)" },
	{ MEASURE_WIDTH, false, "3", "3" },
	{ MEASURE_NEURONS, true, "2 + 6*H + 3*S + " ADDRESS_NEURONS, NULL },
	{ MEASURE_PARAMETERS, false, "d + 8 + 22*H + 7*S + " ADDRESS_PARAMETERS,
		"O(d + log Delta + N^(2/3) log C)" },
	{ MEASURE_SIGNIFICAND_BEHIND, false, BITS, NULL },
	{ MEASURE_FIXED_BEHIND, false, BITS, NULL },
};

/* What the keys go through. */
struct reduction {
	struct projected *keys;
	uint64_t count;
	position range; /* after the halvings */
	struct halving halvings[HALVINGS];
	uint32_t halved;
	struct run *runs;
	uint64_t run_count;
};

/* By the key, after they have been placed. */
static int compare_keys(const void *a, const void *b)
{
	position x = ((const struct projected *)a)->z, y = ((const struct projected *)b)->z;

	return (x > y) - (x < y);
}

/* R, one more than any stored position, is what all beyond it become. */
static void reduce(struct reduction *reduction, const struct projection *projection,
	uint64_t range, uint64_t seed)
{
	reduction->keys = projection->points;
	reduction->range = projection->range + 1;
	reduction->halved = halve_plan(reduction->keys, &reduction->count, &reduction->range,
		range, reduction->halvings);
	if (reduction->range <= range) {
		reduction->runs = mem_zero(1, sizeof *reduction->runs);
		reduction->run_count = 1;
		return;
	}
	reduction->runs =
		place(reduction->keys, reduction->count, range, seed, &reduction->run_count);
	qsort(reduction->keys, reduction->count, sizeof *reduction->keys, compare_keys);
}

static bool check_range(const struct construct_request *request, uint64_t keys)
{
	const struct option_value *range = &request->options[PARK_RANGE];
	unsigned long long chosen = (unsigned long long)range->count;
	uint32_t c = bit_length(request->dataset->classes);

	if (chosen < 2 * keys) {
		diag_error(request->sink, range->span,
			"a range of %llu for %llu keys leaves too few places to choose from; "
			"give at least %llu",
			chosen, (unsigned long long)keys, 2 * (unsigned long long)keys);
		return false;
	}
	if (request->force || chosen <= CONSTRUCT_BYTES * 8 / c)
		return true;
	diag_error(request->sink, range->span,
		"a range of %llu with labels of %u bits is %.1f GiB of strings; more than %.0f "
		"GiB needs --force",
		chosen, c, (double)chosen * c / 8 / (1 << 30),
		(double)CONSTRUCT_BYTES / (1 << 30));
	return false;
}

/* So that no value comes near IR_BITS_LIMIT. */
enum { STRING_BITS = 1 << 22 };

static bool check_strings(const struct construct_request *request, const struct address *shape)
{
	const struct option_value *intervals = &request->options[PARK_INTERVALS];

	if (shape->length <= STRING_BITS)
		return true;
	diag_error(request->sink,
		intervals->set ? intervals->span : request->options[PARK_RANGE].span,
		"strings of %llu labels of %u bits; at most %d bits are possible, so make more "
		"intervals",
		(unsigned long long)shape->slots, shape->c, STRING_BITS);
	return false;
}

static void set_values(struct construct_report *report, const struct projection *projection,
	const struct reduction *reduction, const struct address *shape, uint64_t range)
{
	report->values[HALVED] = reduction->halved;
	report->values[RUNS] = reduction->run_count;
	report->values[RANGE] = range;
	report->values[INTERVALS] = shape->intervals;
	report->values[SLOTS] = shape->slots;
	report->values[LABEL] = shape->c;
	report->values[FOLDS] = shape->folds;
	report->values[SLOT_BITS] = shape->slot_bits;
	report->values[RHO] = projection->range_bits;
	report->values[B] = projection->bits;
}

/* x plus what its run is shifted by. Heights are that plus an offset, to be >= 0. */
static void add_runs(struct ir_module *module, const struct reduction *reduction,
	uint64_t range, struct form *x)
{
	struct stair *list = mem_alloc(reduction->run_count, sizeof *list);
	position most = reduction->range + range;
	uint32_t bits = 0;
	struct form shift;

	for (uint64_t i = 0; i < reduction->run_count; i++) {
		const struct run *run = &reduction->runs[i];
		position height = reduction->range + run->place - run->first;
		uint64_t words[2] = { (uint64_t)height, (uint64_t)(height >> 64) };
		mpz_init(list[i].height);
		mpz_import(list[i].height, 2, -1, sizeof words[0], 0, 0, words);
		list[i].first = run->first;
	}
	while (bits < 128 && most >> bits)
		bits++;
	stairs(module, "place", x, list, reduction->run_count, bits, &shift);
	for (uint64_t i = 0; i < reduction->run_count; i++)
		mpz_clear(list[i].height);
	free(list);
	form_add(module, x, &shift);
	form_add_bias(module, x,
		num_neg(&module->nums, position_num(&module->nums, reduction->range)));
}

static void add_layers(struct ir_module *module, const struct construct_request *request,
	const struct reduction *reduction, const struct address *shape, position most,
	struct form *x)
{
	uint64_t range = (uint64_t)request->options[PARK_RANGE].count;
	struct form label;

	clip(module, "halve", x, most);
	halve(module, x, reduction->halvings, reduction->halved);
	add_runs(module, reduction, range, x);
	clip(module, "place", x, range);
	address(module, shape, reduction->keys, reduction->count, x, &label, request->progress);
	ir_set_output(module, label.terms, label.count, label.bias);
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	uint64_t range = (uint64_t)request->options[PARK_RANGE].count, intervals = 0;
	struct reduction reduction = { 0 };
	struct projection projection;
	struct address shape;
	struct form x;
	bool good;

	if (!project(request, module, &projection, &x))
		return false;
	reduction.count = projection.count;
	keys_unique(projection.points, &reduction.count);
	good = check_range(request, reduction.count);
	if (good) {
		progress_report(request->progress, "placing", 0, 0);
		reduce(&reduction, &projection, range,
			(uint64_t)request->project[PROJECT_SEED].count);
		if (request->options[PARK_INTERVALS].set)
			intervals = (uint64_t)request->options[PARK_INTERVALS].count;
		shape = address_shape(
			range + 1, intervals, bit_length(request->dataset->classes));
		set_values(report, &projection, &reduction, &shape, range);
		good = check_strings(request, &shape) && construct_plan(request, report);
	}
	if (good)
		add_layers(module, request, &reduction, &shape, projection.range, &x);
	free(reduction.runs);
	projection_fini(&projection);
	return good;
}

const struct construct construct_park = {
	.name = "park",
	.source = "Park, Lee, Yun, Shin 2021, Theorem 3.1",
	.citation =
		"Sejun Park, Jaeho Lee, Chulhee Yun, Jinwoo Shin: Provable Memorization via "
		"Deep Neural Networks using Sub-linear Parameters. COLT 2021, arXiv "
		"2010.13363",
	.help = "O~(N^(2/3)) parameters at width 3; no position is stored",
	.figure =
		"x -> project -> z -> [ halve ] H times -> [ shift run 2 .. S ] -> key < T\n"
		"key -> [ select string 2 .. A ], [ fold ] f times -> string, r\n"
		"string, r -> [ take the label off, until slot r ] q times -> read -> y\n"
		"\n"
		"Halving maps keys of a range to half of it, without a collision of classes,\n"
		"until it is about N^2 / 4; there, S runs of neighbouring keys are shifted\n"
		"into a range T of about N^(4/3). It is cut into A intervals of q keys, and\n"
		"the labels of an interval are the bits of one weight, in the order of the\n"
		"keys: the key itself says where its label lies.\n",
	.elsewhere = "any class or -1: most keys of the last range are free, but every point "
		     "of the domain goes to one of them",
	.options = rows,
	.option_count = PARK_OPTIONS,
	.apart = APART_CLASSES,
	.least_classes = 1,
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
