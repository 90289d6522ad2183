/*
 * The import of networks in JSON: whatever the bytes, it says what is wrong or gives a module,
 * and one that passes the verifier comes back from the JSON that it is written as.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/report/report.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "support/mem.h"
#include "tests/fuzz/module.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool import(struct ir_module *module, const char *bytes, size_t size)
{
	struct diag_sink sink;
	bool good;

	diag_init(&sink);
	good = report_read_json(module, "fuzz.json", bytes, size, &sink);
	if (good && !ir_verify(module, SPAN_NONE, &sink)) {
		good = false;
		ir_module_fini(module);
	}
	if (good != (diag_count(&sink) == 0))
		panic("a network is refused without a reason, or read with one");
	diag_fini(&sink);
	return good;
}

typedef void write_function(const struct ir_module *module, struct output *out);

static char *print(write_function *write, const struct ir_module *module)
{
	struct output out;
	size_t size;

	output_open_memory(&out);
	write(module, &out);
	return output_take(&out, &size);
}

static void round_trip(const struct ir_module *module)
{
	char *json = print(report_json, module);
	char *text = print(ir_print, module), *again;
	struct ir_module back;

	if (!import(&back, json, strlen(json)))
		panic("what memc wrote it does not read");
	again = print(ir_print, &back);
	if (strcmp(text, again) != 0)
		panic("a network differs from what its JSON gives");
	if (is_quick(module))
		compare_classes(module, &back);
	ir_module_fini(&back);
	free(json);
	free(text);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ir_module module;

	if (!report_is_json((const char *)data, size) ||
		!import(&module, (const char *)data, size))
		return 0;
	round_trip(&module);
	ir_module_fini(&module);
	return 0;
}
