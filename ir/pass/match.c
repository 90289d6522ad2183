/*
 * match: gated values become matches, sums of them over fields one associative look-up.
 *
 *   %3 = relu %1 - %0                    %3 = match %0, %1, %2     %2 in 0..15
 *   %4 = relu %0 - %1             =>     output %3
 *   %5 = relu %2 - 16*%3 - 16*%4
 *   output %5
 *
 * relu(y - A relu(L - p) - B relu(p - L)) is y where the integer L is p, and 0 elsewhere, if
 * 0 <= y <= min(A, B): off p one of the two is at least 1.
 *
 *   %5 = match %0, %3, %4   %3 = bits u, 0, 8    %4 = bits w, 0, 4
 *   %8 = match %0, %6, %7   %6 = bits u, 8, 8    %7 = bits w, 4, 4
 *   output %5 + %8                 =>    output assoc %0, u, w, 2, 8, 4
 *
 * The slots of an assoc are fields at equal distances, in the same order in u and w; the
 * highest field may be shorter if nothing of its string lies above it. N log N.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/pass/cluster.h"
#include "support/mem.h"
#include "support/sort.h"

/* match key, bits(u, pos, len), bits(w, label_pos, label_len) with the weight it has in a form
 */
struct slot {
	uint32_t key, u, w;
	num weight;
	uint32_t pos, len, label_pos, label_len;
	uint32_t term;
};

struct matcher {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct clusters clusters;
	struct slot *slots;
	size_t slot_room;
};

/* --- gates -------------------------------------------------------------------------- */

/* Two neurons of one group, relu(L - p) and relu(p - L), that take from an old value. */
struct gate {
	uint32_t group;
	uint32_t terms[2];
	num p;
	num least; /* of the two weights' magnitudes */
};

/* Whether two terms of a cluster are a gate. */
static bool is_gate(struct matcher *matcher, uint32_t old, const struct cluster_term *pair,
	struct gate *gate)
{
	struct rewrite *rewrite = &matcher->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_member *members[2];
	num beta[2], weight[2];

	for (int i = 0; i < 2; i++) {
		const struct ir_term *term = &old_terms(rewrite, old)[pair[i].term];
		if (pair[i].line || num_sign(nums, term->weight) >= 0)
			return false;
		members[i] = &matcher->ranges->members[term->value.i];
		beta[i] = rewrite->old[term->value.i].bias;
		weight[i] = num_neg(nums, term->weight);
		if (members[i]->exponent != 0)
			return false;
	}
	if (members[0]->negative == members[1]->negative ||
		!num_equal(num_neg(nums, beta[0]), beta[1]))
		return false;
	gate->group = pair->group;
	gate->terms[0] = pair[0].term;
	gate->terms[1] = pair[1].term;
	gate->p = members[0]->negative ? beta[0] : beta[1];
	gate->least = num_compare(nums, weight[0], weight[1]) < 0 ? weight[0] : weight[1];
	return matcher->ranges->groups[pair->group].step >= 0 &&
		(gate->p.i == NUM_ZERO.i || num_exponent(nums, gate->p) >= 0);
}

static bool find_gate(struct matcher *matcher, uint32_t old, struct gate *gate)
{
	uint32_t count = old_term_count(&matcher->rewrite, old);

	clusters_find(&matcher->clusters, &matcher->rewrite, matcher->ranges, old);
	for (uint32_t i = 0, end; i < count; i = end) {
		const struct cluster_term *cluster = &matcher->clusters.terms[i];
		end = cluster_end(&matcher->clusters, i, count);
		if (cluster->group != IR_NO_GROUP && end - i == 2 &&
			is_gate(matcher, old, cluster, gate))
			return true;
	}
	return false;
}

/* Whether the form without the gate is proved to lie in 0..limit. */
static bool rest_is_below(
	struct matcher *matcher, uint32_t old, const struct gate *gate, num limit)
{
	struct num_pool *nums = &matcher->rewrite.module->nums;
	const struct num_pool *bounds = &matcher->ranges->nums;
	const struct ir_term *terms = old_terms(&matcher->rewrite, old);
	num lo = matcher->rewrite.old[old].bias, hi = lo;

	for (uint32_t i = 0; i < old_term_count(&matcher->rewrite, old); i++) {
		const struct ir_range *range = &matcher->ranges->of[terms[i].value.i];
		bool positive = num_sign(nums, terms[i].weight) > 0;
		if (i == gate->terms[0] || i == gate->terms[1])
			continue;
		lo = num_add(nums, lo,
			num_mul(nums, terms[i].weight,
				num_move(nums, bounds, positive ? range->lo : range->hi)));
		hi = num_add(nums, hi,
			num_mul(nums, terms[i].weight,
				num_move(nums, bounds, positive ? range->hi : range->lo)));
	}
	return num_sign(nums, lo) >= 0 && num_compare(nums, hi, limit) <= 0;
}

/*
 * The new values that are equal where L = p: what L adds, and p and what it takes off. An L
 * that is an affine value stands for its form, if that is short: each gate gets its own.
 */
