/*
 * Yu, Gao, Zhang, Miao: Generalizability of Memorization Neural Networks (arXiv 2411.00372),
 * Theorem 7.3. A stored point i has a cell, the intersection of half-spaces against all
 * points j of other classes:
 *
 *   S_ij(x) = (x_i - x_j) . (x - (0.51 x_i + 0.49 x_j)),  r = 0.01 min |x_i - x_j|^2,
 *   v_i(x) = relu(r - sum_j relu(-S_ij(x))).
 *
 * With D_ij = |x_i - x_j|^2: 100 S_ij = 50 (|x - x_j|^2 - |x - x_i|^2) - D_ij, so v_i(x) > 0
 * implies 50 (|x - x_j|^2 - |x - x_i|^2) > D_ij - 100 r >= 0 for every j: x is nearer to x_i
 * than to any point of another class. Two cells of different classes can therefore not both
 * hold x, and where one does, its class is that of the nearest stored point. At x_i itself all
 * S_ij are 0.49 D_ij, and v_i = r.
 *
 * Both stay true if only some cells are kept (cover): each still has all its half-spaces. If
 * half-spaces are dropped (prune), the stored points keep their classes, others need not.
 */
#include "frontend/construct/cell_layers.h"
#include "frontend/construct/construct.h"
#include "frontend/construct/prune.h"
#include "support/bits.h"

enum cells_option { CELLS_FORM, CELLS_COVER, CELLS_PRUNE, CELLS_OPTIONS };
enum { FORM_LITERAL, FORM_FACTORED };
enum { COVER_NONE, COVER_GREEDY };
enum { PRUNE_NO, PRUNE_YES };

#define PRUNE_BYTES (UINT64_C(4) << 30) /* of distances, without --force */

static const char *const form_words[] = { "literal", "factored", NULL };
static const char *const cover_words[] = { "none", "greedy", NULL };
static const char *const prune_words[] = { "no", "yes", NULL };

static const struct option_row rows[CELLS_OPTIONS] = {
	[CELLS_FORM] = { .name = "form",
		.type = OPTION_WORD,
		.fallback = "factored",
		.words = form_words,
		.help = "half-spaces read the inputs, as printed, or the products x_k . x" },
	[CELLS_COVER] = { .name = "cover",
		.type = OPTION_WORD,
		.fallback = "greedy",
		.words = cover_words,
		.help = "keep all cells, or only enough to hold all stored points" },
	[CELLS_PRUNE] = { .name = "prune",
		.type = OPTION_WORD,
		.fallback = "no",
		.words = prune_words,
		.help = "drop half-spaces that no stored point needs: far smaller, but answers "
			"elsewhere may differ from 1-NN" },
};

enum { CELLS, HALVES, POINTS, READ, ALONE, RANKS, M, PARAMETERS };

static const struct parameter_row parameters[PARAMETERS] = {
	[CELLS] = { "k", "cells that are kept" },
	[HALVES] = { "p", "pair neurons: half-spaces of these cells" },
	[POINTS] = { "g", "neurons of the first layer: points that are read; literal: 0" },
	[READ] = { "w", "values that a pair neuron reads: 2; literal: d" },
	[ALONE] = { "a",
		"neurons that ask if no other class answers: G if pruned and C > 2, else 0" },
	[RANKS] = { "G", "classes that have points" },
	[M] = { "M", "bits of the greatest absolute value of a feature" },
};

enum { PARAMETERS_ROW = 3 }; /* of the promises */

/* The theorem's network has no layer that makes a class of its sign. */
static const struct promise_row promises[] = {
	{ MEASURE_DEPTH, true, "4 + min(g, 1) + min(a, 1)", "3" },
	{ MEASURE_WIDTH, true, "max(g, p, k, G)", "O(N^2)" },
	{ MEASURE_NEURONS, true, "g + p + k + G + a", "O(N^2)" },
	{ MEASURE_PARAMETERS, false, "g*(d + 1) + p*(w + 2) + 2*k + 2*G + 1 + a*(G + 1)",
		"O(N^2 d)" },
	{ MEASURE_FIXED, false, "max(8 + 2*M + ceil(log2(d)), 2*ceil(log2(C + 1)))", NULL },
};

static uint32_t greatest_bits(const struct dataset *dataset)
{
	uint32_t most = 1;

	for (uint32_t f = 0; f < dataset->inputs; f++) {
		int64_t bounds[] = { dataset->features[f].lo, dataset->features[f].hi };
		for (int i = 0; i < 2; i++) {
			uint64_t value =
				bounds[i] < 0 ? -(uint64_t)bounds[i] : (uint64_t)bounds[i];
			if (bit_length(value) > most)
				most = bit_length(value);
		}
	}
	return most;
}

/* What the integers of the construction can hold; false with a diagnostic. */
static bool prepare(
	const struct construct_request *request, uint32_t bits, struct distances *distances)
{
	const struct dataset *dataset = request->dataset;

	if (2 * bits + bit_length(dataset->inputs) > CELL_LAYERS_BITS ||
		!distances_init(distances, dataset)) {
		diag_error(request->sink, request->span,
			"cells measures squared distances in %d bits, and the features have %u "
			"bits each; give the data set a coarser step",
			DISTANCES_BITS, bits);
		return false;
	}
	if (distances->classes >= 2)
		return true;
	diag_error(request->sink, request->span,
		"cells takes points of at least 2 classes, and all are of one; any point has "
		"it, or use 'sqrt'");
	distances_fini(distances);
	return false;
}

