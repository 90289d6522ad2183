#include "driver/inspection.h"

#include <math.h>
#include <stdlib.h>

#include "driver/spread.h"
#include "support/mem.h"

/* About how long stored points are shown to a network, in seconds of one core. */
static const double observe_seconds = 0.2;

/* --- columns ----------------------------------------------------------------------------- */

/* A share or a mean; 0 of nothing. */
static double per(double sum, double count)
{
	return count > 0 ? sum / count : 0;
}

#define W(field) ((double)row->weights.field)
#define COLUMNS(X) \
	X(depth, "depth", 0, false, W(depth)) \
	X(width, "width", 0, false, W(width)) \
	X(neurons, "neurons", 0, false, W(neurons)) \
	X(parameters, "parameters", 0, false, W(parameters)) \
	X(dense_parameters, "dense", 0, false, W(dense_parameters)) \
	X(greatest_significand, "bits", 0, false, W(greatest_significand)) \
	X(greatest_fixed, "fixed", 0, false, W(greatest_fixed)) \
	X(total_significand, "total bits", 0, false, W(total_significand)) \
	X(total_fixed, "total fixed", 0, false, W(total_fixed)) \
	X(least_significand, "least bits", 0, true, W(least_significand)) \
	X(mean_significand, "mean bits", 2, true, per(W(total_significand), W(parameters))) \
	X(least_fixed, "least fixed", 0, true, W(least_fixed)) \
	X(mean_fixed, "mean fixed", 2, true, per(W(total_fixed), W(parameters))) \
	X(zero_percent, "zero %", 1, true, \
		100 * per(W(dense_parameters) - W(parameters), W(dense_parameters))) \
	X(one_percent, "one %", 1, true, 100 * per(W(ones), W(parameters))) \
	X(power_percent, "power %", 1, true, 100 * per(W(powers), W(parameters))) \
	X(proved_bits, "proved", 0, true, (double)row->bits.proved) \
	X(observed_bits, "observed", 0, true, (double)row->bits.observed)

#define X(name, title, digits, weights, expression) \
	static double name##_of(const struct inspect_row *row) \
	{ \
		return expression; \
	}
COLUMNS(X)
#undef X

const struct inspect_column inspect_columns[] = {
#define X(name, title, digits, weights, expression) \
	{ #name, title, name##_of, digits, weights },
	COLUMNS(X)
#undef X
};
const size_t inspect_column_count = sizeof inspect_columns / sizeof *inspect_columns;

/* --- rows -------------------------------------------------------------------------------- */

static void add_row(struct inspect_row *sum, const struct inspect_row *more)
{
	ir_measures_add(&sum->weights, &more->weights);
	if (more->bits.proved > sum->bits.proved)
		sum->bits.proved = more->bits.proved;
	if (more->bits.observed > sum->bits.observed)
		sum->bits.observed = more->bits.observed;
}

/* Shows stored points to the network, as many as a part of a second takes. */
static void observe(struct inspection *inspection, struct ir_activity *activity)
{
	const struct dataset *dataset = &inspection->target->dataset;
	struct spread spread = { dataset,
		target_sample(inspection->module, observe_seconds, 2, dataset->count) };
	int64_t *points = mem_alloc(spread.count * dataset->inputs, sizeof *points);

	for (uint64_t i = 0; i < spread.count; i++)
		dataset_point(dataset, spread_index(&spread, i), points + i * dataset->inputs);
	ir_activity_observe(inspection->module, points, spread.count, activity);
	inspection->observed = spread.count;
	free(points);
}

/* A stage may come in several runs of layers (extract, match, extract, ...). */
static void make_rows(struct inspection *inspection)
{
	const struct ir_module *module = inspection->module;
	struct ir_activity *activity;
	uint32_t layers = module->layer_count + 1, stages = module->stage_count + 1;

	ir_ranges_init(&inspection->ranges, module);
	activity = ir_activity_prove(module, &inspection->ranges);
	if (inspection->target->has_dataset)
		observe(inspection, activity);
	inspection->layers = mem_zero(layers, sizeof *inspection->layers);
	inspection->layer_count = layers;
	inspection->stages = mem_zero(stages, sizeof *inspection->stages);
	inspection->stage_count = stages;
	for (uint32_t i = 0; i < stages; i++)
		inspection->stages[i].stage =
			i < module->stage_count ? module->stages[i] : "output";
	for (uint32_t i = 0; i < layers; i++) {
		struct inspect_row *layer = &inspection->layers[i], *stage;
		stage = &inspection->stages[i < module->layer_count ? module->layers[i].stage
								    : module->stage_count];
		layer->stage = stage->stage;
		layer->weights = ir_measure_layers(module, i, 1);
		layer->bits = activity[i];
		add_row(stage, layer);
		add_row(&inspection->total, layer);
	}
	free(activity);
}

void inspection_init(struct inspection *inspection, struct target *target)
{
	*inspection = (struct inspection){ .target = target, .module = &target->module };
	inspection->total.stage = "total";
	if (target->module.level == IR_LEVEL_NETWORK)
		make_rows(inspection);
}

void inspection_fini(struct inspection *inspection)
{
	free(inspection->stages);
	free(inspection->layers);
	if (inspection->module->level == IR_LEVEL_NETWORK)
		ir_ranges_fini(&inspection->ranges);
}

/* --- levels ------------------------------------------------------------------------------ */

bool inspection_is_short(const struct inspection *inspection)
{
	enum { MOST_POINTS = 1 << 18, MOST_NEURONS = 1 << 18 };
	const struct target *target = inspection->target;

	return !target->options->full &&
		(inspection->total.weights.neurons > MOST_NEURONS ||
			(target->has_dataset && target->dataset.count > MOST_POINTS));
}

const struct ir_module *inspection_module(const struct inspection *inspection, int level)
{
	if (level && inspection_is_short(inspection))
		return NULL;
	return target_module(inspection->target, level);
}

bool inspection_sizes(struct inspection *inspection, const struct ir_module *module,
	bool assume_members, struct plan_sizes *sizes)
{
	bool literal = module == inspection->module && module->level == IR_LEVEL_NETWORK;
	const struct plan_options how = { .assume_members = assume_members,
		.ranges = literal ? &inspection->ranges : NULL };

	return !inspection_is_short(inspection) && plan_sizes_of(module, &how, sizes);
}

/* --- labels ------------------------------------------------------------------------------ */

double inspection_label_bits(const struct inspection *inspection)
{
	const struct dataset *dataset = &inspection->target->dataset;
	uint64_t *counts = mem_zero(dataset->classes, sizeof *counts);
	double bits = lgamma((double)dataset->count + 1);

	for (uint64_t i = 0; i < dataset->count; i++)
		counts[dataset->labels[i]]++;
	for (uint32_t c = 0; c < dataset->classes; c++)
		bits -= lgamma((double)counts[c] + 1);
	free(counts);
	return bits / log(2);
}