enum { SHORT_FORM = 16 };

static void sides_of(struct matcher *matcher, const struct gate *gate, ir_value sides[2])
{
	struct rewrite *rewrite = &matcher->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_group *group = &matcher->ranges->groups[gate->group];
	struct sum sums[2] = { { .count = 0 }, { .bias = gate->p } };
	bool form = !group->plain ||
		(old_op(rewrite, group->value) == IR_AFFINE &&
			old_term_count(rewrite, group->value) <= SHORT_FORM);
	const struct ir_term *terms = old_terms(rewrite, group->value);
	uint32_t count = form ? old_term_count(rewrite, group->value) : 0;

	if (!form)
		rewrite_add(rewrite, &sums[0], group->value, NUM_ONE);
	else if (group->plain)
		sum_add_bias(rewrite->module, &sums[0], rewrite->old[group->value].bias);
	for (uint32_t i = 0; i < count; i++) {
		bool takes = num_sign(nums, terms[i].weight) < 0;
		rewrite_add(rewrite, &sums[takes], terms[i].value.i,
			takes ? num_neg(nums, terms[i].weight) : terms[i].weight);
	}
	sum_add_bias(rewrite->module, &sums[1], num_neg(nums, sums[0].bias));
	sums[0].bias = NUM_ZERO;
	for (int i = 0; i < 2; i++) {
		sum_finish(rewrite->module, &sums[i]);
		sides[i] = rewrite_value_of(rewrite, &sums[i]);
		sum_fini(&sums[i]);
	}
}

/*
 * A neuron that is a gated value; false if it is none, or known to be 0, which the ranges would
 * not see of the match: what reads it may be an integer for that alone.
 */
static bool find_match(struct matcher *matcher, uint32_t old)
{
	const struct ir_range *range = &matcher->ranges->of[old];
	struct rewrite *rewrite = &matcher->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	struct sum *rest = &rewrite->sum;
	struct gate gate;
	ir_value operands[3];
	num scale;

	if (num_equal(range->lo, range->hi) || old_term_count(rewrite, old) < 2 ||
		!find_gate(matcher, old, &gate) ||
		!rest_is_below(matcher, old, &gate, gate.least))
		return false;
	sum_clear(rest);
	rest->bias = rewrite->old[old].bias;
	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++)
		if (i != gate.terms[0] && i != gate.terms[1])
			rewrite_add(rewrite, rest, terms[i].value.i, terms[i].weight);
	sum_finish(rewrite->module, rest);
	scale = sum_primitive(rewrite->module, rest);
	operands[2] = rewrite_value_of(rewrite, rest);
	sides_of(matcher, &gate, operands);
	rewrite_set_scaled(
		rewrite, old, ir_add_op(rewrite->module, IR_MATCH, operands, NULL), scale);
	return true;
}

/* --- slots -------------------------------------------------------------------------- */

static bool as_bits(const struct ir_module *module, ir_value value, uint32_t *x, uint32_t *pos,
	uint32_t *len)
{
	if (ir_op_of(module, value) != IR_BITS)
		return false;
	*x = ir_terms(module, value)->value.i;
	*pos = ir_count_parameter(module, value, 0);
	*len = ir_count_parameter(module, value, 1);
	return true;
}

/* The term of a form as a slot; false if it is none. */
static bool as_slot(
	const struct ir_module *module, const struct ir_term *term, struct slot *slot)
{
	const struct ir_term *operands = ir_terms(module, term->value);
	int field;

	if (ir_op_of(module, term->value) != IR_MATCH)
		return false;
	/* both sides may be fields: the key is the older one */
	field = operands[0].value.i > operands[1].value.i ? 0 : 1;
	for (int i = 0; i < 2; i++, field = 1 - field) {
		if (!as_bits(module, operands[field].value, &slot->u, &slot->pos, &slot->len))
			continue;
		slot->key = operands[1 - field].value.i;
		slot->weight = term->weight;
		return as_bits(module, operands[2].value, &slot->w, &slot->label_pos,
			&slot->label_len);
	}
	return false;
}

static int compare_slots(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;
	const uint32_t pairs[][2] = { { x->key, y->key }, { x->u, y->u }, { x->w, y->w },
		{ x->weight.i, y->weight.i }, { x->pos, y->pos }, { x->term, y->term } };

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		if (pairs[i][0] != pairs[i][1])
			return pairs[i][0] < pairs[i][1] ? -1 : 1;
	return 0;
}

static bool same_strings(const struct slot *a, const struct slot *b)
{
	return a->key == b->key && a->u == b->u && a->w == b->w &&
		num_equal(a->weight, b->weight);
}

/* Whether no bit of x, a new value, at `end` or above is ever set. */
static bool ends_at(const struct matcher *matcher, uint32_t x, uint32_t end)
{
	const struct ir_ranges *ranges = matcher->ranges;
	uint32_t old;

	return rewrite_origin(&matcher->rewrite, (ir_value){ x }, &old) &&
		num_sign(&ranges->nums, ranges->of[old].lo) >= 0 &&
		ir_range_length(ranges, old) <= end;
}

