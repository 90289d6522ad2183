/*
 * indicator: relu pairs on an integer become steps, a relu that is 0 or 1 becomes one.
 *
 *   %0 = relu x0 - 6                 %0 = within x0, 3, 5
 *   %1 = relu x0 - 7                 %1 = step x0, 7
 *   %2 = relu -x0 + 3          =>    output 4*%0 + 2*%1
 *   %3 = relu x0 - 5
 *   %4 = relu -%2 - %3 + 1
 *   output 2*%0 - 2*%1 + 4*%4
 *
 * In a form, neurons relu(alpha L + beta) of one integer L are a curve; on the integers its
 * kinks are integers too. Where its slope is not 0 only on unit intervals, it takes only as
 * many values as it has of those on the integers, and is a sum of steps. A neuron over such a
 * curve is an indicator if it is 0 or one constant at every integer of L's range: then the
 * places around the kinks say where.
 *
 * N log N in the terms.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/pass/cluster.h"
#include "support/mem.h"

enum { PULSE_RAMPS = 8 }; /* of a neuron that may be an indicator */

struct finder {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct clusters clusters;
	struct curve curve;
	struct group_values values;
	uint32_t *readers; /* by old value: terms that read it */
};

/* --- sums of steps ------------------------------------------------------------------ */

/* Whether the ramps are flat but for unit intervals between their kinks. */
static bool is_stairs(struct finder *finder, uint32_t group)
{
	struct num_pool *nums = &finder->rewrite.module->nums;
	const struct curve *curve = &finder->curve;
	num slope = NUM_ZERO;

	if (curve->count < 2 ||
		(curve->slope.i != NUM_ZERO.i && !finder->ranges->groups[group].plain))
		return false;
	for (uint32_t i = 0; i < curve->count; i++) {
		slope = num_add(nums, slope, curve->ramps[i].rise);
		if (slope.i == NUM_ZERO.i)
			continue;
		if (i + 1 == curve->count ||
			!num_equal(num_add(nums, curve->ramps[i].at, NUM_ONE),
				curve->ramps[i + 1].at))
			return false;
	}
	return slope.i == NUM_ZERO.i;
}

/* sum += the curve, as steps and a line */
static void add_stairs(struct finder *finder, struct sum *sum, uint32_t group)
{
	struct ir_module *module = finder->rewrite.module;
	const struct curve *curve = &finder->curve;
	ir_value z = group_value(&finder->values, &finder->rewrite, finder->ranges, group);
	num slope = NUM_ZERO;

	for (uint32_t i = 0; i + 1 < curve->count; i++) {
		slope = num_add(&module->nums, slope, curve->ramps[i].rise);
		if (slope.i == NUM_ZERO.i)
			continue;
		sum_add(sum, ir_add_op(module, IR_STEP, &z, &curve->ramps[i + 1].at), slope);
	}
	if (curve->slope.i != NUM_ZERO.i)
		sum_add(sum, z, curve->slope);
	sum_add_bias(module, sum, curve->constant);
}

/*
 * sum += the two terms, if they are a step among others: w relu(L + b + 1) - w relu(L + b) =
 * w [L >= -b] for integers L and b. For -L it is 1 - [L >= b + 1].
 */
static bool add_pair(
	struct finder *finder, struct sum *sum, uint32_t old, const struct cluster_term *pair)
{
	const struct ir_term *terms = old_terms(&finder->rewrite, old);
	const struct ir_term *upper = &terms[pair[0].term], *lower = &terms[pair[1].term];
	const struct ir_member *member = &finder->ranges->members[upper->value.i];
	const struct ir_member *other = &finder->ranges->members[lower->value.i];
	struct ir_module *module = finder->rewrite.module;
	struct num_pool *nums = &module->nums;
	num b = finder->rewrite.old[lower->value.i].bias, weight = upper->weight, t;
	num above = num_add(nums, b, NUM_ONE);
	ir_value z;

	if (pair[0].line || pair[1].line || member->exponent || other->exponent ||
		member->negative != other->negative ||
		!num_equal(weight, num_neg(nums, lower->weight)) ||
		!num_equal(finder->rewrite.old[upper->value.i].bias, above) ||
		finder->ranges->groups[pair->group].step < 0 ||
		(b.i != NUM_ZERO.i && num_exponent(nums, b) < 0))
		return false;
	z = group_value(&finder->values, &finder->rewrite, finder->ranges, pair->group);
	t = member->negative ? above : num_neg(nums, b);
	if (member->negative) {
		sum_add_bias(module, sum, weight);
		weight = num_neg(nums, weight);
	}
	sum_add(sum, ir_add_op(module, IR_STEP, &z, &t), weight);
	return true;
}

