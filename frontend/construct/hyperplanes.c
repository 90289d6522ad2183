/*
 * Dirksen, Finke, Genzel: Memorization with Neural Nets: Going Beyond the Worst Case
 * (arXiv 2310.00327): random hyperplanes, and neurons that cover one class after the other.
 *
 *   planes   h_k = [w_k . x + b_k >= 1] = relu(s) - relu(s - 1) with s = w_k . x + b_k, exactly
 *            0 or 1 on the grid (frontend/construct/planes.h)
 *   guards   relu(m - sum of h_k over u), which fires at points of one class only
 *            (frontend/construct/guards.h)
 *   decide   the class of which a guard fires
 *
 * The paper has two classes, and guards for one of them. Here each class but that of the most
 * points has guards against all others.
 */
#include <stdlib.h>

#include "frontend/construct/guards.h"
#include "support/bits.h"
#include "support/mem.h"

enum hyperplanes_option { SEED, WEIGHT_BITS, PLANES, NEURONS, REUSE, MOST, OPTIONS };

static const char *const neuron_words[] = { "thin", "whole", NULL };

static const struct option_row rows[OPTIONS] = {
	[SEED] = { .name = "seed",
		.type = OPTION_COUNT,
		.fallback = "1",
		.max = INT64_MAX,
		.help = "seed of the random hyperplanes" },
	[WEIGHT_BITS] = { .name = "bits",
		.type = OPTION_COUNT,
		.fallback = "7",
		.min = 1,
		.max = PLANES_BITS,
		.help = "bits of their weights, without the sign" },
	[PLANES] = { .name = "planes",
		.type = OPTION_COUNT,
		.fallback = "64",
		.min = 1,
		.max = PLANES_FIRST,
		.help = "hyperplanes to begin with; more are drawn between pairs that they do "
			"not separate, and those that no neuron needs are dropped" },
	[NEURONS] = { .name = "neurons",
		.type = OPTION_WORD,
		.fallback = "thin",
		.words = neuron_words,
		.help = "whether a neuron of the second layer reads few hyperplanes, or all "
			"that have its point on their lower side, as in the paper" },
	[REUSE] = { .name = "reuse",
		.type = OPTION_COUNT,
		.fallback = "2",
		.min = 1,
		.max = 1024,
		.help = "how much rather a thin neuron takes a hyperplane that another one "
			"reads" },
	[MOST] = { .name = "most",
		.type = OPTION_COUNT,
		.min = 1,
		.max = UINT32_MAX,
		.help = "neurons of the second layer that are too many if exceeded" },
};

enum { KEPT, GUARDS, TERMS, RANKS, BITS, THRESHOLD, DRAWN, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[KEPT] = { "K", "hyperplanes" },
	[GUARDS] = { "M", "neurons of the second layer" },
	[TERMS] = { "U", "hyperplanes that they read, summed" },
	[RANKS] = { "G", "classes that have points" },
	[BITS] = { "B", "bits of a hyperplane's weight" },
	[THRESHOLD] = { "t", "bits of a hyperplane's bias" },
	[DRAWN] = { "D", "hyperplanes drawn" },
};

static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "4", "O(1)" },
	{ MEASURE_WIDTH, true, "max(2*K, M, G - 1)", NULL },
	{ MEASURE_NEURONS, true, "2*K + M + G - 1", NULL },
	{ MEASURE_PARAMETERS, false, "2*K*(d + 1) + 2*U + M + (M + 1)*(G - 1) + G", NULL },
	{ MEASURE_NEURONS, false, "2*D + N + C", "O(D + N) at worst" },
	{ MEASURE_FIXED, false, "max(B, t, ceil(log2(K + 1)), ceil(log2(C + 1)))", NULL },
};

/* --- layers -------------------------------------------------------------------------- */

