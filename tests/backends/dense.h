/*
 * Random modules of the dense shape: cells, covers, hyperplanes, and gates of any kind, each
 * with stored points, their neighbours and others, and the classes of the exact interpreter.
 */
#ifndef TESTS_BACKENDS_DENSE_H
#define TESTS_BACKENDS_DENSE_H

#include "tests/backends/shapes.h"

enum dense_family {
	FAMILY_CELLS,   /* pairs of forms that are read by many */
	FAMILY_LITERAL, /* each pair a form of the inputs */
	FAMILY_COVER,
	FAMILY_PLANES,
	FAMILY_GATES, /* of random weights, fractional ones among them */
};

struct dense_case {
	enum dense_family family;
	struct shape shape; /* its features, points, classes and weight_bits */
	uint32_t few;       /* cells: opposites of a cell; 0: all */
	int64_t radius;     /* of a box */
};

#define CASE(family, few, radius, ...) \
	{ \
		FAMILY_##family, { __VA_ARGS__ }, few, radius \
	}
static const struct dense_case dense_cases[] = {
	CASE(CELLS, 0, 0, IR_UINT8, 40, 3, .points = 24),
	CASE(CELLS, 3, 0, IR_INT8, 33, 2, .points = 20, .negative = true),
	CASE(CELLS, 0, 0, IR_UINT16, 281, 2, .points = 12, .narrow = true),
	CASE(CELLS, 0, 0, IR_INT64, 5, 2, .points = 20, .narrow = true, .differ = true),
	CASE(CELLS, 0, 0, IR_FLOAT, 6, 2, .points = 20, .mapped = true),
	CASE(CELLS, 0, 0, IR_INT16, 9, 3, .points = 20, .mapped = true),
	CASE(LITERAL, 0, 0, IR_UINT8, 20, 2, .points = 20),
	CASE(LITERAL, 4, 0, IR_INT16, 5, 3, .points = 20),
	CASE(LITERAL, 0, 0, IR_DOUBLE, 9, 2, .points = 12, .mapped = true),
	CASE(COVER, 0, 100, IR_UINT8, 20, 3, .points = 20),
	CASE(COVER, 0, 300000, IR_INT64, 3, 3, .points = 30, .differ = true),
	CASE(COVER, 0, 300, IR_DOUBLE, 5, 3, .points = 20, .mapped = true),
	CASE(PLANES, 0, 0, IR_UINT8, 20, 2, .points = 90, .weight_bits = 6),
	CASE(PLANES, 0, 0, IR_INT8, 30, 3, .points = 70, .weight_bits = 12),
	CASE(PLANES, 0, 0, IR_UINT16, 9, 2, .points = 30, .weight_bits = 20),
	CASE(PLANES, 0, 0, IR_INT16, 6, 2, .points = 30, .weight_bits = 30),
	CASE(GATES, 0, 0, IR_UINT8, 4, 5, .points = 30, .weight_bits = 3),
	CASE(GATES, 0, 0, IR_INT8, 30, 5, .points = 50, .weight_bits = 3),
	CASE(GATES, 0, 0, IR_INT16, 10, 5, .points = 60, .weight_bits = 4, .differ = true),
	CASE(GATES, 0, 0, IR_INT32, 5, 5, .points = 40, .weight_bits = 2, .narrow = true),
	CASE(GATES, 0, 0, IR_FLOAT, 5, 5, .points = 60, .weight_bits = 2, .mapped = true),
};
#undef CASE
enum { DENSE_CASES = sizeof dense_cases / sizeof *dense_cases };

/* A module under construction, with terms of the next value. */
struct dense_build {
	const struct dense_case *how;
	struct ir_module module;
	struct rng rng;
	struct stored *stored;
	struct ir_term *terms;
	uint32_t count;
	size_t room;
};

/* --- values ------------------------------------------------------------------------- */

static inline void dense_term(struct dense_build *build, ir_value value, int64_t weight)
{
	if (!weight)
		return;
	build->terms =
		mem_grow(build->terms, &build->room, build->count + 1, sizeof *build->terms);
	build->terms[build->count++] =
		(struct ir_term){ value, num_from_int(&build->module.nums, weight) };
}

static inline ir_value dense_value(struct dense_build *build, enum ir_op op, int64_t bias)
{
	ir_value value = ir_add(&build->module, op, build->terms, build->count,
		num_from_int(&build->module.nums, bias));

	build->count = 0;
	return value;
}

static inline ir_value dense_step(struct dense_build *build, ir_value z, int64_t t)
{
	num bound = num_from_int(&build->module.nums, t);

	return ir_add_op(&build->module, IR_STEP, &z, &bound);
}

static inline int64_t dense_dot(const struct dense_build *build, size_t i, size_t j)
{
	int64_t sum = 0;

	for (uint32_t k = 0; k < build->how->shape.inputs; k++)
		sum += build->stored[i].point[k] * build->stored[j].point[k];
	return sum;
}