/* sum += the terms of a cluster, steps in place of pairs that stand side by side. */
static void add_cluster(struct finder *finder, struct sum *sum, uint32_t old,
	const struct cluster_term *cluster, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct ir_term *term = &old_terms(&finder->rewrite, old)[cluster[i].term];
		if (cluster->group != IR_NO_GROUP && i + 1 < count &&
			add_pair(finder, sum, old, &cluster[i]))
			i++;
		else
			rewrite_add(&finder->rewrite, sum, term->value.i, term->weight);
	}
}

/* The form of an old value, with steps for its stairs, in rewrite.sum. */
static void find_stairs(struct finder *finder, uint32_t old)
{
	struct rewrite *rewrite = &finder->rewrite;
	uint32_t count = old_term_count(rewrite, old);

	sum_clear(&rewrite->sum);
	rewrite->sum.bias = rewrite->old[old].bias;
	clusters_find(&finder->clusters, rewrite, finder->ranges, old);
	for (uint32_t i = 0, end; i < count; i = end) {
		const struct cluster_term *cluster = &finder->clusters.terms[i];
		end = cluster_end(&finder->clusters, i, count);
		if (cluster->group != IR_NO_GROUP && end - i >= 2 &&
			curve_of_cluster(&finder->curve, rewrite, finder->ranges, old, cluster,
				end - i) &&
			is_stairs(finder, cluster->group)) {
			add_stairs(finder, &rewrite->sum, cluster->group);
		} else {
			add_cluster(finder, &rewrite->sum, old, cluster, end - i);
		}
	}
	sum_finish(rewrite->module, &rewrite->sum);
}

/* --- indicators --------------------------------------------------------------------- */

enum { SMALL_BITS = 60 }; /* of constants whose products add up in a key */

/* bias + slope * L + ramps, in machine integers. */
struct small_curve {
	ir_key bias, slope, lo, hi;
	ir_key at[PULSE_RAMPS], rise[PULSE_RAMPS];
	uint32_t count;
};

static bool small(const struct num_pool *nums, num n, ir_key *key)
{
	return ir_key_from_num(nums, n, key) && *key >> SMALL_BITS <= 0 &&
		*key >> SMALL_BITS >= -1;
}

/* The neuron's curve; false if a constant is no integer, or too long. */
static bool make_small(struct finder *finder, num bias, const struct ir_group *group,
	struct small_curve *small_curve)
{
	struct num_pool *nums = &finder->rewrite.module->nums;
	const struct num_pool *bounds = &finder->ranges->nums;
	const struct curve *curve = &finder->curve;

	if (curve->count > PULSE_RAMPS)
		return false;
	small_curve->count = curve->count;
	for (uint32_t i = 0; i < curve->count; i++)
		if (!small(nums, curve->ramps[i].at, &small_curve->at[i]) ||
			!small(nums, curve->ramps[i].rise, &small_curve->rise[i]))
			return false;
	return small(nums, num_add(nums, bias, curve->constant), &small_curve->bias) &&
		small(nums, curve->slope, &small_curve->slope) &&
		small(bounds, group->lo, &small_curve->lo) &&
		small(bounds, group->hi, &small_curve->hi);
}

/* The neuron at L = z */
static ir_key value_at(const struct small_curve *curve, ir_key z)
{
	ir_key value = curve->bias + curve->slope * z;

	for (uint32_t i = 0; i < curve->count; i++)
		if (z > curve->at[i])
			value += curve->rise[i] * (z - curve->at[i]);
	return value > 0 ? value : 0;
}

/* Appends z, if it is above the last place and not above the greatest L. */
static uint32_t add_place(
	const struct small_curve *curve, ir_key *places, uint32_t count, ir_key z)
{
	if (z > curve->hi || (count && z <= places[count - 1]))
		return count;
	places[count] = z;
	return count + 1;
}

/*
 * The integers at and beside the kinks and the ends of lo..hi, ascending: between two that
 * are not neighbours the curve is a line.
 */
static uint32_t find_places(const struct small_curve *curve, ir_key *places)
{
	uint32_t count = add_place(curve, places, 0, curve->lo);

	count = add_place(curve, places, count, curve->lo + 1);
	for (uint32_t i = 0; i < curve->count; i++)
		for (int k = -1; k <= 1; k++)
			count = add_place(curve, places, count, curve->at[i] + k);
	count = add_place(curve, places, count, curve->hi - 1);
	return add_place(curve, places, count, curve->hi);
}

struct pulse {
	ir_key height, first, last; /* `height` on first..last, 0 elsewhere */
	bool to_end;                /* last is the greatest L */
};

/* Whether the neuron is such, on the integers lo..hi. */
static bool find_pulse(const struct small_curve *curve, struct pulse *pulse)
{
	ir_key places[3 * PULSE_RAMPS + 4], before = 0;
	uint32_t count = find_places(curve, places);
	bool ended = false;

	*pulse = (struct pulse){ 0 };
	for (uint32_t i = 0; i < count; i++) {
		ir_key value = value_at(curve, places[i]);
		if (i && value != before && places[i - 1] + 1 != places[i])
			return false; /* a slope of more than a unit */
		before = value;
		if (value == 0) {
			ended = pulse->height != 0;
			continue;
		}
		if (ended || (pulse->height && value != pulse->height))
			return false;
		if (!pulse->height)
			pulse->first = places[i];
		pulse->height = value;
		pulse->last = places[i];
	}
	pulse->to_end = pulse->height && !ended;
	return pulse->height != 0;
}

