/* Networks come back from their models; files that are cut off or changed are refused or read.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "backends/onnx/onnx.h"
#include "backends/onnx/rows.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "tests/ir/random_network.h"

static char *write_model(const struct ir_module *module, size_t *size)
{
	const struct onnx_notes notes = { .exact = "nothing" };
	struct onnx_model *model = onnx_model_new(module, ONNX_FLOAT64, false, SPAN_NONE, NULL);
	struct output out;

	output_open_memory(&out);
	onnx_model_write(model, &notes, &out);
	onnx_model_free(model);
	return output_take(&out, size);
}

static char *print(const struct ir_module *module, size_t *size)
{
	struct output out;

	output_open_memory(&out);
	ir_print(module, &out);
	return output_take(&out, size);
}

/* True if it was read; else it was said why not. */
static bool import(struct ir_module *module, const char *bytes, size_t size, const char *inputs)
{
	struct onnx_file file = { "test.onnx", NULL, size, inputs, { 1, 7 } };
	struct diag_sink sink;
	char *copy = malloc(size + !size); /* exactly: what reads beyond is caught */
	bool good;

	if (!inputs)
		file.scale.den = 1;
	memcpy(copy, bytes, size);
	file.bytes = copy;
	diag_init(&sink);
	good = onnx_import(module, &file, &sink);
	free(copy);
	assert_true(good == (diag_count(&sink) == 0));
	diag_fini(&sink);
	return good;
}

static void networks_come_back(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct ir_module module, back;
		size_t size, text_size, back_size;
		char *bytes, *text, *back_text;

		random_network(&module, seed, 0);
		bytes = write_model(&module, &size);
		assert_true(import(&back, bytes, size, NULL));
		text = print(&module, &text_size);
		back_text = print(&back, &back_size);
		assert_int_equal(text_size, back_size);
		assert_memory_equal(text, back_text, text_size);
		free(bytes);
		free(text);
		free(back_text);
		ir_module_fini(&module);
		ir_module_fini(&back);
	}
}

/* Whatever is read obeys the rules, or breaks them in a way that the verifier names. */
static void try_import(const char *bytes, size_t size, const char *inputs, uint64_t *read)
{
	struct ir_module module;
	struct diag_sink sink;

	if (!import(&module, bytes, size, inputs))
		return;
	++*read;
	diag_init(&sink);
	assert_true(ir_verify(&module, SPAN_NONE, &sink) == (diag_count(&sink) == 0));
	diag_fini(&sink);
	ir_module_fini(&module);
}

static void damaged_files_are_refused_or_read(void **state)
{
	struct ir_module module;
	struct rng rng;
	uint64_t read = 0, tried = 0;
	size_t size;
	char *bytes;

	(void)state;
	random_network(&module, 3, 0);
	bytes = write_model(&module, &size);
	rng_init(&rng, 1);
	for (size_t cut = 0; cut < size; cut++, tried++)
		try_import(bytes, cut, cut % 2 ? NULL : "int8", &read);
	assert_true(read < 100); /* where whole fields are left out behind the graph */
	for (size_t i = 0; i < 3000; i++, tried++) {
		size_t at = rng_below(&rng, size);
		char old = bytes[at];
		bytes[at] = (char)(rng_below(&rng, 2) ? old ^ 1 << rng_below(&rng, 8)
						      : (int)rng_below(&rng, 256));
		try_import(bytes, size, NULL, &read);
		bytes[at] = old;
	}
	assert_true(read > 100 && read < tried - 100);
	free(bytes);
	ir_module_fini(&module);
}

/* Of a shared tensor of 2^25 entries a file of few bytes would make a gigabyte, again and
 * again. */
static void weights_are_no_more_than_the_file_has(void **state)
{
	const struct matrix matrix = { .rows = 1 << 13, .columns = 1 << 12 };
	const struct ir_feature feature = IR_FEATURE(0, 1);
	struct ir_module module;
	struct rows rows;

	(void)state;
	ir_module_init(&module, "shared");
	ir_set_inputs(&module, IR_UINT8, 1, &feature);
	rows_init(&rows, &module, 1 << 20, NUM_ONE, NUM_ZERO, NUM_ONE);
	assert_string_equal(rows_multiply(&rows, &matrix, "layer"),
		"the network would have more weights than 2^25 and the bytes of the file");
	rows_fini(&rows);
	ir_module_fini(&module);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_come_back),
		cmocka_unit_test(damaged_files_are_refused_or_read),
		cmocka_unit_test(weights_are_no_more_than_the_file_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
