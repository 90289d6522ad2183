/*
 * The dense shape through the LLVM back end, in process: rows by the vectors of several
 * machines, and the engine of gates.
 */
#include "backends/plan/plan.h"
#include "tests/backends/dense.h"
#include "tests/backends/llvm/rows.h"

/* Machines differ in the vectors of rows alone: others than this one take what has some. */
static void take_dense(
	const struct ir_module *module, bool members, const struct shape_rows *rows)
{
	struct plan *plan = plan_new(module, &(struct plan_options){ 0 }, SPAN_NONE, NULL);
	bool vectors;

	assert_int_equal(plan->kind, PLAN_DENSE);
	vectors = plan->dense->planes && plan->dense->row_count;
	plan_free(plan);
	if (vectors || (machine->cpu && strcmp(machine->cpu, "native") == 0))
		take(module, members, rows);
}

static void take_all(void)
{
	for (int i = 0; i < DENSE_CASES; i++)
		dense_make(&dense_cases[i], 7 + (uint64_t)i, take_dense);
	assert_true(known > 400 && unknown > 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = { RUN_ON_MACHINES };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
