/*
 * Rewriting: a new list of values in place of an old one.
 *
 * What every pass does. rewrite_begin() takes the values out of a module, which keeps its
 * inputs and becomes fused; the pass visits the old values in order, adds new ones to the
 * module, and says for each old value what it is now: its image, an affine form over new
 * values. Constants and tables stay in the module; handles of old values index facts that
 * were computed before.
 */
#ifndef IR_REWRITE_H
#define IR_REWRITE_H

#include "ir/ir.h"

/* An affine form under construction, over new values. Zeros are ready to use. */
struct sum {
	struct ir_term *terms;
	uint32_t count;
	size_t room;
	num bias;
};

struct image {
	uint32_t first, count; /* terms, in rewrite.terms */
	num bias;
};

struct rewrite {
	struct ir_module *module; /* new values */

	struct ir_node *old;
	struct ir_term *old_terms;
	uint32_t old_count;
	size_t old_term_count;
	bool was_plain; /* fused, and without tables */

	struct image *images; /* by old value */
	uint32_t *operands;   /* by old value: rewrite_operand() + 1 */
	struct ir_term *terms;
	uint32_t term_count;
	size_t term_room;

	uint32_t
		*origins; /* by new value: an old one that it equals, + 1; 0 if none is known */
	uint32_t origin_count;
	size_t origin_room;

	struct sum sum; /* scratch of passes */
};

void rewrite_begin(struct rewrite *rewrite, struct ir_module *module);

/*
 * Counts module->rewrites up, unless the new values are the old ones. (Where there are tables
 * it always does: a table may have changed.)
 */
void rewrite_end(struct rewrite *rewrite);

static inline enum ir_op old_op(const struct rewrite *rewrite, uint32_t value)
{
	return (enum ir_op)(rewrite->old[value].op_and_count & 0xff);
}

static inline uint32_t old_term_count(const struct rewrite *rewrite, uint32_t value)
{
	return rewrite->old[value].op_and_count >> 8;
}

static inline const struct ir_term *old_terms(const struct rewrite *rewrite, uint32_t value)
{
	return rewrite->old_terms + rewrite->old[value].first;
}

static inline bool old_is_output(const struct rewrite *rewrite, uint32_t value)
{
	return value == rewrite->old_count - 1;
}

/* --- sums --------------------------------------------------------------------------- */

/*
 * A sum owns its terms; whoever made it ends it, but rewrite->sum, which rewrite_end() ends.
 * What is added to a module or made an image is copied.
 */
void sum_fini(struct sum *sum);
void sum_clear(struct sum *sum);
void sum_add(struct sum *sum, ir_value value, num weight);
void sum_add_bias(struct ir_module *module, struct sum *sum, num bias);

/* Terms in ascending order, each value once, no weight zero. */
void sum_finish(struct ir_module *module, struct sum *sum);

/*
 * Divides a finished sum by the greatest number that leaves all weights and the bias
 * integers without a common divisor; returns that number, which is positive.
 */
num sum_primitive(struct ir_module *module, struct sum *sum);

/* --- images ------------------------------------------------------------------------- */

void rewrite_set_value(struct rewrite *rewrite, uint32_t old, ir_value value);

/* scale * value */
void rewrite_set_scaled(struct rewrite *rewrite, uint32_t old, ir_value value, num scale);
void rewrite_set_constant(struct rewrite *rewrite, uint32_t old, num constant);

/* A finished sum, times scale. */
void rewrite_set_sum(struct rewrite *rewrite, uint32_t old, const struct sum *sum, num scale);

/*
 * An old value that a new one equals, so that its facts hold; false if none is known. One may
 * become known later in the pass, and its facts may be weaker than the truth: an integer
 * may have come from a value that was not proved to be one. Ask once, and keep the answer.
 */
bool rewrite_origin(const struct rewrite *rewrite, ir_value value, uint32_t *old);

/* sum += weight * image of old */
void rewrite_add(struct rewrite *rewrite, struct sum *sum, uint32_t old, num weight);

/* rewrite->sum = the form of the old value over new ones, finished. */
void rewrite_form(struct rewrite *rewrite, uint32_t old);

/*
 * The new value that the finished sum is: an existing one if it is just that, else a new
 * affine value.
 */
ir_value rewrite_value_of(struct rewrite *rewrite, struct sum *sum);

/* The same for the image of an old value: what derived operations read, made once. */
ir_value rewrite_operand(struct rewrite *rewrite, uint32_t old);

/*
 * Adds rewrite->sum as a value of the operation (relu or affine) or as the output, and makes
 * it the old value's image. Relu and affine values are stored primitive and scaled back in
 * the image; an affine one of at most one term is its own image.
 */
void rewrite_keep_form(struct rewrite *rewrite, uint32_t old);

/* Adds the old value, its operands mapped; a form as rewrite_keep_form() does. */
void rewrite_keep(struct rewrite *rewrite, uint32_t old);

/* The same, but forms stay as they are, neither primitive nor images. */
void rewrite_copy(struct rewrite *rewrite, uint32_t old);

#endif