/* The number of each plane among those that guards read, or UINT32_MAX; returns how many. */
static uint32_t number_planes(
	const struct planes *planes, const struct guards *guards, uint32_t *numbers)
{
	uint32_t count = 0;

	for (uint32_t k = 0; k < planes->count; k++)
		numbers[k] = UINT32_MAX;
	for (size_t i = 0; i < guards->term_count; i++)
		numbers[guards->planes[i]] = 0;
	for (uint32_t k = 0; k < planes->count; k++)
		if (numbers[k] == 0)
			numbers[k] = count++;
	return count;
}

/* relu(w . x - t + 1) and relu(w . x - t) */
static void add_planes(
	struct ir_module *module, const struct planes *planes, const uint32_t *numbers)
{
	uint32_t d = planes->dataset->inputs;
	struct ir_term *terms = mem_alloc(d, sizeof *terms);
	struct num_pool *nums = &module->nums;

	ir_layer_begin(module, "planes");
	for (uint32_t k = 0; k < planes->count; k++) {
		const int32_t *weights = planes->weights + (size_t)k * d;
		int64_t threshold = planes->thresholds[k];
		if (numbers[k] == UINT32_MAX)
			continue;
		for (uint32_t i = 0; i < d; i++)
			terms[i] =
				(struct ir_term){ ir_input(i), num_from_int(nums, weights[i]) };
		ir_neuron(module, terms, d, num_from_int(nums, 1 - threshold));
		ir_neuron(module, terms, d, num_from_int(nums, -threshold));
	}
	free(terms);
}

static void add_guards(struct ir_module *module, const struct planes *planes,
	const struct guards *guards, const uint32_t *numbers)
{
	struct ir_term *terms = mem_alloc((size_t)planes->count * 2, sizeof *terms);
	uint32_t base = module->layers[0].first;
	num minus = num_from_int(&module->nums, -1);

	ir_layer_begin(module, "guards");
	for (uint32_t i = 0; i < guards->count; i++) {
		const struct guard *guard = &guards->list[i];
		for (uint32_t k = 0; k < guard->count; k++) {
			uint32_t at = base + 2 * numbers[guards->planes[guard->first + k]];
			terms[2 * k] = (struct ir_term){ { at }, minus };
			terms[2 * k + 1] = (struct ir_term){ { at + 1 }, NUM_ONE };
		}
		ir_neuron(module, terms, 2 * guard->count,
			num_from_int(&module->nums, guard->margin));
	}
	free(terms);
}

/* --- the construction ---------------------------------------------------------------- */

/* Every pair of points is looked at, at some 10^9 a second. */
static const uint64_t pairs_limit = UINT64_C(20000000000);

static bool check_pairs(const struct construct_request *request, const struct planes *planes)
{
	uint64_t all = request->dataset->count, pairs = 0;

	for (uint32_t r = 1; r < planes->ranking->count; r++) {
		uint64_t size = planes->first[r + 1] - planes->first[r];
		pairs += size * (all - size);
	}
	if (request->force || pairs <= pairs_limit)
		return true;
	diag_error(request->sink, request->span,
		"hyperplanes would look at %llu pairs of points of different classes, "
		"repeatedly; more than %llu needs --force, and 'limit' in the data set makes "
		"them fewer",
		(unsigned long long)pairs, (unsigned long long)pairs_limit);
	return false;
}

/* The class of the most points comes first, so that it is the one without guards. */
static bool rank_classes(const struct construct_request *request, struct ranking *ranking)
{
	const struct dataset *dataset = request->dataset;
	uint64_t *sizes = mem_zero(dataset->classes, sizeof *sizes);
	uint32_t largest = 0;

	ranking_init(ranking, dataset->labels, dataset->count, dataset->classes);
	for (uint64_t i = 0; i < dataset->count; i++)
		sizes[dataset->labels[i]]++;
	for (uint32_t c = 1; c < dataset->classes; c++)
		if (sizes[c] > sizes[largest])
			largest = c;
	free(sizes);
	ranking_put_first(ranking, largest);
	return ranking_check(ranking, request);
}

