/* The class that an output stands for, over binary points at every place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/literal.h"

enum { CLASSES = 1000 };

/* y * 2^fraction + rest in four limbs. */
static void lay(uint64_t *limbs, uint64_t y, size_t fraction, uint64_t rest)
{
	for (size_t i = 0; i < 4; i++)
		limbs[i] = i ? 0 : rest;
	limbs[fraction / 64] |= y << fraction % 64;
	if (fraction % 64)
		limbs[fraction / 64 + 1] |= y >> (64 - fraction % 64);
}

static void reads_classes(void **state)
{
	static const uint64_t ys[] = { 0, 1, 2, 999, 1000, 1001, UINT64_MAX };
	uint64_t limbs[5];

	(void)state;
	for (size_t fraction = 0; fraction < 192; fraction++)
		for (size_t i = 0; i < sizeof ys / sizeof *ys; i++) {
			int class = ys[i] >= 1 && ys[i] <= CLASSES ? (int)ys[i] - 1 : -1;
			lay(limbs, ys[i], fraction, 0);
			assert_int_equal(memc_class(limbs, 4, fraction, CLASSES), class);
			limbs[3] |= UINT64_C(1) << 63;
			assert_int_equal(memc_class(limbs, 4, fraction, CLASSES), -1);
		}
}

static void refuses_fractions(void **state)
{
	uint64_t limbs[5];

	(void)state;
	for (size_t fraction = 1; fraction < 192; fraction++)
		for (size_t bit = 0; bit < fraction; bit++) {
			lay(limbs, 5, fraction, 0);
			limbs[bit / 64] |= UINT64_C(1) << bit % 64;
			assert_int_equal(memc_class(limbs, 4, fraction, CLASSES), -1);
		}
}

static void knows_nothing_without_limbs(void **state)
{
	(void)state;
	assert_int_equal(memc_class(NULL, 0, 0, CLASSES), -1);
	assert_int_equal(memc_class(NULL, 0, 130, CLASSES), -1);
}

static void runs_one_layer(void **state)
{
	/* y = 3 x + 2 in one limb */
	const uint64_t layers[] = { 1, 0 };
	const uint64_t neurons[] = { UINT64_C(2) << 38 | 1 << 19 | 1, UINT64_C(1) << 61, 1,
		UINT64_C(1) << 62, 1 << 20 | 1 };
	const uint64_t constants[] = { 2, 3 };
	const struct memc_network net = { layers, neurons, constants };
	uint64_t even_limbs[1], odd_limbs[1];
	uint32_t even_starts[2], odd_starts[2];
	const struct memc_values even = { even_limbs, even_starts };
	const struct memc_values odd = { odd_limbs, odd_starts };

	(void)state;
	for (uint64_t x = 0; x < 400; x++) {
		even_limbs[0] = x;
		assert_int_equal(memc_literal(&net, 1, 1, 0, CLASSES, &even, &odd),
			3 * x + 2 <= CLASSES ? (int)(3 * x + 1) : -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_classes),
		cmocka_unit_test(refuses_fractions),
		cmocka_unit_test(knows_nothing_without_limbs),
		cmocka_unit_test(runs_one_layer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
