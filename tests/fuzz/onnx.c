/*
 * The import of ONNX models: whatever the bytes, it says what is wrong or gives a module, and
 * one that passes the verifier comes back from the model that it is written as, if no weight
 * is rounded.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/onnx/onnx.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "support/mem.h"
#include "tests/fuzz/module.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* inputs: NULL, or what the command line says of a model that is not memc's. */
static bool import(struct ir_module *module, const void *bytes, size_t size, const char *inputs)
{
	struct onnx_file file = { "fuzz.onnx", bytes, size, inputs, { 1, inputs ? 3 : 1 } };
	struct diag_sink sink;
	bool good;

	diag_init(&sink);
	good = onnx_import(module, &file, &sink);
	if (good && !ir_verify(module, SPAN_NONE, &sink)) {
		good = false;
		ir_module_fini(module);
	}
	if (good != (diag_count(&sink) == 0))
		panic("a model is refused without a reason, or read with one");
	diag_fini(&sink);
	return good;
}

static char *print(const struct ir_module *module)
{
	struct output out;
	size_t size;

	output_open_memory(&out);
	ir_print(module, &out);
	return output_take(&out, &size);
}

static void compare(const struct ir_module *module, const struct ir_module *back)
{
	char *text = print(module), *again = print(back);

	if (strcmp(text, again) != 0)
		panic("a network differs from what its model gives");
	compare_classes(module, back);
	free(text);
	free(again);
}

static void round_trip(const struct ir_module *module)
{
	const struct onnx_notes notes = { .exact = "nothing" };
	struct onnx_model *model;
	struct diag_sink sink;
	struct ir_module back;
	struct output out;
	size_t size;
	char *bytes;

	diag_init(&sink);
	model = onnx_model_new(module, ONNX_FLOAT64, false, SPAN_NONE, &sink);
	diag_fini(&sink);
	if (model && !onnx_model_rounded(model)) {
		output_open_memory(&out);
		onnx_model_write(model, &notes, &out);
		bytes = output_take(&out, &size);
		if (!import(&back, bytes, size, NULL))
			panic("what memc wrote it does not read");
		compare(module, &back);
		ir_module_fini(&back);
		free(bytes);
	}
	onnx_model_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const inputs[] = { NULL, "int8 in -9..9 step 1/3 offset 1/2" };

	for (int i = 0; i < 2; i++) {
		struct ir_module module;
		if (!import(&module, data, size, inputs[i]))
			continue;
		if (is_quick(&module))
			round_trip(&module);
		ir_module_fini(&module);
	}
	return 0;
}
