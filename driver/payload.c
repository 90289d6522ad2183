#include "driver/payload.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* log2 of the number of values lo..hi. */
static double log2_count(int64_t lo, int64_t hi)
{
	return log2((double)hi - (double)lo + 1);
}

/* Of a first layer of one neuron, as its proved range has it; or of all inputs. */
static double log2_positions(const struct inspection *inspection)
{
	const struct ir_module *module = inspection->module;
	const struct ir_ranges *ranges = &inspection->ranges;
	const struct ir_range *first = &ranges->of[module->input_count];
	double bits = 0;
	bool exact;

	if (module->layer_count && module->layers[0].count == 1 && first->step >= 0)
		return log2(num_round(&ranges->nums, first->hi, false, &exact) + 1);
	for (uint32_t i = 0; i < module->input_count; i++)
		bits += log2_count(module->features[i].lo, module->features[i].hi);
	return bits;
}

/* log2(2^b choose n) / n; where 2^b is far beyond n, (2^b)^n / n! is as good. */
static double chosen_bits(double b, double n)
{
	const double far = 32;
	double all = exp2(b);

	if (b > far)
		return b - lgamma(n + 1) / log(2) / n;
	if (all <= n)
		return 0;
	return (lgamma(all + 1) - lgamma(n + 1) - lgamma(all - n + 1)) / log(2) / n;
}

/* A parameter of the construction that is built, NAN if it has none of that name. */
static double parameter(const struct construct_report *report, const char *name)
{
	const struct construct *construct = report->construct;

	for (size_t i = 0; i < construct->parameter_count; i++)
		if (!strcmp(construct->parameters[i].name, name))
			return (double)report->values[i];
	return NAN;
}

size_t payload_of(const struct inspection *inspection, struct payload rows[PAYLOAD])
{
	const struct target *target = inspection->target;
	double points = (double)target->dataset.count;
	size_t count = 0;

	rows[count++] = (struct payload){ "labels", "log2(N! / (n_1! ... n_C!)) / N; c",
		inspection_label_bits(inspection) / points, parameter(&target->report, "c") };
	rows[count++] = (struct payload){ "positions", "log2(R choose N) / N; rho",
		chosen_bits(log2_positions(inspection), points),
		parameter(&target->report, "rho") };
	rows[count++] = (struct payload){ "weights", "all bits of all weights / N", NAN,
		(double)inspection->total.weights.total_significand / points };
	return count;
}

static void print_bits(double bits)
{
	if (!isfinite(bits))
		printf(" %10s", "");
	else
		printf(" %10.2f", bits);
}

void payload_print(const struct payload *rows, size_t count)
{
	printf("\n%-12s %10s %10s  bits a stored point\n", "payload", "needed", "here");
	for (size_t i = 0; i < count; i++) {
		printf("%-12s", rows[i].name);
		print_bits(rows[i].needed);
		print_bits(rows[i].here);
		printf("  %s\n", rows[i].of);
	}
}
