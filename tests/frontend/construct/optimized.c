/*
 * What -O2 makes of sqrt networks: a projection and one table, however their neurons are
 * ordered and scaled; and of networks that are nearly such, with a constant or two that
 * are off: whatever it makes of them, it is equal to them.
 * EXCEPT: asan
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "ir/pass.h"
#include "ir/verify.h"
#include "tests/frontend/construct/fixture.h"
#include "tests/frontend/construct/mutants.h"

/* --- another network of the same function ------------------------------------------- */

/* Where an old value went, and by which power of two it grew. */
struct moved {
	ir_value value;
	int64_t exponent;
};

static int by_value(const void *a, const void *b)
{
	uint32_t x = ((const struct ir_term *)a)->value.i,
		 y = ((const struct ir_term *)b)->value.i;

	return (x > y) - (x < y);
}

/* The terms of an old value over the new ones; returns their number. */
static uint32_t mapped_terms(struct ir_module *to, const struct ir_module *from, ir_value value,
	const struct moved *places, int64_t exponent, struct ir_term *terms)
{
	uint32_t count = ir_term_count(from, value);

	for (uint32_t i = 0; i < count; i++) {
		const struct ir_term *term = &ir_terms(from, value)[i];
		const struct moved *place = &places[term->value.i];
		num weight = num_move(&to->nums, &from->nums, term->weight);
		terms[i] = (struct ir_term){ place->value,
			num_shift(&to->nums, weight, exponent - place->exponent) };
	}
	qsort(terms, count, sizeof *terms, by_value);
	return count;
}

static void shuffle(uint32_t *order, uint32_t count, struct rng *rng)
{
	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	for (uint32_t i = count; i > 1; i--) {
		uint32_t k = (uint32_t)rng_below(rng, i), held = order[i - 1];
		order[i - 1] = order[k];
		order[k] = held;
	}
}

/* The neurons of each layer in another order, each scaled by a power of two. */
static void rearrange(struct ir_module *to, const struct ir_module *from, uint64_t seed)
{
	struct moved *places = mem_zero(from->node_count, sizeof *places);
	struct ir_term terms[64];
	uint32_t order[64], count;
	struct rng rng;

	rng_init(&rng, seed);
	ir_module_init(to, "other");
	ir_set_classes(to, from->class_count, from->class_names);
	ir_set_inputs(to, from->element, from->input_count, from->features);
	for (uint32_t i = 0; i < from->input_count; i++)
		places[i].value = ir_input(i);
	for (uint32_t at = 0; at < from->layer_count; at++) {
		const struct ir_layer *layer = &from->layers[at];
		ir_layer_begin(to, "any");
		shuffle(order, layer->count, &rng);
		for (uint32_t i = 0; i < layer->count; i++) {
			ir_value old = { layer->first + order[i] };
			int64_t e = (int64_t)rng_below(&rng, 9) - 4;
			num bias = num_move(&to->nums, &from->nums, from->nodes[old.i].bias);
			count = mapped_terms(to, from, old, places, e, terms);
			places[old.i] = (struct moved){
				ir_neuron(to, terms, count, num_shift(&to->nums, bias, e)), e
			};
		}
	}
	count = mapped_terms(to, from, ir_output(from), places, 0, terms);
	ir_set_output(to, terms, count,
		num_move(&to->nums, &from->nums, from->nodes[ir_output(from).i].bias));
	free(places);
}

static uint32_t operations(const struct ir_module *module)
{
	return module->node_count - module->input_count;
}

static void networks_of_the_shape_fuse(void **state)
{
	static const uint64_t counts[] = { 1, 2, 3, 9, 40, 150 };

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (uint64_t part = 0; part < 6; part++) {
			uint64_t m = 1 + (counts[i] - 1) * (part / 2 + 1) / 4;
			struct ir_module other, fused;
			struct fixture f;
			assert_true(build(&f, 7 * i + part, counts[i],
				1 + (uint32_t)(i + part) % 6, part % 2, (int64_t)m));
			ir_module_copy(&fused, &f.module);
			passes_run(&fused, passes_of_level(2), NULL);
			assert_true(operations(&fused) <= 3);
			assert_true(same_classes(&f.module, &fused, 7, 0));
			ir_module_fini(&fused);

			rearrange(&other, &f.module, part);
			assert_true(ir_verify(&other, SPAN_NONE, &f.sink));
			assert_true(same_classes(&f.module, &other, 31, 0));
			passes_run(&other, passes_of_level(2), NULL);
			assert_true(operations(&other) <= 3);
			assert_true(same_classes(&f.module, &other, 7, 3));
			ir_module_fini(&other);
			end(&f);
		}
}

