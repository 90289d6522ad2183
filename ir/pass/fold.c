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
 * another plus a constant. Where an affine value and neurons have one linear form, that is
 * a value, which the neurons read: so a string and the bits peeled off it stay in sight of
 * each other. What stays is primitive: its weights and bias are integers without a common
 * divisor, so that every value of a folded module is an integer. A step or within of a
 * multiple of an integer, plus a constant, becomes one of the integer.
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

/* The linear form of a group that has affine members and others. */
struct shared {
	bool affine, bent;   /* has members of this kind */
	uint32_t value;      /* + 1, 0: not made yet */
	num scale, constant; /* scale * value + constant is the form */
};

struct folder {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct shared *shared; /* by group */
	uint32_t *uses;     /* forms that read an old value; derived operations count twice */
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
static void take_apart(struct folder *folder, uint32_t old)
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

/* The shared form that a neuron's form is a multiple of, or NULL. */
static struct shared *shared_of(const struct folder *folder, uint32_t old)
{
	uint32_t group = folder->ranges->members[old].group;
	struct shared *shared;

	if (group == IR_NO_GROUP || folder->ranges->groups[group].plain)
		return NULL;
	shared = &folder->shared[group];
	return shared->affine && shared->bent ? shared : NULL;
}

/* Makes the linear form of the group a value; false if it is a constant. */
static bool make_shared(struct folder *folder, uint32_t group, struct shared *shared)
{
	struct rewrite *rewrite = &folder->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	struct sum *sum = &rewrite->sum;
	uint32_t founder = folder->ranges->groups[group].value;

	take_apart(folder, founder);
	if (sum->count == 0)
		return false;
	shared->constant = num_add(nums, sum->bias, num_neg(nums, rewrite->old[founder].bias));
	sum->bias = NUM_ZERO;
	shared->scale = sum_primitive(rewrite->module, sum);
	if (sum->count == 1 && num_equal(sum->terms[0].weight, NUM_ONE))
		shared->value = sum->terms[0].value.i + 1;
	else
		shared->value =
			ir_add(rewrite->module, IR_AFFINE, sum->terms, sum->count, NUM_ZERO).i +
			1;
	return true;
}

/* rewrite.sum = the form of the old value. */
static void expand(struct folder *folder, uint32_t old)
{
	struct rewrite *rewrite = &folder->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_member *member = &folder->ranges->members[old];
	struct shared *shared = shared_of(folder, old);
	num alpha;

	if (!shared || (!shared->value && !make_shared(folder, member->group, shared))) {
		take_apart(folder, old);
		return;
	}
	alpha = num_pow2(nums, member->exponent);
	if (member->negative)
		alpha = num_neg(nums, alpha);
	sum_clear(&rewrite->sum);
	sum_add(&rewrite->sum, (ir_value){ shared->value - 1 },
		num_mul(nums, alpha, shared->scale));
	rewrite->sum.bias =
		num_add(nums, rewrite->old[old].bias, num_mul(nums, alpha, shared->constant));
}

/* A value that is affine: left to its only user, if that is a form. */
static void fold_affine(struct folder *folder, uint32_t old)
{
	struct rewrite *rewrite = &folder->rewrite;
	struct ir_module *module = rewrite->module;
	num scale;

	if (folder->uses[old] == 1 && !shared_of(folder, old)) {
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

static num divide_up(struct num_pool *nums, num a, num b)
{
	return num_neg(nums, num_floor_div(nums, num_neg(nums, a), b));
}

/* The value v and numbers of an old value that is scale * v + bias, v an integer. */
static bool as_multiple(
	const struct folder *folder, uint32_t old, ir_value *v, num *scale, num *bias)
{
	const struct rewrite *rewrite = &folder->rewrite;
	const struct image *image = &rewrite->images[old];
	uint32_t origin;

	if (image->count != 1)
		return false;
	*v = rewrite->terms[image->first].value;
	*scale = rewrite->terms[image->first].weight;
	*bias = image->bias;
	return rewrite_origin(rewrite, *v, &origin) && folder->ranges->of[origin].step >= 0;
}

/* step or within of scale * v + bias as one of v; false if it stays as it is. */
static bool fold_indicator(struct folder *folder, uint32_t old)
{
	struct rewrite *rewrite = &folder->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_term *operand = old_terms(rewrite, old);
	bool step = old_op(rewrite, old) == IR_STEP;
	num scale, bias, ends[2];
	ir_value v;

	if ((!step && old_op(rewrite, old) != IR_WITHIN) ||
		!as_multiple(folder, operand->value.i, &v, &scale, &bias))
		return false;
	if (num_sign(nums, scale) < 0 && step)
		return false;
	ends[0] = num_add(nums, operand->weight, num_neg(nums, bias));
	ends[1] = num_add(nums, rewrite->old[old].bias, num_neg(nums, bias));
	if (num_sign(nums, scale) < 0) {
		num held = ends[0];
		ends[0] = ends[1];
		ends[1] = held;
	}
	ends[0] = divide_up(nums, ends[0], scale);
	ends[1] = num_floor_div(nums, ends[1], scale);
	rewrite_set_value(
		rewrite, old, ir_add_op(rewrite->module, old_op(rewrite, old), &v, ends));
	return true;
}

/* Whether a neuron that is no constant is affine. */
static bool is_affine(const struct folder *folder, uint32_t old)
{
	return num_sign(&folder->ranges->nums, folder->ranges->of[old].before) >= 0;
}

static void find_shared(struct folder *folder)
{
	const struct rewrite *rewrite = &folder->rewrite;

	folder->shared = mem_zero(folder->ranges->group_count, sizeof *folder->shared);
	for (uint32_t i = rewrite->module->input_count; i < rewrite->old_count; i++) {
		const struct ir_range *range = &folder->ranges->of[i];
		uint32_t group = folder->ranges->members[i].group;
		if (group == IR_NO_GROUP || num_equal(range->lo, range->hi))
			continue;
		if (is_affine(folder, i))
			folder->shared[group].affine = true;
		else
			folder->shared[group].bent = true;
	}
}

static void fold_value(struct folder *folder, uint32_t old)
{
	struct rewrite *rewrite = &folder->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_range *range = &folder->ranges->of[old];

	if (!old_is_output(rewrite, old) && num_equal(range->lo, range->hi)) {
		rewrite_set_constant(
			rewrite, old, num_move(nums, &folder->ranges->nums, range->lo));
	} else if (!ir_ops[old_op(rewrite, old)].form) {
		if (!fold_indicator(folder, old))
			rewrite_keep(rewrite, old);
	} else if (old_is_output(rewrite, old) ||
		(old_op(rewrite, old) == IR_RELU && !is_affine(folder, old))) {
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
	find_shared(&folder);
	for (uint32_t i = context->module->input_count; i < folder.rewrite.old_count; i++)
		fold_value(&folder, i);
	rewrite_end(&folder.rewrite);
	free(folder.uses);
	free(folder.shared);
	free(folder.parts);
}

const struct pass pass_fold = {
	.name = "fold",
	.help = "constants, affine of affine, relu of known sign, carried values",
	.run = fold,
	.needs = IR_HAS_RANGES,
};
