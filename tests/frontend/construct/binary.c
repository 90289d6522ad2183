/*
 * binary: every position has the class of one of its two neighbours, right at stored points,
 * for every size of buckets; the shape of Theorem 4.1, width 6 for two classes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/measure.h"
#include "ir/verify.h"
#include "tests/frontend/construct/line.h"

/* A network whose buckets hold n boundaries; 0: as many as it finds best. */
static void begin(struct fixture *f, uint64_t seed, uint64_t count, uint32_t classes,
	int64_t extractor, int64_t n)
{
	prepare(f, "binary", seed, count, classes);
	set_count(f, "extractor", extractor);
	if (n)
		set_count(f, "bucket", n);
	assert_true(construct(f));
	assert_true(ir_verify(&f->module, SPAN_NONE, &f->sink));
}

static void right_everywhere(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 7, 20, 70 };
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (uint32_t classes = 1; classes <= 7; classes += 2)
			for (int64_t n = 0; n <= 10; n += n < 4 ? 2 : 6, seed++) {
				struct fixture f;
				begin(&f, seed, counts[i], classes, (int64_t)(seed % 2), n);
				assert_line(&f, false);
				end(&f);
			}
}

/* Two classes: depth and width as the theorem counts them. */
static void two_classes_take_width_six(void **state)
{
	(void)state;
	for (int64_t extractor = 0; extractor < 2; extractor++)
		for (uint64_t seed = 1; seed <= 10; seed++) {
			struct fixture f;
			struct ir_measures all;
			uint64_t k, n, m;

			begin(&f, seed, 10 + 15 * seed, 2, extractor,
				2 + 2 * (int64_t)(seed % 5));
			all = ir_measure(&f.module);
			k = changes_along(&f);
			n = parameter(&f, "n");
			m = k / n;
			assert_int_equal(parameter(&f, "K"), k);
			assert_int_equal(parameter(&f, "m"), m);
			/* of a single slot, the output is a constant before its end */
			assert_int_equal(all.width, extractor || n == 2 ? 5 : 6);
			assert_int_equal(all.depth,
				extractor ? 2 + m + (n - 1) * (parameter(&f, "rho") + 1)
					  : 3 + m + (n - 1) * (2 * parameter(&f, "rho") + 1));
			assert_line(&f, false);
			end(&f);
		}
}

static void more_classes_take_width_seven(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, 3, 200, 8, 0, 0);
	assert_int_equal(parameter(&f, "P"), 3);
	assert_int_equal(ir_measure(&f.module).width, 7);
	end(&f);
	begin(&f, 3, 200, 8, 1, 0);
	assert_int_equal(ir_measure(&f.module).width, 6);
	end(&f);
}

/* Without `bucket`, no even number of boundaries takes fewer parameters by their bounds. */
static void buckets_are_balanced(void **state)
{
	struct fixture best;
	uint64_t least;

	(void)state;
	begin(&best, 9, 400, 2, 1, 0);
	least = best.report.promises[3].promised;
	assert_int_equal(best.report.promises[3].row->measure, MEASURE_PARAMETERS);
	for (int64_t n = 2; n <= 40; n += 2) {
		struct fixture other;
		begin(&other, 9, 400, 2, 1, n);
		/* rho of a few greater distances */
		assert_true(least <= other.report.promises[3].promised + 16 * 2 * (uint64_t)n);
		end(&other);
	}
	end(&best);
}

static void odd_buckets_are_refused(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "binary", 1, 30, 2);
	set_count(&f, "bucket", 3);
	assert_false(construct(&f));
	assert_int_equal(diag_count(&f.sink), 1);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_everywhere),
		cmocka_unit_test(two_classes_take_width_six),
		cmocka_unit_test(more_classes_take_width_seven),
		cmocka_unit_test(buckets_are_balanced),
		cmocka_unit_test(odd_buckets_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
