#include "frontend/construct/prune.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/construct/holds.h"
#include "frontend/construct/fence.h"
#include "support/cores.h"
#include "support/mem.h"

enum { NOBODY = UINT32_MAX };

struct prune {
	const struct distances *distances;
	int64_t least; /* R */
	const struct progress *progress;
	struct halves *halves;
	uint32_t *holder; /* by index: the cell that was chosen for the point, or NOBODY */
	bool *used;       /* by index: points that half-spaces read */
};

/* By index, whether it is the centre of a cell. */
static bool *centres_of(const struct halves *halves, const struct distances *distances)
{
	bool *centres = mem_zero(distances->count, sizeof *centres);

	for (uint64_t n = 0; n < halves->cells; n++)
		centres[halves->centre[n]] = true;
	return centres;
}

uint64_t prune_bytes(const struct halves *halves, const struct distances *distances)
{
	uint64_t most = 0, own = 0;

	for (uint64_t n = 0; n < halves->cells; n++) {
		uint32_t label = distances->labels[halves->centre[n]];
		uint64_t bytes;
		own = n && label == distances->labels[halves->centre[n - 1]] ? own + 1 : 1;
		bytes = fence_bytes(distances, label, halves->cells - own);
		if (own == 1 || bytes > most)
			most = bytes;
	}
	return most;
}

/* Points that half-spaces may be against: centres, and what is read already. */
static bool *pool_of(const struct prune *prune)
{
	bool *pool = centres_of(prune->halves, prune->distances);
	const struct halves *halves = prune->halves;

	for (uint64_t h = 0; halves->rival && h < halves->begin[halves->cells]; h++)
		pool[halves->rival[h]] = true;
	return pool;
}

static bool has_rival(const struct halves *halves, uint64_t n, uint32_t j)
{
	for (uint64_t h = halves->begin[n]; h < halves->begin[n + 1]; h++)
		if (halves->rival[h] == j)
			return true;
	return false;
}

/*
 * Rivals that leave cell n what it was chosen for: those that it has, and those without force
 * on any such point.
 */
static void allow(
	const struct prune *prune, const struct fence *fence, uint64_t n, bool *allowed)
{
	const struct distances *distances = prune->distances;
	uint32_t i = prune->halves->centre[n];

	for (uint64_t m = 0; m < fence->rival_count; m++)
		allowed[m] = true;
	for (uint64_t k = distances->first[fence->label];
		k < distances->first[fence->label + 1]; k++) {
		int64_t own;
		if (prune->holder[k] != n)
			continue;
		own = distances_between(distances, k, i);
		for (uint64_t m = 0; m < fence->rival_count; m++) {
			uint32_t j = fence->rivals[m];
			if (allowed[m] &&
				cell_force(distances_between(distances, i, j), own,
					distances_between(distances, k, j)) > 0)
				allowed[m] = has_rival(prune->halves, n, j);
		}
	}
}

/* The half-spaces of all cells of a class are appended to `next`. */
static void prune_class(const struct prune *prune, uint32_t label, const bool *pool,
	uint64_t *n, struct halves *next, size_t *room)
{
	const struct halves *halves = prune->halves;
	struct fence fence;
	bool *allowed;

	fence_init(&fence, prune->distances, label, prune->least, pool);
	allowed = halves->rival ? mem_alloc(fence.rival_count, sizeof *allowed) : NULL;
	for (; *n < halves->cells && prune->distances->labels[halves->centre[*n]] == label;
		++*n) {
		uint64_t begin = next->begin[*n];
		progress_report(prune->progress, "pruning", *n, halves->cells);
		if (allowed)
			allow(prune, &fence, *n, allowed);
		next->rival = mem_grow(
			next->rival, room, begin + fence.rival_count, sizeof *next->rival);
		next->begin[*n + 1] = begin +
			fence_cell(&fence, halves->centre[*n], allowed, prune->used,
				next->rival + begin);
	}
	free(allowed);
	fence_fini(&fence);
}

/* The same cells with few half-spaces. */
static void prune_all(const struct prune *prune, struct halves *next)
{
	const struct halves *halves = prune->halves;
	bool *pool = pool_of(prune);
	uint64_t n = 0;
	size_t room = 0;

	*next = (struct halves){ .cells = halves->cells };
	next->centre = mem_alloc(halves->cells, sizeof *next->centre);
	memcpy(next->centre, halves->centre, halves->cells * sizeof *next->centre);
	next->begin = mem_zero(halves->cells + 1, sizeof *next->begin);
	for (uint32_t c = 0; c < prune->distances->classes; c++)
		prune_class(prune, c, pool, &n, next, &room);
	free(pool);
}

/* What the cells of a class hold: a set for each, by the number of its centre. */
struct holding {
	const struct prune *prune;
	const struct halves *next;
	uint64_t cell; /* the first one of the class */
	uint64_t begin, end;
	struct sets *sets;
};

