/*
 * holds: the few rivals that are looked at decide as all would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frontend/construct/holds.h"
#include "tests/frontend/construct/random_set.h"

/* v_i(x_k) > 0, by all rivals. */
static bool by_all(const struct distances *distances, uint64_t i, uint64_t k, int64_t least)
{
	int64_t sum = 0;

	for (uint64_t j = 0; j < distances->count; j++) {
		int64_t force;
		if (distances->labels[j] == distances->labels[i])
			continue;
		force = cell_force(distances_between(distances, i, j),
			distances_between(distances, k, i), distances_between(distances, k, j));
		sum += force > 0 ? force : 0;
	}
	return sum < least;
}

/* Returns how many points are held by the cells of others. */
static uint64_t assert_as_by_all(const struct dataset *set, bool complete)
{
	struct distances distances;
	struct rivals *rivals;
	uint64_t others = 0;
	bool cut = false;
	int64_t least;

	assert_true(distances_init(&distances, set));
	rivals = rivals_new(&distances, NULL);
	least = rivals_least(rivals, set->count);
	for (uint64_t k = 0; k < set->count; k++)
		cut |= !rivals[k].all;
	assert_int_equal(cut, !complete);
	for (uint32_t c = 0; c < distances.classes; c++) {
		struct sets sets;
		cells_hold(&distances, rivals, c, least, &sets, NULL);
		for (uint64_t i = 0; i < sets.count; i++)
			for (uint64_t k = 0; k < sets.count; k++) {
				bool held = sets_has(&sets, i, k);
				others += held && i != k;
				if (complete || (k < 8 && (i == k || i + 8 >= sets.count)))
					assert_int_equal(held,
						by_all(&distances, distances.first[c] + i,
							distances.first[c] + k, least));
			}
		sets_fini(&sets);
	}
	rivals_free(rivals, set->count);
	distances_fini(&distances);
	return others;
}

static void few_rivals_decide(void **state)
{
	static const uint32_t inputs[] = { 1, 2, 3, 6, 20 };
	uint64_t others = 0;

	(void)state;
	for (uint64_t n = 0; n < 5; n++)
		for (uint32_t classes = 2; classes <= 5; classes += 3) {
			struct dataset set = random_set(n, 60, inputs[n], classes, -500, 1000);
			for (uint64_t i = 0; i < set.count; i++) /* mostly by the first one */
				if (i % 5)
					set.labels[i] = random_row(&set, i)[0] > 0;
			others += assert_as_by_all(&set, true);
			random_set_fini(&set);
		}
	assert_true(others > 500);
}

/* Where all are about equally far, the lists are cut, and some points need all rivals. */
static void cut_lists_do_no_harm(void **state)
{
	enum { POINTS = 560, INPUTS = 4096, PLANTED = 8 };
	struct dataset set = random_set(1, POINTS, INPUTS, 2, 0, 1);

	(void)state;
	for (uint64_t i = 0; i < PLANTED; i++) {
		const int64_t *from = random_row(&set, i);
		int64_t *to = random_row(&set, POINTS - 1 - i);
		for (uint32_t f = 0; f < INPUTS;
			f++) /* nearer than any rival, and not by much */
			to[f] = f * 100 < INPUTS * 45 - i * 700 ? !from[f] : from[f];
		set.labels[POINTS - 1 - i] = set.labels[i];
	}
	assert_true(assert_as_by_all(&set, false) >= PLANTED);
	random_set_fini(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_rivals_decide),
		cmocka_unit_test(cut_lists_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
