/*
 * The passes: whatever module a text is, each of them, -O1, -O2 and an order that the bytes
 * choose leave a module that the verifier takes, and that says the same classes.
 */
#include "ir/pass.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "tests/fuzz/module.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_passes(const struct ir_module *module, const struct pass *const *list)
{
	struct ir_module copy;

	ir_module_copy(&copy, module);
	passes_run(&copy, list, NULL);
	compare_classes(module, &copy);
	ir_module_fini(&copy);
}

static void try_all(const struct ir_module *module, const uint8_t *data, size_t size)
{
	enum { LENGTH = 6 };
	const struct pass *any[LENGTH + 1] = { NULL };
	uint32_t count = 0, hash = 0;

	for (; passes[count]; count++) {
		const struct pass *const list[] = { passes[count], NULL };
		try_passes(module, list);
	}
	try_passes(module, passes_of_level(1));
	try_passes(module, passes_of_level(2));
	for (size_t i = 0; i < size; i++)
		hash = hash * 31 + data[i];
	for (int i = 0; i < LENGTH; i++, hash /= count)
		any[i] = passes[hash % count];
	try_passes(module, any);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct ir_module module;
	struct diag_sink sink;
	uint32_t source;

	diag_init(&sink);
	source = diag_source(&sink, "fuzz.mir", text, size);
	if (ir_parse(&module, source, text, size, &sink)) {
		if (ir_verify(&module, SPAN_NONE, &sink) && is_quick(&module))
			try_all(&module, data, size);
		ir_module_fini(&module);
	}
	diag_fini(&sink);
	return 0;
}
