/*
 * The modules in docs/ir.md are well-formed and printed as memc prints them, with what is
 * known of each value where the page shows that; the points in their comments have the
 * classes that stand there. Every operation has a section and an example.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ir/interp.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "support/mem.h"

static char *read_page(void)
{
	FILE *stream = fopen("docs/ir.md", "r");
	char *text = NULL;
	size_t room = 0;

	assert_non_null(stream);
	assert_true(getdelim(&text, &room, '\0', stream) > 0);
	fclose(stream);
	return text;
}

/* The next module of the page, without its fences; NULL at the end. */
static char *next_module(const char **at)
{
	static const char open[] = "\n```mir\n";
	const char *begin = strstr(*at, open), *end;

	if (!begin)
		return NULL;
	begin += sizeof open - 1;
	end = strstr(begin, "\n```\n");
	assert_non_null(end);
	*at = end;
	return mem_string(begin, (size_t)(end - begin) + 1);
}

/* "; x = 3, -1: class 0": the class of that point. */
static void check_point(const struct ir_module *module, const char *line)
{
	struct ir_interp *interp = ir_interp_new(module);
	int64_t point[4];
	uint32_t count = 0;
	char *end = strchr(line, '=');

	assert_non_null(end);
	do {
		assert_in_range(count, 0, 3);
		point[count++] = strtoll(end + 1, &end, 10);
	} while (*end == ',');
	assert_int_equal(count, module->input_count);
	assert_memory_equal(end, ": class ", 8);
	if (ir_interp_classify(interp, point) != strtol(end + 8, NULL, 10))
		fail_msg("in @%s: %.*s", module->name, (int)strcspn(line, "\n"), line);
	ir_interp_free(interp);
}

static void check_text(const struct ir_module *module, const char *text)
{
	struct ir_ranges ranges;
	struct output out;
	char *printed;

	ir_ranges_init(&ranges, module);
	output_open_memory(&out);
	ir_print_facts(module, strchr(text, ';') ? &ranges : NULL, &out);
	printed = output_take(&out, NULL);
	assert_string_equal(printed, text);
	free(printed);
	ir_ranges_fini(&ranges);
}

/* Checks one module, and counts its operations. */
static void check_module(const char *text, uint32_t *operations)
{
	struct ir_module module;
	struct diag_sink sink;
	size_t size = strlen(text);

	diag_init(&sink);
	if (!ir_parse(
		    &module, diag_source(&sink, "docs/ir.md", text, size), text, size, &sink) ||
		!ir_verify(&module, SPAN_NONE, &sink)) {
		diag_print(&sink, stderr);
		fail_msg("%s", text);
	}
	for (; *text == ';'; text = strchr(text, '\n') + 1)
		check_point(&module, text);
	check_text(&module, text);
	for (uint32_t i = 0; i < module.node_count; i++)
		operations[ir_op_of(&module, (ir_value){ i })]++;
	ir_module_fini(&module);
	diag_fini(&sink);
}

static void the_examples_are_what_memc_prints(void **state)
{
	char *page = read_page(), *text;
	const char *at = page;
	uint32_t operations[IR_OP_COUNT] = { 0 };

	(void)state;
	while ((text = next_module(&at))) {
		check_module(text, operations);
		free(text);
	}
	for (uint32_t op = 0; op < IR_OP_COUNT; op++)
		if (!operations[op])
			fail_msg("no example of %s", ir_ops[op].name);
	free(page);
}

/* "| `name ..." in the table of operations. */
static void every_operation_is_in_the_table(void **state)
{
	char *page = read_page();

	(void)state;
	for (uint32_t op = 0; op < IR_OP_COUNT; op++) {
		char row[32];
		const char *at;
		snprintf(row, sizeof row, "\n| `%s", ir_ops[op].name);
		at = strstr(page, row);
		if (!at)
			fail_msg("no row of %s", ir_ops[op].name);
		at = strstr(
			at, ir_ops[op].level == IR_LEVEL_FUSED ? "| fused |" : "| network |");
		assert_non_null(at);
	}
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_are_what_memc_prints),
		cmocka_unit_test(every_operation_is_in_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
