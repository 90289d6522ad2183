/* Limits of the C back end, prefixes, names of classes, and the shape of the text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/c/c.h"
#include "support/mem.h"

static void knows_prefixes(void **state)
{
	static const char *const good[] = { "clf", "_a", "A9", "x__y", "int8", "Class",
		"memc" };
	static const char *const bad[] = { "", "9a", "a-b", "a b", "int", "class", "xor",
		"co_await", "\xc3\xa9", "a\n" };

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(c_prefix_is_valid(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(c_prefix_is_valid(bad[i]));
}

/* One input 0..255, then `neurons` neurons x * 2^e in a layer, and an output of the first. */
static void build(struct ir_module *module, uint32_t neurons, int64_t e)
{
	const struct ir_feature feature = IR_FEATURE(0, 255);
	const char *const names[] = { "a", "b" };
	struct ir_term term = { ir_input(0), NUM_ZERO };

	ir_module_init(module, "wide");
	ir_set_inputs(module, IR_UINT8, 1, &feature);
	ir_set_classes(module, 2, names);
	ir_layer_begin(module, "wide");
	/* the bias 1 keeps the power of two from being the step of the value */
	term.weight = num_pow2(&module->nums, e);
	for (uint32_t i = 0; i < neurons; i++)
		ir_neuron(module, &term, 1, NUM_ONE);
	ir_set_output(module, &(struct ir_term){ ir_input(1), NUM_ONE }, 1, NUM_ZERO);
}

static void expect_plan(uint32_t neurons, int64_t e, bool fits)
{
	const struct c_options options = { .prefix = "wide", .header = "wide.h" };
	const struct plan_options how = { 0 };
	struct ir_module module;
	struct diag_sink sink;
	struct plan *plan;
	struct output out;
	char *text;

	diag_init(&sink);
	build(&module, neurons, e);
	plan = plan_new(&module, &how, SPAN_NONE, &sink);
	assert_int_equal(plan != NULL, fits);
	assert_int_equal(diag_count(&sink), !fits);
	if (fits)
		assert_true(plan_sizes(plan).stack_bytes <= PLAN_STACK_LIMIT);
	else
		plan = plan_new(&module, &how, SPAN_NONE, NULL);
	output_open_memory(&out);
	c_emit_source(plan, &options, &out);
	text = output_take(&out, NULL);
	assert_int_equal(strstr(text, "#error") == NULL, fits);
	free(text);
	plan_free(plan);
	ir_module_fini(&module);
	diag_fini(&sink);
}

static void refuses_what_takes_too_much_stack(void **state)
{
	(void)state;
	expect_plan(3, 1000, true);
	expect_plan(1, 16000000, true); /* 2 MB, and as much for the output */
	expect_plan(1, 17000000, false);
	expect_plan(1, 500000000, false); /* more limbs than a term can skip */
	expect_plan(300000, 1, true);
	expect_plan(2000000, 1, false);
}

static char folder[200];

static void compile_and_run(const char *compile)
{
	char command[600];

	snprintf(command, sizeof command,
		"cd '%s' && %s -Wall -Wextra -Werror -pedantic-errors main.c -o main && ./main",
		folder, compile);
	assert_int_equal(system(command), 0);
}

/* main.c: the source itself, and a main that compares the names with their bytes. */
static void check_names(uint32_t count, const char *const *names, const char *compile)
{
	struct c_options options = { .prefix = "n", .header = NULL };
	const struct ir_feature feature = IR_FEATURE(0, 1);
	struct ir_module module;
	struct plan *plan;
	struct output out;
	struct diag_sink sink;
	char path[300];

	diag_init(&sink);
	ir_module_init(&module, "n");
	ir_set_inputs(&module, IR_UINT8, 1, &feature);
	ir_set_classes(&module, count, names);
	ir_set_output(&module, &(struct ir_term){ ir_input(0), NUM_ONE }, 1, NUM_ONE);
	snprintf(path, sizeof path, "%s/main.c", folder);
	assert_true(output_open(&out, path, 0600, NULL, &sink));
	output_text(&out, "#include <string.h>\n");
	plan = plan_new(&module, &(struct plan_options){ 0 }, SPAN_NONE, NULL);
	c_emit_header(plan->module, &options, &out);
	c_emit_source(plan, &options, &out);
	plan_free(plan);
	output_text(&out, "int main(void)\n{\n\tconst uint8_t zero = 0;\n\tint bad = 0;\n");
	for (uint32_t i = 0; i < count; i += 1 + count / 50) {
		output_printf(&out, "\t{ static const unsigned char name[] = {");
		for (const char *at = names[i]; *at; at++)
			output_printf(&out, "%u,", (unsigned char)*at);
		output_printf(&out,
			"0};\n\tbad |= memcmp(n_class_name(%u), name, sizeof name) != 0; }\n",
			i);
	}
	output_printf(&out,
		"\tbad |= n_classify(&zero) != 0;\n"
		"\tbad |= n_class_name(-1) != NULL || n_class_name(%u) != NULL;\n"
		"\treturn bad;\n}\n",
		count);
	assert_true(output_commit(&out, &sink));
	compile_and_run(compile);
	ir_module_fini(&module);
	diag_fini(&sink);
}

