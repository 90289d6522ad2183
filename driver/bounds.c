#include "driver/bounds.h"

#include <math.h>
#include <stdio.h>

#include "driver/session.h"
#include "frontend/construct/sample_size.h"

/* --- lower bounds ------------------------------------------------------------------------ */

/*
 * The greatest VC dimension of L layers of these widths: sum W_i adds up, over the layers, the
 * parameters up to each; S = sum i k_i.
 */
static double vc_dimension(const struct inspection *inspection)
{
	const double e = exp(1);
	double behind = 0, weights = 0, units = 0;

	for (uint32_t i = 0; i < inspection->layer_count; i++) {
		const struct ir_measures *layer = &inspection->layers[i].weights;
		behind += (double)layer->parameters;
		weights += behind;
		units += (i + 1.0) * (double)layer->neurons;
	}
	if (units < 1)
		units = 1;
	return inspection->layer_count + weights * log2(4 * e * units * log2(2 * e * units));
}

/* log2 of the linear pieces along a line that k_1, k_2, ... neurons a layer make at most. */
static double log2_pieces(const struct inspection *inspection)
{
	double sum = 0;

	for (uint32_t i = 0; i < inspection->layer_count; i++)
		sum += log2(1 + (double)inspection->layers[i].weights.neurons);
	return sum;
}

/* Changes of the class along the one table that is left of a network behind a projection. */
static uint64_t label_changes(const struct ir_module *fused)
{
	const struct ir_table *table = fused->tables;
	uint64_t changes = 0;

	if (fused->table_count != 1 || table->column_count != 1)
		return 0;
	for (uint32_t i = 1; i < table->row_count; i++)
		changes += !num_equal(table->columns[0][i - 1], table->columns[0][i]);
	return changes;
}

size_t bounds_of(const struct inspection *inspection, const struct ir_module *fused,
	struct bound bounds[BOUNDS])
{
	const struct dataset *dataset = &inspection->target->dataset;
	const struct ir_measures *all = &inspection->total.weights;
	double points = (double)dataset->count, depth = (double)all->depth;
	uint64_t changes = fused ? label_changes(fused) : 0;
	size_t count = 0;

	bounds[count++] = (struct bound){ "labels", "log2(N! / (n_1! ... n_C!))", "counting",
		"bits of weights, for these labels", inspection_label_bits(inspection),
		(double)all->total_significand };
	bounds[count++] = (struct bound){ "counting", "N log2 C", "counting",
		"parameters times their most fixed-point bits, for all labellings",
		sample_label_bits(dataset->count, dataset->classes),
		(double)all->parameters * (double)all->greatest_fixed };
	bounds[count++] = (struct bound){ "vc", "N <= L + (sum W_i) log2(4e S log2(2e S))",
		"Bartlett, Harvey, Liaw, Mehrabian 2019, Theorem 7",
		"points that such layers label in all ways, at most", points,
		vc_dimension(inspection) };
	if (changes)
		bounds[count++] = (struct bound){ "pieces", "log2 K <= sum log2(1 + k_i)",
			"counting linear pieces",
			"log2 of the pieces along the projection, at most",
			log2((double)changes), log2_pieces(inspection) };
	bounds[count++] = (struct bound){ "extraction", "m <= L log2(26 W / L)",
		"Vardi, Yehudai, Shamir 2022, Theorem 16",
		"bits of the longest weight, if all are extracted",
		(double)all->greatest_significand,
		depth * log2(26 * (double)all->parameters / depth) };
	return count;
}

void bounds_print(const struct bound *bounds, size_t count)
{
	printf("\n%-12s %14s %14s %10s  what\n", "lower bound", "at least", "here", "times");
	for (size_t i = 0; i < count; i++) {
		const struct bound *bound = &bounds[i];
		printf("%-12s %14.8g %14.8g", bound->name, ceil(bound->least),
			floor(bound->here));
		if (bound->least > 0)
			printf(" %10.4g", bound->here / bound->least);
		else
			printf(" %10s", "");
		printf("  %s: %s%s\n", bound->formula, bound->of,
			bound->here < bound->least ? "; too few for that" : "");
	}
}

/* --- samples ----------------------------------------------------------------------------- */

struct sample_bounds bounds_samples(const struct target *target)
{
	struct sample_bounds bounds = { .parameters = target->literal.parameters };
	struct session *session = target->session;

	if (target->dataset.levels)
		return bounds;
	bounds.rows[bounds.count++] = (struct sample_bound){ "necessary", "N_D^2 / ln^2 N_D",
		"6.1", sample_size_necessary(bounds.parameters) };
	bounds.rows[bounds.count++] = (struct sample_bound){ "sufficient",
		"N_D^2 ln(N_D / (eps^2 delta)) / eps^2", "6.5",
		sample_size_sufficient(bounds.parameters, SAMPLE_EPS, SAMPLE_DELTA) };
	bounds.estimated =
		sample_size_balls(&target->dataset, &bounds.balls, &session->progress);
	session_clear_line(session);
	if (bounds.estimated)
		bounds.rows[bounds.count++] =
			(struct sample_bound){ "for cells", "S_D ln(S_D / delta) / eps", "7.3",
				sample_size_cells(bounds.balls, SAMPLE_EPS, SAMPLE_DELTA) };
	return bounds;
}

/* "  necessary  N_D^2 / ln^2 N_D        77813  more than N, Theorem 6.1" */
static void print_sample(const struct sample_bound *bound, uint64_t points)
{
	printf(bound->samples < 1e12 ? "  %-10s %-36s %12.0f  %s N, Theorem %s\n"
				     : "  %-10s %-36s %12.3g  %s N, Theorem %s\n",
		bound->name, bound->formula, ceil(bound->samples),
		bound->samples <= (double)points ? "at most" : "more than", bound->theorem);
}

void bounds_print_samples(const struct target *target)
{
	struct sample_bounds bounds = bounds_samples(target);

	if (!bounds.count)
		return;
	printf("\nsamples to generalize, N = %llu here; eps = delta = %g, constants that the "
	       "theorems leave open = 1\n",
		(unsigned long long)target->dataset.count, SAMPLE_EPS);
	for (size_t i = 0; i < bounds.count; i++)
		print_sample(&bounds.rows[i], target->dataset.count);
	printf("  N_D = %llu, the parameters of this network; ",
		(unsigned long long)bounds.parameters);
	if (bounds.estimated)
		printf("S_D = %llu, an estimate: balls that cover the stored points\n",
			(unsigned long long)bounds.balls);
	else
		puts("S_D is not estimated");
}
