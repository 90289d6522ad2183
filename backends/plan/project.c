/*
 * The projection: a sum of weights times inputs, modulo 2^64.
 *
 * - Inputs of 8 or 16 bits: weights are split into two or three parts of at most 16 bits,
 *   w = w0 + w1 * 2^p + w2 * 2^2p, and each part's sum fits 32 bits: multiplications of pairs
 *   (pmaddwd) add many inputs up at once.
 * - Other inputs, or few of them: whole weights, a multiplication of 64 bits each.
 * - Mapped features: the same, behind the map of each feature.
 */
#include "backends/plan/lookup.h"
#include "backends/plan/plan.h"
#include "support/mem.h"

/* The greatest magnitude of a feature as it is multiplied: a uint16_t less 2^15. */
static int64_t most_of(enum ir_element element)
{
	return element == IR_UINT8 ? 255 : element == IR_INT8 ? 128 : 32768;
}

/* Splits a weight into parts, the low ones balanced around 0. */
static void split(uint64_t weight, uint32_t parts, uint32_t bits, int64_t *part)
{
	int64_t rest = (int64_t)weight;

	for (uint32_t i = 0; i + 1 < parts; i++) {
		int64_t half = INT64_C(1) << (bits - 1);
		int64_t low = ((rest + half) & (2 * half - 1)) - half;
		part[i] = low;
		rest = (rest - low) / (2 * half);
	}
	part[parts - 1] = rest;
}

/* Whether all parts fit 16 bits, and their sums 32, whatever the inputs. */
static bool parts_fit(const struct plan_projection *projection, const struct ir_module *module,
	uint32_t parts, uint32_t bits)
{
	uint64_t sums[PLAN_PARTS] = { 0 }, most = (uint64_t)most_of(module->element);

	for (uint32_t i = 0; i < module->input_count; i++) {
		int64_t part[PLAN_PARTS], weight = (int64_t)projection->weights[i];
		if (weight > INT64_MAX / 2 || weight < INT64_MIN / 2)
			return false;
		split(projection->weights[i], parts, bits, part);
		for (uint32_t j = 0; j < parts; j++) {
			if (part[j] < INT16_MIN || part[j] > INT16_MAX)
				return false;
			sums[j] += most * (uint64_t)(part[j] < 0 ? -part[j] : part[j]);
			if (sums[j] > INT32_MAX)
				return false;
		}
	}
	return true;
}

static bool find_parts(struct plan_projection *projection, const struct ir_module *module)
{
	for (uint32_t parts = 1; parts <= PLAN_PARTS; parts++)
		for (uint32_t bits = 16; bits >= 4; bits--) {
			if (!parts_fit(projection, module, parts, bits))
				continue;
			projection->parts = parts;
			projection->part_bits = bits;
			return true;
		}
	return false;
}

/* How many inputs a vector of 16 bytes takes. */
static uint32_t lanes_of(const struct ir_module *module)
{
	return 16 / ir_element_bytes(module->element);
}

void plan_project(struct plan_lookup *lookup, const struct ir_module *module)
{
	struct plan_projection *projection = &lookup->projection;
	uint32_t count = module->input_count;
	bool maps = plan_load_of(module) == PLAN_LOAD_MAPS;

	for (uint32_t i = 0; i < count && maps; i++)
		projection->bias += projection->weights[i] * (uint64_t)module->features[i].lo;
	if (maps || ir_element_bytes(module->element) > 2 || count < lanes_of(module) ||
		!find_parts(projection, module))
		return;
	projection->paired = count - count % lanes_of(module);
	for (uint32_t j = 0; j < projection->parts; j++)
		projection->part[j] = mem_alloc(count, sizeof(int16_t));
	for (uint32_t i = 0; i < count; i++) {
		int64_t part[PLAN_PARTS];
		split(projection->weights[i], projection->parts, projection->part_bits, part);
		for (uint32_t j = 0; j < projection->parts; j++)
			projection->part[j][i] = (int16_t)part[j];
		if (module->element == IR_UINT16)
			projection->bias += projection->weights[i] << 15;
	}
}

bool plan_is_long(const struct plan_lookup *lookup, const struct ir_module *module)
{
	enum { LONG = 256 };

	return lookup->projection.parts && lookup->projection.parts <= 2 &&
		module->input_count * ir_element_bytes(module->element) >= LONG;
}

uint64_t plan_weight_bytes(const struct plan_lookup *lookup, const struct ir_module *module)
{
	uint32_t parts = lookup->projection.parts;

	return (uint64_t)module->input_count * (parts ? 2 * parts : 8);
}
