/*
 * sample_size: the formulas of the theorems, by hand, and when S_D is not estimated.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <math.h>

#include "frontend/construct/balls.h"
#include "frontend/construct/sample_size.h"
#include "tests/frontend/construct/random_set.h"

static void near(double value, double expected)
{
	assert_true(fabs(value - expected) <= 1e-9 * fabs(expected));
}

static void formulas_are_the_theorems(void **state)
{
	(void)state;
	/* ln 1000 = 6.907755..., 10^6 / 47.717083... */
	near(sample_size_necessary(1000), 20956.8552235);
	near(sample_size_necessary(1), 0);
	/* 100 ln(10 / 0.0125) / 0.25 = 400 ln 800 */
	near(sample_size_sufficient(10, 0.5, 0.05), 2673.84469115);
	/* 5 ln 100 / 0.1 = 50 ln 100 */
	near(sample_size_cells(5, 0.1, 0.05), 230.258509299);
	near(sample_label_bits(1000, 16), 4000);
	near(sample_label_bits(1000, 1), 0);
}

/* More samples for a smaller error, a greater confidence, a larger network. */
static void they_rise(void **state)
{
	(void)state;
	assert_true(sample_size_necessary(1001) > sample_size_necessary(1000));
	assert_true(
		sample_size_sufficient(10, 0.1, 0.1) > sample_size_sufficient(10, 0.2, 0.1));
	assert_true(
		sample_size_sufficient(10, 0.1, 0.1) > sample_size_sufficient(10, 0.1, 0.2));
	assert_true(sample_size_cells(9, 0.1, 0.1) > sample_size_cells(9, 0.2, 0.1));
	assert_true(sample_size_cells(9, 0.1, 0.1) > sample_size_cells(9, 0.1, 0.2));
	assert_true(sample_size_cells(9, 0.1, 0.1) > sample_size_cells(8, 0.1, 0.1));
}

static void balls_of_moderate_sets(void **state)
{
	struct dataset set = random_set(5, 200, 2, 2, 0, 255);
	uint64_t balls = 0, same = 0;

	(void)state;
	assert_true(sample_size_balls(&set, &balls, NULL));
	assert_true(balls_estimate(&set, &same, NULL));
	assert_int_equal(balls, same);
	set.count = 40000; /* is not looked at */
	assert_false(sample_size_balls(&set, &balls, NULL));
	set.count = 200;
	random_set_fini(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formulas_are_the_theorems),
		cmocka_unit_test(they_rise),
		cmocka_unit_test(balls_of_moderate_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
