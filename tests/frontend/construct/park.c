/*
 * park: every stored point, the promises, width 3; and its blocks on their own, on all
 * integers that they are for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frontend/construct/address.h"
#include "frontend/construct/halve.h"
#include "frontend/construct/place.h"
#include "frontend/construct/stairs.h"
#include "ir/interp.h"
#include "ir/verify.h"
#include "support/bits.h"
#include "tests/frontend/construct/fixture.h"

static void assert_every_point(struct fixture *f)
{
	struct ir_interp *interp = ir_interp_new(&f->module);
	int64_t point[2];

	for (uint64_t i = 0; i < f->dataset.count; i++) {
		dataset_point(&f->dataset, i, point);
		assert_int_equal(ir_interp_classify(interp, point), f->labels[i]);
	}
	ir_interp_free(interp);
}

static void assert_promises(const struct fixture *f)
{
	struct ir_measures all = ir_measure(&f->module);
	uint64_t H = parameter(f, "H"), S = parameter(f, "S"), A = parameter(f, "A"),
		 q = parameter(f, "q"), c = parameter(f, "c"), F = parameter(f, "f"),
		 g = parameter(f, "g");
	uint64_t read = c > 1 ? 2 * c - 2 : 1;

	assert_true(all.width <= 3);
	assert_int_equal(all.depth, 5 + 2 * H + S + A + F + (q - 1) * (c + 2) + g + read - 2);
	assert_true(all.parameters <= 2 + 8 + 22 * H + 7 * (S + A) + 6 * F +
			(q - 1) * (6 * c + 10) + 11 * g + 13 * c - 10);
	assert_true(A * q > parameter(f, "T"));
}

static void right_on_every_point_and_as_promised(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 5, 12, 60, 250, 900 };
	uint64_t seed = 1, runs = 0, halvings = 0;

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (uint32_t classes = 1; classes <= 7; classes += 2, seed++) {
			struct fixture f;
			prepare(&f, "park", seed, counts[i], classes);
			if (seed % 3 == 0)
				set_count(&f, "intervals", (int64_t)(2 + seed % 11));
			if (seed % 4 == 1)
				set_count(&f, "range", (int64_t)(3 * counts[i] + 7));
			assert_true(construct(&f));
			assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
			assert_promises(&f);
			assert_every_point(&f);
			runs += parameter(&f, "S") > 1;
			halvings += parameter(&f, "H");
			end(&f);
		}
	assert_true(runs >= 8 && halvings >= 16);
}

/* Classes far apart from a power of two, and one of a single bit. */
static void the_smallest_shapes(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct fixture f;
		prepare(&f, "park", seed, 4, 1 + (uint32_t)seed % 4);
		set_count(&f, "range", 8);
		set_count(&f, "intervals", (int64_t)(2 + seed % 6));
		assert_true(construct(&f));
		assert_promises(&f);
		assert_every_point(&f);
		end(&f);
	}
}

static void options_that_cannot_be(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "park", 1, 50, 3);
	set_count(&f, "range", 60);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
	prepare(&f, "park", 1, 50, 3);
	set_count(&f, "range", INT64_C(1) << 35);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
	prepare(&f, "park", 1, 50, 3);
	set_count(&f, "range", INT64_C(1) << 24);
	set_count(&f, "intervals", 2);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

/* --- blocks ------------------------------------------------------------------------- */

enum { VALUES = 4096 };

/* A network of one input x in 0..most; its output is read as a class. */
static struct form begin(struct ir_module *module, int64_t most)
{
	struct ir_feature feature = IR_FEATURE(0, most);
	struct ir_term term = { ir_input(0), NUM_ONE };
	const char *names[VALUES];
	struct form x = FORM_ZERO;

	for (int i = 0; i < VALUES; i++)
		names[i] = "value";
	ir_module_init(module, "block");
	ir_set_classes(module, VALUES, names);
	ir_set_inputs(module, IR_INT32, 1, &feature);
	ir_layer_begin(module, "input");
	form_add_value(module, &x, ir_neuron(module, &term, 1, NUM_ZERO), NUM_ONE);
	return x;
}

static struct ir_interp *finish(struct ir_module *module, struct form *y)
{
	form_add_bias(module, y, NUM_ONE);
	ir_set_output(module, y->terms, y->count, y->bias);
	assert_true(ir_measure_layers(module, 1, module->layer_count).width <= 3);
	return ir_interp_new(module);
}

static int64_t value_at(struct ir_interp *interp, int64_t x)
{
	return ir_interp_classify(interp, &x);
}

static void steps_of_a_staircase(void **state)
{
	static const int heights[] = { 9, 0, 255, 255, 3, 128, 0 };
	static const position firsts[] = { 0, 1, 2, 7, 8, 30, 31 };
	struct stair list[7];
	struct ir_interp *interp;
	struct ir_module module;
	struct form x = begin(&module, 40), u;

	(void)state;
	for (int i = 0; i < 7; i++) {
		list[i].first = firsts[i];
		mpz_init_set_si(list[i].height, heights[i]);
	}
	stairs(&module, "stairs", &x, list, 7, 8, &u);
	interp = finish(&module, &u);
	for (int64_t at = 0, step = 0; at <= 40; at++) {
		while (step < 6 && (position)at >= firsts[step + 1])
			step++;
		assert_int_equal(value_at(interp, at), heights[step]);
	}
	assert_int_equal(module.layer_count, 1 + 6);
	ir_interp_free(interp);
	ir_module_fini(&module);
	for (int i = 0; i < 7; i++)
		mpz_clear(list[i].height);
}

