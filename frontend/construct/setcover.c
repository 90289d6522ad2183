#include "frontend/construct/setcover.h"

#include <stdlib.h>

#include "support/mem.h"
#include "support/sort.h"

void sets_init(struct sets *sets, uint64_t count)
{
	sets->count = count;
	sets->words = (count + 63) / 64;
	sets->bits = mem_zero(count * sets->words + 1, sizeof *sets->bits);
}

void sets_fini(struct sets *sets)
{
	free(sets->bits);
	*sets = (struct sets){ 0 };
}

/* Members of a set that are not covered. */
static uint64_t count_new(const struct sets *sets, uint64_t set, const uint64_t *covered)
{
	const uint64_t *row = sets->bits + set * sets->words;
	uint64_t sum = 0;

	for (uint64_t w = 0; w < sets->words; w++)
		sum += (uint64_t)__builtin_popcountll(row[w] & ~covered[w]);
	return sum;
}

/*
 * The set with the most new members. What a set had at an earlier step bounds what it has
 * now, so that few are counted again.
 */
static uint64_t best_set(
	const struct sets *sets, const uint64_t *covered, uint64_t *bounds, uint64_t *gain)
{
	uint64_t best = 0;

	*gain = 0;
	for (uint64_t i = 0; i < sets->count; i++) {
		if (bounds[i] <= *gain)
			continue;
		bounds[i] = count_new(sets, i, covered);
		if (bounds[i] > *gain) {
			*gain = bounds[i];
			best = i;
		}
	}
	return best;
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;

	return p < q ? -1 : p > q;
}

/* Drops, last chosen first, sets all of whose members others hold. */
static uint64_t drop_idle(const struct sets *sets, uint32_t *chosen, uint64_t count)
{
	uint32_t *holders = mem_zero(sets->count + 1, sizeof *holders);
	uint64_t kept = 0;

	for (uint64_t n = 0; n < count; n++)
		for (uint64_t k = 0; k < sets->count; k++)
			holders[k] += sets_has(sets, chosen[n], k);
	for (uint64_t n = count; n-- > 0;) {
		bool needed = false;
		for (uint64_t k = 0; k < sets->count && !needed; k++)
			needed = sets_has(sets, chosen[n], k) && holders[k] == 1;
		for (uint64_t k = 0; k < sets->count && !needed; k++)
			holders[k] -= sets_has(sets, chosen[n], k);
		if (!needed)
			chosen[n] = UINT32_MAX;
	}
	for (uint64_t n = 0; n < count; n++)
		if (chosen[n] != UINT32_MAX)
			chosen[kept++] = chosen[n];
	free(holders);
	return kept;
}

uint64_t sets_cover(const struct sets *sets, uint32_t *chosen)
{
	uint64_t *covered = mem_zero(sets->words + 1, sizeof *covered);
	uint64_t *bounds = mem_alloc(sets->count, sizeof *bounds);
	uint64_t count = 0, gain;

	for (uint64_t i = 0; i < sets->count; i++)
		bounds[i] = UINT64_MAX;
	for (;;) {
		uint64_t best = best_set(sets, covered, bounds, &gain);
		if (gain == 0)
			break;
		for (uint64_t w = 0; w < sets->words; w++)
			covered[w] |= sets->bits[best * sets->words + w];
		chosen[count++] = (uint32_t)best;
	}
	free(covered);
	free(bounds);
	count = drop_idle(sets, chosen, count);
	sort_array(chosen, count, sizeof *chosen, compare_numbers);
	return count;
}
