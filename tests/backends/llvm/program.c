/*
 * Programs of limbs: random networks with features of every element, networks at the edges of
 * limbs, and random fused modules. The class of every row, one by one and in a batch, is that
 * of the exact interpreter or of exact rationals; and an object needs no other, whatever the
 * target.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "backends/llvm/llvm.h"
#include "tests/backends/c/nets.h"
#include "tests/full.h"
#include "tests/ir/random_fused.h"

enum { RANDOM = 64, EDGES = 36, MODULES = 120, ROWS = 60 };

static const struct llvm_options options = { .prefix = "net" };

/* Powers of two that put the sign, the carry or the binary point at the edge of a limb. */
static const uint32_t edges[EDGES / 3] = { 1, 55, 56, 57, 63, 64, 119, 120, 121, 128, 184,
	250 };

static size_t known, unknown;

static void no_faults(struct diag_sink *sink)
{
	if (diag_count(sink))
		diag_print(sink, stderr);
	assert_int_equal(diag_count(sink), 0);
	diag_fini(sink);
}

/* Rows have little-endian elements; classify() takes them as this machine has them. */
static unsigned char *native_rows(
	const struct ir_module *module, const unsigned char *raw, size_t rows)
{
	const uint16_t one = 1;
	size_t bytes = ir_element_bytes(module->element), total;
	size_t swap = *(const unsigned char *)&one ? 0 : bytes - 1;
	unsigned char *copy;

	total = rows * module->input_count * bytes;
	copy = mem_alloc(total, 1);
	for (size_t i = 0; i < total; i++)
		copy[i] = raw[i ^ swap];
	return copy;
}

static void check_rows(const struct ir_module *module, const unsigned char *raw,
	const int32_t *classes, size_t rows)
{
	size_t bytes = module->input_count * ir_element_bytes(module->element);
	unsigned char *x = native_rows(module, raw, rows);
	int32_t *batch = mem_alloc(rows, sizeof *batch);
	struct llvm_jit *jit;
	struct diag_sink sink;

	diag_init(&sink);
	jit = llvm_jit_new(module, &options, SPAN_NONE, &sink);
	no_faults(&sink);
	assert_non_null(jit);
	llvm_jit_classify_batch(jit, x, rows, batch);
	for (size_t i = 0; i < rows; i++) {
		assert_int_equal(llvm_jit_classify(jit, x + i * bytes), classes[i]);
		assert_int_equal(batch[i], classes[i]);
		*(classes[i] < 0 ? &unknown : &known) += 1;
	}
	llvm_jit_free(jit);
	free(batch);
	free(x);
}

static void networks(void **state)
{
	(void)state;
	if (!llvm_is_built())
		skip();
	known = unknown = 0;
	for (int i = is_full() ? 0 : RANDOM / 2; i < RANDOM + EDGES; i++) {
		struct net *net = i < RANDOM
			? net_new((uint64_t)i, "net", (enum ir_element)(i % IR_ELEMENT_COUNT))
			: net_edge(edges[(i - RANDOM) / 3], (uint32_t)(i - RANDOM) % 3, "net");

		check_rows(&net->module, net->raw, net->classes, net->rows);
		net_free(net);
	}
	assert_true(known > 500 && unknown > 500);
}

/* --- long programs -------------------------------------------------------------------- */

/* Layer `layer` of three neurons, from values first.. on; a is w times v added to u, or again
 * less. */
static void add_layer(struct ir_module *module, uint32_t layer, uint32_t first, num *weight)
{
	struct rng rng;
	uint32_t u = layer / 2 % 3, v = (u + 1 + layer % 4 / 2) % 3;

	rng_init(&rng, layer / 2);
	*weight = layer % 2 ? num_neg(&module->nums, *weight)
			    : random_weight(module, &rng, 20 + layer);
	if (layer % 2 == 0 && num_sign(&module->nums, *weight) < 0)
		*weight = num_neg(&module->nums, *weight);
	ir_layer_begin(module, layer % 100 < 90 ? "carry" : "add it up");
	for (uint32_t j = 0; j < 3; j++) {
		struct ir_term terms[2] = { { { first + j }, NUM_ONE },
			{ { first + v }, *weight } };
		if (j == u && v < u) {
			terms[1] = terms[0];
			terms[0] = (struct ir_term){ { first + v }, *weight };
		}
		ir_neuron(module, terms, j == u ? 2 : 1, NUM_ZERO);
	}
}

/* Some hundred layers, whose values are now narrow and now wide; the last are the inputs again.
 */
static void deep_network(struct ir_module *module)
{
	enum { LAYERS = 600 };
	static const char *const names[] = { "a", "b", "c" };
	const struct ir_feature features[] = { IR_FEATURE(0, 4), IR_FEATURE(0, 5),
		IR_FEATURE(2, 9) };
	num weight = NUM_ZERO;
	struct ir_term terms[3];

	ir_module_init(module, "deep");
	ir_set_classes(module, 3, names);
	ir_set_inputs(module, IR_INT8, 3, features);
	for (uint32_t i = 0; i < LAYERS; i++)
		add_layer(module, i, module->node_count - 3, &weight);
	for (uint32_t j = 0; j < 3; j++)
		terms[j] = (struct ir_term){ { module->node_count - 3 + j }, NUM_ONE };
	ir_set_output(module, terms, 3, num_from_int(&module->nums, -8));
}

