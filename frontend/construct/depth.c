/*
 * Vardi, Yehudai, Shamir: On the Optimal Memorization Power of ReLU Neural Networks
 * (arXiv 2110.03187), bounded depth: groups of L^2 consecutive projected points, one core of
 * Theorem 3.1 for each (frontend/construct/slots.h), all side by side. A core is 0 off its
 * group, so the output is their sum.
 */
#include <math.h>

#include "frontend/construct/slots.h"
#include "frontend/construct/weave.h"
#include "support/bits.h"

enum depth_option { DEPTH_L, DEPTH_EXTRACTOR, DEPTH_OPTIONS };

static const struct option_row rows[DEPTH_OPTIONS] = {
	[DEPTH_L] = { .name = "L",
		.type = OPTION_COUNT,
		.fallback = "max(1, floor(N ^ (1/4)))",
		.min = 1,
		.max = INT32_MAX,
		.help = "root of the points of a group, 1 .. sqrt(N); the depth grows with "
			"it, the width falls with its square" },
	[DEPTH_EXTRACTOR] = { .name = "extractor",
		.type = OPTION_WORD,
		.fallback = "tent",
		.words = extractor_words,
		.help = "how bits are extracted" },
};

enum { GROUPS, M, SLOTS, RHO, LABEL, START, STEP, B, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[GROUPS] = { "g", "groups" },
	[M] = { "m", "buckets of a group" },
	[SLOTS] = { "n", "points of a bucket" },
	[RHO] = { "rho", "bits of a position, ceil(log2 R)" },
	[LABEL] = { "c", "bits of a label" },
	[START] = { "s", "layers that start the extraction" },
	[STEP] = { "t", "layers that extract a bit" },
	[B] = { "B", "bits of a projection weight" },
};

static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "2 + " SLOTS_DEPTH, "O~(L)" },
	{ MEASURE_WIDTH, false, "g*(" SLOTS_WIDTH ")", "O(N / L^2)" },
	{ MEASURE_NEURONS, false, "1 + g*(" SLOTS_NEURONS ")", NULL },
	{ MEASURE_PARAMETERS, false, "d + 2 + g*(1 + " SLOTS_PARAMETERS ")", "O~(d + N / L)" },
	{ MEASURE_SIGNIFICAND_BEHIND, false, "n*max(rho, c)", NULL },
	{ MEASURE_FIXED_BEHIND, false, "n*max(rho, c) + 2", "O~(L + log d)" },
};

/*
 * Groups whose sizes differ by one at most, each of at most L^2 points, cut into the same
 * number of buckets: then all cores have the same layers.
 */
static bool plan_groups(
	const struct construct_request *request, struct construct_report *report)
{
	const struct option_value *option = &request->options[DEPTH_L];
	uint64_t points = request->dataset->count, l = (uint64_t)option->count;
	uint64_t groups, least, most, buckets;

	if (l > points || l * l > points) {
		diag_error(request->sink, option->span,
			"L is at most the square root of the number of points: %llu of %llu "
			"points, not %llu",
			(unsigned long long)sqrt((double)points), (unsigned long long)points,
			(unsigned long long)l);
		return false;
	}
	groups = divide_up(points, l * l);
	least = points / groups;
	most = divide_up(points, groups);
	buckets = (uint64_t)ceil(sqrt((double)most * log2((double)most)));
	buckets = buckets < 1 ? 1 : buckets > least ? least : buckets;
	report->values[GROUPS] = groups;
	report->values[M] = buckets;
	report->values[SLOTS] = divide_up(most, buckets);
	return true;
}

static bool plan(const struct construct_request *request, const struct projection *projection,
	struct construct_report *report, struct slots *slots)
{
	const struct extractor *extractor = extractors[request->options[DEPTH_EXTRACTOR].count];

	if (!slots_plan(slots, request, extractor, report->values[SLOTS],
		    projection->range_bits, request->options[DEPTH_L].span))
		return false;
	report->values[RHO] = slots->rho;
	report->values[LABEL] = slots->c;
	report->values[START] = extractor->start_layers;
	report->values[STEP] = extractor->bit_layers;
	report->values[B] = projection->bits;
	return construct_plan(request, report);
}

static void add_groups(struct ir_module *module, const struct construct_report *report,
	const struct slots *slots, const struct form *z, const struct projection *projection,
	const struct progress *progress)
{
	const uint64_t *values = report->values;
	uint64_t groups = values[GROUPS], least = projection->count / groups,
		 more = projection->count % groups;
	const struct projected *points = projection->points;
	struct draft draft;

	draft_init(&draft, module);
	for (uint64_t group = 0; group < groups; group++) {
		uint64_t count = least + (group < more);
		struct form key = draft_part(&draft), out = FORM_ZERO;

		progress_report(progress, "constructing", group, groups);
		slots_core(&draft.parts, slots, &key, &out, points, count, values[M], NULL);
		draft_output(&draft, &out);
		points += count;
	}
	draft_weave(&draft, z);
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	struct projection projection;
	struct slots slots;
	struct form z;
	bool good;

	if (!plan_groups(request, report) || !project(request, module, &projection, &z))
		return false;
	good = plan(request, &projection, report, &slots);
	if (good)
		add_groups(module, report, &slots, &z, &projection, request->progress);
	projection_fini(&projection);
	return good;
}

const struct construct construct_depth = {
	.name = "depth",
	.source = "Vardi, Yehudai, Shamir 2022, bounded depth",
	.citation = "Gal Vardi, Gilad Yehudai, Ohad Shamir: On the Optimal Memorization Power "
		    "of ReLU Neural Networks. ICLR 2022, arXiv 2110.03187",
	.help = "O~(N / L) parameters at depth O~(L)",
	.figure = "              +-> [ core of points 1 .. L^2 ] ----+\n"
		  "x -> project -+-> [ core of the next L^2 ] -------+-> sum -> y\n"
		  "              +-> ... g groups, side by side -----+\n"
		  "\n"
		  "Each core is the network of sqrt behind its projection, for a group of\n"
		  "consecutive positions: it answers 0 at positions of the others.\n",
	.elsewhere = "-1, unless the projection takes the point to a stored position (about "
		     "one in a thousand of the domain)",
	.options = rows,
	.option_count = DEPTH_OPTIONS,
	.apart = APART_POINTS,
	.least_classes = 1,
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
