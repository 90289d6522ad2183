/*
 * ladder: a neuron that carries a sum past a threshold is that sum, and another neuron.
 *
 *   %0 = relu 32*x0 - 716            %0 = step x0, 15
 *   %1 = relu 32*x0 - 720     =>     %1 = step x0, 23         x0 in 0..30
 *   %2 = relu 32*x0 + %0 - %1 - 466  output 2*%0 + 4*%1
 *   %3 = relu 32*x0 - 468
 *   output %2 - %3
 *
 * In the form of a neuron let A be a line of an integer z, and U the other terms. If U is 0
 * but for keys where A and A + U are not negative, then relu(A + U) = U + relu(A). And the
 * difference of two such neurons whose lines are parallel, and positive at the same keys, is
 * U and a step. So U is a sum of more and more steps, with more and more keys where it is not
 * 0. Its bounds follow from step to step: the steps are written down only where something
 * else reads U.
 *
 * Linear in the terms, and in the steps of each sum that is written down.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/pass/pieces.h"
#include "ir/rewrite.h"
#include "support/mem.h"

/* U = scale * (the U before) + rise * [first <= z <= last], and 0 outside those keys. */
struct link {
	uint32_t before; /* link + 1; 0: U before is 0 */
	num scale, rise;
	ir_key first, last; /* one of them is an end of z's range */
	num least, most;    /* of U within first..last */
	ir_value value;     /* new value of U, once it is written down */
	bool written;
};

/* An old neuron relu(slope * z + offset) + U. */
struct part {
	uint32_t key;  /* z + 1; 0: it is no such neuron */
	uint32_t link; /* of U, + 1; 0: U is 0 */
	num slope, offset;
	bool written; /* it has an image */
};

struct ladder {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct part *parts; /* by old value */
	struct link *links;
	uint32_t link_count;
	size_t link_room;
	struct sum sum;
};

static bool domain(const struct ladder *ladder, uint32_t z, ir_key *lo, ir_key *hi)
{
	const struct ir_range *range = &ladder->ranges->of[z];

	return range->step >= 0 && ir_key_from_num(&ladder->ranges->nums, range->lo, lo) &&
		ir_key_from_num(&ladder->ranges->nums, range->hi, hi);
}

/* --- writing down ------------------------------------------------------------------- */

/* sum += weight * [first <= z <= last] */
static void add_interval(
	struct ladder *ladder, uint32_t z, const struct link *link, num weight, struct sum *sum)
{
	struct ir_module *module = ladder->rewrite.module;
	ir_value key = rewrite_operand(&ladder->rewrite, z);
	ir_key lo, hi;
	num at;

	domain(ladder, z, &lo, &hi);
	if (link->first > lo) {
		at = ir_key_num(&module->nums, link->first);
		sum_add(sum, ir_add_op(module, IR_STEP, &key, &at), weight);
		return;
	}
	sum_add_bias(module, sum, weight);
	if (link->last < hi) {
		at = ir_key_num(&module->nums, link->last + 1);
		sum_add(sum, ir_add_op(module, IR_STEP, &key, &at),
			num_neg(&module->nums, weight));
	}
}

/* U of the link, as a new value. */
static ir_value write_link(struct ladder *ladder, uint32_t z, uint32_t number)
{
	struct num_pool *nums = &ladder->rewrite.module->nums;
	struct link *link = &ladder->links[number];
	num scale = NUM_ONE;

	if (link->written)
		return link->value;
	sum_clear(&ladder->sum);
	for (const struct link *at = link;; at = &ladder->links[at->before - 1]) {
		add_interval(ladder, z, at, num_mul(nums, scale, at->rise), &ladder->sum);
		scale = num_mul(nums, scale, at->scale);
		if (!at->before)
			break;
	}
	sum_finish(ladder->rewrite.module, &ladder->sum);
	link->value = rewrite_value_of(&ladder->rewrite, &ladder->sum);
	link->written = true;
	return link->value;
}

