/*
 * steps: the answer is the class of the stored point with the nearest position, everywhere;
 * two neurons for a change of the class, not for a point.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/measure.h"
#include "ir/verify.h"
#include "tests/frontend/construct/line.h"

static void nearest_everywhere(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 4, 7, 20, 100, 400 };

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (uint64_t seed = 1; seed <= 8; seed++) {
			struct fixture f;

			prepare(&f, "steps", seed, counts[i], (uint32_t)seed);
			assert_true(construct(&f));
			assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
			assert_line(&f, true);
			assert_int_equal(parameter(&f, "K"), changes_along(&f));
			assert_int_equal(
				ir_measure(&f.module).neurons, 1 + 2 * parameter(&f, "K"));
			end(&f);
		}
}

/* One class: there is nothing to tell apart, and no hidden layer. */
static void one_class_is_a_constant(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "steps", 1, 30, 1);
	assert_true(construct(&f));
	assert_int_equal(parameter(&f, "K"), 0);
	assert_int_equal(ir_measure(&f.module).depth, 2);
	end(&f);
}

/* A boundary on one feature alone: one change, three neurons, whatever the projection. */
static void points_of_a_class_may_share_a_position(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "steps", 1, 600, 2);
	for (uint64_t i = 0; i < f.dataset.count; i++)
		f.labels[i] = f.cells[2 * i + 1] >= BOX / 2;
	f.project[PROJECT_BITS] = (struct option_value){ .set = true, .count = 1 };
	for (int64_t seed = 1;; seed++) { /* until the weights are 0 and 1 */
		f.project[PROJECT_SEED].count = seed;
		if (construct(&f))
			break;
		assert_true(seed < 20);
	}
	assert_int_equal(parameter(&f, "K"), 1);
	assert_int_equal(ir_measure(&f.module).neurons, 3);
	assert_line(&f, true);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_everywhere),
		cmocka_unit_test(one_class_is_a_constant),
		cmocka_unit_test(points_of_a_class_may_share_a_position),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
