/*
 * Random small networks with wide, negative and fractional weights, every raw point around
 * their box, and the class that the exact interpreter gives it.
 *
 * The hidden layers are evaluated here as well, over all points of the box, so that the last
 * layers can be indicators of values that do occur: most points get a class, some do not.
 */
#ifndef TESTS_BACKENDS_C_NETS_H
#define TESTS_BACKENDS_C_NETS_H

#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "ir/interp.h"
#include "ir/ir.h"
#include "ir/verify.h"
#include "support/mem.h"
#include "support/rng.h"

enum { NET_INPUTS = 3, NET_WIDTH = 4, NET_CLASSES = 5, NET_SIDE = 7, NET_POINTS = 343 };

struct net {
	struct ir_module module;
	struct ir_feature features[NET_INPUTS];
	uint32_t inputs;
	struct rng rng;

	unsigned char *raw; /* rows, little-endian */
	int32_t *classes;   /* of the rows */
	size_t rows, row_room, class_room;

	/* while it is built: the box's points, and their values of the newest layer */
	uint32_t points, width;
	int64_t point[NET_POINTS][NET_INPUTS];
	mpq_t value[NET_POINTS][NET_WIDTH];
	ir_value handle[NET_WIDTH];
};

static inline uint64_t net_draw(struct net *net, uint64_t bound)
{
	return rng_below(&net->rng, bound);
}

static inline void net_mpq_num(struct net *net, mpq_t q, num *number)
{
	*number = num_from_mpz(&net->module.nums, mpq_numref(q),
		-(int64_t)(mpz_sizeinbase(mpq_denref(q), 2) - 1));
}

/* A weight: +-1, a power of two, a small integer, or up to 300 bits; never 0. */
static inline void net_weight(struct net *net, mpq_t q)
{
	uint64_t kind = net_draw(net, 4), bits = 1 + net_draw(net, 300);
	int64_t e = (int64_t)net_draw(net, 141) - 70;

	mpq_set_ui(q, kind == 2 ? 1 + (unsigned long)net_draw(net, 9) : 1, 1);
	for (uint64_t i = 0; kind == 3 && i < bits; i++) {
		mpz_mul_2exp(mpq_numref(q), mpq_numref(q), 1);
		mpz_add_ui(mpq_numref(q), mpq_numref(q), net_draw(net, 2));
	}
	if ((kind == 1 || kind == 3) && e > 0)
		mpq_mul_2exp(q, q, (mp_bitcnt_t)e);
	else if (kind == 1 || kind == 3)
		mpq_div_2exp(q, q, (mp_bitcnt_t)-e);
	if (net_draw(net, 3) == 0)
		mpq_neg(q, q);
}

static inline struct ir_feature net_feature(
	struct net *net, enum ir_element element, bool plain)
{
	static const int64_t steps[][2] = { { 1, 1 }, { 1, 4 }, { 3, 1 }, { 1, 10 }, { 7, 3 } };
	struct ir_feature feature = IR_FEATURE(0, 0);
	uint64_t step = net_draw(net, 5);
	bool small = ir_element_bytes(element) == 1;

	feature.lo = (int64_t)net_draw(net, small ? 20 : 2000);
	if (!plain) {
		/* integer features step by integers */
		if (steps[step][1] == 1 || ir_element_is_float(element))
			feature.step = (struct ir_ratio){ steps[step][0], steps[step][1] };
		feature.offset = (struct ir_ratio){ (int64_t)net_draw(net, 9), 1 };
	}
	if (ir_element_is_float(element) || ir_element_min(element) < 0)
		feature.lo -= small ? 10 : 1000;
	feature.hi =
		feature.lo + (net_draw(net, 8) ? 3 + (int64_t)net_draw(net, NET_SIDE - 3) : 0);
	return feature;
}

static inline void net_inputs(struct net *net, enum ir_element element)
{
	bool plain = net_draw(net, 2), same = net_draw(net, 3) == 0;

	net->inputs = 1 + (uint32_t)net_draw(net, NET_INPUTS);
	for (uint32_t i = 0; i < net->inputs; i++)
		net->features[i] =
			i && same ? net->features[0] : net_feature(net, element, plain);
	ir_set_inputs(&net->module, element, net->inputs, net->features);
	net->width = net->inputs;
	for (uint32_t i = 0; i < net->inputs; i++)
		net->handle[i] = ir_input(i);
}

