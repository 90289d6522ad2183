/*
 * Parts of the engine of dense modules (runtime/dense_code.h): leaves, and the order of
 * segments.
 */
#ifndef MEMC_RUNTIME_DENSE_H
#define MEMC_RUNTIME_DENSE_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/dense_code.h"

/* A gate under way: places among the words of gates. */
struct memc_gate {
	size_t gate, segment; /* 0: no more */
	uint64_t sum, rest;   /* gates of the segment that are still to come */
};

/* 1 if a sum is greater than 0. */
static int memc_positive(uint64_t sum)
{
	return sum - 1 < ((uint64_t)1 << 63) - 1;
}

/* min(max(0, sum), limit) */
static uint64_t memc_cut(uint64_t sum, uint64_t limit)
{
	sum = memc_positive(sum) ? sum : 0;
	return sum < limit ? sum : limit;
}

/* Where the gate behind begins. */
static size_t memc_behind(const uint64_t *gates, size_t gate)
{
	return gate + (size_t)MEMC_GATE_WORDS(gates[gate + 1]);
}

/* The value of a gate, when all is added. */
static uint64_t memc_value(const uint64_t *gates, const struct memc_gate *at)
{
	return memc_cut(at->sum, MEMC_GATE_UNIT(gates[at->gate + 1]) ? 1 : ~(uint64_t)0);
}

static void memc_begin(struct memc_gate *to, const uint64_t *gates, size_t gate)
{
	to->gate = gate;
	to->sum = gates[gate];
	to->rest = 0;
	to->segment = MEMC_GATE_SEGMENT(gates[gate + 1])
		? gate + 2
		: (size_t)MEMC_GATE_REST(gates[gate + 1]);
}

/* Whether the gate is 0 whatever follows. */
static int memc_is_over(const uint64_t *gates, const struct memc_gate *at)
{
	return MEMC_SEGMENT_EXIT(gates[at->segment]) && !memc_positive(at->sum);
}

/* Goes on to the next segment: the first of the rest, or that which begins at `end`. */
static void memc_next(struct memc_gate *at, const uint64_t *gates, size_t end)
{
	const uint64_t word = gates[at->gate + 1];

	if (memc_is_over(gates, at))
		at->segment = 0;
	else if (at->segment == at->gate + 2 && MEMC_GATE_SEGMENT(word))
		at->segment = (size_t)MEMC_GATE_REST(word);
	else
		at->segment = MEMC_SEGMENT_LAST(gates[at->segment]) ? 0 : end;
}

/* Adds the leaves of a segment. Returns its end. */
static size_t memc_leaves(struct memc_gate *at, const uint64_t *gates, const uint64_t *v)
{
	const uint64_t *const segment = gates + at->segment;
	const uint64_t head = segment[0];
	const size_t count = (size_t)MEMC_SEGMENT_COUNT(head);
	const unsigned lg = (unsigned)MEMC_SEGMENT_LOG(head);
	const unsigned bits = (unsigned)MEMC_SEGMENT_BITS(head);
	const uint64_t mask = ~(uint64_t)0 >> (64 - (1u << lg));
	const uint64_t index = ((uint64_t)1 << bits) - 1;
	const uint64_t limit = MEMC_SEGMENT_UNIT(head) ? 1 : ~(uint64_t)0;
	const size_t each = (size_t)1 << (6 - lg), run = MEMC_SEGMENT_RUN(head) ? 1 : 0;
	const uint64_t weight = segment[1], w2 = segment[4];
	const uint64_t base = segment[5] + segment[3] * v[segment[2] >> 32];
	const uint64_t *const from = v + (size_t)(segment[2] & 0xffffffff);
	const uint64_t *const words = segment + 6;
	uint64_t sum = at->sum;
	size_t k;

	for (k = 0; k < count; k++) {
		const uint64_t leaf =
			words[k >> (6 - lg)] >> ((unsigned)(k & (each - 1)) << lg) & mask;
		const uint64_t value = base + (leaf >> bits) +
			w2 * from[(size_t)(leaf & index) + (run ? k : 0)];

		if (!memc_positive(value))
			continue;
		sum += weight * (value < limit ? value : limit);
		if (MEMC_SEGMENT_EXIT(head) && !memc_positive(sum))
			break;
	}
	at->sum = sum;
	return at->segment + 6 + ((count + each - 1) >> (6 - lg));
}

#endif