static void long_program(void **state)
{
	enum { POINTS = 300 };
	signed char raw[3 * POINTS];
	int32_t classes[POINTS];
	struct ir_module module;
	struct ir_interp *interp;
	struct rng rng;

	(void)state;
	rng_init(&rng, 1);
	deep_network(&module);
	interp = ir_interp_new(&module);
	for (int i = 0; i < POINTS; i++) {
		int64_t point[3];

		nearby_input(&module, &rng, point);
		for (int j = 0; j < 3; j++)
			raw[3 * i + j] = (signed char)point[j];
		classes[i] = ir_interp_classify(interp, point);
	}
	known = unknown = 0;
	check_rows(&module, (const unsigned char *)raw, classes, POINTS);
	assert_true(known > 50 && unknown > 50);
	ir_interp_free(interp);
	ir_module_fini(&module);
}

/* --- fused modules -------------------------------------------------------------------- */

static void check_fused(uint64_t seed, uint32_t bits)
{
	unsigned char raw[ROWS * RANDOM_FUSED_INPUTS];
	int32_t classes[ROWS];
	struct ir_module module;

	random_fused_rows(&module, seed, bits, ROWS, raw, classes);
	check_rows(&module, raw, classes, ROWS);
	ir_module_fini(&module);
}

static void fused_modules(void **state)
{
	static const uint32_t bits[] = { 0, 0, 40, 200 };

	(void)state;
	if (!llvm_is_built())
		skip();
	known = unknown = 0;
	for (uint64_t i = is_full() ? 0 : MODULES / 2; i < MODULES; i++)
		check_fused(i, bits[i % 4]);
	assert_true(known > 800 && unknown > 800);
}

/* --- objects -------------------------------------------------------------------------- */

/* What an object takes of others, but for what linkers define. */
static void check_object(const struct ir_module *module, const char *target)
{
	struct llvm_options there = options;
	struct llvm_code *code;
	struct diag_sink sink;
	struct output out;
	char command[200];
	FILE *nm;

	there.target = target;
	diag_init(&sink);
	code = llvm_code_new(module, &there, SPAN_NONE, &sink);
	assert_non_null(code);
	output_open_memory(&out);
	assert_true(llvm_code_emit(code, LLVM_OBJECT, &out, &sink));
	llvm_code_free(code);
	no_faults(&sink);
	snprintf(command, sizeof command,
		"llvm-nm-19 --undefined-only - | sed "
		"'/__linear_memory\\|__stack_pointer\\|[.]TOC[.]/d' |"
		" { ! grep .; }");
	nm = popen(command, "w");
	assert_non_null(nm);
	assert_int_equal(fwrite(out.bytes, 1, out.count, nm), out.count);
	output_abandon(&out);
	if (pclose(nm))
		fail_msg("an object for %s needs others", target);
}

/* One target in three, a turn for each module; in make check-full all. */
static void check_objects(const struct ir_module *module, size_t turn)
{
	static const char *const targets[] = { "x86_64-linux-gnu", "aarch64-linux-gnu",
		"thumbv7m-none-eabi", "armv7-linux-gnueabihf", "riscv32-unknown-elf",
		"riscv64-linux-gnu", "powerpc64-linux-gnu", "s390x-linux-gnu",
		"wasm32-unknown-unknown" };

	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		if (is_full() || (i + turn) % 3 == 0)
			check_object(module, targets[i]);
}

static void objects_of_networks(void **state)
{
	(void)state;
	if (!llvm_is_built())
		skip();
	for (uint64_t i = 0; i < 2 * IR_ELEMENT_COUNT; i++) {
		struct net *net = net_new(i, "net", (enum ir_element)(i % IR_ELEMENT_COUNT));

		check_objects(&net->module, i);
		net_free(net);
	}
}

static void objects_of_fused_modules(void **state)
{
	(void)state;
	if (!llvm_is_built())
		skip();
	for (uint64_t i = 0; i < 12; i++) {
		struct ir_module module;

		random_fused(&module, i, i % 2 ? 200 : 0);
		check_objects(&module, i);
		ir_module_fini(&module);
	}
}

static void objects_of_long_program(void **state)
{
	struct ir_module module;

	(void)state;
	deep_network(&module);
	check_objects(&module, 0);
	ir_module_fini(&module);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks),
		cmocka_unit_test(long_program),
		cmocka_unit_test(fused_modules),
		cmocka_unit_test(objects_of_networks),
		cmocka_unit_test(objects_of_long_program),
		cmocka_unit_test(objects_of_fused_modules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
