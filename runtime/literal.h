/*
 * The literal network: every layer and neuron as the theorem has it, in exact integers.
 *
 * Values of a layer lie one behind the other in a buffer; starts[i] is the place of value i
 * and starts[i + 1] that of the next. Each value stands for itself times a power of two
 * which the compiler folded into the shifts.
 */
#ifndef MEMC_RUNTIME_LITERAL_H
#define MEMC_RUNTIME_LITERAL_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/code.h"
#include "runtime/form.h"

struct memc_network {
	const uint64_t *layers, *neurons, *constants;
};

struct memc_values {
	uint64_t *limbs;
	uint32_t *starts;
};

/* Adds the terms of a neuron up in acc. */
static void memc_neuron_sum(const struct memc_network *net, const uint64_t *code,
	const struct memc_values *in, uint64_t *acc)
{
	const size_t room = (size_t)MEMC_HEAD_SUM(*code);
	const size_t terms = (size_t)MEMC_HEAD_TERMS(*code);
	size_t i;

	code++;
	for (i = 0; i < terms; i++) {
		const uint32_t *start = in->starts + MEMC_TERM_VALUE(*code);

		code = memc_form_term(acc, room, i == 0, code, net->constants,
			in->limbs + start[0], start[1] - start[0]);
	}
}

/* Computes a layer and returns the code of the next one. */
static const uint64_t *memc_layer(const struct memc_network *net, const uint64_t *layer,
	const struct memc_values *in, const struct memc_values *out)
{
	const size_t neurons = (size_t)*layer++;
	uint32_t start = 0;
	size_t i;

	out->starts[0] = 0;
	for (i = 0; i < neurons; i++) {
		const uint64_t place = layer[i / 2] >> 32 * (i % 2) & 0xffffffff;
		const uint64_t *code = net->neurons + place;
		const size_t sum = (size_t)MEMC_HEAD_SUM(*code);
		const size_t keep = (size_t)MEMC_HEAD_KEEP(*code);
		uint64_t *acc = out->limbs + start;

		if (keep)
			memc_neuron_sum(net, code, in, acc);
		if (keep && MEMC_HEAD_SIGNED(*code) && acc[sum - 1] >> 63)
			memc_limbs_set(acc, keep, acc, 0, 0, 0);
		start += (uint32_t)keep;
		out->starts[i + 1] = start;
	}
	return layer + (neurons + 1) / 2;
}

/*
 * The class of the inputs in even.limbs, one limb each; even and odd hold the values of
 * every other layer.
 */
static int memc_literal(const struct memc_network *net, size_t layers, size_t inputs,
	size_t fraction, uint64_t classes, const struct memc_values *even,
	const struct memc_values *odd)
{
	const uint64_t *layer = net->layers;
	const struct memc_values *in = even, *out = odd;
	size_t i;

	for (i = 0; i <= inputs; i++)
		in->starts[i] = (uint32_t)i;
	for (i = 0; i < layers; i++) {
		const struct memc_values *next = in;

		layer = memc_layer(net, layer, in, out);
		in = out;
		out = next;
	}
	return memc_class(in->limbs, in->starts[1], fraction, classes);
}

#endif
