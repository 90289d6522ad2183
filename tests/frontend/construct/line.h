/*
 * What a network makes of the line of projected positions, for tests of constructions.
 */
#ifndef TESTS_FRONTEND_CONSTRUCT_LINE_H
#define TESTS_FRONTEND_CONSTRUCT_LINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/interp.h"
#include "tests/frontend/construct/fixture.h"

/* a . x + b of the first layer, or 0 if that is greater. */
static inline int64_t position_of(const struct fixture *f, const int64_t *point)
{
	const struct ir_module *module = &f->module;
	ir_value z = { module->layers[0].first };
	const struct ir_term *terms = ir_terms(module, z);
	mpz_t view;
	int64_t sum, e = num_view(&module->nums, module->nodes[z.i].bias, view);

	sum = (int64_t)mpz_get_si(view) * (INT64_C(1) << e);
	for (uint32_t i = 0; i < ir_term_count(module, z); i++) {
		e = num_view(&module->nums, terms[i].weight, view);
		sum += (int64_t)mpz_get_si(view) * (INT64_C(1) << e) * point[terms[i].value.i];
	}
	return sum > 0 ? sum : 0;
}

/* Positions of the box are below this: no weight of a projection is negative. */
static inline int64_t line_length(const struct fixture *f)
{
	static const int64_t corner[] = { BOX - 1, BOX - 1 };

	return position_of(f, corner) + 1;
}

/* The class of the stored point at each position, -1 where none is. */
static inline int32_t *stored_line(const struct fixture *f)
{
	int64_t length = line_length(f);
	int32_t *line = mem_alloc((size_t)length, sizeof *line);
	int64_t point[2];

	for (int64_t i = 0; i < length; i++)
		line[i] = -1;
	for (uint64_t i = 0; i < f->dataset.count; i++) {
		int64_t z;
		dataset_point(&f->dataset, i, point);
		z = position_of(f, point);
		assert_in_range(z, 1, length - 1);
		assert_true(line[z] == -1 || line[z] == (int32_t)f->labels[i]);
		line[z] = (int32_t)f->labels[i];
	}
	return line;
}

/* The network's class at each position that a point of the box has, -2 at others. */
static inline int32_t *answered_line(const struct fixture *f)
{
	int64_t length = line_length(f);
	int32_t *line = mem_alloc((size_t)length, sizeof *line);
	struct ir_interp *interp = ir_interp_new(&f->module);
	int64_t point[2];

	for (int64_t i = 0; i < length; i++)
		line[i] = -2;
	for (point[0] = 0; point[0] < BOX; point[0]++)
		for (point[1] = 0; point[1] < BOX; point[1]++) {
			int32_t answer = ir_interp_classify(interp, point);
			int64_t z = position_of(f, point);
			assert_in_range(z, 0, length - 1);
			assert_true(line[z] == -2 || line[z] == answer);
			line[z] = answer;
		}
	ir_interp_free(interp);
	return line;
}

/*
 * Every answer is right at a stored position, and between two of them first the class of
 * the lower one, then that of the upper one; below and above all that of the nearest. Where
 * `nearest`, the halves are equal and a tie goes down.
 */
static inline void assert_line(const struct fixture *f, bool nearest)
{
	int32_t *stored = stored_line(f), *answers = answered_line(f);
	int64_t length = line_length(f), below = -1, above = 0;
	bool changed = false;

	for (int64_t z = 0; z < length; z++) {
		if (above <= z)
			for (above = z + 1; above < length && stored[above] < 0; above++)
				;
		if (stored[z] >= 0) {
			below = z;
			changed = false;
		}
		if (answers[z] == -2)
			continue;
		if (below == z || above == length) {
			assert_int_equal(answers[z], stored[below]);
		} else if (below < 0) {
			assert_int_equal(answers[z], stored[above]);
		} else if (nearest) {
			int64_t at = z - below <= above - z ? below : above;
			assert_int_equal(answers[z], stored[at]);
		} else {
			changed |= answers[z] != stored[below];
			assert_int_equal(answers[z], stored[changed ? above : below]);
		}
	}
	free(stored);
	free(answers);
}

/* All points apart, and every answer is that of the position: its class, or none. */
static inline void assert_points(const struct fixture *f)
{
	int32_t *stored = stored_line(f);
	struct ir_interp *interp = ir_interp_new(&f->module);
	int64_t length = line_length(f);
	uint64_t positions = 0;
	int64_t point[2];

	for (int64_t z = 0; z < length; z++)
		positions += stored[z] >= 0;
	assert_int_equal(positions, f->dataset.count);
	for (point[0] = 0; point[0] < BOX; point[0]++)
		for (point[1] = 0; point[1] < BOX; point[1]++) {
			int64_t z = position_of(f, point);
			assert_in_range(z, 0, length - 1);
			assert_int_equal(ir_interp_classify(interp, point), stored[z]);
		}
	ir_interp_free(interp);
	free(stored);
}

/* Changes of the class along the stored positions. */
static inline uint64_t changes_along(const struct fixture *f)
{
	int32_t *stored = stored_line(f), last = -1;
	int64_t length = line_length(f);
	uint64_t changes = 0;

	for (int64_t z = 0; z < length; z++) {
		if (stored[z] < 0)
			continue;
		changes += last >= 0 && stored[z] != last;
		last = stored[z];
	}
	free(stored);
	return changes;
}

#endif
