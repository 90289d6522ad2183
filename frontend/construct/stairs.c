#include "frontend/construct/stairs.h"

/* (2t - 1), so that B (t - 1/2) is that times B / 2 */
static void odd_threshold(mpz_t odd, position first)
{
	uint64_t words[2] = { (uint64_t)first, (uint64_t)(first >> 64) };

	mpz_import(odd, 2, -1, sizeof words[0], 0, 0, words);
	mpz_mul_2exp(odd, odd, 1);
	mpz_sub_ui(odd, odd, 1);
}

static void add_stair(struct ir_module *module, struct form *x, const struct stair *stair,
	const struct stair *below, uint64_t bits, struct form *u)
{
	struct num_pool *nums = &module->nums;
	struct form lower = *x, upper;
	mpz_t bias, rise;

	/* B = 2^(bits + 1) */
	mpz_inits(bias, rise, NULL);
	odd_threshold(bias, stair->first);
	form_shift(module, &lower, (int64_t)bits + 1);
	upper = lower;
	form_add_bias(module, &lower, num_neg(nums, num_from_mpz(nums, bias, (int64_t)bits)));

	mpz_mul_2exp(bias, bias, bits);
	mpz_sub(rise, stair->height, below->height);
	mpz_sub(rise, rise, bias);
	form_add_bias(module, &upper, num_from_mpz(nums, rise, 0));
	form_add(module, &upper, u);
	mpz_clears(bias, rise, NULL);

	*x = form_relu(module, x);
	*u = form_relu(module, &upper);
	lower = form_relu(module, &lower);
	form_sub(module, u, &lower);
}

void stairs(struct ir_module *module, const char *stage, struct form *x,
	const struct stair *list, uint64_t count, uint64_t bits, struct form *u)
{
	*u = FORM_ZERO;
	for (uint64_t i = count - 1; i > 0; i--) {
		ir_layer_begin(module, stage);
		add_stair(module, x, &list[i], &list[i - 1], bits, u);
	}
	form_add_bias(module, u, num_from_mpz(&module->nums, list[0].height, 0));
}
