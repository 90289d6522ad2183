/*
 * Networks that are nearly of a construction's shape: a constant or two are off.
 */
#ifndef TESTS_FRONTEND_CONSTRUCT_MUTANTS_H
#define TESTS_FRONTEND_CONSTRUCT_MUTANTS_H

#include "ir/interp.h"
#include "tests/frontend/construct/fixture.h"

/* Of the box, every point that a step of `stride` meets, stored or not. */
static inline bool same_classes(
	const struct ir_module *a, const struct ir_module *b, uint32_t stride, uint32_t from)
{
	struct ir_interp *x = ir_interp_new(a), *y = ir_interp_new(b);
	bool same = true;

	for (uint32_t i = from; i < BOX * BOX && same; i += stride) {
		const int64_t point[] = { i % BOX, i / BOX };
		same = ir_interp_classify(x, point) == ir_interp_classify(y, point);
	}
	ir_interp_free(x);
	ir_interp_free(y);
	return same;
}

/* Another constant: a little more or less, twice as much, or of the other sign. */
static inline num nearby(struct num_pool *nums, num n, struct rng *rng)
{
	int64_t e = num_exponent(nums, n);

	switch (rng_below(rng, 6)) {
	case 0:
		return num_add(nums, n, num_from_int(nums, rng_below(rng, 2) ? 1 : -1));
	case 1:
		return num_add(nums, n, num_pow2(nums, e));
	case 2:
		return num_add(nums, n, num_neg(nums, num_pow2(nums, e - 1)));
	case 3:
		return num_shift(nums, n, rng_below(rng, 2) ? 1 : -1);
	case 4:
		return num_neg(nums, n);
	default:
		return num_from_int(nums, (int64_t)rng_below(rng, 5) - 2);
	}
}

/* Changes a weight or a bias behind the first layer. */
static inline void change_constant(struct ir_module *module, struct rng *rng)
{
	uint32_t hidden = module->node_count - module->layers[1].first;
	struct ir_node *node = &module->nodes[module->layers[1].first + rng_below(rng, hidden)];
	uint32_t count = node->op_and_count >> 8;
	uint32_t at = (uint32_t)rng_below(rng, count + 1);
	num *constant = at < count ? &module->terms[node->first + at].weight : &node->bias;
	num other = nearby(&module->nums, *constant, rng);

	if (at == count || other.i != NUM_ZERO.i)
		*constant = other;
}

#endif