static void keeps_class_names(void **state)
{
	char every[256], *endless = mem_zero(20001, 1);
	const char *names[] = { "", "a", "?\?/ ?\?=", "*/ \" ' \\ %s\n\t\r", every, endless,
		"\xef\xbb\xbf\xc3\xa9" };
	uint32_t count = sizeof names / sizeof *names;

	(void)state;
	for (int i = 0; i < 255; i++)
		every[i] = (char)(i + 1);
	every[255] = 0;
	memset(endless, 'e', 20000);
	check_names(count, names, "gcc -std=c99 -trigraphs");
	check_names(count, names, "gcc -std=c99 -funsigned-char");
	check_names(count, names, "clang -std=c99");
	check_names(count, names, "g++ -x c++ -std=c++11");
	free(endless);
}

static void holds_many_classes(void **state)
{
	enum { COUNT = 100001 };
	char(*names)[24] = mem_alloc(COUNT, sizeof *names);
	const char **pointers = mem_alloc(COUNT, sizeof *pointers);

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		snprintf(names[i], sizeof names[i], "class %d", i);
		pointers[i] = names[i];
	}
	check_names(COUNT, pointers, "gcc -std=c99 -O2");
	free(names);
	free(pointers);
}

/* No line of generated text is longer than 96 columns with tabs of eight. */
static void keeps_to_the_line(void **state)
{
	const char *const names[] = {
		"\x01\x02\x03\x04\x05\x06\x07\x01\x02\x03\x04\x05\x06\x07\x01",
		"0123456789012345678901234567890123456789"
	};
	struct c_options options = { .prefix = "clf", .header = "clf.h" };
	const struct ir_feature feature = IR_FEATURE(-5, 90);
	struct ir_module module;
	struct plan *plan;
	struct output out;
	char *text;
	size_t column = 0, most = 0;

	(void)state;
	ir_module_init(&module, "clf");
	ir_set_inputs(&module, IR_INT16, 1, &feature);
	ir_set_classes(&module, 2, names);
	for (uint32_t i = 0; i < 200; i++) {
		num weight = num_from_int(
			&module.nums, (int64_t)(i * UINT64_C(0x123456789abcdef) >> 1) + 1);
		ir_layer_begin(&module, "line");
		ir_neuron(&module, &(struct ir_term){ ir_input(i), weight }, 1, weight);
	}
	ir_set_output(&module, &(struct ir_term){ ir_input(200), NUM_ONE }, 1, NUM_ONE);
	output_open_memory(&out);
	plan = plan_new(&module, &(struct plan_options){ 0 }, SPAN_NONE, NULL);
	c_emit_header(plan->module, &options, &out);
	c_emit_source(plan, &options, &out);
	plan_free(plan);
	text = output_take(&out, NULL);
	for (const char *at = text; *at; at++) {
		column = *at == '\n' ? 0 : *at == '\t' ? (column | 7) + 1 : column + 1;
		most = column > most ? column : most;
	}
	assert_in_range(most, 90, 96);
	free(text);
	ir_module_fini(&module);
}

static int setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof folder, "%s/plan.XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_prefixes),
		cmocka_unit_test(refuses_what_takes_too_much_stack),
		cmocka_unit_test(keeps_class_names),
		cmocka_unit_test(holds_many_classes),
		cmocka_unit_test(keeps_to_the_line),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
