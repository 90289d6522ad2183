#include "ir/range.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "ir/analysis.h"
#include "support/mem.h"

/*
 * Neurons relu(alpha L + beta) of one linear form L, with alpha a power of two or its
 * negative, form a group; a step or within of z is in the group of L = z. A sum over
 * values of a group, and over L itself if that is a value, is a piecewise linear function
 * of L, and is bounded as that.
 */
enum { NONE = IR_NO_GROUP };

/* --- groups ------------------------------------------------------------------------- */

static uint32_t hash_linear(const struct ir_module *module, ir_value value)
{
	const struct ir_term *terms = ir_terms(module, value);
	uint64_t hash = ir_term_count(module, value);
	mpz_t view;

	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		num_view(&module->nums, terms[i].weight, view);
		hash = (hash ^ terms[i].value.i) * UINT64_C(0x9e3779b97f4a7c15);
		for (size_t limb = 0; limb < mpz_size(view); limb++) {
			hash = (hash ^ mpz_getlimbn(view, (mp_size_t)limb)) *
				UINT64_C(0x9e3779b97f4a7c15);
			hash ^= hash >> 29;
		}
	}
	return (uint32_t)hash;
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
	const struct ir_module *module, ir_value a, ir_value b, struct ir_member *alpha)
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

static uint32_t new_group(struct analysis *analysis, const struct ir_group *group)
{
	struct ir_ranges *ranges = analysis->ranges;
	uint32_t count = ranges->group_count + 1;

	ranges->groups =
		mem_grow(ranges->groups, &ranges->group_room, count, sizeof *ranges->groups);
	analysis->chains = mem_grow(
		analysis->chains, &analysis->chain_room, count, sizeof *analysis->chains);
	ranges->groups[count - 1] = *group;
	analysis->chains[count - 1] = (struct chain){ 0 };
	return ranges->group_count++;
}

/* The group of L = value. */
static uint32_t plain_group(struct analysis *analysis, ir_value value)
{
	const struct ir_range *range = range_of(analysis, value);
	uint32_t *plain = &analysis->ranges->plain[value.i];

	if (!*plain)
		*plain = 1 +
			new_group(analysis,
				&(struct ir_group){ .value = value.i,
					.plain = true,
					.step = range->step,
					.lo = range->lo,
					.hi = range->hi });
	return *plain - 1;
}

/* Whether the form is +-2^e times one value; fills in alpha. */
static bool is_plain(const struct ir_module *module, ir_value value, struct ir_member *alpha)
{
	mpz_t view;
	int32_t e;

	if (ir_term_count(module, value) != 1)
		return false;
	e = num_view(&module->nums, ir_terms(module, value)->weight, view);
	if (mpz_cmpabs_ui(view, 1) != 0)
		return false;
	alpha->exponent = e;
	alpha->negative = mpz_sgn(view) < 0;
	return true;
}

/* Puts a neuron into its group; true if it founds one, whose bounds are still unknown. */
static bool join_group(struct analysis *analysis, ir_value value)
{
	struct ir_member *member = &analysis->ranges->members[value.i];
	uint32_t *head, hash;

	if (is_plain(analysis->module, value, member)) {
		member->group = plain_group(analysis, ir_terms(analysis->module, value)->value);
		return false;
	}
	hash = hash_linear(analysis->module, value);
	head = &analysis->heads[hash & (analysis->head_count - 1)];
	for (uint32_t at = *head; at; at = analysis->founders[at - 1].next) {
		if (analysis->founders[at - 1].hash != hash ||
			!same_linear(analysis->module, value, (ir_value){ at - 1 }, member))
			continue;
		member->group = analysis->ranges->members[at - 1].group;
		return false;
	}
	*member = (struct ir_member){ .group = new_group(analysis,
					      &(struct ir_group){ .value = value.i }) };
	analysis->founders[value.i] = (struct founder){ hash, *head };
	*head = value.i + 1;
	return true;
}