/* Random sets and choices of the construction, through every pass alone and each level. */
static void passes_keep_random_networks(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 24; seed++) {
		uint64_t count = 1 + seed * 7 % 60;
		struct fixture f;
		assert_true(build(&f, seed, count, 1 + (uint32_t)seed % 7, (int64_t)seed % 2,
			1 + (int64_t)(seed * 5 % count)));
		for (uint32_t i = 0; passes[i]; i++) {
			const struct pass *const alone[] = { passes[i], NULL };
			struct ir_module after;
			ir_module_copy(&after, &f.module);
			passes_run(&after, i % 4 ? alone : passes_of_level((int)i % 3), NULL);
			passes_run(&after, alone, NULL);
			assert_true(same_classes(&f.module, &after, 61, (uint32_t)seed));
			ir_module_fini(&after);
		}
		end(&f);
	}
}

/* --- networks side by side ---------------------------------------------------------- */

/* Adds layer `at` of a network to the newest layer. */
static void add_layer(
	struct ir_module *to, const struct ir_module *from, uint32_t at, struct moved *places)
{
	const struct ir_layer *layer = &from->layers[at];
	struct ir_term terms[64];

	for (uint32_t i = 0; i < layer->count; i++) {
		ir_value old = { layer->first + i };
		uint32_t count = mapped_terms(to, from, old, places, 0, terms);
		places[old.i].value = ir_neuron(to, terms, count,
			num_move(&to->nums, &from->nums, from->nodes[old.i].bias));
	}
}

/* The sum of two networks of one depth over the same inputs. */
static void add_networks(
	struct ir_module *to, const struct ir_module *a, const struct ir_module *b)
{
	const struct ir_module *both[] = { a, b };
	struct moved *places[2];
	struct ir_term terms[64];
	uint32_t count = 0;

	ir_module_init(to, "sum");
	ir_set_classes(to, a->class_count, a->class_names);
	ir_set_inputs(to, a->element, a->input_count, a->features);
	for (int k = 0; k < 2; k++) {
		places[k] = mem_zero(both[k]->node_count, sizeof **places);
		for (uint32_t i = 0; i < a->input_count; i++)
			places[k][i].value = ir_input(i);
	}
	for (uint32_t at = 0; at < a->layer_count; at++) {
		ir_layer_begin(to, "both");
		for (int k = 0; k < 2; k++)
			add_layer(to, both[k], at, places[k]);
	}
	for (int k = 0; k < 2; k++)
		count += mapped_terms(
			to, both[k], ir_output(both[k]), places[k], 0, terms + count);
	ir_set_output(to, terms, count, NUM_ZERO);
	free(places[0]);
	free(places[1]);
}

static void networks_in_parallel_fuse(void **state)
{
	uint32_t tried = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct fixture f, g;
		struct ir_module sum, fused;
		assert_true(build(&f, seed, 30, 7, (int64_t)seed % 2, 12));
		assert_true(build(&g, seed + 50, 30, 7, (int64_t)seed % 2, 12));
		if (f.module.layer_count == g.module.layer_count) {
			tried++;
			add_networks(&sum, &f.module, &g.module);
			assert_true(ir_verify(&sum, SPAN_NONE, &f.sink));
			ir_module_copy(&fused, &sum);
			passes_run(&fused, passes_of_level(2), NULL);
			assert_true(
				operations(&fused) <= 5); /* a projection and a table each */
			assert_true(same_classes(&sum, &fused, 11, (uint32_t)seed));
			ir_module_fini(&sum);
			ir_module_fini(&fused);
		}
		end(&f);
		end(&g);
	}
	assert_true(tried >= 3);
}

/* --- networks that are nearly of the shape ------------------------------------------ */

/* -O2 without the pass that turns any small function of one integer into a table. */
static void run_without_pwl(struct ir_module *module)
{
	const struct pass *const *all = passes_of_level(2);
	const struct pass *list[64];
	size_t count = 0;

	for (; *all; all++)
		if (*all != pass_find("pwl"))
			list[count++] = *all;
	list[count] = NULL;
	passes_run(module, list, NULL);
}

static void networks_nearly_of_the_shape_stay_equal(void **state)
{
	enum { MUTANTS = 250 };
	uint32_t left_alone = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= MUTANTS; seed++) {
		struct ir_module fused;
		struct fixture f;
		struct rng rng;

		assert_true(build(&f, seed % 17, 1 + seed % 13, 1 + (uint32_t)seed % 5,
			(int64_t)seed % 2, 1 + (int64_t)(seed % 13) / 3));
		rng_init(&rng, seed);
		for (uint64_t i = rng_below(&rng, 3) + 1; i > 0; i--)
			change_constant(&f.module, &rng);
		assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
		ir_module_copy(&fused, &f.module);
		if (seed / 2 % 2)
			run_without_pwl(&fused);
		else
			passes_run(&fused, passes_of_level(2), NULL);
		left_alone += operations(&fused) > 3;
		if (!same_classes(&f.module, &fused, 3, (uint32_t)seed % 3)) {
			printf("seed %llu\n", (unsigned long long)seed);
			fail();
		}
		ir_module_fini(&fused);
		end(&f);
	}
	assert_true(left_alone > MUTANTS / 10); /* the changes reach the shapes */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_of_the_shape_fuse),
		cmocka_unit_test(passes_keep_random_networks),
		cmocka_unit_test(networks_in_parallel_fuse),
		cmocka_unit_test(networks_nearly_of_the_shape_stay_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
