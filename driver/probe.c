#include "driver/probe.h"

#include "support/rng.h"

enum { PROBE_SEED = 20211 };

/* As many of each kind as there are to be made, unless the network is too small or wide. */
static const uint64_t usual[PROBE_KINDS] = {
	[PROBE_CORNER] = 1000,
	[PROBE_OUTSIDE] = 1000,
	[PROBE_NEIGHBOUR] = 20000,
	[PROBE_NEAR] = UINT64_MAX,
	[PROBE_RANDOM] = 100000,
};

static const uint64_t most_values = 200000000; /* of all probes together */

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
void probe_keep_sayable(const struct ir_module *module, int64_t *point)
{
	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		int64_t seen;
		if (round_trip(module, feature, point[i], &seen) ||
			round_trip(module, feature, feature->lo, &seen))
			point[i] = seen;
	}
}

/* Whether probe_keep_sayable() has nothing to do for any point of the domain. */
static bool all_sayable(const struct ir_module *module)
{
	enum ir_element element = module->element;

	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		if (ir_element_is_float(element) || !ir_feature_is_plain(feature) ||
			feature->lo < ir_element_min(element) ||
			feature->hi > ir_element_max(element))
			return false;
	}
	return true;
}

static int64_t random_value(struct rng *rng, const struct ir_feature *feature)
{
	uint64_t span = ir_feature_span(feature) + 1;

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

void probe_random(const struct ir_module *module, uint64_t seed, int64_t *point)
{
	struct rng rng;

	rng_init(&rng, seed);
	random_point(module, &rng, point, false);
	probe_keep_sayable(module, point);
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How many probes of a kind make sense. */
static uint64_t wanted(const struct probes *probes, int kind)
{
	uint64_t inputs = probes->module->input_count, count = usual[kind];

	switch ((enum probe_kind)kind) {
	case PROBE_CORNER:
	case PROBE_OUTSIDE:
		return inputs < 8 ? 2 + least(count, UINT64_C(4) << inputs) : count;
	case PROBE_NEIGHBOUR:
		return probes->dataset ? least(count, probes->dataset->count * inputs * 4) : 0;
	case PROBE_NEAR:
		return probes->near ? probes->near->count : 0;
	case PROBE_RANDOM:
	case PROBE_KINDS:
		break;
	}
	return count;
}

void probes_init(struct probes *probes, const struct ir_module *module,
	const struct dataset *dataset, const struct near *near, uint64_t most)
{
	double others = 0, share;
	uint64_t left;

	*probes = (struct probes){ .module = module, .dataset = dataset, .near = near };
	most = least(most, most_values / module->input_count);
	probes->counts[PROBE_NEAR] = least(wanted(probes, PROBE_NEAR), most / 2);
	left = most - probes->counts[PROBE_NEAR];
	for (int kind = 0; kind < PROBE_KINDS; kind++)
		others += kind == PROBE_NEAR ? 0 : (double)wanted(probes, kind);
	share = others > (double)left ? (double)left / others : 1;
	for (int kind = 0; kind < PROBE_KINDS; kind++) {
		if (kind != PROBE_NEAR)
			probes->counts[kind] = (uint64_t)((double)wanted(probes, kind) * share);
		probes->count += probes->counts[kind];
	}
	if (probes->counts[PROBE_CORNER] < 2) { /* the extreme ones in any case */
		probes->count += 2 - probes->counts[PROBE_CORNER];
		probes->counts[PROBE_CORNER] = 2;
	}
	probes->sayable = all_sayable(module);
}

static void corner(const struct ir_module *module, uint64_t i, struct rng *rng, int64_t *point)
{
	if (i >= 2) {
		random_point(module, rng, point, true);
		return;
	}
	for (uint32_t k = 0; k < module->input_count; k++)
		point[k] = i ? module->features[k].hi : module->features[k].lo;
}

void probe_point(const struct probes *probes, uint64_t i, int64_t *point)
{
	const struct ir_module *module = probes->module;
	int kind = 0;
	struct rng rng;

	rng_init(&rng, PROBE_SEED + i);
	while (i >= probes->counts[kind])
		i -= probes->counts[kind++];
	switch ((enum probe_kind)kind) {
	case PROBE_CORNER:
		corner(module, i, &rng, point);
		break;
	case PROBE_OUTSIDE:
		outside_point(module, &rng, point);
		probe_keep_sayable(module, point);
		return;
	case PROBE_NEIGHBOUR:
		neighbour(module, probes->dataset, &rng, point);
		probe_keep_sayable(module, point);
		return;
	case PROBE_NEAR: /* a spread part, if not all */
		near_point(probes->near,
			(uint64_t)((double)i * (double)probes->near->count /
				(double)probes->counts[kind]),
			point);
		return;
	case PROBE_RANDOM:
	case PROBE_KINDS:
		random_point(module, &rng, point, false);
	}
	if (!probes->sayable)
		probe_keep_sayable(module, point);
}