static inline uint32_t dense_class(const struct dense_build *build, size_t i)
{
	return (uint32_t)i % build->how->shape.classes;
}

/* The output, of values that are greater than 0 in the cells of their point's class. */
static inline void dense_output(struct dense_build *build, const ir_value *cells)
{
	uint32_t classes = build->how->shape.classes;
	ir_value *any = mem_alloc(classes, sizeof *any);
	int64_t bias = 0;

	for (uint32_t c = 0; c < classes; c++) {
		for (size_t i = c; i < build->how->shape.points; i += classes)
			dense_term(build, cells[i], -1);
		any[c] = dense_value(build, IR_RELU, 1);
	}
	for (uint32_t c = 0; c < classes; c++) {
		dense_term(build, any[c], -(int64_t)c - 1);
		bias += c + 1;
	}
	ir_set_output(&build->module, build->terms, build->count,
		num_from_int(&build->module.nums, bias));
	free(any);
}

/* --- cells -------------------------------------------------------------------------- */

/* relu(-100 S_ij): 0 where a point is nearer to i than to j. */
static inline ir_value dense_pair(
	struct dense_build *build, const ir_value *forms, size_t i, size_t j)
{
	const int64_t *from = build->stored[i].point, *to = build->stored[j].point;
	int64_t bias = 51 * dense_dot(build, i, i) - 2 * dense_dot(build, i, j) -
		49 * dense_dot(build, j, j);

	if (forms) {
		dense_term(build, forms[i < j ? i : j], i < j ? -100 : 100);
		dense_term(build, forms[i < j ? j : i], i < j ? 100 : -100);
	} else {
		for (uint32_t k = 0; k < build->how->shape.inputs; k++)
			dense_term(build, ir_input(k), 100 * (to[k] - from[k]));
	}
	return dense_value(build, IR_RELU, bias);
}

static inline int64_t dense_least(const struct dense_build *build)
{
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < build->how->shape.points; i++)
		for (size_t j = 0; j < i; j++) {
			int64_t far = dense_dot(build, i, i) + dense_dot(build, j, j) -
				2 * dense_dot(build, i, j);
			if (dense_class(build, i) != dense_class(build, j) && far < least)
				least = far;
		}
	return least;
}

static inline void dense_cells(struct dense_build *build)
{
	bool literal = build->how->family == FAMILY_LITERAL;
	size_t points = build->how->shape.points;
	ir_value *forms = mem_alloc(points, sizeof *forms);
	ir_value *cells = mem_alloc(points, sizeof *cells);
	ir_value *pairs = mem_alloc(points, sizeof *pairs);
	int64_t radius = dense_least(build);

	for (size_t i = 0; i < points && !literal; i++) {
		for (uint32_t k = 0; k < build->how->shape.inputs; k++)
			dense_term(build, ir_input(k), build->stored[i].point[k]);
		forms[i] = dense_value(build, i % 2 ? IR_AFFINE : IR_RELU, 0);
	}
	for (size_t i = 0; i < points; i++) {
		uint32_t count = 0;
		for (size_t j = 0; j < points; j++)
			if (dense_class(build, i) != dense_class(build, j) &&
				(!build->how->few || count < build->how->few))
				pairs[count++] =
					dense_pair(build, literal ? NULL : forms, i, j);
		for (uint32_t j = 0; j < count; j++)
			dense_term(build, pairs[j], -1);
		cells[i] = dense_value(build, IR_RELU, radius);
	}
	dense_output(build, cells);
	free(forms);
	free(cells);
	free(pairs);
}

/* --- boxes -------------------------------------------------------------------------- */

static inline void dense_cover(struct dense_build *build)
{
	size_t points = build->how->shape.points;
	ir_value *cells = mem_alloc(points, sizeof *cells);
	ir_value *sides = mem_alloc(2 * build->how->shape.inputs, sizeof *sides);

	for (size_t i = 0; i < points; i++) {
		for (uint32_t k = 0; k < 2 * build->how->shape.inputs; k++) {
			int64_t at = build->stored[i].point[k / 2], side = k % 2 ? -1 : 1;
			dense_term(build, ir_input(k / 2), side);
			sides[k] = dense_value(build, IR_RELU, -side * at - build->how->radius);
		}
		for (uint32_t k = 0; k < 2 * build->how->shape.inputs; k++)
			dense_term(build, sides[k], -1);
		cells[i] = dense_value(build, IR_RELU, 1);
	}
	dense_output(build, cells);
	free(cells);
	free(sides);
}

/* --- hyperplanes -------------------------------------------------------------------- */

