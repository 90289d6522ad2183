/*
 * cells: the network answers on every point of the box what Theorem 7.3's formula says, in
 * each form; a cover keeps the stored points; and an answer is the class of the nearest
 * stored point.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frontend/construct/prune.h"
#include "ir/interp.h"
#include "ir/verify.h"
#include "tests/frontend/construct/fixture.h"

enum { LITERAL, FACTORED };
enum { NONE, GREEDY };
enum { NO, YES };

static int64_t square(const int64_t *a, const int64_t *b)
{
	return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]);
}

/* 100 r: the least squared distance of points of different classes. */
static int64_t least(const struct fixture *f)
{
	int64_t result = INT64_MAX, p[2], q[2];

	for (uint64_t i = 0; i < f->dataset.count; i++)
		for (uint64_t j = 0; j < i; j++) {
			dataset_point(&f->dataset, i, p);
			dataset_point(&f->dataset, j, q);
			if (f->labels[i] != f->labels[j] && square(p, q) < result)
				result = square(p, q);
		}
	return result;
}

/* 100 v_i(x), by the formula as the paper has it. */
static int64_t cell(const struct fixture *f, uint64_t i, const int64_t *x, int64_t r)
{
	int64_t sum = r, p[2], q[2];

	dataset_point(&f->dataset, i, p);
	for (uint64_t j = 0; j < f->dataset.count; j++) {
		int64_t s = 0;
		if (f->labels[j] == f->labels[i])
			continue;
		dataset_point(&f->dataset, j, q);
		for (int k = 0; k < 2; k++)
			s += (p[k] - q[k]) * (100 * x[k] - (51 * p[k] + 49 * q[k]));
		if (s < 0)
			sum += s;
	}
	return sum > 0 ? sum : 0;
}

/* The class of a point by the theorem, -1 if no cell holds it. */
static int32_t by_formula(const struct fixture *f, const int64_t *x, int64_t r)
{
	int32_t found = -1;

	for (uint64_t i = 0; i < f->dataset.count; i++)
		if (cell(f, i, x, r) > 0) {
			assert_true(found < 0 || found == (int32_t)f->labels[i]);
			found = (int32_t)f->labels[i];
		}
	return found;
}

/* True if the class is that of every stored point that is nearest to x. */
static bool is_nearest(const struct fixture *f, const int64_t *x, int32_t class)
{
	int64_t best = INT64_MAX, other = INT64_MAX, p[2];

	for (uint64_t i = 0; i < f->dataset.count; i++) {
		int64_t *to = f->labels[i] == (uint32_t) class ? &best : &other;
		dataset_point(&f->dataset, i, p);
		if (square(p, x) < *to)
			*to = square(p, x);
	}
	return best < other;
}

static void assert_stored(struct fixture *f, struct ir_interp *interp)
{
	int64_t x[2];

	for (uint64_t i = 0; i < f->dataset.count; i++) {
		dataset_point(&f->dataset, i, x);
		assert_int_equal(ir_interp_classify(interp, x), f->labels[i]);
	}
}

/* All points of the box: neighbours, mid-points and what lies anywhere. */
static void assert_right_on_the_whole_box(struct fixture *f, bool all)
{
	struct ir_interp *interp = ir_interp_new(&f->module);
	int64_t r = least(f), x[2];

	assert_true(ir_verify(&f->module, SPAN_NONE, &f->sink));
	assert_stored(f, interp);
	for (x[0] = 0; x[0] < BOX; x[0]++)
		for (x[1] = 0; x[1] < BOX; x[1]++) {
			int32_t class = ir_interp_classify(interp, x);
			if (all)
				assert_int_equal(class, by_formula(f, x, r));
			else
				assert_true(class == -1 || class == by_formula(f, x, r));
			assert_true(class == -1 || is_nearest(f, x, class));
		}
	ir_interp_free(interp);
}

static bool build_cells(struct fixture *f, uint64_t seed, uint64_t count, uint32_t classes,
	int64_t form, int64_t cover)
{
	prepare(f, "cells", seed, count, classes);
	for (uint32_t c = 0; c < 2; c++)
		f->labels[c] = c;
	set_count(f, "form", form);
	set_count(f, "cover", cover);
	return construct(f);
}

