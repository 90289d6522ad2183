/*
 * The table of constructions: every row is whole, and every formula has a value for data of
 * any size; what would not fit in memory is refused with its figure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "tests/frontend/construct/fixture.h"

static void rows_are_whole(void **state)
{
	(void)state;
	for (size_t i = 0; constructs[i]; i++) {
		const struct construct *it = constructs[i];

		assert_ptr_equal(construct_find(it->name), it);
		assert_non_null(it->source);
		assert_non_null(it->citation);
		assert_non_null(it->help);
		assert_non_null(it->figure);
		assert_non_null(it->elsewhere);
		assert_true(it->least_classes >= 1);
		assert_true(it->parameter_count <= CONSTRUCT_PARAMETERS);
		assert_true(it->promise_count <= CONSTRUCT_PROMISES);
	}
}

static void formulas_have_values(void **state)
{
	static const uint64_t sizes[] = { 1, 2, 60000, UINT64_C(1) << 40 };

	(void)state;
	for (size_t i = 0; constructs[i]; i++)
		for (size_t n = 0; n < 4; n++) {
			struct dataset dataset = {
				.count = sizes[n], .inputs = 784, .classes = 10
			};
			uint64_t values[CONSTRUCT_PARAMETERS];
			unsigned seen = 0;

			for (size_t j = 0; j < CONSTRUCT_PARAMETERS; j++)
				values[j] = sizes[n];
			for (size_t j = 0; j < constructs[i]->promise_count; j++) {
				const struct promise_row *row = &constructs[i]->promises[j];
				construct_formula(
					constructs[i], row->formula, &dataset, values);
				seen |= 1u << row->measure;
			}
			assert_true(seen >> MEASURE_NEURONS & 1);
			assert_true(seen >> MEASURE_PARAMETERS & 1);
		}
}

static bool plan(struct fixture *f, uint64_t m, bool force)
{
	prepare(f, "sqrt", 1, 4, 2);
	f->report =
		(struct construct_report){ .construct = f->request.construct, .values = { m } };
	f->request.force = force;
	return construct_plan(&f->request, &f->report);
}

static void sizes_are_predicted(void **state)
{
	struct fixture f;

	(void)state;
	assert_true(plan(&f, 1000000, false));
	end(&f);
	assert_false(plan(&f, 10000000, false));
	assert_int_equal(diag_count(&f.sink), 1);
	end(&f);
	assert_true(plan(&f, 10000000, true));
	end(&f);
	assert_false(plan(&f, UINT64_C(1) << 62, true));
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(formulas_have_values),
		cmocka_unit_test(sizes_are_predicted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
