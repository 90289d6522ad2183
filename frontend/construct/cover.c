/*
 * Yu, Gao, Zhang, Miao: Generalizability of Memorization Neural Networks (arXiv 2411.00372),
 * Theorem 4.3: a network whose size is that of a cover of the points, not their number.
 *
 *   sep   the least max-norm distance of points of different classes; h = sep - 1
 *   net   points of each class, but the one of rank 0, so that every point of the class is
 *         within h of one of them: greedily, in the order of the data
 *   box   relu(1 - sum_k relu(x_k - p_k - h) - sum_k relu(p_k - h - x_k)) for each point p
 *         of the net: on the grid 1 within h of p, else 0, and so 0 at all other classes
 */
#include <stdlib.h>

#include "frontend/construct/construct.h"
#include "frontend/construct/decide.h"
#include "frontend/construct/kdtree.h"
#include "frontend/data/cell.h"
#include "support/bits.h"
#include "support/mem.h"

enum { BOXES, RADIUS, BOUNDS, TERMS, RANKS, BITS, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[BOXES] = { "K", "boxes, the points of the net" },
	[RADIUS] = { "h", "radius of a box: the least distance of classes, less 1" },
	[BOUNDS] = { "F", "different bounds of boxes, which share neurons" },
	[TERMS] = { "T", "bounds of all boxes" },
	[RANKS] = { "G", "classes that have points" },
	[BITS] = { "b", "bits of the features' ranges" },
};

#define THEOREM "it grows with the net and d, not with N"

static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "4", "O(1)" },
	{ MEASURE_WIDTH, true, "max(F, K, G - 1)", NULL },
	{ MEASURE_NEURONS, true, "F + K + G - 1", NULL },
	{ MEASURE_PARAMETERS, false, "2*F + T + K + (K + 1)*(G - 1) + G", NULL },
	{ MEASURE_NEURONS, false, "(2*d + 1)*K + C - 1", THEOREM },
	{ MEASURE_PARAMETERS, false, "(6*d + C)*K + 2*C - 1", THEOREM },
	{ MEASURE_FIXED, false, "max(b, ceil(log2(C + 1)))", NULL },
};

/* The bounds of all boxes on one side of a coordinate, ascending, each once. */
struct side {
	int64_t *values;
	uint32_t count;
	uint32_t first; /* neuron of the first one, counted from the layer's first */
};

struct cover {
	const struct dataset *dataset;
	struct ranking ranking;
	uint64_t radius;
	uint32_t *net;   /* points, by rank and then as in the data */
	uint32_t *first; /* of each rank, and the end */
	uint32_t count;
	struct side *sides; /* upper and lower of each coordinate */
	uint64_t bounds, terms;
};

static int64_t coordinate(const struct dataset *dataset, uint64_t point, uint32_t k)
{
	int64_t value;

	cell_load(dataset->cell, dataset->cells, (size_t)(point * dataset->inputs + k), 1,
		&value);
	return value;
}

/* --- the net ------------------------------------------------------------------------- */

/*
 * Points of different classes are farther from each other than the radius, so that one walk
 * over the data serves all classes.
 */
static uint32_t *walk(const struct cover *cover, struct kdtree *tree,
	const struct progress *progress, uint32_t *count)
{
	const struct dataset *dataset = cover->dataset;
	uint32_t *found = NULL;
	size_t room = 0;

	*count = 0;
	for (uint64_t i = 0; i < dataset->count; i++) {
		if (dataset->labels[i] == cover->ranking.classes[0] || kdtree_is_taken(tree, i))
			continue;
		found = mem_grow(found, &room, (size_t)*count + 1, sizeof *found);
		found[(*count)++] = (uint32_t)i;
		kdtree_take(tree, i, cover->radius);
		if (*count % 256 == 0)
			progress_report(progress, "covering", i, dataset->count);
	}
	return found;
}