/* The image of a neuron that was put off. */
static void write_part(struct ladder *ladder, uint32_t old)
{
	struct rewrite *rewrite = &ladder->rewrite;
	struct ir_module *module = rewrite->module;
	struct part *part = &ladder->parts[old];
	ir_value carried, ramp;
	num scale;

	if (!part->key || part->written)
		return;
	part->written = true;
	if (!part->link) {
		rewrite_keep(rewrite, old);
		return;
	}
	carried = write_link(ladder, part->key - 1, part->link - 1);
	sum_clear(&ladder->sum);
	rewrite_add(rewrite, &ladder->sum, part->key - 1, part->slope);
	sum_add_bias(module, &ladder->sum, part->offset);
	sum_finish(module, &ladder->sum);
	scale = sum_primitive(module, &ladder->sum);
	ramp = ir_add(module, IR_RELU, ladder->sum.terms, ladder->sum.count, ladder->sum.bias);
	sum_clear(&ladder->sum);
	sum_add(&ladder->sum, carried, NUM_ONE);
	sum_add(&ladder->sum, ramp, scale);
	sum_finish(module, &ladder->sum);
	rewrite_set_sum(rewrite, old, &ladder->sum, NUM_ONE);
}

/* --- forms -------------------------------------------------------------------------- */

/* What the terms of a form are together: slope * z + bias + U. */
struct form {
	uint32_t key; /* z + 1 */
	num slope;
	struct link link;
};

/* The keys where slope * z + offset > 0; slope is not 0. */
static void positive_keys(const struct num_pool *nums, num slope, num offset, ir_key lo,
	ir_key hi, ir_key *first, ir_key *last)
{
	ir_key key = line_crosses(nums, slope, offset, NUM_ZERO, lo, hi + 1);

	*first = num_sign(nums, slope) > 0 ? key : lo;
	*last = num_sign(nums, slope) > 0 ? hi : key - 1;
}

/* U's bounds, from those of the U before: only the rise where that is 0. */
static void bound_link(struct ladder *ladder, struct link *link)
{
	struct num_pool *nums = &ladder->rewrite.module->nums;
	const struct link *before;

	link->least = link->most = link->rise;
	if (!link->before)
		return;
	before = &ladder->links[link->before - 1];
	link->least = num_add(nums, num_mul(nums, link->scale, before->least), link->rise);
	link->most = num_add(nums, num_mul(nums, link->scale, before->most), link->rise);
	if (before->first == link->first && before->last == link->last)
		return;
	if (num_compare(nums, link->rise, link->least) < 0)
		link->least = link->rise;
	if (num_compare(nums, link->rise, link->most) > 0)
		link->most = link->rise;
}

/* The difference of two neurons, both weights times their lines, as a link. */
static bool join(
	struct ladder *ladder, uint32_t z, const struct ir_term *terms[2], struct link *link)
{
	struct num_pool *nums = &ladder->rewrite.module->nums;
	const struct part *a = &ladder->parts[terms[0]->value.i];
	const struct part *b = &ladder->parts[terms[1]->value.i];
	const struct link *before;
	ir_key lo, hi, first, last;

	if (a->link && b->link)
		return false;
	*link = (struct link){ .before = a->link + b->link,
		.scale = b->link ? terms[1]->weight : terms[0]->weight };
	if (!domain(ladder, z, &lo, &hi) || num_sign(nums, link->scale) < 0 ||
		num_add(nums, num_mul(nums, terms[0]->weight, a->slope),
			num_mul(nums, terms[1]->weight, b->slope))
				.i != NUM_ZERO.i)
		return false;
	positive_keys(nums, a->slope, a->offset, lo, hi, &link->first, &link->last);
	positive_keys(nums, b->slope, b->offset, lo, hi, &first, &last);
	if (first != link->first || last != link->last || first > last)
		return false;
	before = link->before ? &ladder->links[link->before - 1] : NULL;
	if (before && (before->first < first || before->last > last))
		return false;
	link->rise = num_add(nums, num_mul(nums, terms[0]->weight, a->offset),
		num_mul(nums, terms[1]->weight, b->offset));
	bound_link(ladder, link);
	return true;
}

/* The z of the neurons in a form: a term that others are over, if there is one. */
static uint32_t key_of(const struct ladder *ladder, const struct ir_term *terms, uint32_t count)
{
	uint32_t key = 0;

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < count; k++) {
			uint32_t over = ladder->parts[terms[i].value.i].key;
			if (over == terms[k].value.i + 1)
				return over;
			key = key ? key : over;
		}
	return key;
}

