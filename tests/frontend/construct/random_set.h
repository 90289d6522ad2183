/*
 * Random data sets of any number of features and width, for tests of what measures
 * distances.
 */
#ifndef TESTS_FRONTEND_CONSTRUCT_RANDOM_SET_H
#define TESTS_FRONTEND_CONSTRUCT_RANDOM_SET_H

#include <stdlib.h>

#include "frontend/data/dataset.h"
#include "support/mem.h"
#include "support/rng.h"

/* Coordinates low..low+span, classes at random but for the first two points. */
static inline struct dataset random_set(uint64_t seed, uint64_t count, uint32_t inputs,
	uint32_t classes, int64_t low, uint64_t span)
{
	struct dataset set = {
		.count = count, .inputs = inputs, .classes = classes, .cell = CELL_I64
	};
	int64_t *cells = mem_alloc(count * inputs, sizeof *cells);
	struct rng rng;

	rng_init(&rng, seed);
	for (uint64_t i = 0; i < count * inputs; i++)
		cells[i] = low + (int64_t)rng_below(&rng, span + 1);
	set.cells = cells;
	set.labels = mem_alloc(count, sizeof *set.labels);
	for (uint64_t i = 0; i < count; i++)
		set.labels[i] = i < 2 ? (uint32_t)i : (uint32_t)rng_below(&rng, classes);
	return set;
}

/* Coordinates of a point. */
static inline int64_t *random_row(const struct dataset *set, uint64_t i)
{
	return (int64_t *)set->cells + i * set->inputs;
}

static inline int64_t random_square(const struct dataset *set, uint64_t i, uint64_t k)
{
	const int64_t *p = random_row(set, i), *q = random_row(set, k);
	int64_t sum = 0;

	for (uint32_t f = 0; f < set->inputs; f++)
		sum += (p[f] - q[f]) * (p[f] - q[f]);
	return sum;
}

static inline void random_set_fini(struct dataset *set)
{
	free(set->cells);
	free(set->labels);
}

#endif
