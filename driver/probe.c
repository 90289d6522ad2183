#include "driver/probe.h"

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

/* The grid value of the raw element that stands for a grid value; false if it has none. */
static bool round_trip(const struct ir_module *module, const struct ir_feature *feature,
	int64_t grid, int64_t *seen)
{
	enum ir_element element = module->element;
	struct ir_affine_map map;
	int64_t raw, least, most;
	double real;

	if (!ir_feature_map(feature, &map))
		return false;
	if (ir_element_is_float(element)) {
		real = ir_feature_raw(feature, grid);
		if (element == IR_FLOAT)
			real = (float)real;
		return ir_affine_map_double(&map, real, seen);
	}
	raw = ir_feature_raw_int(feature, grid);
	least = ir_element_min(element);
	most = ir_element_max(element);
	raw = raw < least ? least : raw > most ? most : raw;
	return ir_affine_map_int(&map, raw, seen);
}

/*
 * Not every grid value has a raw one: the step of an integer may be a fraction, a float has
 * 24 bits, a range may go beyond its type. Then what the nearest raw value maps to.
 */
static void keep_sayable(const struct ir_module *module, int64_t *point)
{
	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		int64_t seen;
		if (round_trip(module, feature, point[i], &seen) ||
			round_trip(module, feature, feature->lo, &seen))
			point[i] = seen;
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

void probe_point(const struct probes *probes, uint64_t i, int64_t *point)
{
	const struct ir_module *module = probes->module;
	uint64_t kind = i % 8;
	struct rng rng;

	rng_init(&rng, PROBE_SEED + i);
	if (i < 2) /* the two extreme corners */
		for (uint32_t k = 0; k < module->input_count; k++)
			point[k] = i ? module->features[k].hi : module->features[k].lo;
	else if (kind < 5 && probes->dataset)
		neighbour(module, probes->dataset, &rng, point);
	else if (kind == 5)
		outside_point(module, &rng, point);
	else
		random_point(module, &rng, point, kind == 6);
	keep_sayable(module, point);
}
