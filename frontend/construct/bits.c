/*
 * Vardi, Yehudai, Shamir: On the Optimal Memorization Power of ReLU Neural Networks
 * (arXiv 2110.03187), bounded bits: one core of Theorem 3.1 (frontend/construct/slots.h) whose
 * buckets are so small that no weight is longer than the bound. The ladder is longer for it:
 * buckets of N^eps points are N^(1 - eps) of them.
 */
#include <math.h>

#include "frontend/construct/slots.h"
#include "support/bits.h"

enum bits_option { BITS_EPS, BITS_B, BITS_EXTRACTOR, BITS_OPTIONS };

static const struct option_row rows[BITS_OPTIONS] = {
	[BITS_EPS] = { .name = "eps",
		.type = OPTION_NUMBER,
		.help = "0 .. 1/2: weights of O~(N^eps) bits; 1/4 without it and B" },
	[BITS_B] = { .name = "B",
		.type = OPTION_COUNT,
		.min = 1,
		.max = INT32_MAX,
		.help = "the most bits that a weight may have in fixed point, those of the "
			"projection too" },
	[BITS_EXTRACTOR] = { .name = "extractor",
		.type = OPTION_WORD,
		.fallback = "tent",
		.words = extractor_words,
		.help = "how bits are extracted" },
};

enum { BOUND, M, SLOTS, RHO, LABEL, START, STEP, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[BOUND] = { "B", "bits that a weight may have" },
	[M] = { "m", "buckets" },
	[SLOTS] = { "n", "points of a bucket" },
	[RHO] = { "rho", "bits of a position, ceil(log2 R)" },
	[LABEL] = { "c", "bits of a label" },
	[START] = { "s", "layers that start the extraction" },
	[STEP] = { "t", "layers that extract a bit" },
};

static const struct promise_row promises[] = {
	{ MEASURE_FIXED, false, "B", "O~(N^eps + log d)" },
	{ MEASURE_DEPTH, true, "2 + " SLOTS_DEPTH, "O~(N^(1 - eps))" },
	{ MEASURE_WIDTH, false, SLOTS_WIDTH, "12" },
	{ MEASURE_NEURONS, false, "1 + " SLOTS_NEURONS, NULL },
	{ MEASURE_PARAMETERS, false, "d + 2 + " SLOTS_PARAMETERS, "O~(d + N^(1 - eps))" },
};

/* floor(N^eps), at least 1; false with a diagnostic if eps is not in 0 .. 1/2. */
static bool power_of_points(const struct construct_request *request, uint64_t *n)
{
	const struct option_value *eps = &request->options[BITS_EPS];
	struct ir_ratio ratio = eps->set ? eps->number : (struct ir_ratio){ 1, 4 };
	double points = (double)request->dataset->count;

	if (ratio.num < 0 || ratio.num > ratio.den / 2) {
		diag_error(request->sink, eps->span, "eps is in 0 .. 1/2");
		return false;
	}
	/* a root that is whole must not become one less by rounding */
	*n = (uint64_t)(pow(points, (double)ratio.num / (double)ratio.den) + 1e-6);
	return true;
}

/*
 * The points of a bucket under a bound of bits. What a bucket of n takes beyond its strings:
 * tents two fraction bits, peeling one bit, in which 2^c of the match fits, too.
 */
static bool fit_bucket(const struct construct_request *request, uint64_t projection_bits,
	uint64_t rho, uint64_t beyond, uint64_t *n)
{
	const struct option_value *option = &request->options[BITS_B];
	uint64_t bound = (uint64_t)option->count, least = rho + beyond;

	if (least < projection_bits)
		least = projection_bits;
	if (bound < least) {
		diag_error(request->sink, option->span,
			"B = %llu is too small: with this projection the least possible is "
			"%llu",
			(unsigned long long)bound, (unsigned long long)least);
		diag_note(request->sink, option->span,
			"a position takes %llu bits, the projection's own weights %llu; fewer "
			"'bits' in 'project random' shorten both, as long as the points stay "
			"apart",
			(unsigned long long)rho, (unsigned long long)projection_bits);
		return false;
	}
	*n = (bound - beyond) / rho;
	return true;
}

static bool plan(const struct construct_request *request, const struct ir_module *module,
	const struct projection *projection, struct construct_report *report,
	struct slots *slots)
{
	const struct option_value *bound = &request->options[BITS_B];
	const struct extractor *extractor = extractors[request->options[BITS_EXTRACTOR].count];
	uint64_t own = ir_measure_layers(module, 0, 1).greatest_fixed;
	uint64_t beyond = extractor == &extractor_tent ? 2 : 1, n, needed;

	if (!slots_plan(slots, request, extractor, 1, projection->range_bits, request->span))
		return false;
	if (bound->set ? !fit_bucket(request, own, slots->rho, beyond, &n)
		       : !power_of_points(request, &n))
		return false;
	n = n < projection->count ? n : projection->count;
	if (!slots_plan(slots, request, extractor, n, projection->range_bits,
		    bound->set ? bound->span : request->options[BITS_EPS].span))
		return false;
	needed = n * slots->rho + beyond;
	report->values[BOUND] = bound->set ? (uint64_t)bound->count
		: needed > own             ? needed
					   : own;
	report->values[M] = divide_up(projection->count, n);
	report->values[SLOTS] = n;
	report->values[RHO] = slots->rho;
	report->values[LABEL] = slots->c;
	report->values[START] = extractor->start_layers;
	report->values[STEP] = extractor->bit_layers;
	return construct_plan(request, report);
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	const struct option_value *options = request->options;
	struct projection projection;
	struct slots slots;
	struct form z, out = FORM_ZERO;
	bool good;

	if (options[BITS_EPS].set && options[BITS_B].set) {
		diag_error(request->sink, options[BITS_B].span,
			"'eps' and 'B' are two ways to bound the bits; give one of them");
		diag_note(request->sink, options[BITS_EPS].span, "'eps' is here");
		return false;
	}
	if (!project(request, module, &projection, &z))
		return false;
	good = plan(request, module, &projection, report, &slots);
	if (good) {
		slots_core(module, &slots, &z, &out, projection.points, projection.count,
			report->values[M], request->progress);
		ir_set_output(module, out.terms, out.count, out.bias);
	}
	projection_fini(&projection);
	return good;
}

const struct construct construct_bits = {
	.name = "bits",
	.source = "Vardi, Yehudai, Shamir 2022, bounded bits",
	.citation = "Gal Vardi, Gilad Yehudai, Ohad Shamir: On the Optimal Memorization Power "
		    "of ReLU Neural Networks. ICLR 2022, arXiv 2110.03187",
	.help = "O~(N^(1 - eps)) parameters with weights of O~(N^eps) bits, or of at most B",
	.figure = "x -> project -> z -> [ select bucket 1 .. m ] -> u, w\n"
		  "u, w -> [ extract rho bits of u and c bits of w, match ] n times -> y\n"
		  "\n"
		  "The network of sqrt with buckets of n = N^eps points, or of as many as\n"
		  "weights of B bits can hold. Counting bounds it from below: W weights of B\n"
		  "bits tell at most 2^(W B) labellings apart, so W B >= N log2 C.\n",
	.elsewhere = "-1, unless the projection takes the point to a stored position (about "
		     "one in a thousand of the domain)",
	.options = rows,
	.option_count = BITS_OPTIONS,
	.apart = APART_POINTS,
	.least_classes = 1,
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
