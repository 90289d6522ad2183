/*
 * Planes for all pairs of points of different classes: a scan of the pairs lists those that
 * no plane separates, planes are drawn between them until the list is empty, and the scan
 * starts over, until it finds none.
 */
#include <stdlib.h>

#include "frontend/construct/planes.h"
#include "support/cores.h"
#include "support/mem.h"

struct pair {
	uint32_t lower, upper; /* places */
};

/* Pairs that no plane separates, as far as they have been looked for. */
struct pairs {
	struct pair *list;
	size_t count, room;
};

enum { PAIRS_ROOM = 1 << 20 };

struct scan {
	const struct planes *planes;
	const struct progress *progress;
	const uint64_t *rows;
	size_t words;
	uint32_t *open; /* of each place: its pairs that are not separated */
};

static bool is_separated(const struct scan *scan, uint32_t lower, uint32_t upper)
{
	const uint64_t *x = scan->rows + lower * scan->words;
	const uint64_t *y = scan->rows + upper * scan->words;

	for (size_t i = 0; i < scan->words; i++)
		if (~x[i] & y[i])
			return true;
	return false;
}

static uint32_t rank_of(const struct planes *planes, uint32_t place)
{
	uint32_t r = 0;

	while (place >= planes->first[r + 1])
		r++;
	return r;
}

/* Looks at the pairs of a place of rank r >= 1; into `pairs`, up to its room, or counts. */
static uint32_t scan_place(const struct scan *scan, uint32_t place, struct pairs *pairs)
{
	const struct planes *planes = scan->planes;
	uint32_t r = rank_of(planes, place), open = 0;

	for (uint32_t i = 0; i < planes->dataset->count; i++) {
		if (i == planes->first[r])
			i = planes->first[r + 1];
		if (i == planes->dataset->count || is_separated(scan, place, i))
			continue;
		open++;
		if (pairs && pairs->count < PAIRS_ROOM) {
			pairs->list = mem_grow(pairs->list, &pairs->room, pairs->count + 1,
				sizeof *pairs->list);
			pairs->list[pairs->count++] = (struct pair){ place, i };
		}
	}
	return open;
}

static void scan_places(void *context, struct shares *shares, unsigned thread)
{
	struct scan *scan = context;
	uint32_t skip = scan->planes->first[1];
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		if (!thread)
			progress_report(
				scan->progress, "separating pairs", first, shares->count);
		for (uint64_t i = skip + first; i < skip + first + count; i++)
			scan->open[i] = scan_place(scan, (uint32_t)i, NULL);
	}
}

/*
 * Looks at every pair: returns how many are not separated, and lists the first of them. In
 * two rounds, so that the list does not depend on the threads.
 */
static uint64_t find_open(
	const struct planes *planes, struct pairs *pairs, const struct progress *progress)
{
	uint32_t count = (uint32_t)planes->dataset->count, skip = planes->first[1];
	struct scan scan = { .planes = planes, .progress = progress };
	uint64_t open = 0, *rows = planes_rows(planes, &scan.words);

	scan.rows = rows;
	scan.open = mem_zero(count, sizeof *scan.open);
	cores_run(count - skip, 64, scan_places, &scan);
	pairs->count = 0;
	for (uint32_t i = skip; i < count; i++) {
		if (scan.open[i] && pairs->count < PAIRS_ROOM)
			scan_place(&scan, i, pairs);
		open += scan.open[i];
	}
	free(scan.open);
	free(rows);
	return open;
}

/* Drops the pairs that the newest plane separates. */
static void drop_separated(const struct planes *planes, struct pairs *pairs)
{
	uint32_t newest = planes->count - 1;
	size_t left = 0;

	for (size_t i = 0; i < pairs->count; i++)
		if (planes_side(planes, newest, pairs->list[i].lower) ||
			!planes_side(planes, newest, pairs->list[i].upper))
			pairs->list[left++] = pairs->list[i];
	pairs->count = left;
}

static bool separate_listed(
	struct planes *planes, struct pairs *pairs, const struct progress *progress)
{
	size_t all = pairs->count;
	struct pair pair;

	while (pairs->count) {
		if (planes->count == PLANES_MOST)
			return false;
		progress_report(progress, "drawing hyperplanes", all - pairs->count, all);
		pair = pairs->list[rng_below(&planes->rng, pairs->count)];
		planes_draw_between(planes, pair.lower, pair.upper);
		drop_separated(planes, pairs);
	}
	return true;
}

bool planes_separate(struct planes *planes, const struct construct_request *request)
{
	struct pairs pairs = { 0 };
	bool good = true;
	uint64_t open = 0;

	while (good && (open = find_open(planes, &pairs, request->progress)) > 0)
		good = separate_listed(planes, &pairs, request->progress);
	if (!good)
		diag_error(request->sink, request->span,
			"%d hyperplanes leave some of %llu pairs of points together; "
			"constructions that project, such as sqrt, need none",
			PLANES_MOST, (unsigned long long)open);
	free(pairs.list);
	return good;
}
