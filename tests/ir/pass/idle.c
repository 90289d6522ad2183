/*
 * A module knows whether a rewrite changed it: then facts are dropped and passes that had
 * nothing to do run again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/pass.h"

/* A fused module of one input, 0..9, and two weights of its pool. */
static void begin(struct ir_module *module, num *weights)
{
	const struct ir_feature feature = IR_FEATURE(0, 9);

	ir_module_init(module, "it");
	ir_set_classes(module, 1, NULL);
	ir_set_inputs(module, IR_UINT8, 1, &feature);
	ir_set_fused(module);
	weights[0] = num_from_int(&module->nums, 3);
	weights[1] = num_from_int(&module->nums, -7);
}

static ir_value relu_of(struct ir_module *module, ir_value value, num weight, num bias)
{
	return ir_add(module, IR_RELU, &(struct ir_term){ value, weight }, 1, bias);
}

static void finish(struct ir_module *module, ir_value a, ir_value b)
{
	const struct ir_term terms[] = { { a, NUM_ONE }, { b, NUM_ONE } };

	ir_add(module, IR_AFFINE, terms, 2, NUM_ZERO);
	module->has_output = true;
}

static void run(struct ir_module *module, const char *a, const char *b, const char *c)
{
	const struct pass *list[] = { pass_find(a), b ? pass_find(b) : NULL,
		c ? pass_find(c) : NULL, NULL };

	passes_run(module, list, NULL);
}

static void a_rewrite_without_change_counts_none(void **state)
{
	struct ir_module module;
	num weights[2];
	ir_value a, b;

	(void)state;
	begin(&module, weights);
	a = relu_of(&module, ir_input(0), weights[0], weights[1]);
	b = relu_of(&module, ir_input(0), weights[1], weights[0]);
	finish(&module, a, b);
	run(&module, "cse", "dce", "cse");
	assert_int_equal(module.rewrites, 0);
	assert_int_equal(module.node_count, 4);
	ir_module_fini(&module);
}

static void one_with_change_counts(void **state)
{
	struct ir_module module;
	num weights[2];
	ir_value a, b;

	(void)state;
	begin(&module, weights);
	a = relu_of(&module, ir_input(0), weights[0], weights[1]);
	b = relu_of(&module, ir_input(0), weights[0], weights[1]);
	finish(&module, a, b);
	run(&module, "cse", "cse", NULL);
	assert_int_equal(module.rewrites, 1);
	assert_int_equal(module.node_count, 3);
	ir_module_fini(&module);
}

/* relu(3 relu(x) - 7) is relu(3 x - 7) after fold alone: only then cse has work. */
static void an_idle_pass_runs_again_after_a_change(void **state)
{
	struct ir_module module;
	num weights[2];
	ir_value a, b;

	(void)state;
	begin(&module, weights);
	a = relu_of(&module, ir_input(0), weights[0], weights[1]);
	b = relu_of(&module, ir_input(0), NUM_ONE, NUM_ZERO);
	b = relu_of(&module, b, weights[0], weights[1]);
	finish(&module, a, b);
	run(&module, "cse", NULL, NULL);
	assert_int_equal(module.rewrites, 0);
	run(&module, "cse", "fold", "cse");
	assert_int_equal(module.rewrites, 2);
	assert_int_equal(module.node_count, 3);
	ir_module_fini(&module);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rewrite_without_change_counts_none),
		cmocka_unit_test(one_with_change_counts),
		cmocka_unit_test(an_idle_pass_runs_again_after_a_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
