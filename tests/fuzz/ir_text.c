/*
 * The text form of the IR: whatever the bytes, the parser either says what is wrong or
 * gives a module; a module that passes the verifier prints as text that reads back as the
 * same module, to the byte. Where it is quick to compute, both say the same class, and what
 * is printed with facts reads back too.
 */
#include <stdlib.h>
#include <string.h>

#include "ir/extent.h"
#include "ir/interp.h"
#include "ir/text.h"
#include "ir/verify.h"
#include "support/mem.h"

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

/* Whether a point takes little time: few bits in all values, and few slots. */
static bool is_quick(const struct ir_module *module)
{
	enum { BITS = 1 << 16, SLOTS = 1 << 12 };
	struct ir_extents extents;
	int64_t bits = 0;
	bool quick = true;

	ir_extents_init(&extents, module);
	for (uint32_t i = module->input_count; i < module->node_count; i++) {
		ir_value value = { i };
		extents.of[i] = ir_extent_of(&extents, value);
		bits += 64 + extents.of[i].top - extents.of[i].step;
		quick = quick && bits < BITS &&
			(ir_op_of(module, value) != IR_ASSOC ||
				ir_count_parameter(module, value, 0) < SLOTS);
	}
	ir_extents_fini(&extents);
	return quick;
}

/* Both modules at the least, the greatest and a middle point of the box. */
static void compare_classes(const struct ir_module *a, const struct ir_module *b)
{
	struct ir_interp *ia = ir_interp_new(a), *ib = ir_interp_new(b);
	int64_t *point = mem_alloc(a->input_count, sizeof *point);

	for (int at = 0; at < 3; at++) {
		for (uint32_t i = 0; i < a->input_count; i++) {
			const struct ir_feature *feature = &a->features[i];
			int64_t middle = feature->lo / 2 + feature->hi / 2;
			point[i] = at == 0 ? feature->lo : at == 1 ? feature->hi : middle;
		}
		if (ir_interp_classify(ia, point) != ir_interp_classify(ib, point))
			panic("read back, the module says another class");
	}
	free(point);
	ir_interp_free(ia);
	ir_interp_free(ib);
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
