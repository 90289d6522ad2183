#include "driver/bounds.h"

#include <math.h>
#include <stdio.h>

#include "driver/session.h"
#include "frontend/construct/sample_size.h"

/* "  necessary  N_D^2 / ln^2 N_D        77813  more than N, Theorem 6.1" */
static void print_bound(const struct target *target, const char *kind, const char *formula,
	double value, const char *theorem)
{
	printf(value < 1e12 ? "  %-10s %-36s %12.0f  %s N, Theorem %s\n"
			    : "  %-10s %-36s %12.3g  %s N, Theorem %s\n",
		kind, formula, ceil(value),
		value <= (double)target->dataset.count ? "at most" : "more than", theorem);
}

void bounds_print_samples(const struct target *target)
{
	uint64_t parameters = target->literal.parameters, balls;
	struct session *session = target->session;
	bool known;

	if (target->dataset.levels)
		return;
	known = sample_size_balls(&target->dataset, &balls, &session->progress);
	session_clear_line(session);
	printf("\nsamples to generalize, N = %llu here; eps = delta = %g, constants that the "
	       "theorems leave open = 1\n",
		(unsigned long long)target->dataset.count, SAMPLE_EPS);
	print_bound(target, "necessary", "N_D^2 / ln^2 N_D", sample_size_necessary(parameters),
		"6.1");
	print_bound(target, "sufficient", "N_D^2 ln(N_D / (eps^2 delta)) / eps^2",
		sample_size_sufficient(parameters, SAMPLE_EPS, SAMPLE_DELTA), "6.5");
	if (known)
		print_bound(target, "for cells", "S_D ln(S_D / delta) / eps",
			sample_size_cells(balls, SAMPLE_EPS, SAMPLE_DELTA), "7.3");
	printf("  N_D = %llu, the parameters of this network; ",
		(unsigned long long)parameters);
	if (known)
		printf("S_D = %llu, an estimate: balls that cover the stored points\n",
			(unsigned long long)balls);
	else
		puts("S_D is not estimated");
}

void bounds_print_counting(const struct target *target)
{
	const struct dataset *dataset = &target->dataset;
	double weights =
		(double)target->literal.parameters * (double)target->literal.greatest_fixed;
	double labels = sample_label_bits(dataset->count, dataset->classes);

	printf("counting: W B = %.6g (parameters times their most fixed-point bits) %s N log2 "
	       "C "
	       "= %.6g: %s\n",
		weights, weights < labels ? "<" : ">=", labels,
		weights < labels ? "too few for all labellings of N points, enough for this one"
				 : "enough for all labellings of N points");
}