/* Ascending keys below a range, with classes. */
static struct projected *random_keys(
	struct rng *rng, uint64_t range, uint64_t chance, uint64_t *count)
{
	struct projected *keys = mem_alloc(range, sizeof *keys);

	*count = 0;
	for (uint64_t z = 0; z < range; z++)
		if (rng_below(rng, chance) == 0)
			keys[(*count)++] = (struct projected){ z, (uint32_t)rng_below(rng, 3) };
	return keys;
}

static void halved_keys_of_different_classes_stay_apart(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct halving list[HALVINGS];
		struct ir_interp *interp;
		struct ir_module module;
		struct projected *keys, *before;
		struct form x = begin(&module, 1999);
		uint64_t count, left;
		position range = 2000 - seed % 2;
		struct rng rng;
		uint32_t halved;

		rng_init(&rng, seed);
		keys = random_keys(&rng, (uint64_t)range, 60 + seed * 9, &count);
		before = mem_alloc(count + 1, sizeof *before);
		memcpy(before, keys, count * sizeof *keys);
		left = count;
		halved = halve_plan(keys, &left, &range, 100, list);
		assert_true(halved >= 1 && range <= 1000 && range >= left);
		halve(&module, &x, list, halved);
		interp = finish(&module, &x);
		assert_int_equal(module.layer_count, 1 + 2 * halved);
		for (uint64_t i = 1; i < left; i++)
			assert_true(keys[i - 1].z < keys[i].z && keys[i].z < range);
		for (uint64_t i = 0; i < count; i++) {
			int64_t to = value_at(interp, (int64_t)before[i].z);
			uint64_t at = 0;
			while (at < left && keys[at].z != (position)to)
				at++;
			assert_true(at < left);
			assert_int_equal(keys[at].label, before[i].label);
		}
		ir_interp_free(interp);
		ir_module_fini(&module);
		free(before);
		free(keys);
	}
}

static void placed_keys_are_apart_and_runs_keep_their_distances(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		bool taken[400] = { false };
		struct projected *keys, *before;
		uint64_t count, runs, range;
		struct rng rng;
		struct run *list;

		rng_init(&rng, seed);
		keys = random_keys(&rng, 20000, 100, &count);
		keys[0].z = 0;
		range = count > 190 ? 2 * count : 399;
		if (range > 400)
			count = 190, range = 400;
		before = mem_alloc(count, sizeof *before);
		memcpy(before, keys, count * sizeof *keys);
		list = place(keys, count, range, seed, &runs);
		for (uint64_t i = 0, run = 0; i < count; i++) {
			while (run + 1 < runs && list[run + 1].first <= before[i].z)
				run++;
			assert_true(keys[i].z < range);
			assert_true(
				keys[i].z == before[i].z - list[run].first + list[run].place);
			assert_int_equal(keys[i].label, before[i].label);
			assert_false(taken[keys[i].z]);
			taken[keys[i].z] = true;
		}
		assert_true(runs < count);
		free(list);
		free(before);
		free(keys);
	}
}

static void labels_are_read_where_the_key_says(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		uint64_t range = 3 + seed * 5 % 90, count;
		uint32_t most = seed % 5 == 0 ? 1 : (uint32_t)(1 + seed * 37 % 300);
		struct address shape =
			address_shape(range, seed % 3 ? 2 + seed % 12 : 0, bit_length(most));
		struct ir_interp *interp;
		struct ir_module module;
		struct form x = begin(&module, (int64_t)range - 1), label;
		struct projected *keys;
		struct rng rng;

		rng_init(&rng, seed);
		keys = random_keys(&rng, range, 2, &count);
		for (uint64_t i = 0; i < count; i++)
			keys[i].label = (uint32_t)rng_below(&rng, most);
		address(&module, &shape, keys, count, &x, &label, NULL);
		interp = finish(&module, &label);
		for (uint64_t z = 0, at = 0; z < range; z++) {
			bool stored = at < count && keys[at].z == z;
			assert_int_equal(
				value_at(interp, (int64_t)z), stored ? keys[at].label + 1 : 0);
			at += stored;
		}
		ir_interp_free(interp);
		ir_module_fini(&module);
		free(keys);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_on_every_point_and_as_promised),
		cmocka_unit_test(the_smallest_shapes),
		cmocka_unit_test(options_that_cannot_be),
		cmocka_unit_test(steps_of_a_staircase),
		cmocka_unit_test(halved_keys_of_different_classes_stay_apart),
		cmocka_unit_test(placed_keys_are_apart_and_runs_keep_their_distances),
		cmocka_unit_test(labels_are_read_where_the_key_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