/* All points of the box, and their coordinates as values. */
static inline void net_points(struct net *net)
{
	int64_t at[NET_INPUTS];
	uint32_t i;

	for (i = 0; i < net->inputs; i++)
		at[i] = net->features[i].lo;
	net->points = 0;
	do {
		memcpy(net->point[net->points], at, sizeof at);
		for (i = 0; i < net->inputs; i++)
			mpq_set_si(net->value[net->points][i], at[i], 1);
		net->points++;
		for (i = 0; i < net->inputs && ++at[i] > net->features[i].hi; i++)
			at[i] = net->features[i].lo;
	} while (i < net->inputs);
}

/* A hidden layer of random neurons; their values replace those of the layer before. */
static inline void net_layer(struct net *net)
{
	uint32_t width = 1 + (uint32_t)net_draw(net, NET_WIDTH), from = net->width;
	static mpq_t next[NET_POINTS][NET_WIDTH];
	ir_value handle[NET_WIDTH];
	mpq_t weight, product;

	mpq_inits(weight, product, NULL);
	ir_layer_begin(&net->module, "random");
	for (uint32_t n = 0; n < width; n++) {
		struct ir_term terms[NET_WIDTH];
		uint32_t count = 0, pivot = (uint32_t)net_draw(net, net->points);
		num bias = NUM_ZERO;

		for (uint32_t p = 0; p < net->points; p++)
			mpq_init(next[p][n]);
		for (uint32_t i = 0; i < from; i++) {
			if (net_draw(net, 4) == 0)
				continue;
			net_weight(net, weight);
			terms[count].value = net->handle[i];
			net_mpq_num(net, weight, &terms[count++].weight);
			for (uint32_t p = 0; p < net->points; p++) {
				mpq_mul(product, weight, net->value[p][i]);
				mpq_add(next[p][n], next[p][n], product);
			}
		}
		/* a bias that puts the kink on a point of the box, or any, or none */
		if (net_draw(net, 2))
			mpq_neg(weight, next[pivot][n]);
		else if (net_draw(net, 2))
			net_weight(net, weight);
		else
			mpq_set_ui(weight, 0, 1);
		net_mpq_num(net, weight, &bias);
		for (uint32_t p = 0; p < net->points; p++) {
			mpq_add(next[p][n], next[p][n], weight);
			if (mpq_sgn(next[p][n]) < 0)
				mpq_set_ui(next[p][n], 0, 1);
		}
		handle[n] = ir_neuron(&net->module, terms, count, bias);
	}
	for (uint32_t p = 0; p < net->points; p++)
		for (uint32_t n = 0; n < width; n++) {
			mpq_set(net->value[p][n], next[p][n]);
			mpq_clear(next[p][n]);
		}
	memcpy(net->handle, handle, sizeof handle);
	net->width = width;
	mpq_clears(weight, product, NULL);
}

/* The column with the most changes from point to point. */
static inline uint32_t net_column(struct net *net)
{
	uint32_t best = 0, most = 0;

	for (uint32_t n = 0; n < net->width; n++) {
		uint32_t changes = 0;
		for (uint32_t p = 1; p < net->points; p++)
			changes += !mpq_equal(net->value[p][n], net->value[p - 1][n]);
		if (changes > most) {
			most = changes;
			best = n;
		}
	}
	return best;
}

