#include "driver/probe.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"
#include "support/rng.h"

enum { PROBE_SEED = 20211 };

/* Whether the raw type can hold the value: outside lo..hi only then. */
static bool can_say(
	const struct ir_module *module, const struct ir_feature *feature, int64_t value)
{
	if (value >= feature->lo && value <= feature->hi)
		return true;
	if (ir_element_is_float(module->element))
		return true;
	return ir_feature_is_plain(feature) && value >= ir_element_min(module->element) &&
		value <= ir_element_max(module->element);
}

/*
 * Where the step of an integer feature is a fraction, not every grid value has a raw one:
 * then the grid value that the nearest raw one maps to.
 */
static void keep_sayable(const struct ir_module *module, int64_t *point)
{
	if (ir_element_is_float(module->element))
		return;
	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		int64_t raw = ir_feature_raw_int(feature, point[i]);
		if (!ir_feature_is_plain(feature) &&
			!ir_feature_grid_int(feature, raw, &point[i]))
			ir_feature_grid_int(
				feature, ir_feature_raw_int(feature, feature->lo), &point[i]);
	}
}

static int64_t random_value(struct rng *rng, const struct ir_feature *feature)
{
	uint64_t span = (uint64_t)feature->hi - (uint64_t)feature->lo + 1;

	return (int64_t)((uint64_t)feature->lo + (span ? rng_below(rng, span) : rng_next(rng)));
}

static void random_point(
	const struct ir_module *module, struct rng *rng, int64_t *point, bool corner)
{
	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		if (corner)
			point[i] = rng_below(rng, 2) ? feature->hi : feature->lo;
		else
			point[i] = random_value(rng, feature);
	}
}

/* A corner, moved by one out of the domain along one coordinate where that can be said. */
static void outside_point(const struct ir_module *module, struct rng *rng, int64_t *point)
{
	uint32_t i = (uint32_t)rng_below(rng, module->input_count);
	const struct ir_feature *feature = &module->features[i];
	int64_t value;

	random_point(module, rng, point, true);
	if (__builtin_add_overflow(point[i], point[i] == feature->hi ? 1 : -1, &value))
		return;
	if (can_say(module, feature, value))
		point[i] = value;
}

static void neighbour(const struct ir_module *module, const struct dataset *dataset,
	struct rng *rng, int64_t *point)
{
	uint32_t i = (uint32_t)rng_below(rng, module->input_count);
	int64_t step = rng_below(rng, 2) ? 1 : -1, value;

	dataset_point(dataset, rng_below(rng, dataset->count), point);
	for (int tries = 0; tries < 2; tries++, step = -step) {
		if (__builtin_add_overflow(point[i], step, &value) ||
			!can_say(module, &module->features[i], value))
			continue;
		point[i] = value;
		return;
	}
}

struct probes probes_new(
	const struct ir_module *module, const struct dataset *dataset, uint64_t count)
{
	struct probes probes = { .count = count, .inputs = module->input_count };
	struct rng rng;

	rng_init(&rng, PROBE_SEED);
	probes.points = mem_alloc(count * probes.inputs, sizeof *probes.points);
	for (uint64_t i = 0; i < count; i++) {
		int64_t *point = probes.points + i * probes.inputs;
		uint64_t kind = i % 8;
		if (i < 2) /* the two extreme corners */
			for (uint32_t k = 0; k < probes.inputs; k++)
				point[k] = i ? module->features[k].hi : module->features[k].lo;
		else if (kind < 5 && dataset)
			neighbour(module, dataset, &rng, point);
		else if (kind == 5)
			outside_point(module, &rng, point);
		else
			random_point(module, &rng, point, kind == 6);
		keep_sayable(module, point);
	}
	return probes;
}

void probes_free(struct probes *probes)
{
	free(probes->points);
	*probes = (struct probes){ 0 };
}
