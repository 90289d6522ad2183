#include "driver/deviation.h"

#include <inttypes.h>
#include <math.h>

#include "ir/level.h"

void deviation_init(struct deviation *deviation, const struct ir_module *module,
	const struct dataset *dataset, const int32_t *found)
{
	const struct ir_feature *levels = module->levels;

	*deviation = (struct deviation){
		.precision = ldexp(1, ir_levels_exponent(levels)),
		.all = dataset->count,
	};
	for (uint64_t i = 0; i < dataset->count; i++) {
		double label, difference;
		if (found[i] < 0) {
			deviation->unknown++;
			continue;
		}
		label = ir_level_value(dataset->levels, (int32_t)dataset->labels[i]);
		difference = fabs(ir_level_value(levels, found[i]) - label);
		deviation->within += difference <= deviation->precision;
		deviation->sum += difference;
		if (difference > deviation->greatest)
			deviation->greatest = difference;
	}
}

static double mean(const struct deviation *deviation)
{
	uint64_t known = deviation->all - deviation->unknown;

	return known ? deviation->sum / (double)known : 0;
}

void deviation_print(const struct deviation *deviation, FILE *stream)
{
	uint64_t beyond = deviation->all - deviation->within - deviation->unknown;

	fprintf(stream,
		"%" PRIu64 " rows: %" PRIu64 " within %.9g of their label, %" PRIu64
		" beyond, %" PRIu64 " unknown (%.2f %% within)\n",
		deviation->all, deviation->within, deviation->precision, beyond,
		deviation->unknown, 100 * (double)deviation->within / (double)deviation->all);
	if (deviation->unknown < deviation->all)
		fprintf(stream, "absolute error of the known ones: greatest %.9g, mean %.9g\n",
			deviation->greatest, mean(deviation));
}

void deviation_print_csv(const struct deviation *deviation, FILE *stream)
{
	fprintf(stream,
		"rows,precision,within,unknown,greatest_error,mean_error\n%" PRIu64
		",%.17g,%" PRIu64 ",%" PRIu64 ",%.17g,%.17g\n",
		deviation->all, deviation->precision, deviation->within, deviation->unknown,
		deviation->greatest, mean(deviation));
}
