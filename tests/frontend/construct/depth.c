/*
 * depth: right on the whole domain for every L up to sqrt(N), at the depth and width that are
 * promised; an L beyond is refused.
 * EXCEPT: asan
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/measure.h"
#include "ir/verify.h"
#include "tests/frontend/construct/line.h"

static void right_everywhere(void **state)
{
	static const uint64_t counts[] = { 1, 2, 5, 30, 150 };
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (uint64_t l = 1; l * l <= counts[i]; l += 1 + l / 2, seed++) {
			struct fixture f;

			prepare(&f, "depth", seed, counts[i], 1 + (uint32_t)(seed % 7));
			set_count(&f, "extractor", seed % 2);
			set_count(&f, "L", (int64_t)l);
			assert_true(construct(&f));
			assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
			assert_points(&f);
			assert_int_equal(parameter(&f, "g"), (counts[i] + l * l - 1) / (l * l));
			assert_true(parameter(&f, "m") * parameter(&f, "n") >= l * l ||
				counts[i] < l * l * parameter(&f, "g"));
			end(&f);
		}
}

/* More depth for less width: both follow L. */
static void depth_is_traded_for_width(void **state)
{
	struct ir_measures measures[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct fixture f;

		prepare(&f, "depth", 3, 400, 4);
		set_count(&f, "L", i ? 20 : 2);
		assert_true(construct(&f));
		measures[i] = ir_measure(&f.module);
		end(&f);
	}
	assert_int_equal(measures[0].width, 100 * 12);
	assert_int_equal(measures[1].width, 12);
	assert_true(measures[0].depth < measures[1].depth / 3);
	assert_true(measures[0].parameters > measures[1].parameters);
}

static void beyond_the_root_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "depth", 1, 99, 2);
	set_count(&f, "L", 10);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_everywhere),
		cmocka_unit_test(depth_is_traded_for_width),
		cmocka_unit_test(beyond_the_root_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
