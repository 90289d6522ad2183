/*
 * hyperplanes: right on every point for both kinds of neurons, few and many bits and planes,
 * any number of classes; a class everywhere else; and what it cannot do is an error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frontend/construct/guards.h"
#include "ir/interp.h"
#include "ir/verify.h"
#include "tests/frontend/construct/fixture.h"

enum { THIN, WHOLE };

/* The domain moves below zero. */
static void shift(struct fixture *f)
{
	for (uint64_t i = 0; i < 2 * f->dataset.count; i++)
		f->cells[i] = (uint8_t)(f->cells[i] - BOX / 2);
	f->dataset.cell = CELL_I8;
	f->dataset.element = IR_INT8;
	f->features[0] = f->features[1] = (struct ir_feature)IR_FEATURE(-BOX / 2, BOX / 2 - 1);
}

/* Every stored point has its class; every other point has one that has points. */
static void assert_right(const struct fixture *f)
{
	struct ir_interp *interp = ir_interp_new(&f->module);
	int64_t point[2], lo = f->features[0].lo, hi = f->features[0].hi;
	bool present[8] = { false };

	for (uint64_t i = 0; i < f->dataset.count; i++) {
		dataset_point(&f->dataset, i, point);
		assert_int_equal(ir_interp_classify(interp, point), f->labels[i]);
		present[f->labels[i]] = true;
	}
	for (point[0] = lo; point[0] <= hi; point[0]++)
		for (point[1] = lo; point[1] <= hi; point[1]++) {
			int32_t class = ir_interp_classify(interp, point);
			assert_in_range(class, 0, 7);
			assert_true(present[class]);
		}
	ir_interp_free(interp);
}

static void assert_sizes(const struct fixture *f, int64_t neurons)
{
	uint64_t drawn = parameter(f, "D"), kept = parameter(f, "K");
	uint64_t guards = parameter(f, "M"), terms = parameter(f, "U");
	struct ir_measures all = ir_measure(&f->module);

	assert_int_equal(all.depth, 4);
	assert_int_equal(all.neurons, 2 * kept + guards + parameter(f, "G") - 1);
	assert_true(kept <= drawn && kept <= terms);
	assert_true(guards >= parameter(f, "G") - 1 && guards <= f->dataset.count);
	assert_int_equal(f->module.layers[1].count, guards);
	for (uint32_t i = 0; i < guards; i++) {
		struct ir_node *node = &f->module.nodes[f->module.layers[1].first + i];
		if (neurons == THIN)
			assert_int_equal(node->bias.i, NUM_ONE.i);
		else
			assert_int_equal(num_sign(&f->module.nums, node->bias), 1);
	}
}

static void right_everywhere_and_as_promised(void **state)
{
	static const uint64_t counts[] = { 2, 3, 10, 60, 200 };
	static const int64_t bits[] = { 1, 7, PLANES_BITS }, planes[] = { 1, 16, 300 };
	uint64_t seed = 0;

	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
		for (int64_t neurons = THIN; neurons <= WHOLE; neurons++)
			for (size_t turn = 0; turn < 3; turn++) {
				struct fixture f;
				seed++;
				prepare(&f, "hyperplanes", seed, counts[c],
					2 + (uint32_t)seed % 5);
				f.labels[0] = 0; /* at least two classes */
				f.labels[1] = 1;
				if (seed % 2)
					shift(&f);
				set_count(&f, "seed", (int64_t)seed);
				set_count(&f, "neurons", neurons);
				set_count(&f, "bits", bits[turn]);
				set_count(&f, "planes", planes[(turn + c) % 3]);
				set_count(&f, "reuse", 1 + (int64_t)seed % 4);
				assert_true(construct(&f));
				assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
				assert_sizes(&f, neurons);
				assert_right(&f);
				end(&f);
			}
}

/* The same seed, the same network, whatever the threads do; another one, another. */
static void seeds_decide(void **state)
{
	struct fixture f[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		prepare(&f[i], "hyperplanes", 5, 150, 3);
		set_count(&f[i], "seed", i == 2 ? 2 : 1);
		assert_true(construct(&f[i]));
	}
	assert_int_equal(f[0].module.term_count, f[1].module.term_count);
	for (size_t i = 0; i < f[0].module.term_count; i++) {
		assert_int_equal(f[0].module.terms[i].value.i, f[1].module.terms[i].value.i);
		assert_int_equal(f[0].module.terms[i].weight.i, f[1].module.terms[i].weight.i);
	}
	assert_true(f[0].module.term_count != f[2].module.term_count ||
		memcmp(f[0].module.terms, f[2].module.terms,
			f[0].module.term_count * sizeof *f[0].module.terms) != 0);
	for (int i = 0; i < 3; i++)
		end(&f[i]);
}

