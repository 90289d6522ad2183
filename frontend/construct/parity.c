#include "frontend/construct/parity.h"

#include <stdlib.h>

#include "frontend/construct/fields.h"
#include "frontend/construct/step.h"
#include "support/bits.h"
#include "support/mem.h"

/* Boundary i of those of all buckets: the first ones are made up, at 0. */
static position boundary(const struct parity *parity, uint64_t i)
{
	uint64_t made_up = parity->buckets * parity->n - parity->count;

	return i < made_up ? 0 : parity->boundaries[i - made_up];
}

static uint32_t trailing_zeros(const struct parity *parity)
{
	position all = 0;

	for (uint64_t i = 0; i < parity->count; i++)
		all |= parity->boundaries[i];
	return position_bits(all & -all) - 1;
}

/* Bits of the greatest distance between neighbours, in units. */
static uint32_t distance_bits(const struct parity *parity)
{
	position greatest = 0, last = 0;

	for (uint64_t i = 0; i < parity->count; i++) {
		position distance = parity->boundaries[i] - last;
		if (distance > greatest)
			greatest = distance;
		last = parity->boundaries[i];
	}
	return position_bits(greatest >> parity->unit);
}

/* PARITY_PARAMETERS of buckets of n */
static uint64_t parameters_of(const struct parity *parity, uint64_t n)
{
	uint64_t selected = parity->count / n;
	uint64_t bit = 13 + 3 * parity->extractor->bit_layers;

	return 12 * selected + (n - 1) * (bit * parity->rho + 16);
}

static uint64_t best_bucket(const struct parity *parity)
{
	uint64_t best = 2, most = PARITY_STRING_BITS / parity->rho;

	for (uint64_t n = 4; n <= parity->count + 1 && n <= most; n += 2)
		if (parameters_of(parity, n) < parameters_of(parity, best))
			best = n;
	return best;
}

/* rho and BIG, from the distances within buckets. */
static void measure_buckets(struct parity *parity)
{
	position greatest = 0, longest = 0;

	for (uint64_t j = 0; j < parity->buckets; j++) {
		uint64_t first = j * parity->n, last = first + parity->n - 1;
		position span = boundary(parity, last) - boundary(parity, first);

		for (uint64_t i = first + 1; i <= last; i++) {
			position distance = boundary(parity, i) - boundary(parity, i - 1);
			if (distance > greatest)
				greatest = distance;
		}
		if (span > longest)
			longest = span;
	}
	parity->rho = position_bits(greatest >> parity->unit);
	parity->big = position_bits(longest);
}

bool parity_plan(struct parity *parity, const struct extractor *extractor,
	const position *boundaries, uint64_t count, uint64_t n)
{
	*parity = (struct parity){
		.extractor = extractor, .boundaries = boundaries, .count = count
	};
	parity->unit = trailing_zeros(parity);
	parity->rho = distance_bits(parity);
	if (n == 0)
		n = best_bucket(parity);
	else if (n > count + 1)
		n = count + 1 + (count + 1) % 2;
	parity->n = n;
	parity->buckets = divide_up(count, n);
	parity->selected = count / n;
	measure_buckets(parity);
	return n - 1 <= PARITY_STRING_BITS / parity->rho;
}

/* u and the first boundary of every bucket, and where it begins. */
static struct rung *cut(struct ir_module *module, const struct parity *parity)
{
	struct rung *rungs = mem_alloc(parity->buckets, sizeof *rungs);
	uint64_t slots = parity->n - 1;
	position *distances = mem_alloc(slots, sizeof *distances);

	for (uint64_t j = 0; j < parity->buckets; j++) {
		position first = boundary(parity, j * parity->n), last = first;
		for (uint64_t i = 0; i < slots; i++) {
			position next = boundary(parity, j * parity->n + i + 1);
			distances[i] = (next - last) >> parity->unit;
			last = next;
		}
		rungs[j] = (struct rung){
			.from = first,
			.constants = {
				fields_num(&module->nums, distances, slots, parity->rho),
				position_num(&module->nums, first),
			},
		};
	}
	free(distances);
	return rungs;
}

/*
 * A distance bit by bit, off G; then +- 2^weight to `out` if what is left is >= BIG. G is
 * the first form at `carried` and not needed after the last slot.
 */
static void walk_slot(struct ir_module *module, const struct parity *parity,
	struct form *const *carried, uint32_t count, struct lane *lane, num turn)
{

	struct form *g = carried[0], *out = carried[1];
	struct form rest, step;

	for (uint32_t bit = 0; bit < parity->rho; bit++) {
		parity->extractor->next(module, carried, count, lane, 1, 1);
		form_shift(module, &lane->bit, parity->unit + parity->rho - 1 - bit);
		form_sub(module, g, &lane->bit);
	}
	rest = *g;
	ir_layer_begin(module, "walk");
	if (lane->done < lane->length)
		form_carry(module, carried, count);
	else
		form_carry(module, carried + 1, count - 1);
	lane_carry(module, lane);
	step = step_at(module, &rest, (position)1 << parity->big);
	form_add_scaled(module, out, &step, turn);
}

/* u, and G = z - the first boundary + BIG */
static void select_bucket(struct ir_module *module, const struct parity *parity, struct form *z,
	struct form *out, struct form *u, struct form *g)
{
	struct rung *rungs = cut(module, parity);
	struct form *const carried[] = { z, out };
	struct form accumulators[SELECT_ACCUMULATORS];

	rungs_select(module, carried, 2, rungs, parity->buckets, accumulators, 2);
	free(rungs);
	*u = accumulators[0];
	*g = *z;
	form_sub(module, g, &accumulators[1]);
	form_add_bias(module, g, num_pow2(&module->nums, parity->big));
}

/*
 * The first boundary of z's bucket has turned the parity before the walk. Where z is below
 * all buckets, u = 0 turns it n - 1 times more: an even number in all.
 */
void parity_core(struct ir_module *module, const struct parity *parity, struct form *z,
	bool keep_z, struct form *out, uint32_t weight, bool first,
	const struct progress *progress)
{
	uint64_t made_up = parity->buckets * parity->n - parity->count;
	bool up = first == (made_up % 2 != 0); /* the first boundary of a bucket turns up */
	num height = num_pow2(&module->nums, weight);
	num turns[2] = { num_neg(&module->nums, height), height };
	struct form u, g;
	struct form *const carried[] = { &g, out, z };
	struct lane lane = { .length = (parity->n - 1) * parity->rho };

	select_bucket(module, parity, z, out, &u, &g);
	lane.t[0] = u;
	if (up)
		form_add_bias(module, out, height);
	parity->extractor->start(module, carried, keep_z ? 3 : 2, &lane, 1);
	for (uint64_t slot = 0; slot + 1 < parity->n; slot++) {
		progress_report(progress, "constructing", slot, parity->n);
		walk_slot(module, parity, carried, keep_z ? 3 : 2, &lane,
			turns[up == (slot % 2 != 0)]);
	}
}
