/*
 * Random fused modules through the C back end, several compilers and machines: the class of
 * points in and around the box is that of exact rationals.
 */
#include "tests/backends/c/compile.h"
#include "tests/ir/random_fused.h"

enum { MODULES = 120, ROWS = 60 };

static void add_module(uint64_t seed, uint32_t bits)
{
	signed char raw[ROWS * RANDOM_FUSED_INPUTS];
	int64_t point[RANDOM_FUSED_INPUTS];
	int32_t classes[ROWS];
	struct ir_module module;
	mpq_t *values, *before;
	struct rng rng;

	rng_init(&rng, seed ^ 99);
	random_fused(&module, seed, bits);
	values = new_values(module.node_count);
	before = new_values(module.node_count);
	for (int i = 0; i < ROWS; i++) {
		nearby_input(&module, &rng, point);
		evaluate_fused(&module, point, values, before);
		classes[i] = expected_class(&module, point, values);
		for (uint32_t j = 0; j < module.input_count; j++)
			raw[(uint32_t)i * module.input_count + j] = (signed char)point[j];
	}
	compile_add(&module, false,
		&(struct compile_rows){ (const unsigned char *)raw, classes, ROWS });
	free_values(values, module.node_count);
	free_values(before, module.node_count);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMPILERS(COMPILE_TEST) /* each with a comma */
		cmocka_unit_test(has_its_form_by_gcc),
		cmocka_unit_test(has_its_form_by_clang),
	};

	return cmocka_run_group_tests(tests, setup, compile_teardown);
}
