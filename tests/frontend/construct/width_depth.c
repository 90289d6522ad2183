/*
 * width_depth: right on the whole domain for any W and L with W^2 L^2 >= N, as wide and deep
 * as they promise; what is too small is refused with what would do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/measure.h"
#include "ir/verify.h"
#include "tests/frontend/construct/line.h"

/* 0: not given */
static void prepare_of(struct fixture *f, uint64_t seed, uint64_t count, int64_t extractor,
	int64_t w, int64_t l)
{
	prepare(f, "width_depth", seed, count, 1 + (uint32_t)seed % 7);
	set_count(f, "extractor", extractor);
	if (w)
		set_count(f, "W", w);
	if (l)
		set_count(f, "L", l);
}

static uint64_t greater(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void assert_shape(const struct fixture *f, uint64_t count, int64_t extractor)
{
	struct ir_measures all = ir_measure(&f->module);
	uint64_t w = parameter(f, "W"), l = parameter(f, "L"), rho = parameter(f, "rho");

	assert_true(w * w * l * l >= count);
	assert_true(all.width <= greater(3 * w, extractor ? 10 : 12));
	assert_true(all.depth <= (extractor ? 3 + l * (rho + 4) : 4 + l * (2 * rho + 4)));
}

static void right_everywhere_at_any_width_and_depth(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 5, 16, 40, 120 };
	static const int64_t shapes[][2] = {
		{ 0, 0 },
		{ 1, 0 },
		{ 2, 0 },
		{ 11, 0 },
		{ 0, 1 },
		{ 0, 3 },
		{ 4, 3 },
		{ 20, 20 },
		{ INT32_MAX, INT32_MAX },
	};
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (size_t j = 0; j < sizeof shapes / sizeof *shapes; j++, seed++) {
			int64_t extractor = (int64_t)seed % 2, w = shapes[j][0],
				l = shapes[j][1];
			struct fixture f;
			prepare_of(&f, seed, counts[i], extractor, w, l);
			assert_true(construct(&f));
			assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
			assert_points(&f);
			if (w < INT32_MAX)
				assert_shape(&f, counts[i], extractor);
			end(&f);
		}
}

/* All of W^2 L^2 is used: 4^2 3^2 = 144. */
static void the_product_is_the_bound(void **state)
{
	struct fixture f;

	(void)state;
	prepare_of(&f, 3, 144, 1, 4, 3);
	assert_true(construct(&f));
	assert_points(&f);
	end(&f);
	prepare_of(&f, 3, 145, 1, 4, 3);
	assert_false(construct(&f));
	assert_int_equal(diag_count(&f.sink), 1);
	end(&f);
}

/* What the error of 145 points advises: L = 4 for W = 4, W = 5 for L = 3. */
static void what_is_advised_does(void **state)
{
	static const int64_t advised[][2] = { { 4, 4 }, { 5, 3 } };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct fixture f;
		prepare_of(&f, 3, 145, 0, advised[i][0], advised[i][1]);
		assert_true(construct(&f));
		assert_points(&f);
		end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_everywhere_at_any_width_and_depth),
		cmocka_unit_test(the_product_is_the_bound),
		cmocka_unit_test(what_is_advised_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
