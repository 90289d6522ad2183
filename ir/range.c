#include "ir/range.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "support/dyadic.h"
#include "support/mem.h"

/*
 * Neurons of one layer that are relu(alpha L + beta) of one linear form L, with alpha a
 * power of two or its negative, form a group. A sum over neurons of a group is a
 * piecewise linear function of L, and is bounded as that.
 */
struct member {
	uint32_t group;
	int32_t exponent; /* alpha = +-2^exponent */
	bool negative;
	uint32_t next; /* member + 1 with the same hash, 0 ends */
};

struct group {
	uint32_t value; /* its first neuron, whose alpha is 1 */
	num lo, hi;     /* of L, in the pool of the ranges */
};

struct layer_groups {
	uint32_t first, count; /* the layer's values */
	struct member *members;
	size_t member_room;
	struct group *groups;
	uint32_t group_count;
	size_t group_room;
};

/* A kink of w * relu(alpha (L - x)): the slope grows by `rise` = w |alpha| at x. */
struct kink {
	struct dyadic x, rise;
};

struct analysis {
	const struct ir_module *module;
	struct ir_ranges *ranges;
	struct layer_groups before, current;
	uint32_t *heads; /* by hash of a linear form: member + 1 */
	size_t head_count, head_room;
	uint32_t *chains; /* by group of the layer before: term + 1 */
	size_t chain_room;
	uint32_t *next_term;
	size_t term_room;
	struct kink *kinks;
	size_t kink_count, kink_room;
	struct dyadic lo, hi, at, value, slope, least, greatest;
	struct dyadic_scratch scratch;
};

static struct ir_range *range_of(struct analysis *analysis, ir_value value)
{
	return &analysis->ranges->of[value.i];
}

/* --- groups ------------------------------------------------------------------------- */

static uint64_t hash_linear(const struct ir_module *module, ir_value value)
{
	const struct ir_term *terms = ir_terms(module, value);
	uint64_t hash = ir_term_count(module, value);
	mpz_t view;

	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		num_view(&module->nums, terms[i].weight, view);
		hash = (hash ^ terms[i].value.i) * UINT64_C(0x9e3779b97f4a7c15);
		hash = (hash ^ mpz_getlimbn(view, 0)) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash;
}

/* Whether a = +-2^e b. */
static bool same_up_to_power(
	const struct num_pool *nums, num a, num b, int64_t *e, bool *negative)
{
	mpz_t va, vb;

	*e = num_view(nums, a, va);
	*e -= num_view(nums, b, vb);
	*negative = mpz_sgn(va) != mpz_sgn(vb);
	return mpz_cmpabs(va, vb) == 0;
}

/* Whether the linear part of `a` is alpha times that of `b`; fills in alpha. */
static bool same_linear(
	const struct ir_module *module, ir_value a, ir_value b, struct member *alpha)
{
	const struct ir_term *ta = ir_terms(module, a), *tb = ir_terms(module, b);
	uint32_t count = ir_term_count(module, a);
	int64_t e, first_e = 0;
	bool negative, first_negative = false;

	if (count != ir_term_count(module, b))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (ta[i].value.i != tb[i].value.i ||
			!same_up_to_power(
				&module->nums, ta[i].weight, tb[i].weight, &e, &negative))
			return false;
		if (i == 0) {
			first_e = e;
			first_negative = negative;
		} else if (e != first_e || negative != first_negative) {
			return false;
		}
	}
	alpha->exponent = (int32_t)first_e;
	alpha->negative = first_negative;
	return true;
}

static void size_heads(struct analysis *analysis, uint32_t width)
{
	/* as many as this layer needs: one wide layer must not slow down a thousand narrow ones
	 */
	analysis->head_count = 16;
	while (analysis->head_count < (size_t)width * 2)
		analysis->head_count *= 2;
	analysis->heads = mem_grow(analysis->heads, &analysis->head_room, analysis->head_count,
		sizeof *analysis->heads);
	memset(analysis->heads, 0, analysis->head_count * sizeof *analysis->heads);
}

/* Puts neuron `value` of the current layer into its group; true if it founds a new one. */
static bool join_group(struct analysis *analysis, ir_value value)
{
	struct layer_groups *layer = &analysis->current;
	struct member *member = &layer->members[value.i - layer->first];
	uint32_t *head = &analysis->heads[hash_linear(analysis->module, value) &
		(analysis->head_count - 1)];

	for (uint32_t at = *head; at; at = layer->members[at - 1].next) {
		const struct member *other = &layer->members[at - 1];
		uint32_t founder = layer->groups[other->group].value;
		if (!same_linear(analysis->module, value, (ir_value){ founder }, member))
			continue;
		member->group = other->group;
		return false;
	}
	*member = (struct member){ .group = layer->group_count, .next = *head };
	*head = value.i - layer->first + 1;
	layer->groups = mem_grow(layer->groups, &layer->group_room,
		(size_t)layer->group_count + 1, sizeof *layer->groups);
	layer->groups[layer->group_count++] = (struct group){ .value = value.i };
	return true;
}