static bool check_most(const struct construct_request *request, const struct planes *planes,
	const struct guards *guards)
{
	const struct option_value *most = &request->options[MOST];

	if (!most->set || guards->count <= (uint64_t)most->count)
		return true;
	diag_error(request->sink, most->span,
		"the second layer needs %u neurons with %u hyperplanes, and at most %llu are "
		"allowed; more 'planes' need fewer",
		guards->count, planes->count, (unsigned long long)most->count);
	return false;
}

static uint64_t threshold_bits(const struct planes *planes, const uint32_t *numbers)
{
	uint64_t all = 0;

	for (uint32_t k = 0; k < planes->count; k++) {
		int64_t t = planes->thresholds[k];
		if (numbers[k] != UINT32_MAX)
			all |= t < 0 ? (uint64_t)(1 - t) : (uint64_t)t;
	}
	return bit_length(all);
}

static bool add_layers(const struct construct_request *request, struct ir_module *module,
	const struct planes *planes, const struct guards *guards,
	struct construct_report *report)
{
	uint32_t *numbers = mem_alloc(planes->count, sizeof *numbers);
	bool good;

	report->values[KEPT] = number_planes(planes, guards, numbers);
	report->values[GUARDS] = guards->count;
	report->values[TERMS] = guards->term_count;
	report->values[RANKS] = planes->ranking->count;
	report->values[BITS] = planes->bits;
	report->values[THRESHOLD] = threshold_bits(planes, numbers);
	report->values[DRAWN] = planes->count;
	good = construct_plan(request, report);
	if (good) {
		add_planes(module, planes, numbers);
		add_guards(module, planes, guards, numbers);
		decide(module, planes->ranking, guards->first);
	}
	free(numbers);
	return good;
}

static bool find_guards(
	const struct construct_request *request, struct planes *planes, struct guards *guards)
{
	const struct option_value *options = request->options;

	if (!check_pairs(request, planes))
		return false;
	planes_draw(planes, (uint32_t)options[PLANES].count, request->progress);
	if (!planes_separate(planes, request))
		return false;
	if (options[NEURONS].count == 0)
		guards_thin(guards, planes, (uint32_t)options[REUSE].count, request->progress);
	else
		guards_whole(guards, planes, request->progress);
	return check_most(request, planes, guards);
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	const struct option_value *options = request->options;
	struct ranking ranking;
	struct planes planes = { 0 };
	struct guards guards = { 0 };
	bool good = rank_classes(request, &ranking) &&
		planes_init(&planes, request, &ranking, (uint32_t)options[WEIGHT_BITS].count,
			(uint64_t)options[SEED].count) &&
		find_guards(request, &planes, &guards) &&
		add_layers(request, module, &planes, &guards, report);

	guards_fini(&guards);
	planes_fini(&planes);
	ranking_fini(&ranking);
	return good;
}

const struct construct construct_hyperplanes = {
	.name = "hyperplanes",
	.source = "Dirksen, Finke, Genzel 2024",
	.citation = "Sjoerd Dirksen, Patrick Finke, Martin Genzel: Memorization with Neural "
		    "Nets: Going Beyond the Worst Case. JMLR 2024, arXiv 2310.00327",
	.help = "random hyperplanes and a cover: sizes follow the geometry, not N",
	.figure = "x -> 2K neurons of K hyperplanes -> M guards -> G - 1 classes -> y\n"
		  "\n"
		  "Hyperplanes are drawn until each pair of points of different classes has\n"
		  "one with either point on its own side. A guard of a class is a neuron\n"
		  "that is positive on the lower sides of enough hyperplanes, and at points\n"
		  "of this class only; guards are added until each point of the class has\n"
		  "one. The class of the most points needs none.\n",
	.elsewhere =
		"the last class of which a guard fires; the class of the most points where "
		"none does",
	.options = rows,
	.option_count = OPTIONS,
	.apart = APART_NONE,
	.least_classes = 2,
	.instead = "with one class any point has it, or use 'sqrt'",
	.needs = "All pairs of points of different classes are looked at: at most 2 * 10^10, "
		 "or --force. Weights times features fit 62 bits",
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
