/*
 * The k-d tree against all pairs: how far classes are apart, and what is within a radius, for
 * every type of cell, few and many coordinates, and points that are equal in most of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "frontend/construct/kdtree.h"
#include "frontend/data/cell.h"
#include "support/mem.h"
#include "support/rng.h"

struct set {
	struct dataset dataset;
	int64_t *values;
};

static const struct {
	enum cell cell;
	int64_t lo, hi;
} kinds[] = {
	{ CELL_U8, 0, 255 },
	{ CELL_I8, -128, 127 },
	{ CELL_U16, 0, 65535 },
	{ CELL_I16, -300, 300 },
	{ CELL_I32, -1000000, 1000000 },
	{ CELL_I64, INT64_MIN, INT64_MAX },
};

static int64_t draw(struct rng *rng, int64_t lo, int64_t hi)
{
	uint64_t span = (uint64_t)hi - (uint64_t)lo;

	if (rng_below(rng, 4) == 0)
		return rng_below(rng, 2) ? lo : hi;
	return (int64_t)((uint64_t)lo +
		(span == UINT64_MAX ? rng_next(rng) : rng_below(rng, span + 1)));
}

/* A coordinate is often that of the point before. */
static void set_init(struct set *set, uint64_t seed, uint32_t count, uint32_t inputs,
	uint32_t classes, size_t kind)
{
	struct ir_feature *features = mem_zero(inputs, sizeof *features);
	struct rng rng;

	rng_init(&rng, seed);
	set->values = mem_alloc((size_t)count * inputs, sizeof *set->values);
	set->dataset = (struct dataset){ .count = count,
		.inputs = inputs,
		.classes = classes,
		.features = features,
		.cell = kinds[kind].cell,
		.cells = mem_alloc((size_t)count * inputs, 8),
		.labels = mem_alloc(count, sizeof(uint32_t)) };
	for (uint32_t k = 0; k < inputs; k++)
		features[k] = (struct ir_feature)IR_FEATURE(kinds[kind].lo, kinds[kind].hi);
	for (uint32_t i = 0; i < count * inputs; i++) {
		bool copied = i >= inputs && rng_below(&rng, 3) == 0;
		set->values[i] = copied ? set->values[i - inputs]
					: draw(&rng, kinds[kind].lo, kinds[kind].hi);
	}
	for (uint32_t i = 0; i < count; i++)
		set->dataset.labels[i] = (uint32_t)rng_below(&rng, classes);
	cell_store(
		kinds[kind].cell, set->dataset.cells, 0, (size_t)count * inputs, set->values);
}

static void set_fini(struct set *set)
{
	free(set->values);
	free(set->dataset.features);
	free(set->dataset.cells);
	free(set->dataset.labels);
}

static uint64_t distance_of(const struct set *set, uint64_t a, uint64_t b)
{
	uint32_t d = set->dataset.inputs;
	uint64_t most = 0;

	for (uint32_t k = 0; k < d; k++) {
		int64_t x = set->values[a * d + k], y = set->values[b * d + k];
		uint64_t apart = x > y ? (uint64_t)x - (uint64_t)y : (uint64_t)y - (uint64_t)x;
		most = apart > most ? apart : most;
	}
	return most;
}

static uint64_t separation_of(const struct set *set)
{
	uint64_t least = UINT64_MAX;

	for (uint64_t a = 0; a < set->dataset.count; a++)
		for (uint64_t b = 0; b < a; b++)
			if (set->dataset.labels[a] != set->dataset.labels[b] &&
				distance_of(set, a, b) < least)
				least = distance_of(set, a, b);
	return least;
}

static void takes_what_is_near(struct kdtree *tree, const struct set *set, struct rng *rng)
{
	bool *taken = mem_zero(set->dataset.count, sizeof *taken);

	for (int turn = 0; turn < 12; turn++) {
		uint64_t i = rng_below(rng, set->dataset.count);
		uint64_t j = rng_below(rng, set->dataset.count);
		uint64_t radius = distance_of(set, i, j);
		radius = radius > 1000 ? radius / 2 : radius; /* the greatest would be all */
		kdtree_take(tree, i, radius);
		for (uint64_t k = 0; k < set->dataset.count; k++) {
			taken[k] |= distance_of(set, i, k) <= radius;
			assert_int_equal(kdtree_is_taken(tree, k), taken[k]);
		}
	}
	free(taken);
}

static void agrees_with_all_pairs(void **state)
{
	static const uint32_t counts[] = { 1, 2, 24, 25, 60, 300 }, inputs[] = { 1, 2, 7 };
	uint64_t seed = 0;

	(void)state;
	for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
		for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
			for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
				struct kdtree tree;
				struct set set;
				struct rng rng;
				rng_init(&rng, ++seed);
				set_init(&set, seed, counts[c], inputs[i],
					1 + (uint32_t)seed % 4, kind);
				kdtree_init(&tree, &set.dataset);
				assert_int_equal(
					kdtree_separation(&tree, NULL), separation_of(&set));
				takes_what_is_near(&tree, &set, &rng);
				kdtree_fini(&tree);
				set_fini(&set);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_all_pairs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
