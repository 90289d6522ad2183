/* Numbers round as the machine rounds integers and doubles, to the last bit and beyond. */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "support/num.h"
#include "support/rng.h"

static void check_round(struct num_pool *pool, int64_t m, int e)
{
	const double x = ldexp((double)m, e); /* exact where |m| < 2^53 */
	num n = num_shift(pool, num_from_int(pool, m), e);
	bool exact;
	double nearest = num_round(pool, n, true, &exact);

	if (llabs(m) < INT64_C(1) << 53 && e > -1000) {
		assert_true(nearest == (double)(float)x);
		assert_true(exact == (nearest == x) || isinf(nearest));
	}
	nearest = num_round(pool, n, false, &exact);
	assert_true(nearest == x); /* m itself is rounded once by the conversion */
	if (e > -1000)
		assert_true(exact == (llabs(m) < INT64_C(1) << 53 || (int64_t)(double)m == m));
}

static void numbers_round_as_the_machine_does(void **state)
{
	struct num_pool pool;
	struct rng rng;

	(void)state;
	num_pool_init(&pool);
	rng_init(&rng, 1);
	for (int i = 0; i < 20000; i++) {
		int64_t m =
			(int64_t)(rng_below(&rng, UINT64_C(1) << 62) >> rng_below(&rng, 62));
		if (i % 3 == 0) /* few ones, so that ties come up */
			m = (INT64_C(1) << rng_below(&rng, 30) << 30 | m % 3) + m % 2;
		check_round(&pool, i % 2 ? -m : m, (int)rng_below(&rng, 400) - 300);
	}
	for (int e = 100; e < 130; e++)
		check_round(&pool, (1 << 24) - 1, e - 24);
	for (int e = -1074; e < -1020; e++)
		check_round(&pool, 1, e);
	num_pool_fini(&pool);
}

static void beyond_the_greatest_number_is_infinite(void **state)
{
	struct num_pool pool;
	num half;
	bool exact;

	(void)state;
	num_pool_init(&pool);
	assert_true(isinf(num_round(&pool, num_pow2(&pool, 1024), false, &exact)));
	assert_true(isinf(num_round(&pool, num_pow2(&pool, 1 << 29), false, &exact)));
	assert_true(num_round(&pool, num_pow2(&pool, -1075), false, &exact) == 0 && !exact);
	assert_true(num_round(&pool, num_pow2(&pool, -(1 << 29)), false, &exact) == 0);
	half = num_shift(&pool, num_from_int(&pool, (INT64_C(1) << 54) - 1), 1024 - 54);
	assert_true(isinf(num_round(&pool, half, false, &exact))); /* a tie, to even */
	half = num_add(&pool, half, num_neg(&pool, num_pow2(&pool, 0)));
	assert_true(num_round(&pool, half, false, &exact) == DBL_MAX && !exact);
	num_pool_fini(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_round_as_the_machine_does),
		cmocka_unit_test(beyond_the_greatest_number_is_infinite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