/* Two half planes: one plane and one neuron are enough, and no other plane is kept. */
static void unneeded_planes_are_dropped(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "hyperplanes", 1, 100, 2);
	for (uint64_t i = 0; i < f.dataset.count; i++) {
		bool right = f.cells[2 * i] >= BOX / 2;
		f.cells[2 * i] = (uint8_t)(f.cells[2 * i] / 2 + (right ? BOX / 2 : 0));
		f.labels[i] = right;
	}
	set_count(&f, "planes", 200);
	assert_true(construct(&f));
	assert_int_equal(parameter(&f, "D"), 200);
	assert_int_equal(parameter(&f, "K"), 1);
	assert_int_equal(parameter(&f, "M"), 1);
	assert_right(&f);
	end(&f);
}

/* The class of the most points has no neurons; class 3 of five has no points. */
static void a_class_may_have_no_points(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "hyperplanes", 9, 120, 5);
	for (uint64_t i = 0; i < f.dataset.count; i++)
		if (f.labels[i] == 3 || i % 2)
			f.labels[i] = 2;
	assert_true(construct(&f));
	assert_int_equal(parameter(&f, "G"), 4);
	assert_int_equal(f.module.layers[2].count, 3);
	assert_right(&f);
	end(&f);
}

/* Points that differ by the least in one of two wide coordinates. */
static void neighbours_in_a_wide_range_are_separated(void **state)
{
	enum { COUNT = 64 };
	int64_t cells[2 * COUNT], wide = INT64_C(1) << 54;
	struct ir_interp *interp;
	struct fixture f;

	(void)state;
	prepare(&f, "hyperplanes", 1, COUNT, 2);
	for (int64_t i = 0; i < COUNT; i++) {
		cells[2 * i] = i / 2 % 2 ? wide - i / 2 : -wide + 1 + i / 2;
		cells[2 * i + 1] = wide - 7 - i % 2;
		f.labels[i] = (uint32_t)i % 2;
	}
	f.dataset.cell = CELL_I64;
	f.dataset.cells = cells;
	f.features[0] = f.features[1] = (struct ir_feature)IR_FEATURE(-wide + 1, wide - 1);
	set_count(&f, "bits", 7);
	assert_true(construct(&f));
	interp = ir_interp_new(&f.module);
	for (int i = 0; i < COUNT; i++)
		assert_int_equal(ir_interp_classify(interp, cells + 2 * i), i % 2);
	ir_interp_free(interp);
	set_count(&f, "bits", 8);
	ir_module_fini(&f.module);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

static void too_many_neurons_are_refused(void **state)
{
	struct fixture f;
	uint64_t needed;

	(void)state;
	prepare(&f, "hyperplanes", 4, 100, 2);
	assert_true(construct(&f));
	needed = parameter(&f, "M");
	ir_module_fini(&f.module);
	set_count(&f, "most", (int64_t)needed);
	assert_true(construct(&f));
	ir_module_fini(&f.module);
	set_count(&f, "most", (int64_t)needed - 1);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

static void one_class_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "hyperplanes", 1, 20, 1);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
	prepare(&f, "hyperplanes", 1, 20, 3);
	for (uint64_t i = 0; i < f.dataset.count; i++)
		f.labels[i] = 1;
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

/* Before any of the work: the points need not be different for that. */
static void too_many_pairs_are_refused(void **state)
{
	enum { COUNT = 300000 };
	struct fixture f;

	(void)state;
	prepare(&f, "hyperplanes", 1, 2, 2);
	free(f.cells);
	free(f.labels);
	f.dataset.cells = f.cells = mem_zero(COUNT, 2);
	f.dataset.labels = f.labels = mem_zero(COUNT, sizeof *f.labels);
	f.dataset.count = COUNT;
	for (uint64_t i = 0; i < COUNT; i += 2)
		f.labels[i] = 1;
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_everywhere_and_as_promised),
		cmocka_unit_test(seeds_decide),
		cmocka_unit_test(unneeded_planes_are_dropped),
		cmocka_unit_test(a_class_may_have_no_points),
		cmocka_unit_test(neighbours_in_a_wide_range_are_separated),
		cmocka_unit_test(too_many_neurons_are_refused),
		cmocka_unit_test(one_class_is_refused),
		cmocka_unit_test(too_many_pairs_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
