/*
 * fold: constants, affine of affine, relu of known sign, zero terms, carried values.
 *
 *   %0 = relu 2*x0 + 4           %0 = relu x0 + 2     x0 in -9..9
 *   %1 = relu %0            =>   output 6*%0 + 1
 *   %2 = relu 6*%1 + 1
 *   output %2
 *
 * A relu whose form the ranges prove not negative is affine. An affine value that one form
 * reads joins it; one that several read stays a value, unless it is only a multiple of
 * another plus a constant. What stays is primitive: its weights and bias are integers
 * without a common divisor, so that every value of a folded module is an integer.
 *
 * Linear in the terms: an affine value is taken apart once, where it is used.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/rewrite.h"
#include "support/mem.h"

/* An affine value that is taken apart where it is used: its image is not there. */
enum { PENDING = UINT32_MAX };

struct part {
	uint32_t old;
	num weight;
};

struct folder {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	uint32_t *uses;  /* forms that read an old value; derived operations count twice */
	struct part *parts; /* pending values under way */
	size_t part_count, part_room;
};

static void count_uses(struct folder *folder)
{
	const struct rewrite *rewrite = &folder->rewrite;

	folder->uses = mem_zero(rewrite->old_count, sizeof *folder->uses);
	for (uint32_t i = rewrite->module->input_count; i < rewrite->old_count; i++) {
		const struct ir_term *terms = old_terms(rewrite, i);
		bool form = ir_ops[old_op(rewrite, i)].form;
		for (uint32_t k = 0; k < old_term_count(rewrite, i); k++)
			folder->uses[terms[k].value.i] += form ? 1 : 2;
	}
}

static void push(struct folder *folder, uint32_t old, num weight)
{
	folder->parts = mem_grow(folder->parts, &folder->part_room, folder->part_count + 1,
		sizeof *folder->parts);
	folder->parts[folder->part_count++] = (struct part){ old, weight };
}

/* rewrite.sum = the form of the old value, pending values taken apart. */
static void expand(struct folder *folder, uint32_t old)
{
	struct rewrite *rewrite = &folder->rewrite;
	struct ir_module *module = rewrite->module;

	sum_clear(&rewrite->sum);
	push(folder, old, NUM_ONE);
	while (folder->part_count) {
		struct part part = folder->parts[--folder->part_count];
		const struct ir_term *terms = old_terms(rewrite, part.old);
		sum_add_bias(module, &rewrite->sum,
			num_mul(&module->nums, rewrite->old[part.old].bias, part.weight));
		for (uint32_t i = 0; i < old_term_count(rewrite, part.old); i++) {
			uint32_t value = terms[i].value.i;
			num weight = num_mul(&module->nums, terms[i].weight, part.weight);
			if (rewrite->images[value].count == PENDING)
				push(folder, value, weight);
			else
				rewrite_add(rewrite, &rewrite->sum, value, weight);
		}
	}
	sum_finish(module, &rewrite->sum);
}

/* A value that is affine: left to its only user, if that is a form. */
static void fold_affine(struct folder *folder, uint32_t old)
{
	struct rewrite *rewrite = &folder->rewrite;
	struct ir_module *module = rewrite->module;
	num scale;

	if (folder->uses[old] == 1 && old_term_count(rewrite, old) > 1) {
		rewrite->images[old].count = PENDING;
		return;
	}
	expand(folder, old);
	if (rewrite->sum.count <= 1) {
		rewrite_set_sum(rewrite, old, &rewrite->sum, NUM_ONE);
		return;
	}
	scale = sum_primitive(module, &rewrite->sum);
	rewrite_set_scaled(rewrite, old,
		ir_add(module, IR_AFFINE, rewrite->sum.terms, rewrite->sum.count,
			rewrite->sum.bias),
		scale);
}

/* A derived operation of constants is one too, where that is easily seen. */
static void fold_derived(struct folder *folder, uint32_t old)
{
	rewrite_keep(&folder->rewrite, old);
}

static void fold_value(struct folder *folder, uint32_t old)
{
	struct rewrite *rewrite = &folder->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct num_pool *bounds = &folder->ranges->nums;
	const struct ir_range *range = &folder->ranges->of[old];

	if (!old_is_output(rewrite, old) && num_equal(range->lo, range->hi)) {
		rewrite_set_constant(rewrite, old, num_move(nums, bounds, range->lo));
	} else if (!ir_ops[old_op(rewrite, old)].form) {
		fold_derived(folder, old);
	} else if (old_op(rewrite, old) == IR_RELU && num_sign(bounds, range->before) < 0) {
		expand(folder, old);
		rewrite_keep_form(rewrite, old);
	} else if (old_is_output(rewrite, old)) {
		expand(folder, old);
		rewrite_keep_form(rewrite, old);
	} else {
		fold_affine(folder, old);
	}
}

static void fold(struct pass_context *context)
{
	struct folder folder = { .ranges = &context->ranges };

	rewrite_begin(&folder.rewrite, context->module);
	count_uses(&folder);
	for (uint32_t i = context->module->input_count; i < folder.rewrite.old_count; i++)
		fold_value(&folder, i);
	rewrite_end(&folder.rewrite);
	free(folder.uses);
	free(folder.parts);
}

const struct pass pass_fold = {
	.name = "fold",
	.help = "constants, affine of affine, relu of known sign, carried values",
	.run = fold,
	.needs = IR_HAS_RANGES,
};