/* Two layers of indicators [z = t] for values t of z, and an output that adds them up. */
static inline void net_indicators(struct net *net)
{
	enum { TARGETS = 12 };
	uint32_t column = net_column(net);
	struct ir_module *module = &net->module;
	struct ir_term terms[TARGETS], pair[2];
	ir_value sides[TARGETS][2], hits[TARGETS];
	num one = NUM_ONE, minus = num_from_int(&module->nums, -1);
	uint64_t fraction = 0;
	mpq_t t;

	mpq_init(t);
	for (uint32_t p = 0; p < net->points; p++) {
		uint64_t bits = mpz_sizeinbase(mpq_denref(net->value[p][column]), 2) - 1;
		fraction = bits > fraction ? bits : fraction;
	}
	ir_layer_begin(module, "sides");
	for (uint32_t i = 0; i < TARGETS; i++) {
		num bias;
		mpq_set(t, net->value[net_draw(net, net->points)][column]);
		net_mpq_num(net, t, &bias);
		pair[0] = (struct ir_term){ net->handle[column], minus };
		sides[i][0] = ir_neuron(module, pair, 1, bias);
		mpq_neg(t, t);
		net_mpq_num(net, t, &bias);
		pair[0].weight = one;
		sides[i][1] = ir_neuron(module, pair, 1, bias);
	}
	ir_layer_begin(module, "hits");
	for (uint32_t i = 0; i < TARGETS; i++) {
		num far = num_neg(&module->nums, num_pow2(&module->nums, (int64_t)fraction));
		pair[0] = (struct ir_term){ sides[i][0], far };
		pair[1] = (struct ir_term){ sides[i][1], far };
		hits[i] = ir_neuron(module, pair, 2, one);
	}
	for (uint32_t i = 0; i < TARGETS; i++) {
		/* 1..C are classes; halves and numbers beyond are none */
		static const int64_t tenths[] = { 2, 4, 6, 8, 10, 1, -2, 12, 4, 2 };
		num weight = num_from_int(&module->nums, tenths[net_draw(net, 10)]);
		mpz_t m;
		int32_t e = num_view(&module->nums, weight, m);
		terms[i] = (struct ir_term){ hits[i], num_from_mpz(&module->nums, m, e - 1) };
	}
	ir_set_output(module, terms, TARGETS, net_draw(net, 2) ? NUM_ZERO : minus);
	mpq_clear(t);
}

/* Adds a row of raw features with the class that the interpreter gives it. */
static inline void net_row(struct net *net, struct ir_interp *interp, const double *x)
{
	enum ir_element element = net->module.element;
	uint32_t bytes = ir_element_bytes(element);
	int64_t grid[NET_INPUTS];
	bool inside = true;
	size_t at = net->rows * net->inputs * bytes;

	net->raw = mem_grow(net->raw, &net->row_room, at + (size_t)net->inputs * bytes, 1);
	for (uint32_t i = 0; i < net->inputs; i++) {
		uint64_t bits = 0;
		double value = x[i];
		if (element == IR_FLOAT) {
			float narrow = (float)x[i];
			uint32_t half;
			memcpy(&half, &narrow, sizeof half);
			bits = half;
			value = (double)narrow;
		} else if (element == IR_DOUBLE) {
			memcpy(&bits, &x[i], sizeof bits);
		} else {
			bits = (uint64_t)(int64_t)x[i];
		}
		inside = inside &&
			(ir_element_is_float(element)
					? ir_feature_grid_double(
						  &net->features[i], value, &grid[i])
					: ir_feature_grid_int(
						  &net->features[i], (int64_t)value, &grid[i]));
		for (uint32_t j = 0; j < bytes; j++)
			net->raw[at++] = (unsigned char)(bits >> 8 * j);
	}
	net->classes =
		mem_grow(net->classes, &net->class_room, net->rows + 1, sizeof *net->classes);
	net->classes[net->rows++] = inside ? ir_interp_classify(interp, grid) : -1;
}

/* Every grid point of the box and one beyond, moved within its cell; the type's limits. */
static inline void net_rows(struct net *net)
{
	static const double extremes[] = { 0.0, -0.0, 1.0 / 0.0, -1.0 / 0.0, 0.0 / 0.0, 1e-310,
		-1e-40, 1e30, 3.5, -1.7e308 };
	enum ir_element element = net->module.element;
	bool real = ir_element_is_float(element);
	struct ir_interp *interp = ir_interp_new(&net->module);
	double x[NET_INPUTS];

	for (uint32_t i = 0; i < 2 * net->points; i++) {
		for (uint32_t j = 0; j < net->inputs; j++) {
			const struct ir_feature *feature = &net->features[j];
			int64_t grid = net->point[i / 2][j] +
				(i % 2 ? (int64_t)net_draw(net, 3) - 1 : 0);
			x[j] = ir_feature_raw(feature, grid);
			if (real && i % 2)
				x[j] += (rng_unit(&net->rng) - 0.5) *
					(double)feature->step.num / (double)feature->step.den;
			if (!real && x[j] < (double)ir_element_min(element))
				x[j] = (double)ir_element_min(element);
			if (!real && x[j] > (double)ir_element_max(element) / 2)
				x[j] = (double)(ir_element_max(element) / 2);
		}
		net_row(net, interp, x);
	}
	for (uint32_t i = 0; i < net->inputs; i++) {
		x[i] = real ? 0 : (double)ir_element_min(element);
		net_row(net, interp, x);
		for (size_t j = 0; real && j < sizeof extremes / sizeof *extremes; j++) {
			x[i] = extremes[j];
			net_row(net, interp, x);
		}
		x[i] = real ? 1e9 : (double)(ir_element_max(element) / 2);
		net_row(net, interp, x);
	}
	ir_interp_free(interp);
}

