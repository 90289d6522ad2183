#include "frontend/construct/separate.h"

#include <stdlib.h>
#include <string.h>

#include "support/cores.h"
#include "support/mem.h"

enum { GRAIN = 64 }; /* rivals that a thread takes at a time */

static uint64_t count_others(const struct distances *distances, uint32_t label)
{
	return distances->count - (distances->first[label + 1] - distances->first[label]);
}

uint64_t separator_bytes(const struct distances *distances, uint32_t label, uint64_t rivals)
{
	return rivals * count_others(distances, label) * sizeof(int64_t);
}

/* From a point to the others: what lies before and behind the class in a row of all. */
static void take_others(
	const struct separator *separator, uint64_t k, int64_t *row, int64_t *into)
{
	const struct distances *distances = separator->distances;
	uint64_t before = distances->first[separator->label];

	distances_opposite(distances, k, 1, separator->label, row);
	memcpy(into, row, before * sizeof *into);
	memcpy(into + before, row + distances->first[separator->label + 1],
		(separator->others - before) * sizeof *into);
}

static void measure_shares(void *context, struct shares *shares, unsigned thread)
{
	struct separator *separator = context;
	int64_t *row = mem_alloc(separator->distances->count, sizeof *row);
	uint64_t first, count;

	(void)thread;
	while (shares_take(shares, &first, &count))
		for (uint64_t n = first; n < first + count; n++)
			take_others(separator, separator->rivals[n], row,
				separator->squares + n * separator->others);
	free(row);
}

void separator_init(struct separator *separator, const struct distances *distances,
	uint32_t label, int64_t least, const bool *pool)
{
	uint64_t others = count_others(distances, label), words = (others + 63) / 64;

	*separator = (struct separator){ .distances = distances,
		.least = least,
		.label = label,
		.others = others,
		.words = words };
	separator->rivals = mem_alloc(others, sizeof *separator->rivals);
	for (uint32_t j = 0; j < distances->count; j++)
		if (pool[j] && distances->labels[j] != label)
			separator->rivals[separator->rival_count++] = j;
	separator->squares =
		mem_alloc(separator->rival_count * others, sizeof *separator->squares);
	separator->out = mem_alloc(separator->rival_count * words, sizeof *separator->out);
	separator->own = mem_alloc(others, sizeof *separator->own);
	separator->rows = mem_alloc(distances->count, sizeof *separator->rows);
	separator->left = mem_alloc(words, sizeof *separator->left);
	separator->bounds = mem_alloc(separator->rival_count, sizeof *separator->bounds);
	cores_run(separator->rival_count, GRAIN, measure_shares, separator);
}

void separator_fini(struct separator *separator)
{
	free(separator->rivals);
	free(separator->squares);
	free(separator->out);
	free(separator->own);
	free(separator->rows);
	free(separator->left);
	free(separator->bounds);
	*separator = (struct separator){ 0 };
}

/* The bits of rival n: what it keeps out of the cell at hand. */
static void find_out(const struct separator *separator, uint64_t n)
{
	const int64_t *row = separator->squares + n * separator->others;
	const int64_t *own = separator->own;
	uint64_t *out = separator->out + n * separator->words;
	int64_t slack = (separator->rows[separator->rivals[n]] - separator->least) / 50;

	for (uint64_t w = 0; w < separator->words; w++) {
		uint64_t end =
			separator->others - w * 64 < 64 ? separator->others - w * 64 : 64;
		uint64_t bits = 0;
		for (uint64_t b = 0; b < end; b++)
			bits |= (uint64_t)(row[w * 64 + b] <= own[w * 64 + b] + slack) << b;
		out[w] = bits;
	}
}

static void find_shares(void *context, struct shares *shares, unsigned thread)
{
	const struct separator *separator = context;
	uint64_t first, count;

	(void)thread;
	while (shares_take(shares, &first, &count))
		for (uint64_t n = first; n < first + count; n++)
			find_out(separator, n);
}

static uint64_t count_new(const struct separator *separator, uint64_t n)
{
	const uint64_t *out = separator->out + n * separator->words;
	uint64_t sum = 0;

	for (uint64_t w = 0; w < separator->words; w++)
		sum += (uint64_t)__builtin_popcountll(out[w] & separator->left[w]);
	return sum;
}

/* The rival with the greatest gain, which never grows from one step to the next. */
static uint64_t best_rival(struct separator *separator, const bool *allowed, const bool *used)
{
	uint64_t best = 0, most = 0;

	for (uint64_t n = 0; n < separator->rival_count; n++) {
		unsigned twice = used[separator->rivals[n]] ? 1 : 0;
		if ((allowed && !allowed[n]) || separator->bounds[n] << twice <= most)
			continue;
		separator->bounds[n] = count_new(separator, n);
		if (separator->bounds[n] << twice > most) {
			most = separator->bounds[n] << twice;
			best = n;
		}
	}
	if (most == 0)
		panic("no half-space keeps out a point of another class");
	return best;
}

uint32_t separate(struct separator *separator, uint32_t i, const bool *allowed, bool *used,
	uint32_t *chosen)
{
	uint64_t left = separator->others;
	uint32_t count = 0;

	take_others(separator, i, separator->rows, separator->own);
	cores_run(separator->rival_count, GRAIN, find_shares, separator);
	for (uint64_t n = 0; n < separator->rival_count; n++)
		separator->bounds[n] = left;
	for (uint64_t w = 0; w < separator->words; w++)
		separator->left[w] = UINT64_MAX;
	while (left > 0) {
		uint64_t n = best_rival(separator, allowed, used);
		left -= separator->bounds[n];
		for (uint64_t w = 0; w < separator->words; w++)
			separator->left[w] &= ~separator->out[n * separator->words + w];
		used[separator->rivals[n]] = true;
		chosen[count++] = separator->rivals[n];
	}
	return count;
}
