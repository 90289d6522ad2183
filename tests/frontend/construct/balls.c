/*
 * balls: the estimate of S_D counts balls B(x, L_x / 3.1), exactly at their border.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frontend/construct/balls.h"
#include "tests/frontend/construct/random_set.h"

/* On a line: those of the first class at `points`, one of the second at 0. */
static uint64_t estimate(const int64_t *points, uint64_t count)
{
	struct dataset set = random_set(1, count + 1, 1, 2, 0, 0);
	uint64_t sum = 0;

	for (uint64_t i = 0; i < count; i++) {
		random_row(&set, i)[0] = points[i];
		set.labels[i] = 0;
	}
	set.labels[count] = 1;
	assert_true(balls_estimate(&set, &sum, NULL));
	random_set_fini(&set);
	return sum;
}

static void borders_are_exact(void **state)
{
	(void)state;
	/* the ball of 310 is 210..410 */
	assert_int_equal(estimate((const int64_t[]){ 310 }, 1), 2);
	assert_int_equal(estimate((const int64_t[]){ 310, 210, 410 }, 3), 2);
	assert_int_equal(estimate((const int64_t[]){ 310, 209 }, 2), 3);
	/* 411 has a greater ball, 278.42..543.58 */
	assert_int_equal(estimate((const int64_t[]){ 310, 411 }, 2), 2);
	assert_int_equal(estimate((const int64_t[]){ 278, 411 }, 2), 3);
	assert_int_equal(estimate((const int64_t[]){ 279, 411 }, 2), 2);
}

/* Two classes far apart are a ball each, two that are mixed at random nearly one a point. */
static void hard_sets_need_more(void **state)
{
	struct dataset set = random_set(5, 200, 2, 2, 0, 255);
	uint64_t mixed, apart;

	(void)state;
	assert_true(balls_estimate(&set, &mixed, NULL));
	for (uint64_t i = 0; i < set.count; i++)
		random_row(&set, i)[0] += 4000 * (int64_t)set.labels[i];
	assert_true(balls_estimate(&set, &apart, NULL));
	assert_int_equal(apart, 2);
	assert_in_range(mixed, 150, 200);
	random_set_fini(&set);
}

static void one_class_has_none(void **state)
{
	struct dataset set = random_set(5, 20, 2, 2, 0, 255);
	uint64_t sum;

	(void)state;
	for (uint64_t i = 0; i < set.count; i++)
		set.labels[i] = 0;
	assert_false(balls_estimate(&set, &sum, NULL));
	set.labels[0] = 1;
	random_row(&set, 0)[0] = INT64_MIN;
	assert_false(balls_estimate(&set, &sum, NULL));
	random_set_fini(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(borders_are_exact),
		cmocka_unit_test(hard_sets_need_more),
		cmocka_unit_test(one_class_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
