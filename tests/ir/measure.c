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
	struct ir_measures all, second, last, parts;
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
	assert_int_equal(all.least_significand, 1);
	assert_int_equal(all.least_fixed, 1);
	assert_int_equal(all.ones, 2);
	assert_int_equal(all.powers, 3);

	second = ir_measure_layers(&module, 1, 1);
	assert_int_equal(second.depth, 1);
	assert_int_equal(second.neurons, 1);
	assert_int_equal(second.parameters, 1);
	assert_int_equal(second.dense_parameters, 3);
	parts = ir_measure_layers(&module, 0, 1);
	assert_int_equal(parts.least_fixed, 3);
	last = ir_measure_layers(&module, 2, 1);
	ir_measures_add(&parts, &second);
	ir_measures_add(&parts, &last);
	assert_memory_equal(&parts, &all, sizeof all);
	ir_module_fini(&module);
}

/* %0 = relu 6*x0 + x1; %1 = lookup %0, @0.1; %2 = match %1, x1, %0; output %2 - 0.5 */
static void counts_of_a_fused_module(void **state)
{
	static const char *const names[] = { "a" };
	struct ir_feature features[2] = { IR_FEATURE(0, 9), IR_FEATURE(0, 9) };
	struct ir_table table = { 0 };
	struct ir_module module;
	struct ir_measures measures;
	struct ir_op_count ops;
	struct ir_term terms[2];
	ir_value values[3];
	num reference[2] = { NUM_ZERO, NUM_ONE };

	(void)state;
	ir_module_init(&module, "fused");
	ir_set_classes(&module, 1, names);
	ir_set_inputs(&module, IR_UINT8, 2, features);
	ir_set_fused(&module);
	for (int i = 0; i < 5; i++)
		ir_table_add_row(&table, i * 10, i * 10 + 3);
	ir_table_add_column(&table);
	ir_table_add_column(&table);
	ir_add_table(&module, &table);
	terms[0] = (struct ir_term){ { 0 }, num_from_int(&module.nums, 6) };
	terms[1] = (struct ir_term){ { 1 }, NUM_ONE };
	values[2] = ir_add(&module, IR_RELU, terms, 2, NUM_ZERO);
	values[0] = ir_add_op(&module, IR_LOOKUP, &values[2], reference);
	values[1] = ir_input(1);
	terms[0].value = ir_add_op(&module, IR_MATCH, values, NULL);
	terms[0].weight = NUM_ONE;
	ir_set_output(&module, terms, 1, num_pow2(&module.nums, -1));

	measures = ir_measure(&module);
	assert_int_equal(measures.depth, 4);
	assert_int_equal(measures.neurons, 1);
	assert_int_equal(measures.parameters, 2 + 2);
	assert_int_equal(measures.total_significand, 2 + 1 + 1 + 1);
	assert_int_equal(measures.total_fixed, 3 + 1 + 1 + 1);
	assert_int_equal(measures.greatest_fixed, 3);
	assert_int_equal(measures.width + measures.dense_parameters, 0);
	assert_int_equal(ir_measure_layers(&module, 0, 1).parameters, 2);

	ops = ir_count_ops(&module);
	assert_int_equal(ops.total, 4);
	assert_int_equal(ops.of[IR_INPUT], 2);
	assert_int_equal(ops.of[IR_RELU], 1);
	assert_int_equal(ops.of[IR_LOOKUP], 1);
	assert_int_equal(ops.of[IR_MATCH], 1);
	assert_int_equal(ops.of[IR_AFFINE], 1);
	assert_int_equal(ops.tables, 1);
	assert_int_equal(ops.rows, 5);
	assert_int_equal(ops.constants, 10);
	ir_module_fini(&module);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_of_a_small_network),
		cmocka_unit_test(counts_of_a_fused_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