static void find_net(struct cover *cover, struct kdtree *tree, const struct progress *progress)
{
	uint32_t *found = walk(cover, tree, progress, &cover->count), at = 0;

	cover->net = mem_alloc(cover->count, sizeof *cover->net);
	cover->first = mem_zero((size_t)cover->ranking.count + 1, sizeof *cover->first);
	for (uint32_t r = 1; r < cover->ranking.count; r++) {
		cover->first[r] = at;
		for (uint32_t i = 0; i < cover->count; i++)
			if (cover->dataset->labels[found[i]] == cover->ranking.classes[r])
				cover->net[at++] = found[i];
	}
	cover->first[cover->ranking.count] = at;
	free(found);
}

/* --- bounds -------------------------------------------------------------------------- */

/*
 * The bound of a box about p on a side of its coordinate k; false if nothing in the range of
 * the coordinate is beyond it.
 */
static bool bound_of(const struct cover *cover, uint32_t p, uint32_t k, bool upper, int64_t *at)
{
	const struct ir_feature *feature = &cover->dataset->features[k];
	int64_t x = coordinate(cover->dataset, p, k);
	uint64_t room = upper ? (uint64_t)feature->hi - (uint64_t)x
			      : (uint64_t)x - (uint64_t)feature->lo;

	if (room <= cover->radius)
		return false;
	*at = (int64_t)(upper ? (uint64_t)x + cover->radius : (uint64_t)x - cover->radius);
	return true;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void collect_side(struct cover *cover, uint32_t k, bool upper, int64_t *values)
{
	struct side *side = &cover->sides[2 * k + !upper];
	uint32_t count = 0;

	for (uint32_t i = 0; i < cover->count; i++)
		count += bound_of(cover, cover->net[i], k, upper, &values[count]);
	cover->terms += count;
	qsort(values, count, sizeof *values, by_value);
	side->values = mem_alloc(count, sizeof *values);
	side->first = (uint32_t)cover->bounds;
	for (uint32_t i = 0; i < count; i++)
		if (!i || values[i] != values[i - 1])
			side->values[side->count++] = values[i];
	side->values = mem_resize(side->values, side->count, sizeof *side->values);
	cover->bounds += side->count;
}

static void collect_bounds(struct cover *cover)
{
	int64_t *values = mem_alloc((size_t)cover->count + 1, sizeof *values);

	cover->sides = mem_zero((size_t)cover->dataset->inputs * 2, sizeof *cover->sides);
	for (uint32_t k = 0; k < cover->dataset->inputs; k++) {
		collect_side(cover, k, true, values);
		collect_side(cover, k, false, values);
	}
	free(values);
}

/* --- layers -------------------------------------------------------------------------- */

/* relu(x_k - bound) above, relu(bound - x_k) below */
static void add_bounds(struct ir_module *module, const struct cover *cover)
{
	struct num_pool *nums = &module->nums;
	num minus = num_from_int(nums, -1);

	ir_layer_begin(module, "bounds");
	for (uint32_t s = 0; s < 2 * cover->dataset->inputs; s++)
		for (uint32_t i = 0; i < cover->sides[s].count; i++) {
			bool upper = s % 2 == 0;
			num bound = num_from_int(nums, cover->sides[s].values[i]);
			struct ir_term x = { ir_input(s / 2), upper ? NUM_ONE : minus };
			ir_neuron(module, &x, 1, upper ? num_neg(nums, bound) : bound);
		}
}

static uint32_t neuron_of(const struct side *side, int64_t bound)
{
	const int64_t *at = bsearch(&bound, side->values, side->count, sizeof bound, by_value);

	return side->first + (uint32_t)(at - side->values);
}

static void add_boxes(struct ir_module *module, const struct cover *cover)
{
	uint32_t sides = 2 * cover->dataset->inputs, base = module->layers[0].first;
	struct ir_term *terms = mem_alloc(sides, sizeof *terms);
	num minus = num_from_int(&module->nums, -1);

	ir_layer_begin(module, "boxes");
	for (uint32_t i = 0; i < cover->count; i++) {
		uint32_t count = 0;
		int64_t bound;
		for (uint32_t s = 0; s < sides; s++)
			if (bound_of(cover, cover->net[i], s / 2, s % 2 == 0, &bound))
				terms[count++] = (struct ir_term){
					{ base + neuron_of(&cover->sides[s], bound) }, minus
				};
		ir_neuron(module, terms, count, NUM_ONE);
	}
	free(terms);
}

/* --- the construction ---------------------------------------------------------------- */

static uint64_t range_bits(const struct dataset *dataset)
{
	uint64_t all = 0;

	for (uint32_t k = 0; k < dataset->inputs; k++) {
		int64_t lo = dataset->features[k].lo, hi = dataset->features[k].hi;
		all |= lo < 0 ? 0 - (uint64_t)lo : (uint64_t)lo;
		all |= hi < 0 ? 0 - (uint64_t)hi : (uint64_t)hi;
	}
	return bit_length(all);
}

static void warn_of_touching(const struct construct_request *request, const struct cover *cover)
{
	if (cover->radius == 0)
		diag_warn(request->sink, request->span,
			"classes touch: points of different classes have distance 1, so that "
			"each of the %u boxes holds one point, and the network grows with the "
			"points",
			cover->count);
}

static bool cover_init(struct cover *cover, const struct construct_request *request)
{
	const struct dataset *dataset = request->dataset;
	struct kdtree tree;

	*cover = (struct cover){ .dataset = dataset };
	ranking_init(&cover->ranking, dataset->labels, dataset->count, dataset->classes);
	if (!ranking_check(&cover->ranking, request)) {
		ranking_fini(&cover->ranking);
		return false;
	}
	kdtree_init(&tree, dataset);
	cover->radius = kdtree_separation(&tree, request->progress) - 1;
	find_net(cover, &tree, request->progress);
	kdtree_fini(&tree);
	collect_bounds(cover);
	return true;
}

static void cover_fini(struct cover *cover)
{
	for (uint32_t s = 0; s < 2 * cover->dataset->inputs; s++)
		free(cover->sides[s].values);
	free(cover->sides);
	free(cover->net);
	free(cover->first);
	ranking_fini(&cover->ranking);
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	struct cover cover;
	bool good;

	if (!cover_init(&cover, request))
		return false;
	report->values[BOXES] = cover.count;
	report->values[RADIUS] = cover.radius;
	report->values[BOUNDS] = cover.bounds;
	report->values[TERMS] = cover.terms;
	report->values[RANKS] = cover.ranking.count;
	report->values[BITS] = range_bits(request->dataset);
	good = construct_plan(request, report);
	if (good) {
		warn_of_touching(request, &cover);
		add_bounds(module, &cover);
		add_boxes(module, &cover);
		decide(module, &cover.ranking, cover.first);
	}
	cover_fini(&cover);
	return good;
}

const struct construct construct_cover = {
	.name = "cover",
	.source = "Yu, Gao, Zhang, Miao 2024, Theorem 4.3",
	.citation = "Lijia Yu, Xiao-Shan Gao, Lijun Zhang, Yibo Miao: Generalizability of "
		    "Memorization Neural Networks. NeurIPS 2024, arXiv 2411.00372",
	.help = "boxes that cover the points: parameters do not grow with N",
	.figure =
		"x -> F bounds -> K boxes -> G - 1 classes -> y\n"
		"\n"
		"h is 1 less than the least max-norm distance of points of different classes.\n"
		"A greedy net of points leaves none of its class farther than h; a box about\n"
		"each point of the net is 1 within h and else 0, so no box holds a point of\n"
		"another class. The first class needs no boxes. On one distribution with\n"
		"separated classes the net, and with it the network, levels off as N grows.\n",
	.elsewhere =
		"the last class of which a box holds the point; the first class where none "
		"does",
	.apart = APART_NONE,
	.least_classes = 2,
	.instead = "with one class any point has it, or use 'sqrt'",
	.needs = "Few boxes need classes that are far apart: as far as points of one class are "
		 "from each other",
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
