/*
 * Any width W and depth L with W^2 L^2 >= N (after Yang, Yang: Memorization capacity of deep
 * ReLU neural networks characterized by width and depth, arXiv 2603.09589): grid select over
 * W^2 L buckets, L stages of W^2 each, then the at most L points of the bucket by
 * extraction, as Theorem 3.1 of Vardi, Yehudai and Shamir has it.
 */
#include <stdlib.h>

#include "frontend/construct/gridselect.h"
#include "frontend/construct/slots.h"
#include "support/bits.h"
#include "support/mem.h"

enum width_depth_option { EXTRACTOR, WIDTH, DEPTH, OPTIONS };

static const struct option_row rows[OPTIONS] = {
	[EXTRACTOR] = { .name = "extractor",
		.type = OPTION_WORD,
		.fallback = "tent",
		.words = extractor_words,
		.help = "how bits are extracted" },
	[WIDTH] = { .name = "W",
		.type = OPTION_COUNT,
		.min = 1,
		.max = INT32_MAX,
		.help = "width, in groups of a stage; without it, the least that does with L" },
	[DEPTH] = { .name = "L",
		.type = OPTION_COUNT,
		.min = 1,
		.max = INT32_MAX,
		.help = "depth, in stages and points of a bucket; without it, the least that "
			"does with W, and without both ceil(N^(1/4))" },
};

enum { W, L, M, SLOTS, STAGES, GROUPS, GROUP, RHO, LABEL, START, STEP, B, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[W] = { "W", "the option, or the least that does" },
	[L] = { "L", "the option, or the least that does" },
	[M] = { "m", "buckets, at most W^2 L" },
	[SLOTS] = { "n", "points of a bucket, at most L" },
	[STAGES] = { "S", "stages that select, at most L; none for a single bucket" },
	[GROUPS] = { "p", "groups of a stage, at most W" },
	[GROUP] = { "q", "buckets of a group, at most W" },
	[RHO] = { "rho", "bits of a position, ceil(log2 R)" },
	[LABEL] = { "c", "bits of a label" },
	[START] = { "s", "layers that start the extraction" },
	[STEP] = { "t", "layers that extract a bit" },
	[B] = { "B", "bits of a projection weight" },
};

/* Of depth and width first what is built, then what W and L promise. */
static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "2 + 2*S + min(S, 1) + s + n*(t*rho + 2)", NULL },
	{ MEASURE_DEPTH, false, "3 + s + L*(t*rho + 4)", "O(L log R)" },
	{ MEASURE_WIDTH, false, "max(3*q, 2*p + 3, 8 + 2*t)", NULL },
	{ MEASURE_WIDTH, false, "max(3*W, 8 + 2*t)", "O(W)" },
	{ MEASURE_NEURONS, false, "4 + S*(2*p + 3*q + 3) + " SLOTS_EXTRACT_NEURONS, NULL },
	{ MEASURE_PARAMETERS, false,
		"d + 6 + S*(6*p*q + 2*p + 10*q) + 4*q + " SLOTS_EXTRACT_PARAMETERS,
		"O(d + W^2 L + L log R)" },
	{ MEASURE_SIGNIFICAND_BEHIND, false, "(n + 1)*rho + 3", NULL },
	{ MEASURE_FIXED_BEHIND, false, "(n + 1)*rho + 3", "O(L log R)" },
};

/*
 * W and L, each the least that does with the other where it is not given. They hold the
 * points if (W L)^2 >= N: if W L >= root.
 */
static bool choose(const struct construct_request *request, struct construct_report *report)
{
	const struct option_value *w = &request->options[WIDTH];
	const struct option_value *l = &request->options[DEPTH];
	uint64_t points = request->dataset->count, root = root_up(points);
	uint64_t width = w->set ? (uint64_t)w->count : 0;
	uint64_t depth = l->set ? (uint64_t)l->count
		: w->set        ? divide_up(root, width)
				: root_up(root);

	if (!w->set)
		width = divide_up(root, depth);
	report->values[W] = width;
	report->values[L] = depth;
	if (width * depth >= root)
		return true;
	diag_error(request->sink, w->span,
		"W = %llu and L = %llu hold W^2 L^2 = %llu points, and there are %llu: with "
		"this W, L must be at least %llu, with this L, W at least %llu",
		(unsigned long long)width, (unsigned long long)depth,
		(unsigned long long)(width * depth * width * depth), (unsigned long long)points,
		(unsigned long long)divide_up(root, width),
		(unsigned long long)divide_up(root, depth));
	return false;
}