/* Slots of one pair of strings as the slots of an assoc: their number, from the first on. */
static uint32_t run_length(const struct matcher *matcher, const struct slot *slots,
	uint32_t count, uint32_t *rho, uint32_t *c)
{
	uint32_t n = 1;

	if (count < 2 || slots[1].label_pos <= slots[0].label_pos)
		return 1;
	*rho = slots[1].pos - slots[0].pos;
	*c = slots[1].label_pos - slots[0].label_pos;
	if (slots[0].len != *rho || slots[0].label_len != *c)
		return 1;
	for (; n < count; n++) {
		const struct slot *slot = &slots[n];
		if (slots->pos + (n + 1) * (uint64_t)*rho > IR_BITS_LIMIT ||
			slots->label_pos + (n + 1) * (uint64_t)*c > IR_BITS_LIMIT ||
			slot->pos - slots->pos != n * *rho ||
			slot->label_pos - slots->label_pos != n * *c || slot->len > *rho ||
			slot->label_len > *c ||
			(slot->len < *rho &&
				!ends_at(matcher, slot->u, slot->pos + slot->len)) ||
			(slot->label_len < *c &&
				!ends_at(matcher, slot->w, slot->label_pos + slot->label_len)))
			break;
	}
	return n;
}

/* The string from bit `pos` on. */
static ir_value string_from(struct rewrite *rewrite, uint32_t x, uint32_t pos, uint32_t len)
{
	struct num_pool *nums = &rewrite->module->nums;
	ir_value value = { x };

	if (pos == 0)
		return value;
	return ir_add_op(rewrite->module, IR_BITS, &value,
		(num[]){ num_from_int(nums, pos), num_from_int(nums, len) });
}

static void add_assoc(
	struct matcher *matcher, const struct slot *slots, uint32_t n, uint32_t rho, uint32_t c)
{
	struct rewrite *rewrite = &matcher->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	ir_value operands[] = { { slots->key },
		string_from(rewrite, slots->u, slots->pos, n * rho),
		string_from(rewrite, slots->w, slots->label_pos, n * c) };

	for (uint32_t i = 0; i < n; i++)
		rewrite->sum.terms[slots[i].term].weight = NUM_ZERO;
	sum_add(&rewrite->sum,
		ir_add_op(rewrite->module, IR_ASSOC, operands,
			(num[]){ num_from_int(nums, n), num_from_int(nums, rho),
				num_from_int(nums, c) }),
		slots->weight);
}

/* rewrite.sum with an assoc for the matches that are its slots. */
static void roll_up(struct matcher *matcher)
{
	struct rewrite *rewrite = &matcher->rewrite;
	struct sum *sum = &rewrite->sum;
	uint32_t count = 0, rho = 0, c = 0;

	matcher->slots = mem_grow(
		matcher->slots, &matcher->slot_room, sum->count, sizeof *matcher->slots);
	for (uint32_t i = 0; i < sum->count; i++) {
		struct slot *slot = &matcher->slots[count];
		if (!as_slot(rewrite->module, &sum->terms[i], slot))
			continue;
		slot->term = i;
		count++;
	}
	if (count < 2)
		return;
	sort_array(matcher->slots, count, sizeof *matcher->slots, compare_slots);
	for (uint32_t i = 0, n; i < count; i += n) {
		uint32_t end = i + 1;
		while (end < count && same_strings(&matcher->slots[i], &matcher->slots[end]))
			end++;
		n = run_length(matcher, &matcher->slots[i], end - i, &rho, &c);
		if (n > 1)
			add_assoc(matcher, &matcher->slots[i], n, rho, c);
	}
	sum_finish(rewrite->module, sum);
}

/* --- values ------------------------------------------------------------------------- */

static void visit(struct matcher *matcher, uint32_t old)
{
	struct rewrite *rewrite = &matcher->rewrite;

	if (!ir_ops[old_op(rewrite, old)].form) {
		rewrite_keep(rewrite, old);
	} else if (old_op(rewrite, old) != IR_RELU || !find_match(matcher, old)) {
		rewrite_form(rewrite, old);
		roll_up(matcher);
		rewrite_keep_form(rewrite, old);
	}
}

static void match(struct pass_context *context)
{
	struct matcher matcher = { .ranges = &context->ranges };

	rewrite_begin(&matcher.rewrite, context->module);
	clusters_init(&matcher.clusters, matcher.ranges);
	for (uint32_t i = context->module->input_count; i < matcher.rewrite.old_count; i++)
		visit(&matcher, i);
	clusters_fini(&matcher.clusters);
	rewrite_end(&matcher.rewrite);
	free(matcher.slots);
}

const struct pass pass_match = {
	.name = "match",
	.help = "gated values become match, sums of them over fields assoc",
	.run = match,
	.needs = IR_HAS_RANGES,
};
