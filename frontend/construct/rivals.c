#include "frontend/construct/rivals.h"

#include "support/cores.h"
#include "support/mem.h"
#include "support/sort.h"

struct work {
	const struct distances *distances;
	struct rivals *rivals;
	const struct progress *progress;
};

static int compare_rivals(const void *a, const void *b)
{
	const struct rival *p = a, *q = b;

	if (p->square != q->square)
		return p->square < q->square ? -1 : 1;
	return p->index < q->index ? -1 : p->index > q->index;
}

/* Appends those of first..last-1 that are near enough. */
static struct rival *append_near(struct rival *list, size_t *room, size_t *count,
	const int64_t *row, uint64_t first, uint64_t last, int64_t nearest)
{
	for (uint64_t j = first; j < last; j++) {
		if (12 * row[j] >= 13 * nearest)
			continue;
		list = mem_grow(list, room, *count + 1, sizeof *list);
		list[(*count)++] = (struct rival){ row[j], (uint32_t)j };
	}
	return list;
}

static int64_t least_of(const int64_t *row, uint64_t first, uint64_t last, int64_t least)
{
	for (uint64_t j = first; j < last; j++)
		if (row[j] < least)
			least = row[j];
	return least;
}

static void find_rivals(const struct distances *distances, uint64_t k, const int64_t *row,
	struct rivals *rivals)
{
	uint32_t label = distances->labels[k];
	uint64_t before = distances->first[label], behind = distances->first[label + 1];
	struct rival *list = NULL;
	size_t room = 0, count = 0;
	int64_t nearest = least_of(row, 0, before, INT64_MAX);

	nearest = least_of(row, behind, distances->count, nearest);
	list = append_near(list, &room, &count, row, 0, before, nearest);
	list = append_near(list, &room, &count, row, behind, distances->count, nearest);
	sort_array(list, count, sizeof *list, compare_rivals);
	*rivals = (struct rivals){ .nearest = nearest, .all = count <= RIVALS_MOST };
	rivals->count = rivals->all ? (uint32_t)count : RIVALS_MOST;
	rivals->list = mem_resize(list, rivals->count, sizeof *list);
}

static void find_shares(void *context, struct shares *shares, unsigned thread)
{
	const struct work *work = context;
	const struct distances *distances = work->distances;
	int64_t *rows = mem_alloc(distances->count * DISTANCES_ROWS, sizeof *rows);
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		if (thread == 0)
			progress_report(
				work->progress, "measuring distances", first, distances->count);
		for (uint64_t k = first, run; k < first + count; k += run) {
			uint32_t label = distances->labels[k];
			uint64_t end = distances->first[label + 1];
			run = (end < first + count ? end : first + count) - k;
			distances_opposite(distances, k, run, label, rows);
			for (uint64_t r = 0; r < run; r++)
				find_rivals(distances, k + r, rows + r * distances->count,
					&work->rivals[k + r]);
		}
	}
	free(rows);
}

struct rivals *rivals_new(const struct distances *distances, const struct progress *progress)
{
	struct work work = { distances, mem_alloc(distances->count, sizeof *work.rivals),
		progress };

	cores_run(distances->count, DISTANCES_ROWS, find_shares, &work);
	return work.rivals;
}

void rivals_free(struct rivals *rivals, uint64_t count)
{
	for (uint64_t k = 0; k < count; k++)
		free(rivals[k].list);
	free(rivals);
}

int64_t rivals_least(const struct rivals *rivals, uint64_t count)
{
	int64_t least = INT64_MAX;

	for (uint64_t k = 0; k < count; k++)
		if (rivals[k].nearest < least)
			least = rivals[k].nearest;
	return least;
}
