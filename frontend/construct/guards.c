#include "frontend/construct/guards.h"

#include <stdlib.h>
#include <string.h>

#include "support/bits.h"
#include "support/cores.h"
#include "support/mem.h"

static void guards_init(struct guards *guards, const struct planes *planes)
{
	*guards = (struct guards){ .first = mem_zero((size_t)planes->ranking->count + 1,
					   sizeof(uint32_t)) };
}

void guards_fini(struct guards *guards)
{
	free(guards->list);
	free(guards->first);
	free(guards->planes);
	*guards = (struct guards){ 0 };
}

static struct guard *add_guard(struct guards *guards, uint32_t margin)
{
	guards->list = mem_grow(
		guards->list, &guards->room, (size_t)guards->count + 1, sizeof *guards->list);
	guards->list[guards->count] =
		(struct guard){ .first = guards->term_count, .margin = margin };
	return &guards->list[guards->count++];
}

static void add_term(struct guards *guards, uint32_t plane)
{
	guards->planes = mem_grow(guards->planes, &guards->term_room, guards->term_count + 1,
		sizeof *guards->planes);
	guards->planes[guards->term_count++] = plane;
	guards->list[guards->count - 1].count++;
}

/* Bits of a word, without an instruction for it that not every machine has. */
static inline uint32_t ones(uint64_t word)
{
	word -= word >> 1 & UINT64_C(0x5555555555555555);
	word = (word & UINT64_C(0x3333333333333333)) +
		(word >> 2 & UINT64_C(0x3333333333333333));
	word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (uint32_t)(word * UINT64_C(0x0101010101010101) >> 56);
}

/* --- thin ---------------------------------------------------------------------------- */

/* Places of a set: its words that are not 0. */
struct places {
	uint32_t *at;
	uint64_t *words;
	size_t count;
	uint32_t size;
};

static void places_init(struct places *places, size_t words)
{
	*places = (struct places){
		.at = mem_alloc(words, sizeof(uint32_t)),
		.words = mem_alloc(words, sizeof(uint64_t)),
	};
}

static void places_fini(struct places *places)
{
	free(places->at);
	free(places->words);
}

/* Those of first .. end - 1 in `all`, or those outside if `outside`. */
static void places_set(struct places *places, const uint64_t *all, size_t words, uint32_t first,
	uint32_t end, bool outside)
{
	places->count = places->size = 0;
	for (size_t i = 0; i < words; i++) {
		uint64_t low = i * 64, mask = 0;
		if (low < end && low + 64 > first) {
			mask = end - low >= 64 ? UINT64_MAX : bit_mask((uint32_t)(end - low));
			if (first > low)
				mask &= ~bit_mask((uint32_t)(first - low));
		}
		mask = all[i] & (outside ? ~mask : mask);
		if (!mask)
			continue;
		places->at[places->count] = (uint32_t)i;
		places->words[places->count++] = mask;
		places->size += ones(mask);
	}
}

/* How many of them are on the upper side. */
static uint32_t count_upper(const struct places *places, const uint64_t *sides)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < places->count; i++)
		sum += ones(places->words[i] & sides[places->at[i]]);
	return sum;
}

/* Drops those on the upper side. */
static void drop_upper(struct places *places, const uint64_t *sides)
{
	size_t left = 0;

	places->size = 0;
	for (size_t i = 0; i < places->count; i++) {
		uint64_t word = places->words[i] & ~sides[places->at[i]];
		if (!word)
			continue;
		places->at[left] = places->at[i];
		places->words[left++] = word;
		places->size += ones(word);
	}
	places->count = left;
}

struct thinning {
	const struct planes *planes;
	uint32_t reuse;
	uint64_t *uncovered; /* a bit for each place */
	bool *used;          /* planes */
	struct places own, others;
};

static const uint64_t *sides_of(const struct planes *planes, uint32_t plane)
{
	return planes->sides + plane * planes->words;
}