/*
 * Where the L of a pulse is a neuron relu(+-M + beta) itself: the pulse as one of the integer
 * M, on the keys that M takes. False, and nothing done, if it is no such neuron.
 */
static bool look_through(struct finder *finder, uint32_t *number, struct pulse *pulse)
{
	const struct ir_ranges *ranges = finder->ranges;
	const struct ir_group *group = &ranges->groups[*number];
	const struct ir_member *member = &ranges->members[group->value];
	struct num_pool *nums = &finder->rewrite.module->nums;
	ir_key beta, lo, hi, least, most;

	if (!group->plain || member->group == IR_NO_GROUP || member->exponent != 0 ||
		!ranges->groups[member->group].plain || finder->readers[group->value] != 1 ||
		ranges->groups[member->group].step < 0 ||
		!small(nums, finder->rewrite.old[group->value].bias, &beta) ||
		!small(&ranges->nums, ranges->groups[member->group].lo, &lo) ||
		!small(&ranges->nums, ranges->groups[member->group].hi, &hi))
		return false;
	/* of +-M; a relu of 0 is any M that does not get above */
	least = pulse->first > 0 ? pulse->first - beta : member->negative ? -hi : lo;
	most = pulse->last - beta;
	pulse->first = member->negative ? -most : least;
	pulse->last = member->negative ? -least : most;
	pulse->first = pulse->first < lo ? lo : pulse->first;
	pulse->last = pulse->last > hi ? hi : pulse->last;
	pulse->to_end = pulse->last == hi;
	*number = member->group;
	return true;
}

/* A neuron whose terms are one cluster, as an indicator; false if it is none. */
static bool find_indicator(struct finder *finder, uint32_t old)
{
	struct rewrite *rewrite = &finder->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	uint32_t count = old_term_count(rewrite, old), number;
	struct small_curve curve;
	struct pulse pulse;
	ir_value z;

	if (count == 0 || count > PULSE_RAMPS)
		return false;
	clusters_find(&finder->clusters, rewrite, finder->ranges, old);
	number = finder->clusters.terms[0].group;
	if (number == IR_NO_GROUP || cluster_end(&finder->clusters, 0, count) != count ||
		!curve_of_cluster(&finder->curve, rewrite, finder->ranges, old,
			finder->clusters.terms, count))
		return false;
	if (!make_small(
		    finder, rewrite->old[old].bias, &finder->ranges->groups[number], &curve) ||
		!find_pulse(&curve, &pulse))
		return false;
	while (look_through(finder, &number, &pulse))
		continue;
	z = group_value(&finder->values, rewrite, finder->ranges, number);
	rewrite_set_scaled(rewrite, old,
		ir_add_op(rewrite->module, pulse.to_end ? IR_STEP : IR_WITHIN, &z,
			(num[]){ ir_key_num(nums, pulse.first), ir_key_num(nums, pulse.last) }),
		ir_key_num(nums, pulse.height));
	return true;
}

static void visit(struct finder *finder, uint32_t old)
{
	struct rewrite *rewrite = &finder->rewrite;

	if (!ir_ops[old_op(rewrite, old)].form) {
		rewrite_keep(rewrite, old);
		return;
	}
	if (old_op(rewrite, old) == IR_RELU && find_indicator(finder, old))
		return;
	find_stairs(finder, old);
	rewrite_keep_form(rewrite, old);
}

static void count_readers(struct finder *finder)
{
	const struct rewrite *rewrite = &finder->rewrite;

	finder->readers = mem_zero(rewrite->old_count, sizeof *finder->readers);
	for (uint32_t i = rewrite->module->input_count; i < rewrite->old_count; i++)
		for (uint32_t k = 0; k < old_term_count(rewrite, i); k++)
			finder->readers[old_terms(rewrite, i)[k].value.i]++;
}

static void indicator(struct pass_context *context)
{
	struct finder finder = { .ranges = &context->ranges };

	rewrite_begin(&finder.rewrite, context->module);
	count_readers(&finder);
	clusters_init(&finder.clusters, finder.ranges);
	finder.values.values =
		mem_zero(finder.ranges->group_count, sizeof *finder.values.values);
	for (uint32_t i = context->module->input_count; i < finder.rewrite.old_count; i++)
		visit(&finder, i);
	clusters_fini(&finder.clusters);
	curve_fini(&finder.curve);
	free(finder.values.values);
	free(finder.readers);
	rewrite_end(&finder.rewrite);
}

const struct pass pass_indicator = {
	.name = "indicator",
	.help = "relu pairs of an integer become within and step",
	.run = indicator,
	.needs = IR_HAS_RANGES,
};
