/*
 * Random modules of the fast shape: projections of every element and width, and every store of
 * rows, with stored points, their neighbours and others.
 */
#ifndef TESTS_BACKENDS_SHAPES_H
#define TESTS_BACKENDS_SHAPES_H

#include <stdlib.h>
#include <string.h>

#include "ir/interp.h"
#include "ir/verify.h"
#include "support/mem.h"
#include "support/rng.h"

enum { SHAPE_INPUTS = 310 };

/* What is made of a shape: a module, rows of raw features (little-endian) and their classes. */
struct shape_rows {
	const unsigned char *raw;
	const int32_t *classes;
	size_t count;
};
typedef void shape_take(
	const struct ir_module *module, bool members, const struct shape_rows *rows);

struct shape {
	enum ir_element element;
	uint32_t inputs, classes;
	uint32_t weight_bits;
	size_t points;
	uint32_t longest; /* row, in keys */
	bool negative, narrow, mapped, differ, relu, members, spread, fixed;
	int64_t bias; /* of the output */
};

static const struct shape shapes[] = {
	{ IR_UINT8, 16, 10, 12, 300, 1, .relu = true },
	{ IR_UINT8, 300, 10, 20, 400, 1, .relu = true },
	{ IR_UINT8, 300, 10, 20, 400, 1, .relu = true, .members = true },
	{ IR_UINT8, 300, 10, 20, 400, 1, .narrow = true, .negative = true },
	{ IR_UINT8, 307, 3, 26, 200, 1, .narrow = true, .members = true },
	{ IR_UINT8, 260, 2, 40, 100, 1, .negative = true },
	{ IR_UINT8, 2, 2, 1, 4, 1, .relu = true },
	{ IR_UINT8, 1, 200, 1, 100, 1, .relu = true },
	{ IR_UINT8, 20, 5, 8, 60, 9000, .relu = true },
	{ IR_UINT8, 20, 5, 30, 900, 1 << 20, .negative = true },
	{ IR_UINT8, 20, 5, 30, 900, 1 << 20, .members = true },
	{ IR_INT8, 21, 4, 11, 500, 1, .negative = true },
	{ IR_INT8, 40, 4, 25, 300, 1, .negative = true, .narrow = true, .relu = true },
	{ IR_UINT16, 16, 10, 20, 700, 1, .relu = true },
	{ IR_UINT16, 130, 10, 20, 100, 1, .negative = true },
	{ IR_UINT16, 19, 10, 33, 100, 1, .negative = true, .narrow = true },
	{ IR_UINT16, 9, 70, 10, 100, 3, .differ = true },
	{ IR_INT16, 16, 10, 22, 5000, 1, .relu = true },
	{ IR_INT16, 16, 10, 22, 5000, 1, .relu = true, .members = true },
	{ IR_INT16, 131, 1000, 13, 800, 1, .negative = true, .relu = true },
	{ IR_INT16, 12, 1000, 46, 300, 1, .negative = true },
	{ IR_INT16, 5, 2, 30, 1, 1, .negative = true },
	{ IR_INT16, 5, 2, 30, 1, 1, .members = true },
	{ IR_INT16, 8, 10, 9, 200, 1, .negative = true, .relu = true, .spread = true },
	{ IR_INT32, 7, 10, 20, 300, 1, .negative = true },
	{ IR_INT32, 16, 10, 27, 300, 2, .narrow = true, .differ = true },
	{ IR_INT64, 3, 10, 12, 200, 1, .narrow = true, .negative = true },
	{ IR_INT64, 3, 10, 30, 200, 1000, .narrow = true, .relu = true },
	{ IR_FLOAT, 6, 10, 20, 300, 1, .mapped = true, .negative = true },
	{ IR_FLOAT, 6, 10, 20, 300, 1, .mapped = true, .differ = true, .members = true },
	{ IR_DOUBLE, 6, 10, 20, 300, 5000, .mapped = true, .relu = true },
	{ IR_DOUBLE, 17, 12, 30, 300, 1, .mapped = true, .differ = true },
	{ IR_INT16, 6, 10, 20, 300, 1, .mapped = true, .differ = true, .negative = true },
	{ IR_UINT8, 16, 10, 12, 300, 1, .bias = 1 },
	{ IR_UINT8, 16, 10, 12, 300, 700, .bias = 3, .negative = true, .narrow = true },
	{ IR_UINT8, 16, 10, 12, 300, 1, .bias = 1, .members = true },
	{ IR_UINT8, 16, 10, 12, 300, 1, .bias = -2, .relu = true },
	{ IR_INT16, 16, 3, 40, 600, 1, .negative = true, .relu = true, .spread = true },
	{ IR_UINT8, 3, 1, 4, 1, 1, .fixed = true },
	{ IR_UINT8, 3, 1, 4, 1, 1, .fixed = true, .members = true },
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

struct stored {
	ir_key key;
	int64_t *point;
};

static inline int compare_stored(const void *a, const void *b)
{
	const struct stored *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static inline struct ir_feature make_feature(const struct shape *shape, struct rng *rng)
{
	struct ir_feature feature = IR_FEATURE(0, 0);
	bool real = ir_element_is_float(shape->element);
	int64_t least = real ? -1000 : ir_element_min(shape->element);
	int64_t most = real ? 1000 : ir_element_max(shape->element);

	if (shape->mapped) {
		feature.step = real ? (struct ir_ratio){ 1, 4 } : (struct ir_ratio){ 3, 1 };
		feature.offset = (struct ir_ratio){ 5, 1 };
		least = -900;
		most = 900;
	}
	if (ir_element_bytes(shape->element) > 4 && !real) {
		least = -1000000;
		most = 1000000;
	}
	if (shape->narrow) {
		least += least < 0 ? -least / 2 : 3;
		most -= most / 3;
	}
	if (shape->differ) {
		least += (int64_t)rng_below(rng, 9);
		most -= (int64_t)rng_below(rng, 9);
	}
	feature.lo = least;
	feature.hi = shape->fixed ? least : most;
	return feature;
}

static inline void random_point(const struct ir_module *module, struct rng *rng, int64_t *point)
{
	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		uint64_t span = (uint64_t)(feature->hi - feature->lo);
		uint64_t at = rng_below(rng, 8) ? rng_below(rng, span + 1) : 0;
		/* corners among them */
		point[i] = feature->lo + (int64_t)(rng_below(rng, 50) ? at : span);
	}
}

/* Weights in `weights`, and the key's value. */
static inline ir_value make_key(const struct shape *shape, struct ir_module *module,
	struct rng *rng, int64_t *weights, int64_t *bias)
{
	struct ir_term terms[SHAPE_INPUTS];
	uint32_t count = 0;

	for (uint32_t i = 0; i < shape->inputs; i++) {
		int64_t w = (int64_t)rng_below(rng, UINT64_C(1) << shape->weight_bits);
		weights[i] = shape->negative && rng_below(rng, 2) ? -w : w;
		if (shape->weight_bits == 1)
			weights[i] = (int64_t)i + 1;
		if (weights[i])
			terms[count++] = (struct ir_term){ { i },
				num_from_int(&module->nums, weights[i]) };
	}
	*bias = (int64_t)rng_below(rng, 1000) - 500;
	return ir_add(module, shape->relu ? IR_RELU : IR_AFFINE, terms, count,
		num_from_int(&module->nums, *bias));
}

static inline ir_key key_at(
	const struct shape *shape, const int64_t *weights, int64_t bias, const int64_t *point)
{
	ir_key key = bias;

	for (uint32_t i = 0; i < shape->inputs; i++)
		key += (ir_key)weights[i] * point[i];
	return shape->relu && key < 0 ? 0 : key;
}

/* A table of rows around the keys of stored points; a point whose row overlaps is no row. */
static inline void make_table(const struct shape *shape, struct ir_module *module,
	struct rng *rng, struct stored *stored)
{
	struct ir_table table = { 0 };
	uint32_t column;

	qsort(stored, shape->points, sizeof *stored, compare_stored);
	for (size_t i = 0; i < shape->points; i++) {
		ir_key first = stored[i].key;
		ir_key last = first + (ir_key)rng_below(rng, shape->longest);
		if (!table.row_count || table.last[table.row_count - 1] < first)
			ir_table_add_row(&table, first, last);
	}
	/* keys that no input has */
	if (shape->spread)
		ir_table_add_row(&table, (ir_key)1 << 100, ((ir_key)1 << 100) + (ir_key)1000);
	column = ir_table_add_column(&table);
	for (uint32_t i = 0; i < table.row_count; i++)
		table.columns[column][i] = num_from_int(
			&module->nums, 1 + (int64_t)rng_below(rng, shape->classes));
	ir_add_table(module, &table);
}

static inline void put_raw(
	const struct ir_module *module, const int64_t *point, unsigned char *raw)
{
	uint32_t bytes = ir_element_bytes(module->element);

	for (uint32_t i = 0; i < module->input_count; i++) {
		double real = ir_feature_raw(&module->features[i], point[i]);
		float single = (float)real;
		uint64_t bits = 0;
		uint32_t half;
		if (module->element == IR_FLOAT) {
			memcpy(&half, &single, sizeof half);
			bits = half;
		} else if (module->element == IR_DOUBLE) {
			memcpy(&bits, &real, sizeof bits);
		} else {
			bits = (uint64_t)ir_feature_raw_int(&module->features[i], point[i]);
		}
		for (uint32_t j = 0; j < bytes; j++)
			raw[i * bytes + j] = (unsigned char)(bits >> 8 * j);
	}
}

/* A point a little off a stored one, perhaps off the box as far as the type goes. */
static inline void move_point(const struct ir_module *module, struct rng *rng, int64_t *point)
{
	uint32_t i = (uint32_t)rng_below(rng, module->input_count);
	bool bound = !ir_element_is_float(module->element) &&
		ir_feature_is_plain(&module->features[i]);

	point[i] += (int64_t)rng_below(rng, 5) - 2;
	if (rng_below(rng, 8) == 0)
		point[i] = rng_below(rng, 2) ? module->features[i].lo - 1
					     : module->features[i].hi + 1;
	if (bound && point[i] < ir_element_min(module->element))
		point[i] = ir_element_min(module->element);
	if (bound && point[i] > ir_element_max(module->element))
		point[i] = ir_element_max(module->element);
}

/* Stored points; unless members are assumed, also their neighbours and other points. */
static inline void add_rows(const struct shape *shape, const struct ir_module *module,
	struct rng *rng, const struct stored *stored, shape_take *take)
{
	size_t bytes = (size_t)shape->inputs * ir_element_bytes(shape->element);
	size_t count = shape->members && !shape->bias ? shape->points : 3 * shape->points + 20;
	unsigned char *raw = mem_alloc(count, bytes);
	int32_t *classes = mem_alloc(count, sizeof *classes);
	struct ir_interp *interp = ir_interp_new(module);
	int64_t point[SHAPE_INPUTS];

	for (size_t i = 0; i < count; i++) {
		memcpy(point, stored[i % shape->points].point, shape->inputs * sizeof *point);
		if (i >= 2 * shape->points)
			random_point(module, rng, point);
		else if (i >= shape->points && i % 3)
			move_point(module, rng, point);
		put_raw(module, point, raw + i * bytes);
		classes[i] = ir_interp_classify(interp, point);
	}
	take(module, shape->members, &(struct shape_rows){ raw, classes, count });
	ir_interp_free(interp);
	free(raw);
	free(classes);
}

/* Always the same for a shape and a seed. */
static inline void shape_build(const struct shape *shape, uint64_t seed, shape_take *take)
{
	struct ir_feature features[SHAPE_INPUTS];
	int64_t weights[SHAPE_INPUTS], bias;
	struct stored *stored = mem_alloc(shape->points, sizeof *stored);
	const char **names = mem_alloc(shape->classes, sizeof *names);
	struct ir_module module;
	struct rng rng;
	ir_value key, lookup;

	rng_init(&rng, seed);
	for (uint32_t i = 0; i < shape->classes; i++)
		names[i] = "c";
	for (uint32_t i = 0; i < shape->inputs; i++)
		features[i] = i && !shape->differ ? features[0] : make_feature(shape, &rng);
	ir_module_init(&module, "shape");
	ir_set_classes(&module, shape->classes, names);
	ir_set_inputs(&module, shape->element, shape->inputs, features);
	ir_set_fused(&module);
	key = make_key(shape, &module, &rng, weights, &bias);
	for (size_t i = 0; i < shape->points; i++) {
		stored[i].point = mem_alloc(shape->inputs, sizeof(int64_t));
		random_point(&module, &rng, stored[i].point);
		stored[i].key = key_at(shape, weights, bias, stored[i].point);
	}
	make_table(shape, &module, &rng, stored);
	lookup = ir_add_op(&module, IR_LOOKUP, &key, (num[]){ NUM_ZERO, NUM_ZERO });
	ir_set_output(&module, &(struct ir_term){ lookup, NUM_ONE }, 1,
		num_from_int(&module.nums, shape->bias));
	add_rows(shape, &module, &rng, stored, take);
	for (size_t i = 0; i < shape->points; i++)
		free(stored[i].point);
	free(stored);
	free(names);
	ir_module_fini(&module);
}

#endif