/* --- bounds of a linear form -------------------------------------------------------- */

static void add_interval(struct analysis *analysis, num weight, ir_value value)
{
	const struct num_pool *weights = &analysis->module->nums;
	const struct num_pool *bounds = &analysis->ranges->nums;
	const struct ir_range *range = range_of(analysis, value);
	bool positive = num_sign(weights, weight) > 0;

	dyadic_set_num(&analysis->at, weights, weight);
	dyadic_add_product_num(&analysis->lo, &analysis->at, bounds,
		positive ? range->lo : range->hi, &analysis->scratch);
	dyadic_add_product_num(&analysis->hi, &analysis->at, bounds,
		positive ? range->hi : range->lo, &analysis->scratch);
}

static struct kink *new_kink(struct analysis *analysis)
{
	size_t room = analysis->kink_room;

	analysis->kinks = mem_grow(analysis->kinks, &analysis->kink_room,
		analysis->kink_count + 1, sizeof *analysis->kinks);
	for (; room < analysis->kink_room; room++) {
		dyadic_init(&analysis->kinks[room].x);
		dyadic_init(&analysis->kinks[room].rise);
	}
	return &analysis->kinks[analysis->kink_count++];
}

/*
 * Adds w relu(alpha L + beta), the term of a group, to value and slope at L = lo, and its
 * kink if that lies inside lo..hi.
 */
static void add_member(
	struct analysis *analysis, const struct ir_term *term, const struct group *group)
{
	const struct ir_module *module = analysis->module;
	const struct member *member =
		&analysis->before.members[term->value.i - analysis->before.first];
	struct dyadic_scratch *scratch = &analysis->scratch;
	struct kink *kink = new_kink(analysis);
	bool right;

	/* x = -beta / alpha, rise = w |alpha|, and at = lo - x */
	dyadic_set_num(&kink->x, &module->nums, module->nodes[term->value.i].bias);
	kink->x.e -= member->exponent;
	if (!member->negative)
		mpz_neg(kink->x.m, kink->x.m);
	dyadic_set_num(&kink->rise, &module->nums, term->weight);
	kink->rise.e += member->exponent;
	dyadic_set_num(&analysis->at, &analysis->ranges->nums, group->lo);
	dyadic_sub(&analysis->at, &kink->x, scratch);

	right = dyadic_sign(&analysis->at) >= 0; /* lo is not left of the kink */
	if (right != member->negative) {
		/* active at lo: w alpha (lo - x), with w alpha = -rise if alpha < 0 */
		if (member->negative)
			mpz_neg(analysis->at.m, analysis->at.m);
		dyadic_add_product(&analysis->value, &kink->rise, &analysis->at, scratch);
		if (member->negative)
			dyadic_sub(&analysis->slope, &kink->rise, scratch);
		else
			dyadic_add(&analysis->slope, &kink->rise, scratch);
	}
	if (right)
		analysis->kink_count--;
}

static int compare_kinks(const void *a, const void *b)
{
	struct dyadic_scratch scratch;
	int order;

	dyadic_scratch_init(&scratch);
	order = dyadic_compare(
		&((const struct kink *)a)->x, &((const struct kink *)b)->x, &scratch);
	dyadic_scratch_clear(&scratch);
	return order;
}

static void note_extreme(struct analysis *analysis)
{
	if (dyadic_compare(&analysis->value, &analysis->least, &analysis->scratch) < 0)
		dyadic_set(&analysis->least, &analysis->value);
	if (dyadic_compare(&analysis->value, &analysis->greatest, &analysis->scratch) > 0)
		dyadic_set(&analysis->greatest, &analysis->value);
}

/* value += slope * (to - at), at = to */
static void advance(struct analysis *analysis, const struct dyadic *to)
{
	dyadic_sub(&analysis->at, to, &analysis->scratch);
	mpz_neg(analysis->at.m, analysis->at.m);
	dyadic_add_product(
		&analysis->value, &analysis->slope, &analysis->at, &analysis->scratch);
	dyadic_normalize(&analysis->value);
	dyadic_set(&analysis->at, to);
	note_extreme(analysis);
}

