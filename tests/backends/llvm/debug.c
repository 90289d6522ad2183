/* Debug information names the .mir, its lines and its layers. */
#include "ir/text.h"
#include "support/mem.h"
#include "tests/backends/llvm/emitted.h"

static const char network[] = "network @two\n"
			      "class \"a\"\n"
			      "class \"b\"\n"
			      "element uint8\n"
			      "inputs 2 in 0..255\n"
			      "layer 1 first\n"
			      "  %0 = relu x0 - 3*x1 + 5\n"
			      "  %1 = relu 7*x0 + x1 - 9\n"
			      "layer 2 second\n"
			      "  %2 = relu %0 - %1 + 1\n"
			      "output %2\n";

/* The fast shape. */
static const char table[] = "network @two\n"
			    "class \"a\"\n"
			    "class \"b\"\n"
			    "element uint8\n"
			    "inputs 2 in 0..255\n"
			    "fused\n"
			    "table @0 1\n"
			    "  300000: 1\n"
			    "  7000000..7000100: 2\n"
			    "%0 = affine 30000*x0 + 7777*x1\n"
			    "%1 = lookup %0, @0.0\n"
			    "output %1\n";

/* Rows and gates. */
static const char gates[] = "network @two\n"
			    "class \"a\"\n"
			    "class \"b\"\n"
			    "element uint8\n"
			    "inputs 4 in 0..255\n"
			    "fused\n"
			    "%0 = relu x0 - 3*x1 + x2 + 5\n"
			    "%1 = relu 7*x0 + x1 - x3 - 9\n"
			    "%2 = relu %0 - %1 + 1\n"
			    "%3 = relu %0 - %2 - %1 + 3\n"
			    "output %3 + %2\n";

struct fixture {
	struct ir_module module;
	struct diag_sink sink;
	uint32_t *lines;
	char *text;
};

static void init(struct fixture *fixture, const char *text)
{
	uint32_t source;
	struct output out;

	diag_init(&fixture->sink);
	source = diag_source(&fixture->sink, "two.mir", text, strlen(text));
	if (!ir_parse(&fixture->module, source, text, strlen(text), &fixture->sink)) {
		diag_print(&fixture->sink, stderr);
		fail();
	}
	fixture->lines = mem_zero(fixture->module.node_count, sizeof *fixture->lines);
	output_open_memory(&out);
	ir_print_lines(&fixture->module, &out, fixture->lines);
	fixture->text = output_take(&out, NULL);
}

static void fini(struct fixture *fixture)
{
	free(fixture->lines);
	free(fixture->text);
	ir_module_fini(&fixture->module);
	diag_fini(&fixture->sink);
}

static char *examine(const struct fixture *fixture, const char *target, const char *file,
	const char *command)
{
	const struct llvm_options options = {
		.prefix = "two", .target = target, .debug_file = file, .lines = fixture->lines
	};
	size_t size;
	char *object = emit(&fixture->module, &options, LLVM_OBJECT, &size);
	char *said = look(command, object, size);

	free(object);
	return said;
}

static void expect(char *said, const char *const *wanted)
{
	for (; *wanted; wanted++)
		if (!strstr(said, *wanted))
			fail_msg("no %s in: %s", *wanted, said);
	free(said);
}

static void names_file_and_layers(void **state)
{
	static const char *const wanted[] = { "DW_AT_name\t(\"two.mir\")",
		"DW_AT_comp_dir\t(\"/some/where\")", "DW_AT_producer\t(\"memc ",
		"version = 0x0005", "DW_AT_name\t(\"two_layer1_first\")",
		"DW_AT_name\t(\"two_layer2_second\")", "DW_AT_name\t(\"two_classify\")",
		"DW_AT_decl_line\t(7)", "DW_AT_decl_line\t(10)", NULL };
	static const char *const here[] = { "DW_AT_comp_dir\t(\".\")", NULL };
	static const char *const root[] = { "DW_AT_comp_dir\t(\"/\")", NULL };
	struct fixture fixture;

	(void)state;
	if (!llvm_is_built())
		skip();
	init(&fixture, network);
	assert_string_equal(fixture.text, network);
	expect(examine(&fixture, NULL, "/some/where/two.mir", "llvm-dwarfdump-19"), wanted);
	expect(examine(&fixture, NULL, "two.mir", "llvm-dwarfdump-19"), here);
	expect(examine(&fixture, NULL, "/two.mir", "llvm-dwarfdump-19"), root);
	fini(&fixture);
}

/* Each of these values is the line of an instruction. */
static void expect_lines(const char *text, uint32_t count)
{
	struct fixture fixture;
	char *said;

	init(&fixture, text);
	assert_string_equal(fixture.text, text);
	said = examine(&fixture, NULL, "/some/where/two.mir",
		"f() { llvm-dwarfdump-19 --debug-line $1 | awk '/^0x/ { print \"line \" $2 "
		"\".\" }'; }; f");
	for (uint32_t i = 0; i < count; i++) {
		char line[32];

		snprintf(line, sizeof line, "line %u.",
			fixture.lines[fixture.module.input_count + i]);
		if (!strstr(said, line))
			fail_msg("no %s in: %s", line, said);
	}
	free(said);
	fini(&fixture);
}

static void every_value_has_a_line(void **state)
{
	(void)state;
	if (!llvm_is_built())
		skip();
	expect_lines(network, 4);
	expect_lines(table, 2);
}

static void is_well_formed(void **state)
{
	static const char *const targets[] = { "x86_64-linux-gnu", "aarch64-linux-gnu",
		"thumbv7m-none-eabi", "s390x-linux-gnu" };
	static const char *const wanted[] = { "No errors.", NULL };
	struct fixture fixture;

	(void)state;
	if (!llvm_is_built())
		skip();
	for (size_t i = 0; i < 2 * (sizeof targets / sizeof *targets); i++) {
		init(&fixture, i % 2 ? gates : network);
		expect(examine(&fixture, targets[i / 2], "two.mir",
			       "llvm-dwarfdump-19 --verify"),
			wanted);
		fini(&fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_file_and_layers),
		cmocka_unit_test(every_value_has_a_line),
		cmocka_unit_test(is_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
