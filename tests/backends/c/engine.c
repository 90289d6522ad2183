/*
 * Random fused modules through the general engine of the C back end, by several compilers and
 * on several machines: the class of points in and around the box is that of exact rationals.
 */
#include "tests/backends/c/compile.h"
#include "tests/ir/random_fused.h"

enum { MODULES = 60, ROWS = 60 };

static int general_count;

static void add_module(uint64_t seed, uint32_t bits)
{
	unsigned char raw[ROWS * RANDOM_FUSED_INPUTS];
	int32_t classes[ROWS];
	struct ir_module module;
	struct plan *plan;

	random_fused_rows(&module, seed, bits, ROWS, raw, classes);
	plan = plan_new(&module, &(struct plan_options){ 0 }, SPAN_NONE, NULL);
	general_count += plan->kind == PLAN_PROGRAM;
	plan_free(plan);
	compile_add(&module, false, &(struct compile_rows){ raw, classes, ROWS });
	ir_module_fini(&module);
}

static int setup(void **state)
{
	static const uint32_t bits[] = { 0, 0, 40, 200 };

	(void)state;
	if (compile_begin())
		return -1;
	for (uint64_t i = 0; i < MODULES; i++)
		add_module(i, bits[i % 4]);
	return compile_end(1500);
}

static void all_are_general(void **state)
{
	(void)state;
	assert_int_equal(general_count, MODULES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMPILERS(COMPILE_TEST) /* each with a comma */
		cmocka_unit_test(all_are_general),
		cmocka_unit_test(has_its_form_by_gcc),
		cmocka_unit_test(has_its_form_by_clang),
	};

	return cmocka_run_group_tests(tests, setup, compile_teardown);
}
