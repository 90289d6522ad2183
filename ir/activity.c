#include "ir/activity.h"

#include "ir/interp.h"
#include "support/mem.h"

/* --- proved ------------------------------------------------------------------------------ */

static uint64_t integer_bits(const struct num_pool *nums, num n)
{
	int64_t bits = (int64_t)num_significand_bits(nums, n) + num_exponent(nums, n);

	return bits > 0 && num_sign(nums, n) ? (uint64_t)bits : 0;
}

static uint64_t proved_bits(const struct ir_ranges *ranges, uint32_t value)
{
	const struct ir_range *range = &ranges->of[value];
	uint64_t below = integer_bits(&ranges->nums, range->lo);
	uint64_t above = integer_bits(&ranges->nums, range->hi);
	uint64_t fraction = range->step < 0 ? (uint64_t) - (int64_t)range->step : 0;

	return (below > above ? below : above) + fraction;
}

struct ir_activity *ir_activity_prove(
	const struct ir_module *module, const struct ir_ranges *ranges)
{
	struct ir_activity *activity =
		mem_zero((size_t)module->layer_count + 1, sizeof *activity);

	for (uint32_t at = 0; at < module->layer_count; at++) {
		const struct ir_layer *layer = &module->layers[at];
		for (uint32_t i = 0; i < layer->count; i++) {
			uint64_t bits = proved_bits(ranges, layer->first + i);
			if (bits > activity[at].proved)
				activity[at].proved = bits;
		}
	}
	activity[module->layer_count].proved = proved_bits(ranges, ir_output(module).i);
	return activity;
}

/* --- observed ---------------------------------------------------------------------------- */

static uint64_t observed_bits(const struct dyadic *is)
{
	int64_t exponent = is->e, size;

	if (!dyadic_sign(is))
		return 0;
	exponent += (int64_t)mpz_scan1(is->m, 0);
	size = is->e + (int64_t)mpz_sizeinbase(is->m, 2);
	return (uint64_t)((size > 0 ? size : 0) - (exponent < 0 ? exponent : 0));
}

static void seen(void *context, uint32_t layer, ir_value value, const struct dyadic *is)
{
	struct ir_activity *activity = context;
	uint64_t bits = observed_bits(is);

	(void)value;
	if (bits > activity[layer].observed)
		activity[layer].observed = bits;
}

void ir_activity_observe(const struct ir_module *module, const int64_t *points, uint64_t count,
	struct ir_activity *activity)
{
	struct ir_interp *interp = ir_interp_new(module);

	ir_interp_watch(interp, &(struct ir_watch){ seen, activity });
	for (uint64_t i = 0; i < count; i++)
		ir_interp_classify(interp, points + i * module->input_count);
	ir_interp_free(interp);
}
