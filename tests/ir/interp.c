/* The interpreter agrees with plain rational arithmetic, and with hand-made networks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/interp.h"
#include "tests/ir/random_fused.h"

static int32_t class_of(const struct ir_module *module, const mpq_t y)
{
	if (mpz_cmp_ui(mpq_denref(y), 1) != 0 || mpq_sgn(y) <= 0 ||
		mpz_cmp_ui(mpq_numref(y), module->class_count) > 0)
		return -1;
	return (int32_t)mpz_get_si(mpq_numref(y)) - 1;
}

static void classes_equal_those_of_rationals(void **state)
{
	uint64_t known = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 600; seed++) {
		struct ir_module module;
		struct ir_interp *interp;
		struct rng rng;
		int64_t point[3];
		mpq_t *values, *before;

		random_network(&module, seed, seed % 5 ? 0 : 300);
		interp = ir_interp_new(&module);
		values = new_values(module.node_count);
		before = new_values(module.node_count);
		rng_init(&rng, seed);
		for (int i = 0; i < 20; i++) {
			int32_t expected;
			random_input(&module, &rng, point);
			evaluate_all(&module, point, values, before);
			expected = class_of(&module, values[ir_output(&module).i]);
			known += expected >= 0;
			assert_int_equal(ir_interp_classify(interp, point), expected);
		}
		free_values(values, module.node_count);
		free_values(before, module.node_count);
		ir_interp_free(interp);
		ir_module_fini(&module);
	}
	assert_true(known > 100); /* else the comparison says little */
}

static void fused_classes_equal_those_of_rationals(void **state)
{
	uint64_t known = 0, all = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 1500; seed++) {
		struct ir_module module;
		struct ir_interp *interp;
		struct rng rng;
		int64_t point[RANDOM_FUSED_INPUTS];
		mpq_t *values, *before;

		random_fused(&module, seed, seed % 5 ? 0 : 300);
		interp = ir_interp_new(&module);
		values = new_values(module.node_count);
		before = new_values(module.node_count);
		rng_init(&rng, seed);
		for (int i = 0; i < 20; i++, all++) {
			int32_t expected;
			nearby_input(&module, &rng, point);
			evaluate_fused(&module, point, values, before);
			expected = expected_class(&module, point, values);
			known += expected >= 0;
			assert_int_equal(ir_interp_classify(interp, point), expected);
		}
		free_values(values, module.node_count);
		free_values(before, module.node_count);
		ir_interp_free(interp);
		ir_module_fini(&module);
	}
	assert_in_range(known, all / 4, all * 3 / 4);
}

/* output = input: class = input - 1 */
static void only_whole_outputs_of_a_class_count(void **state)
{
	static const char *const names[] = { "a", "b" };
	struct ir_feature feature = IR_FEATURE(-5, 5);
	struct ir_module module;
	struct ir_interp *interp;
	struct ir_term term;
	int64_t x;

	(void)state;
	ir_module_init(&module, "identity");
	ir_set_classes(&module, 2, names);
	ir_set_inputs(&module, IR_INT8, 1, &feature);
	term = (struct ir_term){ ir_input(0), num_pow2(&module.nums, -1) };
	ir_set_output(&module, &term, 1, NUM_ZERO); /* y = x / 2 */
	interp = ir_interp_new(&module);
	for (x = -7; x <= 7; x++)
		assert_int_equal(ir_interp_classify(interp, &x), x == 2 ? 0 : x == 4 ? 1 : -1);
	ir_interp_free(interp);
	ir_module_fini(&module);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classes_equal_those_of_rationals),
		cmocka_unit_test(fused_classes_equal_those_of_rationals),
		cmocka_unit_test(only_whole_outputs_of_a_class_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