/* The group of whose L a value is a function, or NONE. */
static uint32_t group_of(struct analysis *analysis, ir_value value)
{
	const struct ir_module *module = analysis->module;

	switch (ir_op_of(module, value)) {
	case IR_RELU:
		return analysis->ranges->members[value.i].group;
	case IR_STEP:
	case IR_WITHIN:
		return plain_group(analysis, ir_terms(module, value)->value);
	case IR_INPUT:
	case IR_AFFINE:
	case IR_BITS:
	case IR_LOOKUP:
	case IR_KNOTS:
	case IR_MATCH:
	case IR_ASSOC:
	case IR_OP_COUNT:
		break;
	}
	return NONE;
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

/* Adds w relu(alpha L + beta): x = -beta / alpha, rise = w |alpha|. */
static void add_relu(struct analysis *analysis, const struct ir_term *term)
{
	const struct ir_module *module = analysis->module;
	const struct ir_member *member = &analysis->ranges->members[term->value.i];

	dyadic_set_num(&analysis->at, &module->nums, module->nodes[term->value.i].bias);
	analysis->at.e -= member->exponent;
	if (!member->negative)
		mpz_neg(analysis->at.m, analysis->at.m);
	dyadic_set_num(&analysis->rise, &module->nums, term->weight);
	analysis->rise.e += member->exponent;
	kinks_add_ramp(&analysis->kinks, &analysis->at, &analysis->rise, member->negative);
}

/* Adds w [L >= t + shift] for an integer L, as a ramp of length 1 that ends there. */
static void add_step(
	struct analysis *analysis, const struct ir_term *term, num t, int shift, bool negative)
{
	const struct ir_module *module = analysis->module;

	dyadic_set_num(&analysis->rise, &module->nums, term->weight);
	if (negative)
		mpz_neg(analysis->rise.m, analysis->rise.m);
	for (int end = 0; end < 2; end++) {
		struct dyadic x;
		dyadic_init(&x);
		dyadic_set_int(&x, shift + end - 1);
		dyadic_set_num(&analysis->at, &module->nums, t);
		dyadic_add(&analysis->at, &x, &analysis->scratch);
		dyadic_clear(&x);
		kinks_add_ramp(&analysis->kinks, &analysis->at, &analysis->rise, false);
		mpz_neg(analysis->rise.m, analysis->rise.m);
	}
}

/* Adds the term of a group, as a function of its L. */
static void add_member(struct analysis *analysis, const struct ir_term *term, uint32_t group)
{
	const struct ir_module *module = analysis->module;
	enum ir_op op = ir_op_of(module, term->value);

	if (analysis->ranges->plain[term->value.i] == group + 1) {
		dyadic_set_num(&analysis->rise, &module->nums, term->weight);
		kinks_add_line(&analysis->kinks, &analysis->rise);
	} else if (op == IR_RELU) {
		add_relu(analysis, term);
	} else {
		add_step(analysis, term, ir_parameter(module, term->value, 0), 0, false);
		if (op == IR_WITHIN)
			add_step(analysis, term, ir_parameter(module, term->value, 1), 1, true);
	}
}

/* Adds the exact bounds of the terms of one group, a function of L on lo..hi. */
static void add_group(struct analysis *analysis, const struct ir_term *terms, uint32_t number)
{
	const struct ir_group *group = &analysis->ranges->groups[number];

	kinks_start(&analysis->kinks, &analysis->ranges->nums, group->lo, group->hi);
	for (uint32_t at = analysis->chains[number].head; at; at = analysis->next_term[at - 1])
		add_member(analysis, &terms[at - 1], number);
	kinks_bound(&analysis->kinks);
	dyadic_add(&analysis->lo, &analysis->kinks.least, &analysis->scratch);
	dyadic_add(&analysis->hi, &analysis->kinks.greatest, &analysis->scratch);
}

/* The group that a term of the node's sum is bounded with, or NONE. */
static uint32_t home_of(struct analysis *analysis, ir_value node, const struct ir_term *term)
{
	uint32_t plain = analysis->ranges->plain[term->value.i];

	if (plain && analysis->chains[plain - 1].stamp == node.i)
		return plain - 1;
	return group_of(analysis, term->value);
}

/* Chains the terms by group. */
static void chain_terms(
	struct analysis *analysis, ir_value node, const struct ir_term *terms, uint32_t count)
{
	analysis->next_term = mem_grow(
		analysis->next_term, &analysis->term_room, count, sizeof *analysis->next_term);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t group = group_of(analysis, terms[i].value);
		if (group == NONE)
			continue;
		analysis->chains[group] = (struct chain){ .stamp = node.i };
	}
	for (uint32_t i = 0; i < count; i++) {
		uint32_t group = home_of(analysis, node, &terms[i]);
		if (group == NONE)
			continue;
		analysis->next_term[i] = analysis->chains[group].head;
		analysis->chains[group].head = i + 1;
	}
}

