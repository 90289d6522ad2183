/* print, parse, print gives the same bytes and the same network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/interp.h"
#include "ir/measure.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "support/mem.h"
#include "tests/ir/random_fused.h"

#define SPEC_DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define POINTS_DIGEST "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static char *text_of(const struct ir_module *module, size_t *size)
{
	struct output out;

	output_open_memory(&out);
	ir_print(module, &out);
	return output_take(&out, size);
}

static void assert_same_network(const struct ir_module *a, const struct ir_module *b)
{
	struct ir_interp *ia = ir_interp_new(a), *ib = ir_interp_new(b);
	struct ir_measures ma = ir_measure(a), mb = ir_measure(b);
	struct rng rng;
	int64_t point[3];

	assert_memory_equal(&ma, &mb, sizeof ma);
	rng_init(&rng, 3);
	for (int i = 0; i < 20; i++) {
		random_input(a, &rng, point);
		assert_int_equal(ir_interp_classify(ia, point), ir_interp_classify(ib, point));
	}
	ir_interp_free(ia);
	ir_interp_free(ib);
}

/* Prints, parses and prints; the module ends. */
static void assert_comes_back(struct ir_module *module)
{
	struct ir_module again;
	struct diag_sink sink;
	size_t size, size_again;
	char *text = text_of(module, &size), *text_again;

	diag_init(&sink);
	if (!ir_parse(
		    &again, diag_source(&sink, "random.mir", text, size), text, size, &sink) ||
		!ir_verify(&again, SPAN_NONE, &sink)) {
		diag_print(&sink, stderr);
		fail();
	}
	text_again = text_of(&again, &size_again);
	assert_string_equal(text, text_again);
	assert_int_equal(size, size_again);
	assert_same_network(module, &again);
	diag_fini(&sink);
	ir_module_fini(module);
	ir_module_fini(&again);
	free(text);
	free(text_again);
}

static void random_networks_come_back(void **state)
{
	struct ir_module module;

	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		random_network(&module, seed, seed % 3 ? 40 : 900);
		assert_comes_back(&module);
	}
}

static void random_fused_modules_come_back(void **state)
{
	struct ir_module module;

	(void)state;
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		random_fused(&module, seed, seed % 3 ? 40 : 900);
		assert_comes_back(&module);
	}
}

static void names_features_and_digests_come_back(void **state)
{
	static const char *const names[] = { "plain", "two words", "quo\"te\\",
		"tab\tand\xc3\xa4", "" };
	struct ir_feature features[4] = { IR_FEATURE(-3, 9), IR_FEATURE(-3, 9),
		IR_FEATURE(0, 1), { 43, 79, { 1, 10 }, { -7, 3 } } };
	struct ir_module module, again;
	struct diag_sink sink;
	size_t size, size_again;
	char *text, *text_again;

	(void)state;
	ir_module_init(&module, "names-1.x");
	ir_set_classes(&module, 5, names);
	ir_set_inputs(&module, IR_FLOAT, 4, features);
	module.spec_sha256 = SPEC_DIGEST;
	module.points_sha256 = POINTS_DIGEST;
	ir_set_output(&module, NULL, 0, NUM_ZERO);
	text = text_of(&module, &size);
	diag_init(&sink);
	assert_true(
		ir_parse(&again, diag_source(&sink, "n.mir", text, size), text, size, &sink));
	text_again = text_of(&again, &size_again);
	assert_string_equal(text, text_again);
	for (int i = 0; i < 5; i++)
		assert_string_equal(again.class_names[i], names[i]);
	assert_memory_equal(again.features, features, sizeof features);
	assert_string_equal(again.spec_sha256, SPEC_DIGEST);
	assert_string_equal(again.points_sha256, POINTS_DIGEST);
	diag_fini(&sink);
	ir_module_fini(&module);
	ir_module_fini(&again);
	free(text);
	free(text_again);
}

static const char facts[] =
	"network @facts\n"
	"class \"a\"\n"
	"element int8\n"
	"inputs 2 in -8..10\n"
	"layer 1 one\n"
	"  %0 = relu 3*x0 - x1 - 7 ; 0..31, step 1, 5 bits\n"
	"  %1 = relu 0.25*x0 ; 0..2.5, step 2^-2, 4 bits\n"
	"  %2 = relu 8*x1 ; 0..80, step 2^3, 4 bits\n"
	"  %3 = relu 0x123456789abcdef0123456789*x0 + 1 ; 0..about 2^99, step 1, 100 bits\n"
	"  %4 = relu -x0 - 11 ; 0..0, step 1, 0 bits\n"
	"output %0 - 0x1p90*%2 + 0.5 ; about -2^96..31.5, step 2^-1, 99 bits signed\n";

/* A comment behind each value, and still a text that reads back. */
static void facts_are_comments(void **state)
{
	struct ir_ranges ranges;
	struct ir_module module;
	struct diag_sink sink;
	struct output out;
	uint32_t source;
	char *text;

	(void)state;
	diag_init(&sink);
	source = diag_source(&sink, "facts.mir", facts, sizeof facts - 1);
	assert_true(ir_parse(&module, source, facts, sizeof facts - 1, &sink));
	ir_ranges_init(&ranges, &module);
	output_open_memory(&out);
	ir_print_facts(&module, &ranges, &out);
	text = output_take(&out, NULL);
	assert_string_equal(text, facts);
	free(text);
	ir_ranges_fini(&ranges);
	ir_module_fini(&module);
	diag_fini(&sink);
}

/* The line of each value begins with its name; an input's says that there are inputs. */
static void expect_lines(const struct ir_module *module)
{
	uint32_t *lines = mem_zero(module->node_count, sizeof *lines);
	char *text, *again = text_of(module, NULL), name[32];
	struct output out;

	output_open_memory(&out);
	ir_print_lines(module, &out, lines);
	text = output_take(&out, NULL);
	assert_string_equal(text, again);
	for (uint32_t i = 0; i < module->node_count; i++) {
		const char *at = text;

		for (uint32_t line = 1; line < lines[i]; line++)
			at = strchr(at, '\n') + 1;
		snprintf(name, sizeof name, "%%%u = ", i - module->input_count);
		if (i < module->input_count)
			snprintf(name, sizeof name, "inputs ");
		else if (i == module->node_count - 1)
			snprintf(name, sizeof name, "output ");
		at += strspn(at, " ");
		assert_memory_equal(at, name, strlen(name));
	}
	free(text);
	free(again);
	free(lines);
}

static void lines_are_known(void **state)
{
	struct ir_module module;

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		if (seed % 2)
			random_fused(&module, seed, 40);
		else
			random_network(&module, seed, 40);
		expect_lines(&module);
		ir_module_fini(&module);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_networks_come_back),
		cmocka_unit_test(random_fused_modules_come_back),
		cmocka_unit_test(facts_are_comments),
		cmocka_unit_test(lines_are_known),
		cmocka_unit_test(names_features_and_digests_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
