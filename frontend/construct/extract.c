#include "frontend/construct/extract.h"

void lane_carry(struct ir_module *module, struct lane *lane)
{
	for (int i = 0; i < 2; i++)
		lane->t[i] =
			lane->done < lane->length ? form_relu(module, &lane->t[i]) : FORM_ZERO;
}

/* Two copies, t[0] = u / 2^U + 2^-(U+1) and t[1] = u / 2^U + 2^-(U+2). */
static void tent_start(struct ir_module *module, struct form *const *carried, uint32_t count,
	struct lane *lanes, uint32_t lane_count)
{
	ir_layer_begin(module, "extract");
	form_carry(module, carried, count);
	for (uint32_t i = 0; i < lane_count; i++) {
		struct lane *lane = &lanes[i];
		int64_t length = (int64_t)lane->length;

		form_shift(module, &lane->t[0], -length);
		lane->t[1] = lane->t[0];
		form_add_bias(module, &lane->t[0], num_pow2(&module->nums, -(length + 1)));
		form_add_bias(module, &lane->t[1], num_pow2(&module->nums, -(length + 2)));
		lane_carry(module, lane);
	}
}

/* The halves relu(2t) and relu(4t - 2) of one tent; their difference is the next t. */
static struct form tent_halves(struct ir_module *module, const struct form *t)
{
	struct form rise = *t, fall = *t;

	form_shift(module, &rise, 1);
	form_shift(module, &fall, 2);
	form_add_bias(module, &fall, num_from_int(&module->nums, -2));
	rise = form_relu(module, &rise);
	fall = form_relu(module, &fall);
	form_sub(module, &rise, &fall);
	return rise;
}

/* 1/2 + 2^(U+1-k) (t[1] - t[0]) after k bits */
static struct form tent_bit(struct ir_module *module, const struct lane *lane)
{
	struct form bit = lane->t[1];

	form_sub(module, &bit, &lane->t[0]);
	form_shift(module, &bit, (int64_t)(lane->length + 1 - lane->done));
	form_add_bias(module, &bit, num_pow2(&module->nums, -1));
	return bit;
}

static void tent_next(struct ir_module *module, struct form *const *carried, uint32_t count,
	struct lane *lanes, uint32_t lane_count, uint32_t active)
{
	ir_layer_begin(module, "extract");
	form_carry(module, carried, count);
	for (uint32_t i = 0; i < lane_count; i++) {
		if (i >= active) {
			lane_carry(module, &lanes[i]);
			continue;
		}
		for (int j = 0; j < 2; j++)
			lanes[i].t[j] = tent_halves(module, &lanes[i].t[j]);
	}
	ir_layer_begin(module, "extract");
	form_carry(module, carried, count);
	for (uint32_t i = 0; i < lane_count; i++) {
		lane_carry(module, &lanes[i]);
		if (i >= active)
			continue;
		lanes[i].done++;
		lanes[i].bit = tent_bit(module, &lanes[i]);
	}
}

static void peel_start(struct ir_module *module, struct form *const *carried, uint32_t count,
	struct lane *lanes, uint32_t lane_count)
{
	(void)module, (void)carried, (void)count, (void)lanes, (void)lane_count;
}

/* relu(t - 2^k + 1) - relu(t - 2^k): whether t >= 2^k */
static struct form peel_bit(struct ir_module *module, const struct form *t, int64_t k)
{
	struct form upper = *t, lower;

	form_add_bias(module, &upper, num_neg(&module->nums, num_pow2(&module->nums, k)));
	lower = upper;
	form_add_bias(module, &upper, NUM_ONE);
	upper = form_relu(module, &upper);
	lower = form_relu(module, &lower);
	form_sub(module, &upper, &lower);
	return upper;
}

static void peel_next(struct ir_module *module, struct form *const *carried, uint32_t count,
	struct lane *lanes, uint32_t lane_count, uint32_t active)
{
	ir_layer_begin(module, "extract");
	form_carry(module, carried, count);
	for (uint32_t i = 0; i < lane_count; i++) {
		struct lane *lane = &lanes[i];
		struct form t = lane->t[0], taken;
		int64_t k;

		lane_carry(module, lane);
		if (i >= active)
			continue;
		k = (int64_t)(lane->length - ++lane->done);
		lane->bit = peel_bit(module, &t, k);
		taken = lane->bit;
		form_shift(module, &taken, k);
		form_sub(module, &lane->t[0], &taken);
	}
}

const struct extractor extractor_tent = {
	.name = "tent",
	.start_layers = 1,
	.bit_layers = 2,
	.start = tent_start,
	.next = tent_next,
};

const struct extractor extractor_peel = {
	.name = "peel",
	.start_layers = 0,
	.bit_layers = 1,
	.start = peel_start,
	.next = peel_next,
};