/* analysis->lo and hi: bounds of the linear part of a node. */
static void bound_linear(struct analysis *analysis, ir_value node)
{
	const struct ir_term *terms = ir_terms(analysis->module, node);
	uint32_t count = ir_term_count(analysis->module, node);

	dyadic_set_zero(&analysis->lo);
	dyadic_set_zero(&analysis->hi);
	if (count > 1)
		chain_terms(analysis, node, terms, count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t group = count > 1 ? home_of(analysis, node, &terms[i]) : NONE;
		if (group != NONE && analysis->chains[group].head != i + 1)
			continue; /* the last of its group does the work */
		if (group != NONE && analysis->next_term[i])
			add_group(analysis, terms, group);
		else
			add_interval(analysis, terms[i].weight, terms[i].value);
	}
	dyadic_normalize(&analysis->lo);
	dyadic_normalize(&analysis->hi);
}

/* --- forms -------------------------------------------------------------------------- */

static bool is_zero(const struct ir_range *range)
{
	return range->lo.i == NUM_ZERO.i && range->hi.i == NUM_ZERO.i;
}

/* Of the linear part; INT32_MAX if it is 0. */
static int32_t step_of_terms(struct analysis *analysis, ir_value value)
{
	const struct ir_module *module = analysis->module;
	const struct ir_term *terms = ir_terms(module, value);
	int32_t step = INT32_MAX;

	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		const struct ir_range *from = range_of(analysis, terms[i].value);
		int32_t e = num_exponent(&module->nums, terms[i].weight) + from->step;
		if (!is_zero(from) && e < step)
			step = e;
	}
	return step;
}

static int32_t step_of(struct analysis *analysis, ir_value value)
{
	const struct ir_module *module = analysis->module;
	num bias = module->nodes[value.i].bias;
	int32_t step = step_of_terms(analysis, value);

	if (bias.i != NUM_ZERO.i && num_exponent(&module->nums, bias) < step)
		step = num_exponent(&module->nums, bias);
	return step == INT32_MAX ? 0 : step;
}

/*
 * Bounds may come from kinks where L is no integer: a multiple of 2^step cannot get there.
 */
static void round_inwards(struct analysis *analysis, int32_t step)
{
	struct dyadic *lo = &analysis->lo, *hi = &analysis->hi;

	if (lo->e < step) {
		mpz_cdiv_q_2exp(lo->m, lo->m, (mp_bitcnt_t)(step - lo->e));
		lo->e = step;
	}
	if (hi->e < step) {
		mpz_fdiv_q_2exp(hi->m, hi->m, (mp_bitcnt_t)(step - hi->e));
		hi->e = step;
	}
}

