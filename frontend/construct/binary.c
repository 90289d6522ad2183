/*
 * Yu, Gao, Zhang, Miao: Generalizability of Memorization Neural Networks (arXiv 2411.00372),
 * Theorem 4.1: only opposite classes are kept apart, and the network counts changes of the
 * class along z instead of looking for points. It is a core of frontend/construct/parity.h;
 * of more than two classes each bit has one, and they follow one another with z and the
 * output carried along.
 */
#include <stdlib.h>

#include "frontend/construct/changes.h"
#include "frontend/construct/parity.h"
#include "frontend/construct/slots.h"
#include "support/bits.h"
#include "support/mem.h"

enum binary_option { EXTRACTOR, BUCKET, OPTIONS };

static const struct option_row rows[OPTIONS] = {
	[EXTRACTOR] = { .name = "extractor",
		.type = OPTION_WORD,
		.fallback = "tent",
		.words = extractor_words,
		.help = "how bits are extracted" },
	[BUCKET] = { .name = "bucket",
		.type = OPTION_COUNT,
		.min = 2,
		.max = INT32_MAX - 1,
		.help = "boundaries of a bucket, n, an even number; without it, the one with "
			"the fewest parameters, for each bit of the class" },
};

enum {
	PLANES,
	BOUNDARIES,
	M,
	SLOTS,
	DIGITS,
	N,
	RHO,
	STRING,
	RANGE,
	START,
	STEP,
	B,
	PARAMETERS
};

static const struct parameter_row parameters[PARAMETERS] = {
	[PLANES] = { "P", "bits of the class that change along z" },
	[BOUNDARIES] = { "K", "boundaries: changes of them" },
	[M] = { "m", "buckets of boundaries, without those that begin at 0" },
	[SLOTS] = { "S", "distances between boundaries that are extracted" },
	[DIGITS] = { "D", "bits of all of them" },
	[N] = { "n", "boundaries of a bucket, at most" },
	[RHO] = { "rho", "bits of a distance, at most" },
	[STRING] = { "U", "bits of the distances of a bucket, at most" },
	[RANGE] = { "r", "bits of a position, ceil(log2 R)" },
	[START] = { "s", "layers that start the extraction" },
	[STEP] = { "t", "layers that extract a bit" },
	[B] = { "B", "bits of a projection weight" },
};

/* A single bit needs no z beside its walk. */
static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "2 + m + s*P + t*D + S", "O(sqrt(N log R))" },
	{ MEASURE_WIDTH, false, "3 + t + min(max(P, 1), 2)",
		"6 for two classes; here 7 for more" },
	{ MEASURE_NEURONS, false, "1 + " PARITY_NEURONS, NULL },
	{ MEASURE_PARAMETERS, false, "d + 3 + " PARITY_PARAMETERS,
		"O(d + sqrt(N) log(N d R))" },
	{ MEASURE_SIGNIFICAND_BEHIND, false, "max(U, r, ceil(log2(C + 1))) + 2", NULL },
	{ MEASURE_FIXED_BEHIND, false, "U + r + ceil(log2(C + 1)) + 2", "O(sqrt(N log R))" },
};

/* One bit of the class: its boundaries and their core. */
struct plane {
	uint32_t bit;
	bool first; /* the bit at z = 0 */
	position *boundaries;
	struct parity parity; /* where it changes at all */
};

static void find_boundaries(struct plane *plane, const struct projection *projection)
{
	uint64_t count;
	struct change *changes = list_changes(
		projection->points, projection->count, UINT32_C(1) << plane->bit, &count);

	plane->first = projection->points[0].label >> plane->bit & 1;
	plane->parity.count = count;
	plane->boundaries = mem_alloc(count + 1, sizeof *plane->boundaries);
	for (uint64_t i = 0; i < count; i++)
		plane->boundaries[i] = change_roundest(&changes[i]);
	free(changes);
}

static bool plan_plane(const struct construct_request *request, struct plane *plane)
{
	const struct option_value *bucket = &request->options[BUCKET];
	uint64_t n = bucket->set ? (uint64_t)bucket->count : 0;

	if (parity_plan(&plane->parity, extractors[request->options[EXTRACTOR].count],
		    plane->boundaries, plane->parity.count, n))
		return true;
	diag_error(request->sink, bucket->span,
		"a bucket of %llu boundaries with distances of %u bits is a weight of %llu "
		"bits; at most %d are possible, so make the buckets smaller",
		(unsigned long long)plane->parity.n, plane->parity.rho,
		(unsigned long long)(plane->parity.n - 1) * plane->parity.rho,
		PARITY_STRING_BITS);
	return false;
}