static void right_everywhere_and_as_promised(void **state)
{
	static const uint64_t counts[] = { 2, 3, 8, 20 };
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
		for (uint32_t classes = 2; classes <= 4; classes++, seed++)
			for (int64_t form = LITERAL; form <= FACTORED; form++)
				for (int64_t cover = NONE; cover <= GREEDY; cover++) {
					struct fixture f;
					assert_true(build_cells(
						&f, seed, counts[i], classes, form, cover));
					assert_right_on_the_whole_box(&f, cover == NONE);
					assert_int_equal(ir_measure(&f.module).depth,
						form == LITERAL ? 4 : 5);
					end(&f);
				}
}

/* The class that alone has a cell of the chosen half-spaces which holds x, else -1. */
static int32_t by_halves(const struct fixture *f, const struct distances *distances,
	const struct halves *halves, const int64_t *x, int64_t r)
{
	int32_t found = -1;

	for (uint64_t n = 0; n < halves->cells; n++) {
		int64_t sum = r, p[2], q[2];
		int32_t class =
			(int32_t)distances->numbers[distances->labels[halves->centre[n]]];
		dataset_point(&f->dataset, distances->points[halves->centre[n]], p);
		for (uint64_t h = halves->begin[n]; h < halves->begin[n + 1]; h++) {
			int64_t s = 0;
			dataset_point(&f->dataset, distances->points[halves->rival[h]], q);
			for (int k = 0; k < 2; k++)
				s += (p[k] - q[k]) * (100 * x[k] - (51 * p[k] + 49 * q[k]));
			sum += s < 0 ? s : 0;
		}
		if (sum <= 0)
			continue;
		if (found >= 0 && found != class)
			return -1;
		found = class;
	}
	return found;
}

static void assert_as_pruned(struct fixture *f, bool cover)
{
	struct ir_interp *interp = ir_interp_new(&f->module);
	struct distances distances;
	struct rivals *rivals;
	struct halves halves;
	int64_t r = least(f), x[2];

	assert_true(ir_verify(&f->module, SPAN_NONE, &f->sink));
	assert_true(distances_init(&distances, &f->dataset));
	rivals = rivals_new(&distances, NULL);
	if (cover)
		halves_cover(&halves, &distances, rivals, NULL);
	else
		halves_all(&halves, &distances);
	halves_prune(&halves, &distances, r, cover, NULL);
	assert_int_equal(parameter(f, "k"), halves.cells);
	assert_int_equal(parameter(f, "p"), halves.begin[halves.cells]);
	assert_stored(f, interp);
	for (x[0] = 0; x[0] < BOX; x[0]++)
		for (x[1] = 0; x[1] < BOX; x[1]++)
			assert_int_equal(ir_interp_classify(interp, x),
				by_halves(f, &distances, &halves, x, r));
	halves_fini(&halves);
	rivals_free(rivals, distances.count);
	distances_fini(&distances);
	ir_interp_free(interp);
}

static void pruned_cells_keep_the_stored_points(void **state)
{
	uint64_t seed = 100;

	(void)state;
	for (uint32_t classes = 2; classes <= 5; classes++)
		for (uint64_t count = 5; count <= 80; count *= 4)
			for (int form = LITERAL; form <= FACTORED; form++)
				for (int cover = NONE; cover <= GREEDY; cover++, seed++) {
					struct fixture f;
					prepare(&f, "cells", seed, count, classes);
					for (uint32_t c = 0; c < 2; c++)
						f.labels[c] = c;
					set_count(&f, "form", form);
					set_count(&f, "cover", cover);
					set_count(&f, "prune", YES);
					assert_true(construct(&f));
					assert_as_pruned(&f, cover == GREEDY);
					end(&f);
				}
}