/* Sets lo, hi (after relu, if it is a neuron) and what was before it. */
static void set_form_range(struct analysis *analysis, ir_value value)
{
	const struct ir_module *module = analysis->module;
	struct num_pool *nums = &analysis->ranges->nums;
	struct ir_range *range = range_of(analysis, value);

	range->step = step_of(analysis, value);
	dyadic_set_num(&analysis->at, &module->nums, module->nodes[value.i].bias);
	dyadic_add(&analysis->lo, &analysis->at, &analysis->scratch);
	dyadic_add(&analysis->hi, &analysis->at, &analysis->scratch);
	round_inwards(analysis, range->step);
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

static void analyze_relu(struct analysis *analysis, ir_value value)
{
	struct num_pool *nums = &analysis->ranges->nums;
	const struct ir_member *member = &analysis->ranges->members[value.i];

	if (join_group(analysis, value)) {
		struct ir_group *group;
		bound_linear(analysis, value); /* may add groups */
		group = &analysis->ranges->groups[member->group];
		group->lo = dyadic_num(&analysis->lo, nums);
		group->hi = dyadic_num(&analysis->hi, nums);
		group->step = step_of_terms(analysis, value);
	} else { /* alpha L: its bounds are known */
		const struct ir_group *group = &analysis->ranges->groups[member->group];
		bool negative = member->negative;
		dyadic_set_num(&analysis->lo, nums, negative ? group->hi : group->lo);
		dyadic_set_num(&analysis->hi, nums, negative ? group->lo : group->hi);
		if (negative) {
			mpz_neg(analysis->lo.m, analysis->lo.m);
			mpz_neg(analysis->hi.m, analysis->hi.m);
		}
		analysis->lo.e += member->exponent;
		analysis->hi.e += member->exponent;
	}
	set_form_range(analysis, value);
}

/* --- nodes -------------------------------------------------------------------------- */

void set_range(struct analysis *analysis, ir_value value, num lo, num hi, int32_t step)
{
	struct ir_range *range = range_of(analysis, value);

	range->lo = range->before = lo;
	range->hi = range->before_hi = hi;
	range->step = is_zero(range) ? 0 : step;
}

static void analyze_input(struct analysis *analysis, ir_value value)
{
	const struct ir_feature *feature = &analysis->module->features[value.i];
	struct num_pool *nums = &analysis->ranges->nums;

	set_range(analysis, value, num_from_int(nums, feature->lo),
		num_from_int(nums, feature->hi), 0);
}

static void analyze_node(struct analysis *analysis, ir_value value)
{
	switch (ir_op_of(analysis->module, value)) {
	case IR_INPUT:
		analyze_input(analysis, value);
		break;
	case IR_RELU:
		analyze_relu(analysis, value);
		break;
	case IR_AFFINE:
		bound_linear(analysis, value);
		set_form_range(analysis, value);
		break;
	case IR_WITHIN:
	case IR_STEP:
	case IR_BITS:
	case IR_LOOKUP:
	case IR_KNOTS:
	case IR_MATCH:
	case IR_ASSOC:
		analyze_derived(analysis, value);
		break;
	case IR_OP_COUNT:
		break;
	}
}

/* --- the whole module --------------------------------------------------------------- */

/* Rows that knots may look at: a factor of what there is. */
static uint64_t row_budget_of(const struct ir_module *module)
{
	enum { FACTOR = 16 };
	uint64_t size = module->term_count;

	for (uint32_t i = 0; i < module->table_count; i++)
		size += module->tables[i].row_count;
	return FACTOR * size;
}

static void analysis_init(struct analysis *analysis)
{
	uint32_t count = analysis->module->node_count;

	analysis->founders = mem_alloc(count, sizeof *analysis->founders);
	analysis->columns = mem_zero(analysis->module->table_count, sizeof *analysis->columns);
	analysis->gapless = mem_zero(analysis->module->table_count, sizeof *analysis->gapless);
	analysis->row_budget = row_budget_of(analysis->module);
	analysis->head_count = 16;
	while (analysis->head_count < count)
		analysis->head_count *= 2;
	analysis->heads = mem_zero(analysis->head_count, sizeof *analysis->heads);
	kinks_init(&analysis->kinks);
	dyadic_init(&analysis->lo);
	dyadic_init(&analysis->hi);
	dyadic_init(&analysis->at);
	dyadic_init(&analysis->rise);
	dyadic_scratch_init(&analysis->scratch);
}

static void analysis_fini(struct analysis *analysis)
{
	for (uint32_t i = 0; i < analysis->module->table_count; i++)
		free(analysis->columns[i]);
	free(analysis->columns);
	free(analysis->gapless);
	free(analysis->founders);
	free(analysis->chains);
	free(analysis->heads);
	free(analysis->next_term);
	kinks_fini(&analysis->kinks);
	dyadic_clear(&analysis->lo);
	dyadic_clear(&analysis->hi);
	dyadic_clear(&analysis->at);
	dyadic_clear(&analysis->rise);
	dyadic_scratch_clear(&analysis->scratch);
}

static bool bound_fits(const struct num_pool *nums, num bound)
{
	return num_fixed_bits(nums, bound) <= IR_BITS_LIMIT;
}

uint64_t ir_bits_budget(const struct ir_module *module)
{
	enum { FACTOR = 4096 };

	return (UINT64_C(1) << 31) +
		FACTOR * (module->node_count + module->term_count + module->nums.limb_count);
}

/* Whether the value, its form before relu, and all so far take no more bits than they may. */
static bool is_within(struct analysis *analysis, ir_value value)
{
	const struct num_pool *nums = &analysis->ranges->nums;
	const struct ir_range *range = range_of(analysis, value);

	return nums->limb_count <= ir_bits_budget(analysis->module) / GMP_NUMB_BITS &&
		bound_fits(nums, range->before) && bound_fits(nums, range->before_hi) &&
		bound_fits(nums, range->lo) && bound_fits(nums, range->hi) &&
		range->step >= -IR_BITS_LIMIT;
}

/* Values first to last, or to the first that takes too many bits, which is returned. */
static uint32_t analyze(struct ir_ranges *ranges, const struct ir_module *module, bool limited)
{
	struct analysis analysis = { .module = module, .ranges = ranges };
	uint32_t at = 0;

	num_pool_init(&ranges->nums);
	ranges->of = mem_zero(module->node_count, sizeof *ranges->of);
	ranges->members = mem_alloc(module->node_count, sizeof *ranges->members);
	ranges->plain = mem_zero(module->node_count, sizeof *ranges->plain);
	ranges->groups = NULL;
	ranges->group_count = 0;
	ranges->group_room = 0;
	for (uint32_t i = 0; i < module->node_count; i++)
		ranges->members[i].group = NONE;
	analysis_init(&analysis);
	for (; at < module->node_count; at++) {
		analyze_node(&analysis, (ir_value){ at });
		if (limited && !is_within(&analysis, (ir_value){ at }))
			break;
	}
	analysis_fini(&analysis);
	return at;
}

void ir_ranges_init(struct ir_ranges *ranges, const struct ir_module *module)
{
	analyze(ranges, module, false);
}

uint32_t ir_ranges_init_within(struct ir_ranges *ranges, const struct ir_module *module)
{
	return analyze(ranges, module, true);
}

uint64_t ir_range_length(const struct ir_ranges *ranges, uint32_t value)
{
	num hi = ranges->of[value].hi;
	int64_t length = (int64_t)num_significand_bits(&ranges->nums, hi) +
		num_exponent(&ranges->nums, hi);

	return length > 0 ? (uint64_t)length : 0; /* below one half, say */
}

void ir_ranges_fini(struct ir_ranges *ranges)
{
	free(ranges->of);
	free(ranges->members);
	free(ranges->plain);
	free(ranges->groups);
	num_pool_fini(&ranges->nums);
	*ranges = (struct ir_ranges){ 0 };
}
