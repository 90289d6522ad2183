#include "frontend/construct/sample_size.h"

#include <math.h>

#include "frontend/construct/balls.h"

/* Terms of all distances, and some for each in the cover: beyond, S_D is not estimated. */
enum { COVER_TERMS = 16 };
static const double terms_most = 4e9;

double sample_size_necessary(uint64_t parameters)
{
	double n = (double)parameters;

	return parameters < 2 ? 0 : n * n / (log(n) * log(n));
}

double sample_size_sufficient(uint64_t parameters, double eps, double delta)
{
	double n = (double)parameters;

	return n * n * log(n / (eps * eps * delta)) / (eps * eps);
}

double sample_size_cells(uint64_t balls, double eps, double delta)
{
	return (double)balls * log((double)balls / delta) / eps;
}

bool sample_size_balls(
	const struct dataset *dataset, uint64_t *balls, const struct progress *progress)
{
	double count = (double)dataset->count;

	return count * count * (dataset->inputs + COVER_TERMS) <= terms_most &&
		balls_estimate(dataset, balls, progress);
}

double sample_label_bits(uint64_t points, uint32_t classes)
{
	return (double)points * log2((double)classes);
}