static void take_greater(uint64_t *value, uint64_t other)
{
	if (other > *value)
		*value = other;
}

static void count_plane(const struct parity *parity, uint64_t *values)
{
	uint64_t slots = parity->n - 1;

	values[PLANES]++;
	values[BOUNDARIES] += parity->count;
	values[M] += parity->selected;
	values[SLOTS] += slots;
	values[DIGITS] += slots * parity->rho;
	take_greater(&values[N], parity->n);
	take_greater(&values[RHO], parity->rho);
	take_greater(&values[STRING], slots * parity->rho);
}

static bool plan(const struct construct_request *request, const struct projection *projection,
	struct plane *planes, uint32_t count, struct construct_report *report)
{
	const struct extractor *extractor = extractors[request->options[EXTRACTOR].count];

	for (uint32_t i = 0; i < count; i++) {
		planes[i].bit = i;
		find_boundaries(&planes[i], projection);
		if (planes[i].parity.count == 0)
			continue;
		if (!plan_plane(request, &planes[i]))
			return false;
		count_plane(&planes[i].parity, report->values);
	}
	report->values[RANGE] = projection->range_bits;
	report->values[START] = extractor->start_layers;
	report->values[STEP] = extractor->bit_layers;
	report->values[B] = projection->bits;
	return construct_plan(request, report);
}

static void add_planes(struct ir_module *module, const struct plane *planes, uint32_t count,
	uint64_t left, struct form *z, const struct progress *progress)
{
	struct form out = { .bias = NUM_ONE };

	for (uint32_t i = 0; i < count; i++) {
		if (planes[i].parity.count > 0)
			parity_core(module, &planes[i].parity, z, --left > 0, &out, i,
				planes[i].first, progress);
		else if (planes[i].first)
			form_add_bias(module, &out, num_pow2(&module->nums, i));
	}
	ir_set_output(module, out.terms, out.count, out.bias);
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	const struct option_value *bucket = &request->options[BUCKET];
	uint32_t count = bit_length(request->dataset->classes - 1);
	struct plane planes[32] = { 0 };
	struct projection projection;
	struct form z;
	bool good;

	if (bucket->set && bucket->count % 2) {
		diag_error(request->sink, bucket->span,
			"'bucket' must be even, so that each bucket begins with the same "
			"class: %lld or %lld",
			(long long)bucket->count - 1, (long long)bucket->count + 1);
		return false;
	}
	if (!project(request, module, &projection, &z))
		return false;
	good = plan(request, &projection, planes, count, report);
	if (good)
		add_planes(
			module, planes, count, report->values[PLANES], &z, request->progress);
	for (uint32_t i = 0; i < count; i++)
		free(planes[i].boundaries);
	projection_fini(&projection);
	return good;
}

const struct construct construct_binary = {
	.name = "binary",
	.source = "Yu, Gao, Zhang, Miao 2024, Theorem 4.1",
	.citation = "Lijia Yu, Xiao-Shan Gao, Lijun Zhang, Yibo Miao: Generalizability of "
		    "Memorization Neural Networks. NeurIPS 2024, arXiv 2411.00372",
	.help = "O(sqrt(N) log N) parameters at width 6 for two classes, which alone are kept "
		"apart",
	.figure = "x -> project -> z -> [ select bucket 1 .. m ] -> u, base\n"
		  "G = z - base + BIG\n"
		  "u, G -> [ extract rho bits of u, off G; turn the output if G >= BIG ]\n"
		  "        n - 1 times -> bit\n"
		  "\n"
		  "Along the sorted positions a bit of the class changes at boundaries, each\n"
		  "the roundest number between two points. A bucket holds n of them as its\n"
		  "base and the string u of the n - 1 distances that follow. Walking along\n"
		  "them, the output turns at each boundary that z has reached. With more\n"
		  "than two classes each bit of the class is walked in its turn, and z is\n"
		  "carried beside: width 7.\n",
	.elsewhere = "the class of one of the two stored points between whose positions it "
		     "lies",
	.options = rows,
	.option_count = OPTIONS,
	.apart = APART_CLASSES,
	.least_classes = 1,
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
