#include "ir/pass/cluster.h"

#include <stdlib.h>

#include "support/mem.h"
#include "support/sort.h"

void clusters_init(struct clusters *clusters, const struct ir_ranges *ranges)
{
	*clusters = (struct clusters){ 0 };
	clusters->stamps = mem_zero(ranges->group_count, sizeof *clusters->stamps);
}

void clusters_fini(struct clusters *clusters)
{
	free(clusters->terms);
	free(clusters->stamps);
}

static int compare(const void *a, const void *b)
{
	const struct cluster_term *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->term > y->term) - (x->term < y->term);
}

void clusters_find(struct clusters *clusters, const struct rewrite *rewrite,
	const struct ir_ranges *ranges, uint32_t old)
{
	const struct ir_term *terms = old_terms(rewrite, old);
	uint32_t count = old_term_count(rewrite, old);
	bool sorted = true;

	clusters->terms =
		mem_grow(clusters->terms, &clusters->room, count, sizeof *clusters->terms);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t group = ranges->members[terms[i].value.i].group;
		if (group != IR_NO_GROUP)
			clusters->stamps[group] = old;
	}
	for (uint32_t i = 0; i < count; i++) {
		uint32_t value = terms[i].value.i, plain = ranges->plain[value];
		bool line = plain && (count == 1 || clusters->stamps[plain - 1] == old);
		uint32_t group = line ? plain - 1 : ranges->members[value].group;
		clusters->terms[i] = (struct cluster_term){ group, i, line };
		sorted = sorted && (i == 0 || clusters->terms[i - 1].group <= group);
	}
	if (!sorted)
		sort_array(clusters->terms, count, sizeof *clusters->terms, compare);
}

uint32_t cluster_end(const struct clusters *clusters, uint32_t first, uint32_t count)
{
	uint32_t end = first + 1;

	while (end < count && clusters->terms[end].group == clusters->terms[first].group)
		end++;
	return end;
}

/* --- curves ------------------------------------------------------------------------- */

void curve_fini(struct curve *curve)
{
	free(curve->ramps);
}

static void add_ramp(struct curve *curve, num at, num rise)
{
	if (rise.i == NUM_ZERO.i)
		return;
	curve->ramps = mem_grow(
		curve->ramps, &curve->room, (size_t)curve->count + 1, sizeof *curve->ramps);
	curve->ramps[curve->count++] = (struct ramp){ at, rise };
}

/* curve += rise * relu(at - L); relu(p - L) = relu(L - p) - (L - p) */
static void add_fall(struct curve *curve, struct num_pool *nums, num at, num rise)
{
	add_ramp(curve, at, rise);
	curve->slope = num_add(nums, curve->slope, num_neg(nums, rise));
	curve->constant = num_add(nums, curve->constant, num_mul(nums, rise, at));
}

/*
 * curve += weight * relu(alpha M + beta) for the integer M = L or -L, alpha a power of two.
 * It is 0 below the integer p, and v = alpha p + beta there, at most alpha: on the integers
 * v relu(M - (p - 1)) + (alpha - v) relu(M - p).
 */
static void add_neuron(struct curve *curve, struct num_pool *nums, num weight, num beta,
	const struct ir_member *member)
{
	num alpha = num_pow2(nums, member->exponent);
	num before = num_floor_div(nums, num_neg(nums, beta), alpha);
	num p = num_add(nums, before, NUM_ONE);
	num v = num_add(nums, num_mul(nums, alpha, p), beta);
	num first = num_mul(nums, weight, v);
	num second = num_mul(nums, weight, num_add(nums, alpha, num_neg(nums, v)));

	if (member->negative) {
		add_fall(curve, nums, num_neg(nums, before), first);
		if (second.i != NUM_ZERO.i)
			add_fall(curve, nums, num_neg(nums, p), second);
	} else {
		add_ramp(curve, before, first);
		add_ramp(curve, p, second);
	}
}

/* Insertion from the back: nearly always few, or already sorted. */
static void insert_ramp(const struct num_pool *nums, struct ramp *ramps, uint32_t at)
{
	struct ramp ramp = ramps[at];

	for (; at > 0 && num_compare(nums, ramps[at - 1].at, ramp.at) > 0; at--)
		ramps[at] = ramps[at - 1];
	ramps[at] = ramp;
}

static void merge_ramps(
	const struct num_pool *nums, struct ramp *ramps, uint32_t count, struct ramp *scratch)
{
	uint32_t half = count / 2, i = 0, k = half;

	if (count <= 8) {
		for (uint32_t at = 1; at < count; at++)
			insert_ramp(nums, ramps, at);
		return;
	}
	merge_ramps(nums, ramps, half, scratch);
	merge_ramps(nums, ramps + half, count - half, scratch);
	for (uint32_t at = 0; at < count; at++)
		scratch[at] = k == count ||
				(i < half && num_compare(nums, ramps[i].at, ramps[k].at) <= 0)
			? ramps[i++]
			: ramps[k++];
	for (uint32_t at = 0; at < count; at++)
		ramps[at] = scratch[at];
}

/* In ascending order, ramps at one place joined. */
static void sort_ramps(struct curve *curve, struct num_pool *nums)
{
	struct ramp *scratch =
		curve->count > 8 ? mem_alloc(curve->count, sizeof *scratch) : NULL;
	uint32_t kept = 0;

	merge_ramps(nums, curve->ramps, curve->count, scratch);
	free(scratch);
	for (uint32_t i = 0; i < curve->count;) {
		struct ramp ramp = curve->ramps[i++];
		for (; i < curve->count && num_equal(curve->ramps[i].at, ramp.at); i++)
			ramp.rise = num_add(nums, ramp.rise, curve->ramps[i].rise);
		if (ramp.rise.i != NUM_ZERO.i)
			curve->ramps[kept++] = ramp;
	}
	curve->count = kept;
}

bool curve_of_cluster(struct curve *curve, struct rewrite *rewrite,
	const struct ir_ranges *ranges, uint32_t old, const struct cluster_term *terms,
	uint32_t count)
{
	struct num_pool *nums = &rewrite->module->nums;

	if (ranges->groups[terms->group].step < 0)
		return false;
	curve->count = 0;
	curve->slope = curve->constant = NUM_ZERO;
	for (uint32_t i = 0; i < count; i++) {
		const struct ir_term *term = &old_terms(rewrite, old)[terms[i].term];
		if (terms[i].line)
			curve->slope = num_add(nums, curve->slope, term->weight);
		else
			add_neuron(curve, nums, term->weight, rewrite->old[term->value.i].bias,
				&ranges->members[term->value.i]);
	}
	sort_ramps(curve, nums);
	return true;
}

ir_value group_value(struct group_values *values, struct rewrite *rewrite,
	const struct ir_ranges *ranges, uint32_t number)
{
	const struct ir_group *group = &ranges->groups[number];
	struct sum sum = { 0 };
	ir_value value;

	if (values->values[number])
		return (ir_value){ values->values[number] - 1 };
	if (group->plain) {
		rewrite_add(rewrite, &sum, group->value, NUM_ONE);
	} else {
		const struct ir_term *terms = old_terms(rewrite, group->value);
		for (uint32_t i = 0; i < old_term_count(rewrite, group->value); i++)
			rewrite_add(rewrite, &sum, terms[i].value.i, terms[i].weight);
		sum_finish(rewrite->module, &sum);
	}
	value = rewrite_value_of(rewrite, &sum);
	sum_fini(&sum);
	values->values[number] = value.i + 1;
	return value;
}
