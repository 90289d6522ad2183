/*
 * The fast shape through the LLVM back end, in process: with the vectors of this machine, those
 * that every machine of its kind has, and in between.
 */
#include "tests/backends/llvm/rows.h"

static void take_shapes(void)
{
	for (size_t i = 0; i < SHAPES; i++)
		shape_build(&shapes[i], 7 + i, take);
	assert_true(known > 5000 && unknown > 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { RUN_ON_MACHINES };

	take_all = take_shapes;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
