/*
 * bits: right on the whole domain; no weight is longer than the bound, with the least bound
 * that is possible and any above.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/measure.h"
#include "ir/verify.h"
#include "tests/frontend/construct/line.h"

enum { POINTS = 60 };

static bool build_with(struct fixture *f, int64_t extractor, int64_t bound)
{
	prepare(f, "bits", 4, POINTS, 5);
	set_count(f, "extractor", extractor);
	set_count(f, "B", bound);
	return construct(f);
}

static void a_bound_is_kept(void **state)
{
	(void)state;
	for (int64_t extractor = 0; extractor < 2; extractor++) {
		int64_t least = 0;

		for (int64_t bound = 8; bound < 200; bound += 1 + (least ? bound / 4 : 0)) {
			struct fixture f;

			if (build_with(&f, extractor, bound)) {
				least = least ? least : bound;
				assert_true(ir_measure(&f.module).greatest_fixed <=
					(uint64_t)bound);
				assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
				assert_points(&f);
			} else {
				assert_int_equal(least, 0);
				assert_int_equal(f.sink.spec_errors, 1);
			}
			end(&f);
		}
		assert_in_range(least, 10, 30);
	}
}

static void eps_sets_the_bucket(void **state)
{
	static const struct ir_ratio eps[] = { { 0, 1 }, { 1, 4 }, { 1, 2 } };
	static const uint64_t bucket[] = { 1, 4, 16 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct fixture f;

		prepare(&f, "bits", 9, 256, 3);
		f.options[0] = (struct option_value){ .set = true, .number = eps[i] };
		assert_true(construct(&f));
		assert_int_equal(parameter(&f, "n"), bucket[i]);
		assert_int_equal(parameter(&f, "m"), 256 / bucket[i]);
		assert_points(&f);
		end(&f);
	}
}

static void refused(struct ir_ratio eps, bool bound)
{
	struct fixture f;

	prepare(&f, "bits", 9, 16, 3);
	f.options[0] = (struct option_value){ .set = true, .number = eps };
	if (bound)
		set_count(&f, "B", 100);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

static void what_cannot_be_is_refused(void **state)
{
	(void)state;
	refused((struct ir_ratio){ 3, 4 }, false);
	refused((struct ir_ratio){ -1, 4 }, false);
	refused((struct ir_ratio){ 1, 4 }, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bound_is_kept),
		cmocka_unit_test(eps_sets_the_bucket),
		cmocka_unit_test(what_cannot_be_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
