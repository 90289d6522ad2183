/*
 * The text form of the IR: whatever the bytes, the parser either says what is wrong or
 * gives a module; a module that passes the verifier prints as text that reads back as the
 * same module, to the byte. Where it is quick to compute, both say the same class, and what
 * is printed with facts reads back too.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/text.h"
#include "ir/verify.h"
#include "support/mem.h"
#include "tests/fuzz/module.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ranges may be NULL. */
static char *print(const struct ir_module *module, const struct ir_ranges *ranges, size_t *size)
{
	struct output out;

	output_open_memory(&out);
	ir_print_facts(module, ranges, &out);
	return output_take(&out, size);
}

/* The module of a text that we printed ourselves. */
static void reparse(struct ir_module *module, const char *text, size_t size)
{
	struct diag_sink sink;
	uint32_t source;

	diag_init(&sink);
	source = diag_source(&sink, "printed.mir", text, size);
	if (!ir_parse(module, source, text, size, &sink) ||
		!ir_verify(module, SPAN_NONE, &sink)) {
		diag_print(&sink, stderr);
		panic("what ir_print wrote does not read back");
	}
	diag_fini(&sink);
}

/* text: the module without facts. */
static void compare_facts(const struct ir_module *module, const char *text)
{
	struct ir_ranges ranges;
	struct ir_module copy;
	size_t size;
	char *facts, *again;

	ir_ranges_init(&ranges, module);
	facts = print(module, &ranges, &size);
	reparse(&copy, facts, size);
	again = print(&copy, NULL, &size);
	if (strcmp(text, again) != 0)
		panic("read back from a text with facts, the module differs");
	free(facts);
	free(again);
	ir_module_fini(&copy);
	ir_ranges_fini(&ranges);
}

static void round_trip(const struct ir_module *module)
{
	size_t size, again_size;
	char *text = print(module, NULL, &size), *again;
	struct ir_module copy;

	reparse(&copy, text, size);
	again = print(&copy, NULL, &again_size);
	if (size != again_size || memcmp(text, again, size) != 0)
		panic("printed twice, the module differs");
	if (is_quick(module)) {
		compare_classes(module, &copy);
		compare_facts(module, text);
	}
	free(text);
	free(again);
	ir_module_fini(&copy);
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
		if (ir_verify(&module, SPAN_NONE, &sink))
			round_trip(&module);
		else if (diag_count(&sink) == 0)
			panic("the verifier refuses a module and does not say why");
		ir_module_fini(&module);
	} else if (diag_count(&sink) == 0) {
		panic("the parser refuses a text and does not say why");
	}
	diag_fini(&sink);
	return 0;
}