/* Adds the exact bounds of the terms of one group, a function of L on lo..hi. */
static void add_group(
	struct analysis *analysis, const struct ir_term *terms, const struct group *group)
{
	uint32_t index = (uint32_t)(group - analysis->before.groups);
	struct dyadic end;

	analysis->kink_count = 0;
	dyadic_set_zero(&analysis->value);
	dyadic_set_zero(&analysis->slope);
	for (uint32_t at = analysis->chains[index]; at; at = analysis->next_term[at - 1])
		add_member(analysis, &terms[at - 1], group);
	qsort(analysis->kinks, analysis->kink_count, sizeof *analysis->kinks, compare_kinks);

	dyadic_init(&end);
	dyadic_set_num(&end, &analysis->ranges->nums, group->hi);
	dyadic_set_num(&analysis->at, &analysis->ranges->nums, group->lo);
	dyadic_set(&analysis->least, &analysis->value);
	dyadic_set(&analysis->greatest, &analysis->value);
	for (size_t i = 0; i < analysis->kink_count; i++) {
		struct kink *kink = &analysis->kinks[i];
		if (dyadic_compare(&kink->x, &end, &analysis->scratch) >= 0)
			break;
		advance(analysis, &kink->x);
		dyadic_add(&analysis->slope, &kink->rise, &analysis->scratch);
	}
	advance(analysis, &end);
	dyadic_clear(&end);
	dyadic_add(&analysis->lo, &analysis->least, &analysis->scratch);
	dyadic_add(&analysis->hi, &analysis->greatest, &analysis->scratch);
}

/* Chains the terms by group of the layer before. */
static void chain_terms(struct analysis *analysis, const struct ir_term *terms, uint32_t count)
{
	const struct layer_groups *before = &analysis->before;

	analysis->next_term = mem_grow(
		analysis->next_term, &analysis->term_room, count, sizeof *analysis->next_term);
	analysis->chains = mem_grow(analysis->chains, &analysis->chain_room,
		before->group_count, sizeof *analysis->chains);
	for (uint32_t i = 0; i < count; i++)
		analysis->chains[before->members[terms[i].value.i - before->first].group] = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t *head =
			&analysis->chains[before->members[terms[i].value.i - before->first]
						  .group];
		analysis->next_term[i] = *head;
		*head = i + 1;
	}
}

/* analysis->lo and hi: bounds of the linear part of a node. */
static void bound_linear(struct analysis *analysis, ir_value value)
{
	const struct ir_term *terms = ir_terms(analysis->module, value);
	uint32_t count = ir_term_count(analysis->module, value);
	const struct layer_groups *before = &analysis->before;

	dyadic_set_zero(&analysis->lo);
	dyadic_set_zero(&analysis->hi);
	if (before->count)
		chain_terms(analysis, terms, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t group, chain;
		if (!before->count) { /* an input */
			add_interval(analysis, terms[i].weight, terms[i].value);
			continue;
		}
		group = before->members[terms[i].value.i - before->first].group;
		chain = analysis->chains[group];
		if (chain != i + 1) /* not the last of its group: that one does the work */
			continue;
		if (analysis->next_term[i])
			add_group(analysis, terms, &before->groups[group]);
		else
			add_interval(analysis, terms[i].weight, terms[i].value);
	}
	dyadic_normalize(&analysis->lo);
	dyadic_normalize(&analysis->hi);
}

/* --- nodes -------------------------------------------------------------------------- */

static bool is_zero(const struct ir_range *range)
{
	return range->lo.i == NUM_ZERO.i && range->hi.i == NUM_ZERO.i;
}

static int32_t step_of(struct analysis *analysis, ir_value value)
{
	const struct ir_module *module = analysis->module;
	const struct ir_term *terms = ir_terms(module, value);
	num bias = module->nodes[value.i].bias;
	int32_t step = bias.i == NUM_ZERO.i ? INT32_MAX : num_exponent(&module->nums, bias);

	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		const struct ir_range *from = range_of(analysis, terms[i].value);
		int32_t e = num_exponent(&module->nums, terms[i].weight) + from->step;
		if (!is_zero(from) && e < step)
			step = e;
	}
	return step == INT32_MAX ? 0 : step;
}

/* Sets lo, hi (after relu, if it is a neuron) and what was before it. */
static void set_range(struct analysis *analysis, ir_value value)
{
	const struct ir_module *module = analysis->module;
	struct num_pool *nums = &analysis->ranges->nums;
	struct ir_range *range = range_of(analysis, value);

	range->step = step_of(analysis, value);
	dyadic_set_num(&analysis->at, &module->nums, module->nodes[value.i].bias);
	dyadic_add(&analysis->lo, &analysis->at, &analysis->scratch);
	dyadic_add(&analysis->hi, &analysis->at, &analysis->scratch);
	range->before = range->lo = dyadic_num(&analysis->lo, nums);
	range->before_hi = range->hi = dyadic_num(&analysis->hi, nums);
	if (ir_op_of(module, value) == IR_RELU) {
		if (dyadic_sign(&analysis->lo) < 0)
			range->lo = NUM_ZERO;
		if (dyadic_sign(&analysis->hi) < 0)
			range->hi = NUM_ZERO;
	}
	if (is_zero(range))
		range->step = 0;
}