static bool plan(const struct construct_request *request, const struct distances *distances,
	const struct halves *halves, struct construct_report *report)
{
	bool factored = request->options[CELLS_FORM].count == FORM_FACTORED;
	bool prune = request->options[CELLS_PRUNE].count == PRUNE_YES;

	report->values[CELLS] = halves->cells;
	report->values[HALVES] = halves->begin[halves->cells];
	report->values[POINTS] = factored ? halves_points(halves, distances) : 0;
	report->values[READ] = factored ? 2 : distances->inputs;
	report->values[RANKS] = distances->classes;
	report->values[ALONE] = prune && request->dataset->classes > 2 ? distances->classes : 0;
	if (construct_plan(request, report))
		return true;
	if (!factored && distances->inputs > 2) {
		report->values[POINTS] = halves_points(halves, distances);
		report->values[READ] = 2;
		diag_note(request->sink, request->options[CELLS_FORM].span,
			"'form = factored' needs %llu parameters at most",
			(unsigned long long)construct_formula(request->construct,
				promises[PARAMETERS_ROW].formula, request->dataset,
				report->values));
	}
	return false;
}

/* Distances that pruning holds may be as large as what is built. */
static bool check_prune(const struct construct_request *request,
	const struct distances *distances, const struct halves *halves)
{
	uint64_t bytes = prune_bytes(halves, distances);

	if (request->force || bytes <= PRUNE_BYTES)
		return true;
	diag_error(request->sink, request->options[CELLS_PRUNE].span,
		"to prune %llu cells, %.1f GiB of distances would be held; more than %.0f GiB "
		"needs --force",
		(unsigned long long)halves->cells, (double)bytes / (1 << 30),
		(double)PRUNE_BYTES / (1 << 30));
	return false;
}

/*
 * The cells and half-spaces. Where all of them are wanted, the size is known before any
 * distance is measured.
 */
static bool choose(const struct construct_request *request, const struct distances *distances,
	struct halves *halves, int64_t *least, struct construct_report *report)
{
	bool cover = request->options[CELLS_COVER].count == COVER_GREEDY;
	bool prune = request->options[CELLS_PRUNE].count == PRUNE_YES;
	struct rivals *rivals;
	bool good = true;

	if (!cover)
		halves_all(halves, distances);
	if (!cover && !prune && !plan(request, distances, halves, report))
		return false;
	rivals = rivals_new(distances, request->progress);
	*least = rivals_least(rivals, distances->count);
	if (cover)
		halves_cover(halves, distances, rivals, request->progress);
	rivals_free(rivals, distances->count);
	if (prune) {
		good = check_prune(request, distances, halves);
		if (good)
			halves_prune(halves, distances, *least, cover, request->progress);
	}
	return good && (report->planned || plan(request, distances, halves, report));
}

static bool build(const struct construct_request *request, struct ir_module *module,
	struct construct_report *report)
{
	struct distances distances;
	struct halves halves = { 0 };
	struct cell_network network = { .dataset = request->dataset,
		.distances = &distances,
		.halves = &halves,
		.factored = request->options[CELLS_FORM].count == FORM_FACTORED,
		.progress = request->progress };
	bool good;

	report->values[M] = greatest_bits(request->dataset);
	if (!prepare(request, (uint32_t)report->values[M], &distances))
		return false;
	good = choose(request, &distances, &halves, &network.least, report);
	network.alone = report->values[ALONE] > 0;
	if (good)
		cell_layers(module, &network);
	halves_fini(&halves);
	distances_fini(&distances);
	return good;
}

const struct construct construct_cells = {
	.name = "cells",
	.source = "Yu, Gao, Zhang, Miao 2024, Theorem 7.3",
	.citation = "Lijia Yu, Xiao-Shan Gao, Lijun Zhang, Yibo Miao: Generalizability of "
		    "Memorization Neural Networks. NeurIPS 2024, arXiv 2411.00372",
	.help = "Cells of half-spaces around points: generalizes, and answers only as 1-NN "
		"does",
	.figure =
		"x -> g_k = x_k . x + ... -> [ relu(-S_ij) ] -> v_i -> t_c -> y\n"
		"\n"
		"S_ij(x) = (x_i - x_j) . (x - (0.51 x_i + 0.49 x_j)) tells the points i and j\n"
		"of different classes apart; v_i = relu(r - sum_j relu(-S_ij)) is positive\n"
		"within the cell of i, which is nearer to i than to any point of another\n"
		"class. t_c is 0 where a cell of class c holds x, else 1, and at most one\n"
		"class has such a cell. All is an integer after multiplying by 100. The\n"
		"factored form computes the products x_k . x once for all pairs.\n",
	.elsewhere = "where the answer is not -1, it is the class of the nearest stored point; "
		     "with prune = yes it need not be",
	.options = rows,
	.option_count = CELLS_OPTIONS,
	.apart = APART_NONE,
	.least_classes = 2,
	.instead = "with one class any point has it, or use 'sqrt'",
	.parameters = parameters,
	.parameter_count = PARAMETERS,
	.promises = promises,
	.promise_count = sizeof promises / sizeof *promises,
	.build = build,
};
