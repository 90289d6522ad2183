/* Ranges and steps hold for every value of random networks; known shapes are tight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/range.h"
#include "tests/ir/random_network.h"

static void assert_multiple(const mpq_t value, int32_t step)
{
	mpq_t scaled;

	mpq_init(scaled);
	if (step >= 0)
		mpq_div_2exp(scaled, value, (mp_bitcnt_t)step);
	else
		mpq_mul_2exp(scaled, value, (mp_bitcnt_t)-step);
	assert_int_equal(mpz_cmp_ui(mpq_denref(scaled), 1), 0);
	mpq_clear(scaled);
}

static void assert_between(const struct ir_ranges *ranges, num lo, num hi, const mpq_t value)
{
	mpq_t bound;

	mpq_init(bound);
	num_to_mpq(&ranges->nums, lo, bound);
	assert_true(mpq_cmp(bound, value) <= 0);
	num_to_mpq(&ranges->nums, hi, bound);
	assert_true(mpq_cmp(value, bound) <= 0);
	mpq_clear(bound);
}

static void every_value_is_in_its_range(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++) {
		struct ir_module module;
		struct ir_ranges ranges;
		struct rng rng;
		int64_t point[3];
		mpq_t *values, *before;

		random_network(&module, seed, seed % 3 ? 0 : 200);
		ir_ranges_init(&ranges, &module);
		values = new_values(module.node_count);
		before = new_values(module.node_count);
		rng_init(&rng, seed);
		for (int i = 0; i < 30; i++) {
			random_input(&module, &rng, point);
			evaluate_all(&module, point, values, before);
			for (uint32_t k = 0; k < module.node_count; k++) {
				const struct ir_range *range = &ranges.of[k];
				assert_between(&ranges, range->lo, range->hi, values[k]);
				assert_between(
					&ranges, range->before, range->before_hi, before[k]);
				assert_multiple(values[k], range->step);
			}
		}
		free_values(values, module.node_count);
		free_values(before, module.node_count);
		ir_ranges_fini(&ranges);
		ir_module_fini(&module);
	}
}

static void assert_range(
	const struct ir_ranges *ranges, ir_value value, double lo, double hi, int32_t step)
{
	mpq_t bound;

	mpq_init(bound);
	num_to_mpq(&ranges->nums, ranges->of[value.i].lo, bound);
	assert_true(mpq_get_d(bound) == lo);
	num_to_mpq(&ranges->nums, ranges->of[value.i].hi, bound);
	assert_true(mpq_get_d(bound) == hi);
	assert_int_equal(ranges->of[value.i].step, step);
	mpq_clear(bound);
}

/* One input in lo..hi, a layer of two neurons on it, a neuron on both. */
static ir_value two_layers(struct ir_module *module, int64_t lo, int64_t hi, int64_t w1,
	int64_t b1, int64_t w2, int64_t b2, int64_t u1, int64_t u2, int64_t bias)
{
	static const char *const names[] = { "a" };
	struct ir_feature feature = IR_FEATURE(lo, hi);
	struct num_pool *nums = &module->nums;
	struct ir_term terms[2];

	ir_module_init(module, "t");
	ir_set_classes(module, 1, names);
	ir_set_inputs(module, IR_INT32, 1, &feature);
	ir_layer_begin(module, "first");
	terms[0] = (struct ir_term){ ir_input(0), num_from_int(nums, w1) };
	ir_neuron(module, terms, 1, num_from_int(nums, b1));
	terms[0].weight = num_from_int(nums, w2);
	ir_neuron(module, terms, 1, num_from_int(nums, b2));
	ir_layer_begin(module, "second");
	terms[0] = (struct ir_term){ { 1 }, num_from_int(nums, u1) };
	terms[1] = (struct ir_term){ { 2 }, num_from_int(nums, u2) };
	return ir_neuron(module, terms, 2, num_from_int(nums, bias));
}

struct shape {
	const char *what;
	int64_t lo, hi, w1, b1, w2, b2, u1, u2, bias;
	double least, greatest;
};

static const struct shape shapes[] = {
	{ "indicator of 10..20", 0, 1000, -1, 10, 1, -20, -1, -1, 1, 0, 1 },
	{ "indicator never reached", 30, 1000, -1, 10, 1, -20, -1, -1, 1, 0, 0 },
	{ "step at 5", 0, 1000, 1, -4, 1, -5, 1, -1, 0, 0, 1 },
	{ "tent of a value far beyond 2", 0, 1000, 1, 0, 2, -2, 1, -1, 0, 0, 1 },
	{ "tent with its kink between two integers", 0, 1000, 2, 0, 4, -2, 1, -1, 0, 0, 0 },
	{ "step in the other direction", -7, 7, -1, 5, -1, 4, 1, -1, 0, 0, 1 },
	{ "scaled apart: a kink at 2 and one at 4", 0, 10, 2, -4, 4, -16, 2, -1, 0, 0, 8 },
};

static void functions_of_one_form_are_bounded_together(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const struct shape *s = &shapes[i];
		struct ir_module module;
		struct ir_ranges ranges;
		ir_value value = two_layers(&module, s->lo, s->hi, s->w1, s->b1, s->w2, s->b2,
			s->u1, s->u2, s->bias);

		ir_ranges_init(&ranges, &module);
		print_message("%s\n", s->what);
		assert_range(&ranges, value, s->least, s->greatest, ranges.of[value.i].step);
		ir_ranges_fini(&ranges);
		ir_module_fini(&module);
	}
}

static void step_is_the_power_that_divides(void **state)
{
	struct ir_module module;
	struct ir_ranges ranges;
	ir_value value = two_layers(&module, 0, 9, 12, 8, 6, 0, 1, 2, 16);

	(void)state;
	ir_ranges_init(&ranges, &module);
	assert_range(&ranges, (ir_value){ 1 }, 8, 116, 2);
	assert_range(&ranges, (ir_value){ 2 }, 0, 54, 1);
	assert_range(&ranges, value, 24, 240, 2);
	ir_ranges_fini(&ranges);
	ir_module_fini(&module);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_is_in_its_range),
		cmocka_unit_test(functions_of_one_form_are_bounded_together),
		cmocka_unit_test(step_is_the_power_that_divides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
