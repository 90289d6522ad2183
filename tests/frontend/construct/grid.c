/*
 * grid: the answer is the class of the stored point with the nearest position, everywhere, by
 * two hidden layers no wider than 2 ceil(sqrt N).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/measure.h"
#include "ir/verify.h"
#include "tests/frontend/construct/line.h"

static uint64_t root_up(uint64_t value)
{
	uint64_t root = 0;

	while (root * root < value)
		root++;
	return root;
}

static void nearest_everywhere(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 4, 5, 6, 7, 10, 17, 65, 300 };

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (uint32_t classes = 1; classes <= 7; classes++) {
			struct fixture f;
			struct ir_measures all;

			prepare(&f, "grid", 3 * i + classes, counts[i], classes);
			assert_true(construct(&f));
			assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
			assert_line(&f, true);
			all = ir_measure(&f.module);
			assert_int_equal(parameter(&f, "K"), changes_along(&f));
			assert_int_equal(all.depth, parameter(&f, "K") ? 4 : 2);
			assert_true(all.width <= 2 * root_up(counts[i]));
			assert_true(all.neurons <= 4 * root_up(counts[i]) + 1);
			end(&f);
		}
}

/* All weights are integers. */
static void weights_are_integers(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "grid", 5, 200, 7);
	assert_true(construct(&f));
	for (size_t i = 0; i < f.module.term_count; i++)
		assert_true(num_exponent(&f.module.nums, f.module.terms[i].weight) >= 0);
	for (uint32_t i = 0; i < f.module.node_count; i++)
		assert_true(num_exponent(&f.module.nums, f.module.nodes[i].bias) >= 0);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_everywhere),
		cmocka_unit_test(weights_are_integers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
