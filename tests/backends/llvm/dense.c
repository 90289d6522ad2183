/*
 * The dense shape through the LLVM back end, in process: rows by the vectors of several
 * machines, and the engine of gates.
 */
#include "backends/plan/plan.h"
#include "tests/backends/dense.h"
#include "tests/backends/llvm/rows.h"

/* Machines differ in the vectors of rows alone: others than this one share what has some. */
static bool is_taken(const struct plan_dense *dense)
{
	static bool turn;

	if (machine->cpu && strcmp(machine->cpu, "native") == 0)
		return true;
	turn = !turn;
	return turn && dense->planes && dense->row_count;
}

static void take_dense(
	const struct ir_module *module, bool members, const struct shape_rows *rows)
{
	struct plan *plan = plan_new(module, &(struct plan_options){ 0 }, SPAN_NONE, NULL);

	assert_int_equal(plan->kind, PLAN_DENSE);
	if (is_taken(plan->dense))
		take(module, members, rows);
	plan_free(plan);
}

static void take_cases(void)
{
	for (int i = 0; i < DENSE_CASES; i++)
		dense_make(&dense_cases[i], 7 + (uint64_t)i, take_dense);
	assert_true(known > 200 && unknown > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = { RUN_ON_MACHINES };

	take_all = take_cases;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
