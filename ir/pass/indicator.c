/*
 * indicator: relu pairs on an integer become steps, a relu that is 0 or 1 becomes one.
 *
 *   %0 = relu x0 - 6                 %0 = step x0, 7
 *   %1 = relu x0 - 7                 %1 = within x0, 3, 5
 *   %2 = relu -x0 + 3          =>    output 2*%0 + 4*%1
 *   %3 = relu x0 - 5
 *   %4 = relu -%2 - %3 + 1
 *   output 2*%0 - 2*%1 + 4*%4
 *
 * In a form, neurons relu(+-L + beta) of one integer L are a curve with kinks. Where its
 * slope is not 0 only on unit intervals, it takes only as many values as it has of those
 * on the integers, and is a sum of steps. A neuron over such a curve is an indicator if it
 * is 0 or one constant at every integer of L's range: then the places around the kinks
 * say where.
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

static bool is_integer(const struct num_pool *nums, num n)
{
	return n.i == NUM_ZERO.i || num_exponent(nums, n) >= 0;
}

/* Whether L is an integer and all kinks of the curve are. */
static bool is_integral(const struct finder *finder, uint32_t group)
{
	const struct num_pool *nums = &finder->rewrite.module->nums;

	if (finder->ranges->groups[group].step < 0)
		return false;
	for (uint32_t i = 0; i < finder->curve.count; i++)
		if (!is_integer(nums, finder->curve.ramps[i].at))
			return false;
	return true;
}

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
			is_integral(finder, cluster->group) &&
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

/* relu(bias + curve) at L = z */
static num pulse_at(struct finder *finder, num bias, num z)
{
	struct num_pool *nums = &finder->rewrite.module->nums;
	const struct curve *curve = &finder->curve;
	num value = num_add(nums, num_add(nums, bias, curve->constant),
		num_mul(nums, curve->slope, z));

	for (uint32_t i = 0; i < curve->count; i++) {
		num over = num_add(nums, z, num_neg(nums, curve->ramps[i].at));
		if (num_sign(nums, over) > 0)
			value = num_add(
				nums, value, num_mul(nums, curve->ramps[i].rise, over));
	}
	return num_sign(nums, value) > 0 ? value : NUM_ZERO;
}

/* Appends z, if it is above the last place and not above hi. */
static uint32_t add_place(
	const struct num_pool *nums, num *places, uint32_t count, num z, num hi)
{
	if (num_compare(nums, z, hi) > 0 ||
		(count && num_compare(nums, z, places[count - 1]) <= 0))
		return count;
	places[count] = z;
	return count + 1;
}

/*
 * The integers at and beside the kinks and the ends of lo..hi, ascending: between two that
 * are not neighbours the curve is a line.
 */
static uint32_t find_places(struct finder *finder, num lo, num hi, num *places)
{
	struct num_pool *nums = &finder->rewrite.module->nums;
	const num beside[] = { num_from_int(nums, -1), NUM_ZERO, NUM_ONE };
	uint32_t count = 0;

	count = add_place(nums, places, count, lo, hi);
	count = add_place(nums, places, count, num_add(nums, lo, NUM_ONE), hi);
	for (uint32_t i = 0; i < finder->curve.count; i++)
		for (int k = 0; k < 3; k++)
			count = add_place(nums, places, count,
				num_add(nums, finder->curve.ramps[i].at, beside[k]), hi);
	count = add_place(nums, places, count, num_add(nums, hi, beside[0]), hi);
	return add_place(nums, places, count, hi, hi);
}

struct pulse {
	num height, first, last; /* `height` on first..last, 0 elsewhere */
	bool to_end;             /* last is the greatest L */
};

/* Whether relu(bias + curve) is such, on the integers lo..hi. */
static bool find_pulse(
	struct finder *finder, num bias, num lo, num hi, struct pulse *pulse)
{
	struct num_pool *nums = &finder->rewrite.module->nums;
	num places[3 * PULSE_RAMPS + 4], before = NUM_ZERO;
	uint32_t count = find_places(finder, lo, hi, places);
	bool ended = false;

	*pulse = (struct pulse){ .height = NUM_ZERO };
	for (uint32_t i = 0; i < count; i++) {
		num value = pulse_at(finder, bias, places[i]);
		if (i && !num_equal(value, before) &&
			!num_equal(num_add(nums, places[i - 1], NUM_ONE), places[i]))
			return false; /* a slope of more than a unit */
		before = value;
		if (value.i == NUM_ZERO.i) {
			ended = pulse->height.i != NUM_ZERO.i;
			continue;
		}
		if (ended || (pulse->height.i != NUM_ZERO.i && !num_equal(value, pulse->height)))
			return false;
		if (pulse->height.i == NUM_ZERO.i)
			pulse->first = places[i];
		pulse->height = value;
		pulse->last = places[i];
	}
	pulse->to_end = pulse->height.i != NUM_ZERO.i && !ended;
	return pulse->height.i != NUM_ZERO.i;
}

/* A neuron whose terms are one cluster, as an indicator; false if it is none. */
static bool find_indicator(struct finder *finder, uint32_t old)
{
	struct rewrite *rewrite = &finder->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	uint32_t count = old_term_count(rewrite, old), number;
	const struct ir_group *group;
	struct pulse pulse;
	ir_value z;
	num lo, hi;

	if (count == 0 || count > PULSE_RAMPS)
		return false;
	clusters_find(&finder->clusters, rewrite, finder->ranges, old);
	number = finder->clusters.terms[0].group;
	if (number == IR_NO_GROUP || cluster_end(&finder->clusters, 0, count) != count ||
		!curve_of_cluster(&finder->curve, rewrite, finder->ranges, old,
			finder->clusters.terms, count) ||
		!is_integral(finder, number))
		return false;
	group = &finder->ranges->groups[number];
	lo = num_move(nums, &finder->ranges->nums, group->lo);
	hi = num_move(nums, &finder->ranges->nums, group->hi);
	if (!is_integer(nums, lo) || !is_integer(nums, hi) ||
		!find_pulse(finder, rewrite->old[old].bias, lo, hi, &pulse))
		return false;
	z = group_value(&finder->values, rewrite, finder->ranges, number);
	rewrite_set_scaled(rewrite, old,
		ir_add_op(rewrite->module, pulse.to_end ? IR_STEP : IR_WITHIN, &z,
			(num[]){ pulse.first, pulse.last }),
		pulse.height);
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