static void analyze_node(struct analysis *analysis, ir_value value, bool grouped)
{
	struct num_pool *nums = &analysis->ranges->nums;
	const struct layer_groups *layer = &analysis->current;

	if (grouped && !join_group(analysis, value)) {
		/* alpha L: its bounds are known */
		const struct member *member = &layer->members[value.i - layer->first];
		const struct group *group = &layer->groups[member->group];
		bool negative = member->negative;
		dyadic_set_num(&analysis->lo, nums, negative ? group->hi : group->lo);
		dyadic_set_num(&analysis->hi, nums, negative ? group->lo : group->hi);
		if (negative) {
			mpz_neg(analysis->lo.m, analysis->lo.m);
			mpz_neg(analysis->hi.m, analysis->hi.m);
		}
		analysis->lo.e += member->exponent;
		analysis->hi.e += member->exponent;
	} else {
		bound_linear(analysis, value);
		if (grouped) {
			struct group *group = &layer->groups[layer->group_count - 1];
			group->lo = dyadic_num(&analysis->lo, nums);
			group->hi = dyadic_num(&analysis->hi, nums);
		}
	}
	set_range(analysis, value);
}

static void analyze_layer(struct analysis *analysis, const struct ir_layer *layer)
{
	struct layer_groups *current = &analysis->current, swap;

	current->first = layer->first;
	current->count = layer->count;
	current->group_count = 0;
	current->members = mem_grow(current->members, &current->member_room, layer->count,
		sizeof *current->members);
	size_heads(analysis, layer->count);
	for (uint32_t i = 0; i < layer->count; i++)
		analyze_node(analysis, (ir_value){ layer->first + i }, true);
	swap = analysis->before;
	analysis->before = *current;
	*current = swap;
}

static void set_inputs(struct analysis *analysis)
{
	const struct ir_module *module = analysis->module;
	struct num_pool *nums = &analysis->ranges->nums;

	for (uint32_t i = 0; i < module->input_count; i++) {
		struct ir_range *range = &analysis->ranges->of[i];
		range->lo = range->before = num_from_int(nums, module->features[i].lo);
		range->hi = range->before_hi = num_from_int(nums, module->features[i].hi);
	}
}

static void analysis_fini(struct analysis *analysis)
{
	struct dyadic *locals[] = { &analysis->lo, &analysis->hi, &analysis->at,
		&analysis->value, &analysis->slope, &analysis->least, &analysis->greatest };

	for (size_t i = 0; i < sizeof locals / sizeof *locals; i++)
		dyadic_clear(locals[i]);
	for (size_t i = 0; i < analysis->kink_room; i++) {
		dyadic_clear(&analysis->kinks[i].x);
		dyadic_clear(&analysis->kinks[i].rise);
	}
	dyadic_scratch_clear(&analysis->scratch);
	free(analysis->kinks);
	free(analysis->heads);
	free(analysis->chains);
	free(analysis->next_term);
	free(analysis->before.members);
	free(analysis->before.groups);
	free(analysis->current.members);
	free(analysis->current.groups);
}

void ir_ranges_init(struct ir_ranges *ranges, const struct ir_module *module)
{
	struct analysis analysis = { .module = module, .ranges = ranges };
	struct dyadic *locals[] = { &analysis.lo, &analysis.hi, &analysis.at, &analysis.value,
		&analysis.slope, &analysis.least, &analysis.greatest };

	num_pool_init(&ranges->nums);
	ranges->of = mem_zero(module->node_count, sizeof *ranges->of);
	for (size_t i = 0; i < sizeof locals / sizeof *locals; i++)
		dyadic_init(locals[i]);
	dyadic_scratch_init(&analysis.scratch);
	set_inputs(&analysis);
	for (uint32_t i = 0; i < module->layer_count; i++)
		analyze_layer(&analysis, &module->layers[i]);
	if (module->has_output)
		analyze_node(&analysis, ir_output(module), false);
	analysis_fini(&analysis);
}

void ir_ranges_fini(struct ir_ranges *ranges)
{
	free(ranges->of);
	num_pool_fini(&ranges->nums);
	*ranges = (struct ir_ranges){ 0 };
}
