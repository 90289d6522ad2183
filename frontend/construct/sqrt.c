/*
 * Vardi, Yehudai, Shamir: On the Optimal Memorization Power of ReLU Neural Networks
 * (arXiv 2110.03187), Theorem 3.1: a projection that keeps all points apart, then one core
 * of frontend/construct/slots.h.
 */
#include "frontend/construct/slots.h"
#include "support/bits.h"

enum sqrt_option { SQRT_EXTRACTOR, SQRT_BUCKET, SQRT_BUCKETS, SQRT_OPTIONS };

static const struct option_row rows[SQRT_OPTIONS] = {
	[SQRT_EXTRACTOR] = { .name = "extractor",
		.type = OPTION_WORD,
		.fallback = "tent",
		.words = extractor_words,
		.help = "how bits are extracted" },
	[SQRT_BUCKET] = { .name = "bucket",
		.type = OPTION_COUNT,
		.min = 1,
		.max = INT32_MAX,
		.help = "points of a bucket, n; without it, ceil(N / buckets)" },
	[SQRT_BUCKETS] = { .name = "buckets",
		.type = OPTION_COUNT,
		.fallback = "max(1, ceil(sqrt(N * log2(N))))",
		.min = 1,
		.max = INT32_MAX,
		.help = "number of buckets, m" },
};

enum { M, SLOTS, RHO, LABEL, START, STEP, B, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[M] = { "m", "buckets" },
	[SLOTS] = { "n", "points of a bucket" },
	[RHO] = { "rho", "bits of a position, ceil(log2 R)" },
	[LABEL] = { "c", "bits of a label" },
	[START] = { "s", "layers that start the extraction" },
	[STEP] = { "t", "layers that extract a bit" },
	[B] = { "B", "bits of a projection weight" },
};

/* The projection's own weights are O(log R) bits and not in the theorem's bound. */
static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "2 + " SLOTS_DEPTH,
		"O(sqrt(N log N) + sqrt(N / log N) max(log R, log C))" },
	{ MEASURE_WIDTH, false, SLOTS_WIDTH, "12" },
	{ MEASURE_NEURONS, false, "1 + " SLOTS_NEURONS, NULL },
	{ MEASURE_PARAMETERS, false, "d + 2 + " SLOTS_PARAMETERS,
		"O(d + sqrt(N log N) + sqrt(N / log N) max(log R, log C))" },
	{ MEASURE_SIGNIFICAND_BEHIND, false, "n*max(rho, c)", NULL },
	{ MEASURE_FIXED_BEHIND, false, "n*max(rho, c) + 2",
		"O(log d + sqrt(N / log N) max(log R, log C))" },
};

static bool plan_buckets(
	const struct construct_request *request, struct construct_report *report)
{
	const struct option_value *bucket = &request->options[SQRT_BUCKET];
	const struct option_value *buckets = &request->options[SQRT_BUCKETS];
	uint64_t points = request->dataset->count;

	if (bucket->set && buckets->span.source) {
		diag_error(request->sink, buckets->span,
			"'bucket' and 'buckets' are two ways to say one thing; give one of "
			"them");
		diag_note(request->sink, bucket->span, "'bucket' is here");
		return false;
	}
	if (bucket->set) {
		uint64_t n = (uint64_t)bucket->count;
		report->values[SLOTS] = n < points ? n : points;
		report->values[M] = divide_up(points, report->values[SLOTS]);
		return true;
	}
	report->values[M] = (uint64_t)buckets->count;
	if (report->values[M] > points) {
		diag_error(request->sink, buckets->span,
			"%llu buckets for %llu points: each must hold a point",
			(unsigned long long)report->values[M], (unsigned long long)points);
		return false;
	}
	report->values[SLOTS] = divide_up(points, report->values[M]);
	return true;
}

static bool plan(const struct construct_request *request, const struct projection *projection,
	struct construct_report *report, struct slots *slots)
{
	const struct option_value *bucket = &request->options[SQRT_BUCKET];
	const struct extractor *extractor = extractors[request->options[SQRT_EXTRACTOR].count];

	if (!slots_plan(slots, request, extractor, report->values[SLOTS],
		    projection->range_bits,
		    bucket->set ? bucket->span : request->options[SQRT_BUCKETS].span))
		return false;
	report->values[RHO] = slots->rho;
	report->values[LABEL] = slots->c;
	report->values[START] = extractor->start_layers;
	report->values[STEP] = extractor->bit_layers;
	report->values[B] = projection->bits;
	return construct_plan(request, report);
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	struct projection projection;
	struct slots slots;
	struct form z, out = FORM_ZERO;
	bool good;

	if (!plan_buckets(request, report) || !project(request, module, &projection, &z))
		return false;
	good = plan(request, &projection, report, &slots);
	if (good) {
		slots_core(module, &slots, &z, &out, projection.points, projection.count,
			report->values[M], request->progress);
		ir_set_output(module, out.terms, out.count, out.bias);
	}
	projection_fini(&projection);
	return good;
}

const struct construct construct_sqrt = {
	.name = "sqrt",
	.source = "Vardi, Yehudai, Shamir 2022, Theorem 3.1",
	.citation = "Gal Vardi, Gilad Yehudai, Ohad Shamir: On the Optimal Memorization Power "
		    "of ReLU Neural Networks. ICLR 2022, arXiv 2110.03187",
	.help = "O(sqrt(N log N)) parameters at constant width",
	.figure = "x -> project -> z -> [ select bucket 1 .. m ] -> u, w\n"
		  "u, w -> [ extract rho bits of u and c bits of w, match ] n times -> y\n"
		  "\n"
		  "The sorted positions are cut into m buckets of n points. A ladder of m\n"
		  "interval indicators selects two strings, u of the positions in z's bucket\n"
		  "and w of their labels; slot by slot they are taken apart again, and the\n"
		  "label of the slot whose position is z is added to the output.\n",
	.elsewhere = "-1, unless the projection takes the point to a stored position (about "
		     "one in a thousand of the domain)",
	.options = rows,
	.option_count = SQRT_OPTIONS,
	.apart = APART_POINTS,
	.least_classes = 1,
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
