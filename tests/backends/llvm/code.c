/* What comes out of the LLVM back end for every target, and what it refuses. */
#include "support/mem.h"
#include "tests/backends/llvm/emitted.h"

/* The class of x is x - 3, of 2: 0 and 1 for x = 4 and 5, as a network or fused. */
static void build(struct ir_module *module, bool fused)
{
	const struct ir_feature feature = IR_FEATURE(0, 255);
	const char *const names[] = { "a", "b" };
	struct ir_term term = { ir_input(0), NUM_ONE };

	ir_module_init(module, "small");
	ir_set_inputs(module, IR_UINT8, 1, &feature);
	ir_set_classes(module, 2, names);
	if (fused) {
		ir_set_fused(module);
		ir_add(module, IR_AFFINE, &term, 1, num_from_int(&module->nums, -3));
		return;
	}
	ir_layer_begin(module, "shift");
	term.value = ir_neuron(module, &term, 1, num_from_int(&module->nums, -3));
	ir_set_output(module, &term, 1, NUM_ZERO);
}

/* The linker defines `ignored`. */
static const struct {
	const char *triple, *ignored;
} targets[] = {
	{ NULL, "" },
	{ "x86_64-linux-gnu", "" },
	{ "x86_64-none-elf", "" },
	{ "i686-linux-gnu", "_GLOBAL_OFFSET_TABLE_" },
	{ "x86_64-pc-windows-msvc", "" },
	{ "aarch64-linux-gnu", "" },
	{ "aarch64-apple-macosx11", "" },
	{ "armv7-linux-gnueabihf", "" },
	{ "arm-linux-gnueabi", "" },
	{ "thumbv7m-none-eabi", "" },
	{ "thumbv6m-none-eabi", "" },
	{ "riscv64-linux-gnu", "" },
	{ "riscv64-unknown-elf", "" },
	{ "riscv32-linux-gnu", "" },
	{ "riscv32-unknown-elf", "" },
	{ "powerpc64-linux-gnu", ".TOC." },
	{ "powerpc64le-linux-gnu", ".TOC." },
	{ "powerpc-linux-gnu", "" },
	{ "s390x-linux-gnu", "" },
	{ "wasm32-unknown-unknown", "__stack_pointer" },
};

static void needs_nothing(void **state)
{
	struct ir_module module;

	(void)state;
	if (!llvm_is_built())
		skip();
	for (int fused = 0; fused < 2; fused++) {
		build(&module, fused);
		for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
			struct llvm_options options = { .prefix = "clf",
				.target = targets[i].triple };
			size_t size;
			char *object = emit(&module, &options, LLVM_OBJECT, &size);
			char *names = look("llvm-nm-19 -u --format=just-symbols", object, size);
			char *defined =
				look("llvm-nm-19 -gU --format=just-symbols", object, size);

			names[strcspn(names, "\n")] = 0;
			if (strcmp(names, targets[i].ignored) != 0)
				assert_string_equal(names, "");
			assert_non_null(strstr(defined, "clf_classify\n"));
			assert_non_null(strstr(defined, "clf_classify_batch\n"));
			assert_non_null(strstr(defined, "clf_class_name\n"));
			assert_non_null(strstr(defined, "clf_self_check\n"));
			free(names);
			free(defined);
			free(object);
		}
		ir_module_fini(&module);
	}
}

static void is_the_same_again(void **state)
{
	const struct llvm_options options = { .prefix = "clf", .target = "aarch64-linux-gnu" };
	struct ir_module module;

	(void)state;
	if (!llvm_is_built())
		skip();
	build(&module, false);
	for (enum llvm_kind kind = LLVM_OBJECT; kind <= LLVM_BITCODE; kind++) {
		size_t counts[2];
		char *first = emit(&module, &options, kind, &counts[0]);
		char *second = emit(&module, &options, kind, &counts[1]);

		assert_int_equal(counts[0], counts[1]);
		assert_memory_equal(first, second, counts[0]);
		free(first);
		free(second);
	}
	ir_module_fini(&module);
}

/* Whatever has been emitted before of the same code. */
static void emits_in_any_order(void **state)
{
	const struct llvm_options options = { .prefix = "clf", .target = "s390x-linux-gnu" };
	struct ir_module module;
	struct llvm_code *code;
	struct diag_sink sink;

	(void)state;
	if (!llvm_is_built())
		skip();
	diag_init(&sink);
	build(&module, false);
	code = llvm_code_new(&module, &options, SPAN_NONE, &sink);
	assert_non_null(code);
	for (int turn = 0; turn < 2; turn++) {
		for (enum llvm_kind kind = LLVM_OBJECT; kind <= LLVM_BITCODE; kind++) {
			struct output out;
			size_t alone_count, count;
			char *alone = emit(&module, &options, kind, &alone_count), *bytes;

			output_open_memory(&out);
			assert_true(llvm_code_emit(code, kind, &out, &sink));
			bytes = output_take(&out, &count);
			assert_int_equal(count, alone_count);
			assert_memory_equal(bytes, alone, count);
			free(bytes);
			free(alone);
		}
	}
	llvm_code_free(code);
	ir_module_fini(&module);
	diag_fini(&sink);
}