/* Two neurons over one z that are a link, and perhaps z itself; nothing else. */
static bool find_form(struct ladder *ladder, uint32_t old, struct form *form)
{
	const struct rewrite *rewrite = &ladder->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old), *both[2];
	uint32_t count = old_term_count(rewrite, old), found = 0;

	*form = (struct form){ 0 };
	if (count < 2 || count > 3)
		return false;
	form->key = key_of(ladder, terms, count);
	if (!form->key)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (terms[i].value.i + 1 == form->key)
			form->slope = terms[i].weight;
		else if (found < 2 && ladder->parts[terms[i].value.i].key == form->key)
			both[found++] = &terms[i];
		else
			return false;
	}
	return found == 2 && join(ladder, form->key - 1, both, &form->link);
}

static uint32_t add_link(struct ladder *ladder, const struct link *link)
{
	ladder->links = mem_grow(ladder->links, &ladder->link_room,
		(size_t)ladder->link_count + 1, sizeof *ladder->links);
	ladder->links[ladder->link_count] = *link;
	return ++ladder->link_count;
}

/* Whether the line is not negative on the link's keys, with or without its U. */
static bool is_above(struct ladder *ladder, const struct form *form, num bias)
{
	struct num_pool *nums = &ladder->rewrite.module->nums;
	const ir_key ends[] = { form->link.first, form->link.last };

	for (int i = 0; i < 2; i++) {
		num line = num_add(
			nums, num_mul(nums, form->slope, ir_key_num(nums, ends[i])), bias);
		if (num_sign(nums, line) < 0 ||
			num_sign(nums, num_add(nums, line, form->link.least)) < 0)
			return false;
	}
	return true;
}

/* A neuron relu(slope * z + offset), or that and U; false if it is none. */
static bool find_part(struct ladder *ladder, uint32_t old)
{
	const struct rewrite *rewrite = &ladder->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	struct part *part = &ladder->parts[old];
	num bias = rewrite->old[old].bias;
	struct form form;
	ir_key lo, hi;

	if (old_op(rewrite, old) != IR_RELU)
		return false;
	if (old_term_count(rewrite, old) == 1 && domain(ladder, terms->value.i, &lo, &hi)) {
		write_part(ladder, terms->value.i);
		*part = (struct part){ terms->value.i + 1, 0, terms->weight, bias, false };
		return true;
	}
	if (!find_form(ladder, old, &form) || form.slope.i == NUM_ZERO.i ||
		!is_above(ladder, &form, bias))
		return false;
	*part = (struct part){ form.key, add_link(ladder, &form.link), form.slope, bias,
		false };
	return true;
}

/* A form that two neurons of a ladder end in: their U, and what else there is. */
static bool end_ladder(struct ladder *ladder, uint32_t old)
{
	struct rewrite *rewrite = &ladder->rewrite;
	struct form form;
	ir_value carried;

	if (!ir_ops[old_op(rewrite, old)].form || !find_form(ladder, old, &form) ||
		!form.link.before)
		return false;
	carried = write_link(ladder, form.key - 1, add_link(ladder, &form.link) - 1);
	sum_clear(&rewrite->sum);
	rewrite->sum.bias = rewrite->old[old].bias;
	sum_add(&rewrite->sum, carried, NUM_ONE);
	if (form.slope.i != NUM_ZERO.i)
		rewrite_add(rewrite, &rewrite->sum, form.key - 1, form.slope);
	sum_finish(rewrite->module, &rewrite->sum);
	rewrite_keep_form(rewrite, old);
	return true;
}

static void visit(struct ladder *ladder, uint32_t old)
{
	struct rewrite *rewrite = &ladder->rewrite;

	if (find_part(ladder, old) || end_ladder(ladder, old))
		return;
	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++)
		write_part(ladder, old_terms(rewrite, old)[i].value.i);
	rewrite_keep(rewrite, old);
}

static void ladder(struct pass_context *context)
{
	struct ladder ladder = { .ranges = &context->ranges };

	rewrite_begin(&ladder.rewrite, context->module);
	ladder.parts = mem_zero(ladder.rewrite.old_count, sizeof *ladder.parts);
	for (uint32_t i = context->module->input_count; i < ladder.rewrite.old_count; i++)
		visit(&ladder, i);
	free(ladder.parts);
	free(ladder.links);
	sum_fini(&ladder.sum);
	rewrite_end(&ladder.rewrite);
}

const struct pass pass_ladder = {
	.name = "ladder",
	.help = "neurons that carry a sum from threshold to threshold become steps",
	.run = ladder,
	.needs = IR_HAS_RANGES,
};
