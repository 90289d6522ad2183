/*
 * The dense shape through the C back end, several compilers and machines.
 */
#include "tests/backends/c/compile.h"
#include "tests/backends/dense.h"

static int dense_count;

static void add_case(
	const struct ir_module *module, bool members, const struct shape_rows *rows)
{
	struct plan *plan = plan_new(module, &(struct plan_options){ 0 }, SPAN_NONE, NULL);

	dense_count += plan->kind == PLAN_DENSE;
	plan_free(plan);
	compile_add(module, members,
		&(struct compile_rows){ rows->raw, rows->classes, rows->count });
}

static int setup(void **state)
{
	(void)state;
	if (compile_begin())
		return -1;
	for (int i = 0; i < DENSE_CASES; i++)
		dense_make(&dense_cases[i], 7 + (uint64_t)i, add_case);
	return compile_end(500);
}

static void all_are_dense(void **state)
{
	(void)state;
	assert_int_equal(dense_count, DENSE_CASES);
}

/* Without -O3, which vectorizes no more than -O2 here. */
static void has_its_form(void **state)
{
	(void)state;
	compile_script("gcc", COMPILE_FORM("0 2"));
	compile_script("clang", COMPILE_FORM("2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_dense),
		cmocka_unit_test(gcc_O2),
		cmocka_unit_test(gcc_sanitized),
		cmocka_unit_test(clang_O2),
		cmocka_unit_test(clang_integers),
		cmocka_unit_test(tcc),
		cmocka_unit_test(gxx),
		cmocka_unit_test(arm),
		cmocka_unit_test(powerpc),
		cmocka_unit_test(s390x),
		cmocka_unit_test(has_its_form),
	};

	return cmocka_run_group_tests(tests, setup, compile_teardown);
}