static void hold_cell(const struct holding *holding, uint64_t n, int64_t *row, int64_t *sums)
{
	const struct distances *distances = holding->prune->distances;
	const struct halves *next = holding->next;
	uint32_t i = next->centre[n];
	int64_t *own = row + distances->count;

	distances_rows(distances, i, 1, holding->begin, holding->end, own);
	memset(sums, 0, (holding->end - holding->begin) * sizeof *sums);
	for (uint64_t h = next->begin[n]; h < next->begin[n + 1]; h++) {
		uint32_t j = next->rival[h];
		int64_t square = distances_between(distances, i, j);
		distances_rows(distances, j, 1, holding->begin, holding->end, row);
		for (uint64_t k = holding->begin; k < holding->end; k++) {
			int64_t force = cell_force(square, own[k], row[k]);
			int64_t *sum = &sums[k - holding->begin];
			if (force > 0 && *sum < holding->prune->least)
				*sum += force;
		}
	}
	for (uint64_t k = holding->begin; k < holding->end; k++)
		if (sums[k - holding->begin] < holding->prune->least)
			sets_put(holding->sets, i - holding->begin, k - holding->begin);
}

static void hold_shares(void *context, struct shares *shares, unsigned thread)
{
	const struct holding *holding = context;
	int64_t *rows = mem_alloc(holding->prune->distances->count * 2, sizeof *rows);
	int64_t *sums = mem_alloc(holding->end - holding->begin, sizeof *sums);
	uint64_t first, count;

	(void)thread;
	while (shares_take(shares, &first, &count))
		for (uint64_t n = first; n < first + count; n++)
			hold_cell(holding, holding->cell + n, rows, sums);
	free(rows);
	free(sums);
}

/* Keeps the chosen sets of a class, and says which cell each of its points is held by. */
static void keep_chosen(const struct holding *holding, const uint32_t *chosen, uint64_t count,
	struct halves *kept, uint32_t *holder)
{
	const struct halves *next = holding->next;
	uint64_t n = holding->cell;

	for (uint64_t m = 0; m < count; m++) {
		uint32_t i = chosen[m] + (uint32_t)holding->begin;
		uint64_t at = kept->begin[kept->cells], halves;
		while (next->centre[n] != i)
			n++;
		halves = next->begin[n + 1] - next->begin[n];
		memcpy(kept->rival + at, next->rival + next->begin[n],
			halves * sizeof *kept->rival);
		for (uint64_t k = holding->begin; k < holding->end; k++)
			if (holder[k] == NOBODY &&
				sets_has(holding->sets, chosen[m], k - holding->begin))
				holder[k] = (uint32_t)kept->cells;
		kept->centre[kept->cells++] = i;
		kept->begin[kept->cells] = at + halves;
	}
	for (uint64_t k = holding->begin; k < holding->end; k++)
		if (holder[k] == NOBODY)
			panic("a pruned cell lost a point that it was chosen for");
}

/* Covers the points by the pruned cells: drops those that are not needed. */
static void cover_again(const struct prune *prune, struct halves *next, uint32_t *holder)
{
	const struct distances *distances = prune->distances;
	struct halves kept = { 0 };
	uint64_t cell = 0;

	kept.centre = mem_alloc(next->cells, sizeof *kept.centre);
	kept.begin = mem_zero(next->cells + 1, sizeof *kept.begin);
	kept.rival = mem_alloc(next->begin[next->cells], sizeof *kept.rival);
	for (uint32_t c = 0; c < distances->classes; c++) {
		uint64_t begin = distances->first[c], end = distances->first[c + 1];
		uint64_t cells = 0;
		uint32_t *chosen = mem_alloc(end - begin, sizeof *chosen);
		struct sets sets;
		struct holding holding = { prune, next, cell, begin, end, &sets };

		while (cell + cells < next->cells && next->centre[cell + cells] < end)
			cells++;
		sets_init(&sets, end - begin);
		cores_run(cells, 1, hold_shares, &holding);
		keep_chosen(&holding, chosen, sets_cover(&sets, chosen), &kept, holder);
		sets_fini(&sets);
		free(chosen);
		cell += cells;
	}
	halves_fini(next);
	*next = kept;
}

/* About the parameters of the network, without those that all have. */
static uint64_t cost_of(const struct prune *prune, const struct halves *halves)
{
	uint64_t points = halves_points(halves, prune->distances);

	return points * prune->distances->inputs + 4 * halves->begin[halves->cells] +
		2 * halves->cells;
}

void halves_prune(struct halves *halves, const struct distances *distances, int64_t least,
	bool cover, const struct progress *progress)
{
	struct prune prune = { distances, least, progress, halves, NULL, NULL };

	prune.holder = mem_alloc(distances->count, sizeof *prune.holder);
	for (uint64_t cost = UINT64_MAX, now;; cost = now) {
		struct halves next;
		uint32_t *holder = mem_alloc(distances->count, sizeof *holder);

		for (uint64_t k = 0; k < distances->count; k++)
			holder[k] = NOBODY;
		prune.used = halves->rival ? centres_of(halves, distances)
					   : mem_zero(distances->count, sizeof *prune.used);
		prune_all(&prune, &next);
		free(prune.used);
		if (cover)
			cover_again(&prune, &next, holder);
		free(prune.holder);
		prune.holder = holder;
		now = cost_of(&prune, &next);
		if (now >= cost) {
			halves_fini(&next);
			break;
		}
		halves_fini(halves);
		*halves = next;
		if (!cover)
			break;
	}
	free(prune.holder);
}
