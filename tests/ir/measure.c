/* Measures equal a count by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/measure.h"

static void counts_of_a_small_network(void **state)
{
	static const char *const names[] = { "a" };
	struct ir_feature features[3] = { IR_FEATURE(0, 9), IR_FEATURE(0, 9),
		IR_FEATURE(0, 9) };
	struct ir_module module;
	struct num_pool *nums = &module.nums;
	struct ir_measures all, second;
	struct ir_term terms[3];

	(void)state;
	ir_module_init(&module, "small");
	ir_set_classes(&module, 1, names);
	ir_set_inputs(&module, IR_UINT8, 3, features);
	ir_layer_begin(&module, "one");
	terms[0] = (struct ir_term){ { 0 }, num_from_int(nums, 12) }; /* 2 bits, 4 fixed */
	terms[1] = (struct ir_term){ { 2 }, num_pow2(nums, -5) };     /* 1 bit, 5 fixed */
	ir_neuron(&module, terms, 2, num_from_int(nums, -7));         /* 3 bits, 3 fixed */
	ir_neuron(&module, terms, 1, NUM_ZERO);
	ir_layer_begin(&module, "two");
	terms[0] = (struct ir_term){ { 3 }, NUM_ONE };
	ir_neuron(&module, terms, 1, NUM_ZERO);
	terms[0] = (struct ir_term){ { 5 }, num_shift(nums, num_from_int(nums, 5), 100) };
	ir_set_output(&module, terms, 1, NUM_ONE);

	all = ir_measure(&module);
	assert_int_equal(all.depth, 3);
	assert_int_equal(all.width, 2);
	assert_int_equal(all.neurons, 3);
	assert_int_equal(all.parameters, 3 + 1 + 1 + 2);
	assert_int_equal(all.dense_parameters, 2 * 4 + 1 * 3 + 1 * 2);
	assert_int_equal(all.greatest_significand, 3);
	assert_int_equal(all.greatest_fixed, 103);
	assert_int_equal(all.total_significand, 2 + 1 + 3 + 2 + 1 + 3 + 1);
	assert_int_equal(all.total_fixed, 4 + 5 + 3 + 4 + 1 + 103 + 1);

	second = ir_measure_layers(&module, 1, 1);
	assert_int_equal(second.depth, 1);
	assert_int_equal(second.neurons, 1);
	assert_int_equal(second.parameters, 1);
	assert_int_equal(second.dense_parameters, 3);
	ir_module_fini(&module);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_of_a_small_network),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
