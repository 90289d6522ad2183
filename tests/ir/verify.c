/* Every rule of the network level has a network that breaks just that one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ir/ir.h"
#include "ir/verify.h"

/* A good network: two inputs, two layers, an output. */
static void build(struct ir_module *module)
{
	static const char *const names[] = { "a", "b" };
	struct ir_feature features[2] = { IR_FEATURE(0, 9), IR_FEATURE(0, 9) };
	struct ir_term terms[2] = { { { 0 }, NUM_ONE }, { { 1 }, NUM_ONE } };

	ir_module_init(module, "good");
	ir_set_classes(module, 2, names);
	ir_set_inputs(module, IR_UINT8, 2, features);
	ir_layer_begin(module, "one");
	ir_neuron(module, terms, 2, NUM_ZERO);
	ir_neuron(module, terms, 1, NUM_ONE);
	ir_layer_begin(module, "two");
	terms[0].value.i = 2;
	terms[1].value.i = 3;
	ir_neuron(module, terms, 2, NUM_ONE);
	terms[0].value.i = 4;
	ir_set_output(module, terms, 1, NUM_ZERO);
}

static void skip_a_layer(struct ir_module *module)
{
	module->terms[module->nodes[4].first].value.i = 1;
}

static void read_the_own_layer(struct ir_module *module)
{
	module->terms[module->nodes[3].first].value.i = 2;
}

static void output_skips(struct ir_module *module)
{
	module->terms[module->nodes[5].first].value.i = 3;
}

static void weigh_zero(struct ir_module *module)
{
	module->terms[module->nodes[2].first].weight = NUM_ZERO;
}

static void swap_terms(struct ir_module *module)
{
	module->terms[module->nodes[2].first].value.i = 1;
	module->terms[module->nodes[2].first + 1].value.i = 0;
}

static void repeat_a_term(struct ir_module *module)
{
	module->terms[module->nodes[2].first + 1].value.i = 0;
}

static void empty_a_layer(struct ir_module *module)
{
	module->layers[1].count = 0;
}

static void lose_the_output(struct ir_module *module)
{
	module->has_output = false;
}

static void put_an_affine_form_in_a_layer(struct ir_module *module)
{
	module->nodes[3].op_and_count = IR_AFFINE | 1 << 8;
}

static void empty_a_range(struct ir_module *module)
{
	module->features[1].lo = 10;
}

static void lose_the_classes(struct ir_module *module)
{
	module->class_count = 0;
}

static void step_too_fine(struct ir_module *module)
{
	module->features[0].step = (struct ir_ratio){ 1, (INT64_C(1) << 62) - 1 };
	module->features[0].offset = (struct ir_ratio){ 1, (INT64_C(1) << 61) - 1 };
}

struct fault {
	void (*make)(struct ir_module *module);
	const char *text;
};

static const struct fault faults[] = {
	{ skip_a_layer, "%2 reads a value outside the layer before" },
	{ read_the_own_layer, "%1 reads a value outside the layer before" },
	{ output_skips, "the output reads a value outside the layer before" },
	{ weigh_zero, "%0 has a weight of zero" },
	{ swap_terms, "the terms of %0 are not in order" },
	{ repeat_a_term, "%0 has two terms of one value" },
	{ empty_a_layer, "layer 2 has no neuron" },
	{ lose_the_output, "it has no output" },
	{ put_an_affine_form_in_a_layer, "%1 of layer 1 is no neuron" },
	{ empty_a_range, "the range of input 1 is empty" },
	{ lose_the_classes, "it has no class" },
	{ step_too_fine, "the step or offset of input 0 has too many digits" },
};

static void a_good_network_passes(void **state)
{
	struct ir_module module;
	struct diag_sink sink;

	(void)state;
	build(&module);
	diag_init(&sink);
	assert_true(ir_verify(&module, SPAN_NONE, &sink));
	assert_int_equal(diag_count(&sink), 0);
	diag_fini(&sink);
	ir_module_fini(&module);
}

static void each_fault_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		struct ir_module module;
		struct diag_sink sink;
		char *text = NULL;
		size_t size = 0;
		FILE *stream = open_memstream(&text, &size);

		build(&module);
		faults[i].make(&module);
		diag_init(&sink);
		assert_false(ir_verify(&module, SPAN_NONE, &sink));
		diag_print(&sink, stream);
		fclose(stream);
		if (!strstr(text, faults[i].text))
			fail_msg("expected '%s', found '%s'", faults[i].text, text);
		free(text);
		diag_fini(&sink);
		ir_module_fini(&module);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_network_passes),
		cmocka_unit_test(each_fault_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
