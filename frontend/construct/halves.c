#include "frontend/construct/halves.h"

#include <stdlib.h>

#include "frontend/construct/holds.h"
#include "support/mem.h"

/* Points that are no rivals of class c. */
static uint64_t class_size(const struct distances *distances, uint32_t c)
{
	return distances->first[c + 1] - distances->first[c];
}

/* The places of the half-spaces where each cell has all. */
static void count_all(struct halves *halves, const struct distances *distances)
{
	halves->begin = mem_alloc(halves->cells + 1, sizeof *halves->begin);
	halves->begin[0] = 0;
	for (uint64_t n = 0; n < halves->cells; n++) {
		uint32_t label = distances->labels[halves->centre[n]];
		halves->begin[n + 1] =
			halves->begin[n] + distances->count - class_size(distances, label);
	}
}

void halves_all(struct halves *halves, const struct distances *distances)
{
	*halves = (struct halves){ .cells = distances->count };
	halves->centre = mem_alloc(halves->cells, sizeof *halves->centre);
	for (uint64_t n = 0; n < halves->cells; n++)
		halves->centre[n] = (uint32_t)n;
	count_all(halves, distances);
}

void halves_cover(struct halves *halves, const struct distances *distances,
	const struct rivals *rivals, const struct progress *progress)
{
	int64_t least = rivals_least(rivals, distances->count);

	*halves = (struct halves){ 0 };
	halves->centre = mem_alloc(distances->count, sizeof *halves->centre);
	for (uint32_t c = 0; c < distances->classes; c++) {
		uint32_t *chosen = halves->centre + halves->cells;
		struct sets sets;
		uint64_t count;

		cells_hold(distances, rivals, c, least, &sets, progress);
		count = sets_cover(&sets, chosen);
		sets_fini(&sets);
		for (uint64_t n = 0; n < count; n++)
			chosen[n] += (uint32_t)distances->first[c];
		halves->cells += count;
	}
	count_all(halves, distances);
}

bool *halves_used(const struct halves *halves, const struct distances *distances)
{
	bool *used = mem_zero(distances->count, sizeof *used);

	for (uint64_t n = 0; n < halves->cells; n++)
		used[halves->centre[n]] = true;
	/* each class with points has a cell, and the points of the others are its rivals */
	for (uint64_t k = 0; !halves->rival && k < distances->count; k++)
		used[k] = true;
	for (uint64_t h = 0; halves->rival && h < halves->begin[halves->cells]; h++)
		used[halves->rival[h]] = true;
	return used;
}

uint64_t halves_points(const struct halves *halves, const struct distances *distances)
{
	bool *used = halves_used(halves, distances);
	uint64_t count = 0;

	for (uint64_t k = 0; k < distances->count; k++)
		count += used[k];
	free(used);
	return count;
}

void halves_fini(struct halves *halves)
{
	free(halves->centre);
	free(halves->begin);
	free(halves->rival);
	*halves = (struct halves){ 0 };
}
