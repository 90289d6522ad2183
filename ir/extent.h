/*
 * Extents: the bits that values can take, from the weights alone.
 *
 * A coarse bound that costs a few machine operations a term, for the verifier: it must hold
 * of any module before anything evaluates it. ir/range.h proves much closer ones.
 */
#ifndef IR_EXTENT_H
#define IR_EXTENT_H

#include "ir/ir.h"

/* |v| < 2^top, and 2^step divides v; top <= step says that v is always 0. */
struct ir_extent {
	int64_t top, step;
};

struct ir_extents {
	const struct ir_module *module;
	struct ir_extent *of;       /* by value handle */
	struct ir_extent **columns; /* by table and column: of its constants, and of 0 */
};

/* Of the tables' columns and the inputs; the module's tables are well-formed. */
void ir_extents_init(struct ir_extents *extents, const struct ir_module *module);
void ir_extents_fini(struct ir_extents *extents);

/* extents->of[value.i], from those of its operands; its references are well-formed. */
struct ir_extent ir_extent_of(const struct ir_extents *extents, ir_value value);

/* Of one constant. */
struct ir_extent ir_extent_of_num(const struct num_pool *nums, num n);

static inline bool ir_extent_is_integer(struct ir_extent extent)
{
	return extent.step >= 0 || extent.top <= extent.step;
}

/* At most IR_BITS_LIMIT bits in fixed point. */
static inline bool ir_extent_fits(struct ir_extent extent)
{
	return extent.top <= IR_BITS_LIMIT && extent.step >= -IR_BITS_LIMIT &&
		extent.top - extent.step <= IR_BITS_LIMIT;
}

#endif
