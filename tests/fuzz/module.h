/*
 * What fuzzers of modules share.
 */
#ifndef TESTS_FUZZ_MODULE_H
#define TESTS_FUZZ_MODULE_H

#include <stdlib.h>

#include "ir/extent.h"
#include "ir/interp.h"
#include "support/mem.h"

/* Whether a point takes little time: few bits in all values, and few slots. */
static inline bool is_quick(const struct ir_module *module)
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
static inline void compare_classes(const struct ir_module *a, const struct ir_module *b)
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
			panic("one module says another class than the other");
	}
	free(point);
	ir_interp_free(ia);
	ir_interp_free(ib);
}

#endif
