#include "frontend/construct/holds.h"

#include <stdlib.h>

#include "support/cores.h"
#include "support/mem.h"

struct work {
	const struct distances *distances;
	const struct rivals *rivals;
	uint32_t label;
	int64_t least; /* R */
	struct sets *sets;
	const struct progress *progress;
};

/* D_ij, measured when first asked for. */
static int64_t measured(const struct distances *distances, uint64_t i, uint64_t j, int64_t *row)
{
	if (row[j] < 0)
		row[j] = distances_between(distances, i, j);
	return row[j];
}

/* The sum over all rivals, where the list does not have them. */
static bool holds_slowly(
	const struct work *work, uint64_t i, uint64_t k, int64_t square, int64_t *row)
{
	const struct distances *distances = work->distances;
	int64_t sum = 0;

	for (uint64_t j = 0; j < distances->count; j++) {
		int64_t force;
		if (distances->labels[j] == work->label)
			continue;
		force = cell_force(measured(distances, i, j, row), square,
			distances_between(distances, k, j));
		if (force > 0 && (sum += force) >= work->least)
			return false;
	}
	return true;
}

/* square: D_ki; row: of i, with -1 where nothing was measured yet */
static bool holds(const struct work *work, uint64_t i, uint64_t k, int64_t square, int64_t *row)
{
	const struct rivals *rivals = &work->rivals[k];
	int64_t sum = 0;

	if (square >= rivals->nearest)
		return false;
	for (uint32_t n = 0; n < rivals->count; n++) {
		const struct rival *rival = &rivals->list[n];
		int64_t force;
		if (13 * square <= 12 * rival->square)
			return true;
		force = cell_force(
			measured(work->distances, i, rival->index, row), square, rival->square);
		if (force > 0 && (sum += force) >= work->least)
			return false;
	}
	return rivals->all || holds_slowly(work, i, k, square, row);
}

static void hold_shares(void *context, struct shares *shares, unsigned thread)
{
	const struct work *work = context;
	const struct distances *distances = work->distances;
	uint64_t begin = distances->first[work->label];
	uint64_t end = distances->first[work->label + 1];
	int64_t *rows = mem_alloc(distances->count * DISTANCES_ROWS, sizeof *rows);
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		if (thread == 0)
			progress_report(work->progress, "covering", first, end - begin);
		for (uint64_t n = 0; n < count * distances->count; n++)
			rows[n] = -1;
		distances_rows(distances, begin + first, count, begin, end, rows);
		for (uint64_t i = first; i < first + count; i++) {
			int64_t *row = rows + (i - first) * distances->count;
			for (uint64_t k = begin; k < end; k++)
				if (holds(work, begin + i, k, row[k], row))
					sets_put(work->sets, i, k - begin);
		}
	}
	free(rows);
}

void cells_hold(const struct distances *distances, const struct rivals *rivals, uint32_t label,
	int64_t least, struct sets *sets, const struct progress *progress)
{
	uint64_t count = distances->first[label + 1] - distances->first[label];
	struct work work = { distances, rivals, label, least, sets, progress };

	sets_init(sets, count);
	cores_run(count, DISTANCES_ROWS, hold_shares, &work);
}
