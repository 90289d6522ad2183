/*
 * The dense shape through the LLVM back end, in process: rows by the vectors of several machines,
 * and the engine of gates.
 */
#include "backends/plan/plan.h"
#include "tests/backends/dense.h"
#include "tests/backends/llvm/rows.h"

static void take_dense(
	const struct ir_module *module, bool members, const struct shape_rows *rows)
{
	struct plan *plan = plan_new(module, &(struct plan_options){ 0 }, SPAN_NONE, NULL);

	assert_int_equal(plan->kind, PLAN_DENSE);
	plan_free(plan);
	take(module, members, rows);
}

static void take_all(void)
{
	for (int i = 0; i < DENSE_CASES; i++)
		dense_make(&dense_cases[i], 7 + (uint64_t)i, take_dense);
	assert_true(known > 500 && unknown > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = { RUN_ON_MACHINES };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
