/*
 * prune: every cell keeps out all points of other classes by single half-spaces, and every
 * stored point is in a cell of its class.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frontend/construct/holds.h"
#include "frontend/construct/prune.h"
#include "tests/frontend/construct/random_set.h"

static int64_t force(const struct distances *distances, uint64_t i, uint64_t j, uint64_t k)
{
	return cell_force(distances_between(distances, i, j),
		distances_between(distances, k, i), distances_between(distances, k, j));
}

/* The sum of forces on k, and whether one alone keeps it out. */
static int64_t forces(const struct distances *distances, const struct halves *halves,
	uint64_t n, uint64_t k, int64_t least, bool *out)
{
	int64_t sum = 0;

	*out = false;
	for (uint64_t h = halves->begin[n]; h < halves->begin[n + 1]; h++) {
		int64_t one = force(distances, halves->centre[n], halves->rival[h], k);
		sum += one > 0 ? one : 0;
		*out |= one >= least;
	}
	return sum;
}

static void assert_pruned(
	const struct distances *distances, const struct halves *halves, int64_t least)
{
	for (uint64_t h = 0; h < halves->begin[halves->cells]; h++)
		assert_true(halves->rival[h] < distances->count);
	for (uint64_t k = 0; k < distances->count; k++) {
		bool held = false, out;
		for (uint64_t n = 0; n < halves->cells; n++) {
			int64_t sum = forces(distances, halves, n, k, least, &out);
			if (distances->labels[halves->centre[n]] != distances->labels[k])
				assert_true(out);
			else
				held |= sum < least;
		}
		assert_true(held);
	}
	for (uint64_t n = 0; n < halves->cells; n++) {
		assert_true(n == 0 || halves->centre[n - 1] < halves->centre[n]);
		for (uint64_t h = halves->begin[n]; h < halves->begin[n + 1]; h++)
			assert_int_not_equal(distances->labels[halves->rival[h]],
				distances->labels[halves->centre[n]]);
	}
}

static void stored_points_stay_apart(void **state)
{
	static const uint32_t inputs[] = { 1, 2, 5, 40 };

	(void)state;
	for (uint64_t n = 0; n < 4; n++)
		for (uint32_t classes = 2; classes <= 5; classes += 3)
			for (int cover = 0; cover < 2; cover++) {
				struct dataset set =
					random_set(n, 120, inputs[n], classes, -300, 600);
				struct distances distances;
				struct rivals *rivals;
				struct halves halves;
				uint64_t cells, points;
				int64_t least;

				for (uint64_t i = 0; i < set.count; i++) /* no two coincide */
					random_row(&set, i)[0] = (int64_t)(i * 37 % 601) - 300;
				for (uint64_t i = 0; i < set.count; i++)
					if (random_row(&set, i)[0] > 100)
						set.labels[i] = 0;
				for (uint64_t i = 0; i < 2; i++)
					set.labels[i] = (uint32_t)i;
				assert_true(distances_init(&distances, &set));
				rivals = rivals_new(&distances, NULL);
				least = rivals_least(rivals, set.count);
				if (cover)
					halves_cover(&halves, &distances, rivals, NULL);
				else
					halves_all(&halves, &distances);
				cells = halves.cells;
				points = halves_points(&halves, &distances);
				halves_prune(&halves, &distances, least, cover, NULL);
				assert_pruned(&distances, &halves, least);
				assert_true(
					cover ? halves.cells < cells : halves.cells == cells);
				if (cover)
					assert_true(
						halves_points(&halves, &distances) < points);
				halves_fini(&halves);
				rivals_free(rivals, set.count);
				distances_fini(&distances);
				random_set_fini(&set);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stored_points_stay_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