/* Where the classes are apart, few cells hold all. */
static void a_cover_is_small(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "cells", 7, 200, 2);
	for (uint64_t i = 0; i < 200; i++)
		f.labels[i] = f.cells[2 * i] >= BOX / 2;
	assert_true(construct(&f));
	assert_in_range(parameter(&f, "k"), 2, 40);
	assert_int_equal(parameter(&f, "g"), 200);
	assert_right_on_the_whole_box(&f, false);
	end(&f);
	prepare(&f, "cells", 7, 200, 2);
	for (uint64_t i = 0; i < 200; i++)
		f.labels[i] = f.cells[2 * i] >= BOX / 2;
	set_count(&f, "prune", YES);
	assert_true(construct(&f));
	assert_in_range(parameter(&f, "g"), 2, 40);
	assert_in_range(parameter(&f, "p"), 2, 40);
	assert_as_pruned(&f, true);
	end(&f);
}

/* Neurons of the first layer are not negative before relu, whatever the box. */
static void the_box_may_be_negative(void **state)
{
	struct fixture f;
	int64_t x[2] = { -BOX, BOX };

	(void)state;
	prepare(&f, "cells", 9, 30, 3);
	f.dataset.cell = CELL_I8;
	f.features[0] = f.features[1] = (struct ir_feature)IR_FEATURE(-BOX, BOX);
	for (int i = 0; i < 60; i += 3)
		f.cells[i] = (uint8_t)-f.cells[i];
	for (uint32_t c = 0; c < 2; c++)
		f.labels[c] = c;
	set_count(&f, "cover", NONE);
	if (construct(&f)) {
		struct ir_interp *interp = ir_interp_new(&f.module);
		assert_stored(&f, interp);
		for (; x[0] <= BOX; x[0] += 4)
			for (x[1] = -BOX; x[1] <= BOX; x[1] += 4)
				assert_int_equal(ir_interp_classify(interp, x),
					by_formula(&f, x, least(&f)));
		ir_interp_free(interp);
	}
	assert_true(f.built);
	end(&f);
}

static void literal_is_refused_with_its_figure(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "cells", 1, 1000, 2);
	f.dataset.inputs = 784;
	f.dataset.features = mem_zero(784, sizeof *f.dataset.features);
	free(f.cells);
	f.cells = mem_zero(784 * 1000, 1);
	f.dataset.cells = f.cells;
	for (uint64_t i = 0; i < 1000; i++)
		f.labels[i] = i % 2;
	set_count(&f, "form", LITERAL);
	set_count(&f, "cover", NONE);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	assert_int_equal(f.report.promises[3].promised, 500000 * 786 + 2 * 1000 + 5);
	free(f.dataset.features);
	end(&f);
}

static void one_class_is_refused(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "cells", 1, 10, 1);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
	prepare(&f, "cells", 1, 10, 3);
	for (uint64_t i = 0; i < 10; i++)
		f.labels[i] = 1;
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

/* A class of the list that has no point never answers. */
static void a_class_may_be_empty(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, "cells", 3, 20, 4);
	for (uint64_t i = 0; i < 20; i++)
		f.labels[i] = i % 2 ? 3 : 1;
	assert_true(construct(&f));
	assert_right_on_the_whole_box(&f, false);
	end(&f);
}

static void features_that_are_too_wide_are_refused(void **state)
{
	struct fixture f;
	int64_t *wide;

	(void)state;
	prepare(&f, "cells", 1, 4, 2);
	free(f.cells);
	f.cells = mem_zero(8, sizeof *wide);
	wide = (int64_t *)(void *)f.cells;
	wide[0] = INT64_C(1) << 28;
	f.dataset.cells = f.cells;
	f.dataset.cell = CELL_I64;
	f.features[0] = f.features[1] = (struct ir_feature)IR_FEATURE(0, INT64_C(1) << 28);
	assert_false(construct(&f));
	assert_int_equal(f.sink.spec_errors, 1);
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_everywhere_and_as_promised),
		cmocka_unit_test(pruned_cells_keep_the_stored_points),
		cmocka_unit_test(a_cover_is_small),
		cmocka_unit_test(the_box_may_be_negative),
		cmocka_unit_test(literal_is_refused_with_its_figure),
		cmocka_unit_test(one_class_is_refused),
		cmocka_unit_test(a_class_may_be_empty),
		cmocka_unit_test(features_that_are_too_wide_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