/* As many as there are points, each through one of them, and values over some of them. */
static inline void dense_planes(struct dense_build *build)
{
	const struct shape *shape = &build->how->shape;
	ir_value *planes = mem_alloc(shape->points, sizeof *planes);
	ir_value *cells = mem_alloc(shape->points, sizeof *cells);

	for (size_t i = 0; i < shape->points; i++) {
		int64_t most = INT64_C(1) << shape->weight_bits, sum = 0;
		for (uint32_t k = 0; k < shape->inputs; k++) {
			int64_t weight =
				(int64_t)rng_below(&build->rng, 2 * (uint64_t)most) - most;
			dense_term(build, ir_input(k), weight);
			sum += weight * build->stored[i].point[k];
		}
		planes[i] = dense_step(build, dense_value(build, IR_AFFINE, -sum), 1);
	}
	for (size_t i = 0; i < shape->points; i++) {
		uint64_t odds = i % 3 == 2 ? 20 : 2;
		int64_t count = 0;
		for (size_t j = 0; j < shape->points; j++)
			if (rng_below(&build->rng, odds) == 0) {
				dense_term(build, planes[j], i % 7 ? -1 : -3);
				count++;
			}
		cells[i] = dense_value(build, IR_RELU, (i % 7 ? 1 : 3) * (count * 3 / 8) + 1);
	}
	dense_output(build, cells);
	free(planes);
	free(cells);
}

/* --- gates of any kind -------------------------------------------------------------- */

static inline void dense_random_terms(struct dense_build *build, bool integers)
{
	uint32_t count = build->module.node_count, most = count < 12 ? count : 12;
	uint32_t at = rng_below(&build->rng, 3) ? count - most : 0;
	uint64_t odds = 1 + rng_below(&build->rng, 3);
	bool inputs = rng_below(&build->rng, 4) == 0;

	for (at = inputs ? 0 : at; at < (inputs ? build->how->shape.inputs : count); at++) {
		int64_t weight = (int64_t)rng_below(&build->rng,
					 UINT64_C(2) << build->how->shape.weight_bits) -
			(INT64_C(1) << build->how->shape.weight_bits);
		if (!weight || rng_below(&build->rng, odds) || build->count >= 30)
			continue;
		dense_term(build, (ir_value){ at }, weight > 1 ? 1 : weight);
		if (!integers && rng_below(&build->rng, 8) == 0)
			build->terms[build->count - 1].weight = num_shift(
				&build->module.nums, build->terms[build->count - 1].weight, -1);
	}
}

/* Values that are cut off, so that their ranges do not grow. */
static inline void dense_gates(struct dense_build *build)
{
	const struct shape *shape = &build->how->shape;
	ir_value value;

	for (size_t i = 0; i < shape->points; i++) {
		uint64_t kind = rng_below(&build->rng, 6);
		int64_t bias = (int64_t)rng_below(&build->rng, 40) - 8;
		dense_random_terms(build, true);
		value = dense_value(build, kind == 0 ? IR_AFFINE : IR_RELU, bias);
		if (kind == 1) {
			dense_step(build, value, bias);
		} else if (kind == 2) {
			num ends[2] = { num_from_int(&build->module.nums, bias),
				num_from_int(&build->module.nums, bias + 9) };
			ir_add_op(&build->module, IR_WITHIN, &value, ends);
		} else if (kind < 5) {
			dense_term(build, value, -1);
			value = dense_value(build, IR_RELU, 20);
			dense_term(build, value, -1);
			dense_value(build, IR_RELU, 9);
		}
	}
	dense_random_terms(build, false);
	ir_set_output(&build->module, build->terms, build->count,
		num_from_int(&build->module.nums, (int64_t)shape->classes));
}

/* --- all together ------------------------------------------------------------------- */

static inline void dense_start(struct dense_build *build)
{
	const struct shape *shape = &build->how->shape;
	struct ir_feature features[SHAPE_INPUTS];
	const char **names = mem_alloc(shape->classes, sizeof *names);

	for (uint32_t i = 0; i < shape->classes; i++)
		names[i] = "c";
	for (uint32_t i = 0; i < shape->inputs; i++)
		features[i] =
			i && !shape->differ ? features[0] : make_feature(shape, &build->rng);
	ir_module_init(&build->module, "dense");
	ir_set_classes(&build->module, shape->classes, names);
	ir_set_inputs(&build->module, shape->element, shape->inputs, features);
	ir_set_fused(&build->module);
	build->stored = mem_alloc(shape->points, sizeof *build->stored);
	for (size_t i = 0; i < shape->points; i++) {
		build->stored[i].point = mem_alloc(shape->inputs, sizeof(int64_t));
		random_point(&build->module, &build->rng, build->stored[i].point);
	}
	free(names);
}

/* Always the same for a case and a seed. */
static inline void dense_make(const struct dense_case *how, uint64_t seed, shape_take *take)
{
	static void (*const families[])(struct dense_build *) = { dense_cells, dense_cells,
		dense_cover, dense_planes, dense_gates };
	struct dense_build build = { .how = how };

	rng_init(&build.rng, seed);
	dense_start(&build);
	families[how->family](&build);
	add_rows(&how->shape, &build.module, &build.rng, build.stored, take);
	for (size_t i = 0; i < how->shape.points; i++)
		free(build.stored[i].point);
	free(build.stored);
	free(build.terms);
	ir_module_fini(&build.module);
}

#endif