/* The plane with x on its lower side that is best for the next term. */
static uint32_t best_plane(const struct thinning *work, uint32_t x)
{
	uint32_t best = UINT32_MAX;
	uint64_t greatest = 0;

	for (uint32_t k = 0; k < work->planes->count; k++) {
		const uint64_t *sides = sides_of(work->planes, k);
		uint64_t score = work->used[k] ? work->reuse : 1;
		if (planes_side(work->planes, k, x))
			continue;
		score *= count_upper(&work->others, sides);
		if (score * work->own.size <= greatest)
			continue;
		score *= work->own.size - count_upper(&work->own, sides);
		if (score > greatest) {
			greatest = score;
			best = k;
		}
	}
	if (best == UINT32_MAX)
		panic("planes do not separate a pair");
	return best;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* A guard that covers place x of rank r, and what else it reaches. */
static void thin_guard(struct guards *guards, struct thinning *work, uint32_t r, uint32_t x,
	const uint64_t *everything)
{
	const struct planes *planes = work->planes;
	uint32_t first = planes->first[r], end = planes->first[r + 1];
	struct guard *guard = add_guard(guards, 1);

	places_set(&work->own, work->uncovered, planes->words, first, end, false);
	places_set(&work->others, everything, planes->words, first, end, true);
	while (work->others.size) {
		uint32_t plane = best_plane(work, x);
		add_term(guards, plane);
		work->used[plane] = true;
		drop_upper(&work->own, sides_of(planes, plane));
		drop_upper(&work->others, sides_of(planes, plane));
	}
	qsort(guards->planes + guard->first, guard->count, sizeof *guards->planes, by_number);
	for (size_t i = 0; i < work->own.count; i++)
		work->uncovered[work->own.at[i]] &= ~work->own.words[i];
}

void guards_thin(struct guards *guards, const struct planes *planes, uint32_t reuse,
	const struct progress *progress)
{
	struct thinning work = { .planes = planes, .reuse = reuse };
	uint64_t *everything = mem_zero(planes->words, sizeof *everything);
	uint32_t count = (uint32_t)planes->dataset->count;

	for (uint32_t i = 0; i < count; i++)
		everything[i / 64] |= UINT64_C(1) << i % 64;
	work.uncovered = mem_alloc(planes->words, sizeof *work.uncovered);
	memcpy(work.uncovered, everything, planes->words * sizeof *everything);
	work.used = mem_zero(planes->count, sizeof *work.used);
	places_init(&work.own, planes->words);
	places_init(&work.others, planes->words);
	guards_init(guards, planes);
	for (uint32_t r = 1; r < planes->ranking->count; r++) {
		guards->first[r] = guards->count;
		for (uint32_t x = planes->first[r]; x < planes->first[r + 1]; x++)
			if (work.uncovered[x / 64] >> x % 64 & 1) {
				progress_report(progress, "covering", x, count);
				thin_guard(guards, &work, r, x, everything);
			}
	}
	guards->first[planes->ranking->count] = guards->count;
	places_fini(&work.own);
	places_fini(&work.others);
	free(work.uncovered);
	free(work.used);
	free(everything);
}

/* --- whole --------------------------------------------------------------------------- */

struct sums {
	const uint64_t *rows;
	size_t words;
	uint32_t from;  /* the place whose lower sides are summed over */
	uint32_t *sums; /* of each place */
};

static void sum_places(void *context, struct shares *shares, unsigned thread)
{
	const struct sums *work = context;
	const uint64_t *x = work->rows + work->from * work->words;
	uint64_t first, count;

	(void)thread;
	while (shares_take(shares, &first, &count))
		for (uint64_t i = first; i < first + count; i++) {
			const uint64_t *y = work->rows + i * work->words;
			uint32_t sum = 0;
			for (size_t k = 0; k < work->words; k++)
				sum += ones(~x[k] & y[k]);
			work->sums[i] = sum;
		}
}

/* The least sum at a place of another rank. */
static uint32_t margin_of(const struct planes *planes, uint32_t r, const uint32_t *sums)
{
	uint32_t least = UINT32_MAX;

	for (uint32_t i = 0; i < planes->dataset->count; i++)
		if ((i < planes->first[r] || i >= planes->first[r + 1]) && sums[i] < least)
			least = sums[i];
	if (least == 0)
		panic("planes do not separate a pair");
	return least;
}

void guards_whole(
	struct guards *guards, const struct planes *planes, const struct progress *progress)
{
	uint32_t count = (uint32_t)planes->dataset->count;
	bool *covered = mem_zero(count, sizeof *covered);
	struct sums work = { .sums = mem_alloc(count, sizeof *work.sums) };
	uint64_t *rows = planes_rows(planes, &work.words);

	work.rows = rows;
	guards_init(guards, planes);
	for (uint32_t r = 1; r < planes->ranking->count; r++) {
		guards->first[r] = guards->count;
		for (uint32_t x = planes->first[r]; x < planes->first[r + 1]; x++) {
			uint32_t margin;
			if (covered[x])
				continue;
			progress_report(progress, "covering", x, count);
			work.from = x;
			cores_run(count, 8192, sum_places, &work);
			margin = margin_of(planes, r, work.sums);
			add_guard(guards, margin);
			for (uint32_t k = 0; k < planes->count; k++)
				if (!planes_side(planes, k, x))
					add_term(guards, k);
			for (uint32_t i = x; i < planes->first[r + 1]; i++)
				covered[i] |= work.sums[i] < margin;
		}
	}
	guards->first[planes->ranking->count] = guards->count;
	free(covered);
	free(work.sums);
	free(rows);
}
