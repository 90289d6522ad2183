#include "frontend/construct/fence.h"

#include <stdlib.h>
#include <string.h>

#include "support/cores.h"
#include "support/mem.h"

enum { GRAIN = 64 }; /* rivals that a thread takes at a time */

static uint64_t count_others(const struct distances *distances, uint32_t label)
{
	return distances->count - (distances->first[label + 1] - distances->first[label]);
}

uint64_t fence_bytes(const struct distances *distances, uint32_t label, uint64_t rivals)
{
	return rivals * count_others(distances, label) * sizeof(int64_t);
}

/* From a point to the others: what lies before and behind the class in a row of all. */
static void take_others(const struct fence *fence, uint64_t k, int64_t *row, int64_t *into)
{
	const struct distances *distances = fence->distances;
	uint64_t before = distances->first[fence->label];

	distances_opposite(distances, k, 1, fence->label, row);
	memcpy(into, row, before * sizeof *into);
	memcpy(into + before, row + distances->first[fence->label + 1],
		(fence->others - before) * sizeof *into);
}

static void measure_shares(void *context, struct shares *shares, unsigned thread)
{
	struct fence *fence = context;
	int64_t *row = mem_alloc(fence->distances->count, sizeof *row);
	uint64_t first, count;

	(void)thread;
	while (shares_take(shares, &first, &count))
		for (uint64_t n = first; n < first + count; n++)
			take_others(fence, fence->rivals[n], row,
				fence->squares + n * fence->others);
	free(row);
}

void fence_init(struct fence *fence, const struct distances *distances, uint32_t label,
	int64_t least, const bool *pool)
{
	uint64_t others = count_others(distances, label), words = (others + 63) / 64;

	*fence = (struct fence){ .distances = distances,
		.least = least,
		.label = label,
		.others = others,
		.words = words };
	fence->rivals = mem_alloc(others, sizeof *fence->rivals);
	for (uint32_t j = 0; j < distances->count; j++)
		if (pool[j] && distances->labels[j] != label)
			fence->rivals[fence->rival_count++] = j;
	fence->squares = mem_alloc(fence->rival_count * others, sizeof *fence->squares);
	fence->out = mem_alloc(fence->rival_count * words, sizeof *fence->out);
	fence->own = mem_alloc(others, sizeof *fence->own);
	fence->rows = mem_alloc(distances->count, sizeof *fence->rows);
	fence->left = mem_alloc(words, sizeof *fence->left);
	fence->bounds = mem_alloc(fence->rival_count, sizeof *fence->bounds);
	cores_run(fence->rival_count, GRAIN, measure_shares, fence);
}

void fence_fini(struct fence *fence)
{
	free(fence->rivals);
	free(fence->squares);
	free(fence->out);
	free(fence->own);
	free(fence->rows);
	free(fence->left);
	free(fence->bounds);
	*fence = (struct fence){ 0 };
}

/* The bits of rival n: what it keeps out of the cell at hand. */
static void find_out(const struct fence *fence, uint64_t n)
{
	const int64_t *row = fence->squares + n * fence->others;
	const int64_t *own = fence->own;
	uint64_t *out = fence->out + n * fence->words;
	int64_t slack = (fence->rows[fence->rivals[n]] - fence->least) / 50;

	for (uint64_t w = 0; w < fence->words; w++) {
		uint64_t end = fence->others - w * 64 < 64 ? fence->others - w * 64 : 64;
		uint64_t bits = 0;
		for (uint64_t b = 0; b < end; b++)
			bits |= (uint64_t)(row[w * 64 + b] <= own[w * 64 + b] + slack) << b;
		out[w] = bits;
	}
}

static void find_shares(void *context, struct shares *shares, unsigned thread)
{
	const struct fence *fence = context;
	uint64_t first, count;

	(void)thread;
	while (shares_take(shares, &first, &count))
		for (uint64_t n = first; n < first + count; n++)
			find_out(fence, n);
}

static uint64_t count_new(const struct fence *fence, uint64_t n)
{
	const uint64_t *out = fence->out + n * fence->words;
	uint64_t sum = 0;

	for (uint64_t w = 0; w < fence->words; w++)
		sum += (uint64_t)__builtin_popcountll(out[w] & fence->left[w]);
	return sum;
}

/* The rival with the greatest gain, which never grows from one step to the next. */
static uint64_t best_rival(struct fence *fence, const bool *allowed, const bool *used)
{
	uint64_t best = 0, most = 0;

	for (uint64_t n = 0; n < fence->rival_count; n++) {
		unsigned twice = used[fence->rivals[n]] ? 1 : 0;
		if ((allowed && !allowed[n]) || fence->bounds[n] << twice <= most)
			continue;
		fence->bounds[n] = count_new(fence, n);
		if (fence->bounds[n] << twice > most) {
			most = fence->bounds[n] << twice;
			best = n;
		}
	}
	if (most == 0)
		panic("no half-space keeps out a point of another class");
	return best;
}

uint32_t fence_cell(
	struct fence *fence, uint32_t i, const bool *allowed, bool *used, uint32_t *chosen)
{
	uint64_t left = fence->others;
	uint32_t count = 0;

	take_others(fence, i, fence->rows, fence->own);
	cores_run(fence->rival_count, GRAIN, find_shares, fence);
	for (uint64_t n = 0; n < fence->rival_count; n++)
		fence->bounds[n] = left;
	for (uint64_t w = 0; w < fence->words; w++)
		fence->left[w] = UINT64_MAX;
	while (left > 0) {
		uint64_t n = best_rival(fence, allowed, used);
		left -= fence->bounds[n];
		for (uint64_t w = 0; w < fence->words; w++)
			fence->left[w] &= ~fence->out[n * fence->words + w];
		used[fence->rivals[n]] = true;
		chosen[count++] = fence->rivals[n];
	}
	return count;
}
