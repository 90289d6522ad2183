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

/* The form of an old value, with steps for its stairs, in rewrite.sum. */
static void find_stairs(struct finder *finder, uint32_t old)
{
	struct rewrite *rewrite = &finder->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
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
			continue;
		}
		for (uint32_t k = i; k < end; k++) {
			const struct ir_term *term = &terms[finder->clusters.terms[k].term];
			rewrite_add(rewrite, &rewrite->sum, term->value.i, term->weight);
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

static void indicator(struct pass_context *context)
{
	struct finder finder = { .ranges = &context->ranges };

	rewrite_begin(&finder.rewrite, context->module);
	clusters_init(&finder.clusters, finder.ranges);
	finder.values.values =
		mem_zero(finder.ranges->group_count, sizeof *finder.values.values);
	for (uint32_t i = context->module->input_count; i < finder.rewrite.old_count; i++)
		visit(&finder, i);
	clusters_fini(&finder.clusters);
	curve_fini(&finder.curve);
	free(finder.values.values);
	rewrite_end(&finder.rewrite);
}

const struct pass pass_indicator = {
	.name = "indicator",
	.help = "relu pairs of an integer become within and step",
	.run = indicator,
	.needs = IR_HAS_RANGES,
};