/* The net of a seed. */
static inline struct net *net_new(uint64_t seed, const char *name, enum ir_element element)
{
	static const char *const classes[NET_CLASSES] = { "a", "b", "c", "d", "e" };
	struct net *net = mem_zero(1, sizeof *net);

	rng_init(&net->rng, seed);
	for (uint32_t p = 0; p < NET_POINTS; p++)
		for (uint32_t n = 0; n < NET_WIDTH; n++)
			mpq_init(net->value[p][n]);
	ir_module_init(&net->module, name);
	ir_set_classes(&net->module, NET_CLASSES, classes);
	net_inputs(net, element);
	net_points(net);
	for (uint64_t i = net_draw(net, 4); i < 3; i++)
		net_layer(net);
	net_indicators(net);
	net_rows(net);
	return net;
}

/*
 * Values at the edge of a limb: v = relu(+-2^k x + b) of a byte x with b = -1, all ones or
 * minus all ones, and an output that is x (or 256 - x) again where relu let it pass.
 */
static inline struct net *net_edge(uint32_t k, uint32_t kind, const char *name)
{
	struct net *net = mem_zero(1, sizeof *net);
	struct num_pool *nums = &net->module.nums;
	const char *classes[255];
	struct ir_term term = { ir_input(0), NUM_ONE };
	struct ir_interp *interp;
	num rest;
	mpz_t m;

	for (int i = 0; i < 255; i++)
		classes[i] = "c";
	net->inputs = 1;
	net->features[0] = IR_FEATURE(0, 255);
	ir_module_init(&net->module, name);
	ir_set_classes(&net->module, 255, classes);
	ir_set_inputs(&net->module, IR_UINT8, 1, net->features);
	term.weight = num_pow2(nums, k);
	if (kind == 2)
		term.weight = num_neg(nums, term.weight);
	mpz_init_set_ui(m, 1);
	mpz_mul_2exp(m, m, kind == 2 ? k + 8 : kind == 1 ? k : 0);
	mpz_sub_ui(m, m, kind != 0);
	if (kind < 2)
		mpz_neg(m, m);
	ir_layer_begin(&net->module, "edge");
	term.value = ir_neuron(&net->module, &term, 1, num_from_mpz(nums, m, 0));
	/* y = v / 2^k and what is left over of the bias */
	term.weight = num_pow2(nums, -(int64_t)k);
	mpz_set_ui(m, 1);
	mpz_mul_2exp(m, m, k);
	mpz_sub_ui(m, m, 1);
	rest = kind == 1 ? num_from_mpz(nums, m, -(int64_t)k) : num_pow2(nums, -(int64_t)k);
	ir_set_output(&net->module, &term, 1, rest);
	mpz_clear(m);
	interp = ir_interp_new(&net->module);
	for (int x = 0; x < 256; x++) {
		double raw = x;
		net_row(net, interp, &raw);
	}
	ir_interp_free(interp);
	return net;
}

static inline void net_free(struct net *net)
{
	for (uint32_t p = 0; p < NET_POINTS; p++)
		for (uint32_t n = 0; n < NET_WIDTH && net->points; n++)
			mpq_clear(net->value[p][n]);
	ir_module_fini(&net->module);
	free(net->raw);
	free(net->classes);
	free(net);
}

#endif