static void text_says_its_target(void **state)
{
	const struct llvm_options options = { .prefix = "clf",
		.target = "riscv32-unknown-elf" };
	struct ir_module module;
	char *text;

	(void)state;
	if (!llvm_is_built())
		skip();
	build(&module, false);
	text = emit(&module, &options, LLVM_TEXT, NULL);
	assert_non_null(strstr(text, "target triple = \"riscv32-unknown-unknown-elf\""));
	assert_non_null(strstr(text, "target datalayout = \"e-m:e-p:32:32"));
	assert_non_null(strstr(text, "\"target-features\"=\"+m,+a,+c\""));
	assert_non_null(strstr(text, "\"no-builtins\""));
	free(text);
	ir_module_fini(&module);
}

/* --- what is refused ------------------------------------------------------------------ */

static void expect_refused(const char *target, const char *cpu, const char *features,
	const char *message, const char *hint)
{
	const struct llvm_options options = {
		.prefix = "clf", .target = target, .cpu = cpu, .features = features
	};
	struct ir_module module;
	struct diag_sink sink;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	build(&module, false);
	diag_init(&sink);
	assert_null(llvm_code_new(&module, &options, SPAN_NONE, &sink));
	assert_int_equal(diag_exit_code(&sink), 2);
	diag_print(&sink, stream);
	fclose(stream);
	if (!strstr(text, message) || !strstr(text, hint))
		fail_msg("said: %s", text);
	free(text);
	diag_fini(&sink);
	ir_module_fini(&module);
}

static void refuses_what_it_does_not_know(void **state)
{
	const char *const x86 = "x86_64-linux-gnu", *const rv = "riscv64-linux-gnu";

	(void)state;
	if (!llvm_is_built())
		skip();
	expect_refused("x86-64-linux-gnu", NULL, NULL, "unknown target 'x86-64-linux-gnu'",
		"did you mean x86_64-linux-gnu?");
	expect_refused("commodore64", NULL, NULL, "unknown target 'commodore64'",
		"a target is a triple");
	expect_refused("aarch46-linux-gnu", NULL, NULL, "unknown target 'aarch46-linux-gnu'",
		"did you mean aarch64-linux-gnu?");
	expect_refused("", NULL, NULL, "unknown target ''", "a target is a triple");
	expect_refused(x86, "haswel", NULL,
		"unknown cpu 'haswel' of the target x86_64-unknown-linux-gnu",
		"did you mean haswell?");
	expect_refused(x86, "", NULL, "unknown cpu ''", "");
	expect_refused(x86, "help", NULL, "unknown cpu 'help'", "");
	expect_refused(x86, NULL, "help", "feature 'help': + or - comes first", "");
	expect_refused(x86, NULL, "+help", "unknown feature 'help'", "");
	expect_refused(x86, NULL, "+avx2,-avxx", "unknown feature 'avxx'", "did you mean avx?");
	expect_refused(x86, "native", "+nonsense", "unknown feature 'nonsense'", "");
	expect_refused(x86, NULL, "avx2", "feature 'avx2': + or - comes first", "+avx2");
	expect_refused("s390x-linux-gnu", "native", NULL, "cpu 'native' is this machine's (",
		"not one of the target s390x-");
	expect_refused(rv, NULL, "-d", "no code for the target", "LLVM: ");
	expect_refused(x86, "i386", NULL, "no code for the target", "64-bit");
}

static void runs_here(void **state)
{
	const struct llvm_options options = { .prefix = "clf" };

	(void)state;
	if (!llvm_is_built())
		skip();
	for (int fused = 0; fused < 2; fused++) {
		struct ir_module module;
		struct diag_sink sink;
		struct llvm_jit *jit;
		uint8_t x[256];
		int32_t out[256];

		diag_init(&sink);
		build(&module, fused);
		jit = llvm_jit_new(&module, &options, SPAN_NONE, &sink);
		assert_non_null(jit);
		for (int i = 0; i < 256; i++)
			x[i] = (uint8_t)i;
		llvm_jit_classify_batch(jit, x, 256, out);
		for (int i = 0; i < 256; i++) {
			int right = i == 4 ? 0 : i == 5 ? 1 : -1;

			assert_int_equal(llvm_jit_classify(jit, &x[i]), right);
			assert_int_equal(out[i], right);
		}
		llvm_jit_free(jit);
		ir_module_fini(&module);
		diag_fini(&sink);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(needs_nothing),
		cmocka_unit_test(is_the_same_again),
		cmocka_unit_test(emits_in_any_order),
		cmocka_unit_test(text_says_its_target),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(runs_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
