/*
 * Random networks for tests, and an evaluator of their values that shares nothing with the
 * interpreter: plain GMP rationals, every value kept.
 */
#ifndef TESTS_IR_RANDOM_NETWORK_H
#define TESTS_IR_RANDOM_NETWORK_H

#include <gmp.h>
#include <stdlib.h>

#include "ir/ir.h"
#include "support/mem.h"
#include "support/rng.h"

/* m * 2^e, |m| < 2^bits, mostly small; never zero. */
static inline num random_weight(struct ir_module *module, struct rng *rng, uint32_t bits)
{
	int64_t e = (int64_t)rng_below(rng, 9) - 4;
	mpz_t m;
	num result;

	mpz_init_set_ui(m, 1 + rng_below(rng, 7));
	if (rng_below(rng, 4) == 0)
		for (uint32_t done = 0; done < bits; done += 32) {
			mpz_mul_2exp(m, m, 32);
			mpz_add_ui(m, m, rng_below(rng, UINT64_C(1) << 32));
		}
	if (rng_below(rng, 2))
		mpz_neg(m, m);
	result = num_from_mpz(&module->nums, m, e);
	mpz_clear(m);
	return result;
}

/* A neuron or the output over values first..first+count-1, each read with odds 2 in 3. */
static inline void random_node(struct ir_module *module, struct rng *rng, uint32_t first,
	uint32_t count, uint32_t bits, bool output)
{
	struct ir_term *terms = mem_alloc(count, sizeof *terms);
	num bias = rng_below(rng, 3) ? random_weight(module, rng, bits) : NUM_ZERO;
	uint32_t used = 0;

	for (uint32_t i = 0; i < count; i++)
		if (rng_below(rng, 3))
			terms[used++] = (struct ir_term){ { first + i },
				random_weight(module, rng, bits) };
	if (output)
		ir_set_output(module, terms, used, bias);
	else
		ir_neuron(module, terms, used, bias);
	free(terms);
}

/* Inputs in small boxes, up to six layers of up to five neurons, weights up to `bits` long. */
static inline void random_network(struct ir_module *module, uint64_t seed, uint32_t bits)
{
	static const char *const names[] = { "a", "b", "c" };
	struct ir_feature features[3];
	struct rng rng;
	uint32_t inputs, layers, first = 0, width;

	rng_init(&rng, seed);
	ir_module_init(module, "random");
	inputs = 1 + (uint32_t)rng_below(&rng, 3);
	for (uint32_t i = 0; i < inputs; i++) {
		int64_t lo = (int64_t)rng_below(&rng, 21) - 10;
		features[i] = IR_FEATURE(lo, lo + (int64_t)rng_below(&rng, 8));
	}
	ir_set_classes(module, 3, names);
	ir_set_inputs(module, IR_INT8, inputs, features);
	layers = (uint32_t)rng_below(&rng, 7);
	width = inputs;
	for (uint32_t layer = 0; layer < layers; layer++) {
		uint32_t next = 1 + (uint32_t)rng_below(&rng, 5), start = module->node_count;
		ir_layer_begin(module, layer % 2 ? "odd" : "even");
		for (uint32_t i = 0; i < next; i++)
			random_node(module, &rng, first, width, bits, false);
		first = start;
		width = next;
	}
	random_node(module, &rng, first, width, bits, true);
}

/* A random point of the box. */
static inline void random_input(const struct ir_module *module, struct rng *rng, int64_t *point)
{
	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		point[i] = feature->lo +
			(int64_t)rng_below(rng, (uint64_t)(feature->hi - feature->lo) + 1);
	}
}

static inline void num_to_mpq(const struct num_pool *pool, num n, mpq_t result)
{
	mpz_t view;
	int64_t e = num_view(pool, n, view);

	mpq_set_z(result, view);
	if (e >= 0)
		mpq_mul_2exp(result, result, (mp_bitcnt_t)e);
	else
		mpq_div_2exp(result, result, (mp_bitcnt_t)-e);
}

/* All values of a module at one point; values and before have node_count initialized mpq. */
static inline void evaluate_all(
	const struct ir_module *module, const int64_t *point, mpq_t *values, mpq_t *before)
{
	mpq_t weight;

	mpq_init(weight);
	for (uint32_t i = 0; i < module->node_count; i++) {
		const struct ir_term *terms = ir_terms(module, (ir_value){ i });
		if (ir_op_of(module, (ir_value){ i }) == IR_INPUT) {
			mpq_set_si(values[i], point[i], 1);
			mpq_set(before[i], values[i]);
			continue;
		}
		num_to_mpq(&module->nums, module->nodes[i].bias, before[i]);
		for (uint32_t k = 0; k < ir_term_count(module, (ir_value){ i }); k++) {
			num_to_mpq(&module->nums, terms[k].weight, weight);
			mpq_mul(weight, weight, values[terms[k].value.i]);
			mpq_add(before[i], before[i], weight);
		}
		mpq_set(values[i], before[i]);
		if (ir_op_of(module, (ir_value){ i }) == IR_RELU && mpq_sgn(values[i]) < 0)
			mpq_set_ui(values[i], 0, 1);
	}
	mpq_clear(weight);
}

static inline mpq_t *new_values(uint32_t count)
{
	mpq_t *values = mem_alloc(count, sizeof *values);

	for (uint32_t i = 0; i < count; i++)
		mpq_init(values[i]);
	return values;
}

static inline void free_values(mpq_t *values, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		mpq_clear(values[i]);
	free(values);
}

#endif
