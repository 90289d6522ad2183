#include "frontend/construct/balls.h"

#include <stdlib.h>

#include "frontend/construct/setcover.h"
#include "support/cores.h"
#include "support/mem.h"

struct work {
	const struct distances *distances;
	const struct rivals *rivals;
	uint32_t label;
	struct sets *sets;
	const struct progress *progress;
};

static void fill_shares(void *context, struct shares *shares, unsigned thread)
{
	const struct work *work = context;
	const struct distances *distances = work->distances;
	uint64_t begin = distances->first[work->label];
	uint64_t end = distances->first[work->label + 1];
	int64_t *rows = mem_alloc(distances->count * DISTANCES_ROWS, sizeof *rows);
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		if (thread == 0)
			progress_report(
				work->progress, "covering by balls", first, end - begin);
		distances_rows(distances, begin + first, count, begin, end, rows);
		for (uint64_t i = first; i < first + count; i++) {
			const int64_t *row = rows + (i - first) * distances->count;
			int64_t nearest = work->rivals[begin + i].nearest;
			for (uint64_t k = begin; k < end; k++)
				if (row[k] <= 100 * nearest / 961)
					sets_put(work->sets, i, k - begin);
		}
	}
	free(rows);
}

uint64_t balls_cover(const struct distances *distances, const struct rivals *rivals,
	uint64_t *count, const struct progress *progress)
{
	uint64_t sum = 0;

	for (uint32_t c = 0; c < distances->classes; c++) {
		uint64_t points = distances->first[c + 1] - distances->first[c];
		uint32_t *chosen = mem_alloc(points, sizeof *chosen);
		struct sets sets;
		struct work work = { distances, rivals, c, &sets, progress };

		sets_init(&sets, points);
		cores_run(points, DISTANCES_ROWS, fill_shares, &work);
		count[c] = sets_cover(&sets, chosen);
		sum += count[c];
		sets_fini(&sets);
		free(chosen);
	}
	return sum;
}

bool balls_estimate(
	const struct dataset *dataset, uint64_t *sum, const struct progress *progress)
{
	struct distances distances;
	struct rivals *rivals;
	uint64_t *count;

	if (!distances_init(&distances, dataset))
		return false;
	if (distances.classes < 2) {
		distances_fini(&distances);
		return false;
	}
	rivals = rivals_new(&distances, progress);
	count = mem_alloc(distances.classes, sizeof *count);
	*sum = balls_cover(&distances, rivals, count, progress);
	free(count);
	rivals_free(rivals, distances.count);
	distances_fini(&distances);
	return true;
}