/* The fewest points of a bucket, since a point costs more layers than a stage. */
static struct grid plan_grid(const struct dataset *dataset, uint64_t *values)
{
	uint64_t points = dataset->count;
	uint64_t stage = values[W] >= root_up(points) ? points : values[W] * values[W];
	uint64_t stages = values[L] < points ? values[L] : points;
	struct grid grid;

	values[SLOTS] = divide_up(points, stage * stages);
	values[M] = divide_up(points, values[SLOTS]);
	grid = grid_of(values[M], stage);
	values[STAGES] = grid.stages;
	values[GROUPS] = grid.groups;
	values[GROUP] = grid.group;
	return grid;
}

static bool plan(const struct construct_request *request, const struct projection *projection,
	struct construct_report *report, struct slots *slots)
{
	const struct option_value *options = request->options;
	const struct extractor *extractor = extractors[options[EXTRACTOR].count];

	if (!slots_plan(slots, request, extractor, report->values[SLOTS],
		    projection->range_bits,
		    options[DEPTH].set           ? options[DEPTH].span
			    : options[WIDTH].set ? options[WIDTH].span
						 : request->span))
		return false;
	report->values[RHO] = slots->rho;
	report->values[LABEL] = slots->c;
	report->values[START] = extractor->start_layers;
	report->values[STEP] = extractor->bit_layers;
	report->values[B] = projection->bits;
	return construct_plan(request, report);
}

/* The buckets as rungs: each from its first point on, the first one from 0 on. */
static struct rung *list_rungs(struct ir_module *module, const struct slots *slots,
	const struct projection *projection, uint64_t buckets)
{
	struct rung *rungs = mem_alloc(buckets, sizeof *rungs);
	struct bucket *list =
		slots_cut(module, slots, projection->points, projection->count, buckets);

	for (uint64_t j = 0; j < buckets; j++)
		rungs[j] = (struct rung){ j > 0 ? list[j].first : 0,
			{ list[j].constants[0], list[j].constants[1] } };
	free(list);
	return rungs;
}

/* u and w of z's bucket, in neurons of a layer of their own */
static void select_strings(struct ir_module *module, const struct grid *grid, struct form *z,
	const struct rung *rungs, uint64_t count, struct form strings[2])
{
	struct grid_form accumulators[2];

	grid_select(module, grid, z, true, rungs, count, accumulators, 2);
	if (grid->stages) {
		ir_layer_begin(module, "grid");
		*z = form_relu(module, z);
	}
	for (int i = 0; i < 2; i++) {
		strings[i] = grid_form_carry(module, &accumulators[i]);
		grid_form_fini(&accumulators[i]);
	}
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	struct projection projection;
	struct slots slots;
	struct grid grid;
	struct form z, out = FORM_ZERO, strings[2];
	bool good;

	if (!choose(request, report) || !project(request, module, &projection, &z))
		return false;
	grid = plan_grid(request->dataset, report->values);
	good = plan(request, &projection, report, &slots);
	if (good) {
		struct rung *rungs = list_rungs(module, &slots, &projection, report->values[M]);
		select_strings(module, &grid, &z, rungs, report->values[M], strings);
		free(rungs);
		slots_extract(module, &slots, &z, &out, strings, request->progress);
		ir_set_output(module, out.terms, out.count, out.bias);
	}
	projection_fini(&projection);
	return good;
}

const struct construct construct_width_depth = {
	.name = "width_depth",
	.source = "after Yang, Yang 2026",
	.citation = "Xin Yang, Yunfei Yang: Memorization capacity of deep ReLU neural networks "
		    "characterized by width and depth. 2026, arXiv 2603.09589",
	.help = "any width W and depth L with W^2 L^2 >= N",
	.figure = "x -> project -> z -> [ grid select of W^2 buckets ] L times -> u, w\n"
		  "u, w -> [ extract rho bits of u and c bits of w, match ] L times -> y\n"
		  "\n"
		  "The sorted positions are cut into at most W^2 L buckets of at most L\n"
		  "points. Two layers of width O(W) select the strings u and w among W^2\n"
		  "buckets, as the two hidden layers of grid do with classes, and L such\n"
		  "stages among all. Then u and w are taken apart as in sqrt. Buckets are as\n"
		  "small as W and L let them, since a point costs more layers than a stage.\n",
	.elsewhere = "-1, unless the projection takes the point to a stored position (about "
		     "one in a thousand of the domain)",
	.options = rows,
	.option_count = OPTIONS,
	.apart = APART_POINTS,
	.least_classes = 1,
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
