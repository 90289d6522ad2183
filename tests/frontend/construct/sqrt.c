/*
 * sqrt: the network is right on every point of the domain, for small sets exhaustively, and
 * has the depth, width and bits of Theorem 3.1.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/measure.h"
#include "ir/verify.h"
#include "tests/frontend/construct/line.h"

static void assert_theorem(
	const struct fixture *f, uint64_t count, int64_t extractor, uint64_t m)
{
	struct ir_measures all = ir_measure(&f->module);
	uint64_t n = parameter(f, "n"), rho = parameter(f, "rho");

	assert_int_equal(parameter(f, "m"), m);
	assert_int_equal(n, (count + m - 1) / m);
	if (extractor == 0)
		assert_int_equal(all.depth, 1 + 2 * m + 1 + n * (2 * rho + 2) + 1);
	else
		assert_int_equal(all.depth, 1 + 2 * m + n * (rho + 2) + 1);
	assert_true(all.width <= (extractor == 0 ? 12 : 10));
	assert_true(all.greatest_fixed <= n * rho + 16); /* the projection's bits on top */
}

static void right_everywhere_and_as_promised(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 4, 7, 20, 100, 250 };
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (int64_t extractor = 0; extractor < 2; extractor++)
			for (uint64_t part = 1; part <= 3; part++, seed++) {
				uint64_t m = 1 + (counts[i] - 1) * part / 3;
				struct fixture f;
				assert_true(build(&f, seed, counts[i], 1 + (uint32_t)(seed % 7),
					extractor, (int64_t)m));
				assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
				assert_theorem(&f, counts[i], extractor, m);
				assert_points(&f);
				end(&f);
			}
}

/* The example of the literature's check: 300 points, m = 100, n = 3. */
static void width_is_twelve_with_tents_and_ten_with_peel(void **state)
{
	struct fixture f;

	(void)state;
	assert_true(build(&f, 5, 300, 7, 0, 100));
	assert_int_equal(ir_measure(&f.module).width, 12);
	end(&f);
	assert_true(build(&f, 5, 300, 7, 1, 100));
	assert_int_equal(ir_measure(&f.module).width, 10);
	end(&f);
}

static void too_many_buckets_are_refused(void **state)
{
	struct fixture f;

	(void)state;
	assert_false(build(&f, 1, 10, 2, 0, 11));
	assert_int_equal(f.sink.spec_errors, 1);
	diag_fini(&f.sink);
	free(f.cells);
	free(f.labels);
	free(f.rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_everywhere_and_as_promised),
		cmocka_unit_test(width_is_twelve_with_tents_and_ten_with_peel),
		cmocka_unit_test(too_many_buckets_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
