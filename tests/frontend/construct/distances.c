/*
 * distances: exact in 16 bits and in 64, class by class; rivals are all that are near.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "frontend/construct/rivals.h"
#include "tests/frontend/construct/random_set.h"

static void assert_exact(struct dataset *set, bool narrow)
{
	struct distances distances;
	int64_t *rows;
	uint64_t n = set->count;

	assert_true(distances_init(&distances, set));
	assert_int_equal(distances.narrow != NULL, narrow);
	rows = mem_alloc(n * n, sizeof *rows);
	for (uint64_t i = 0; i < n; i += 3)
		distances_rows(&distances, i, n - i < 3 ? n - i : 3, 0, n, rows + i * n);
	for (uint64_t i = 0; i < n; i++)
		for (uint64_t k = 0; k < n; k++) {
			int64_t square =
				random_square(set, distances.points[i], distances.points[k]);
			assert_int_equal(rows[i * n + k], square);
			assert_int_equal(distances_between(&distances, i, k), square);
		}
	for (uint32_t c = 0; c < distances.classes; c++)
		for (uint64_t i = distances.first[c]; i < distances.first[c + 1]; i++) {
			assert_int_equal(distances.labels[i], c);
			assert_int_equal(
				set->labels[distances.points[i]], distances.numbers[c]);
		}
	assert_int_equal(distances.first[distances.classes], n);
	free(rows);
	distances_fini(&distances);
}

static void they_are_exact(void **state)
{
	static const struct {
		uint64_t count, span;
		uint32_t inputs;
		int64_t low;
		bool narrow;
	} sets[] = {
		{ 2, 1, 1, 0, true },
		{ 37, 255, 784, 0, true },
		{ 50, 255, 33, -128, true },
		{ 21, 32767, 2, 1 << 30, true },
		{ 21, 32767, 3, 0, false }, /* a sum of 2^31 and more */
		{ 23, 40000, 1, 0, false }, /* no 16 bits */
		{ 40, (1 << 26) - 1, 5, -(1 << 25), false },
		{ 5, 1, 2, INT64_MAX - 1, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		struct dataset set = random_set(
			i, sets[i].count, sets[i].inputs, 3, sets[i].low, sets[i].span);
		int64_t *cells = set.cells;
		for (uint32_t f = 0; f < set.inputs; f++) { /* spans as great as they may be */
			cells[f] = sets[i].low;
			cells[set.inputs + f] = sets[i].low + (int64_t)sets[i].span;
		}
		assert_exact(&set, sets[i].narrow);
		random_set_fini(&set);
	}
}

static void what_does_not_fit_is_refused(void **state)
{
	struct dataset set = random_set(1, 2, 1, 2, 0, 0);
	struct distances distances;

	(void)state;
	random_row(&set, 1)[0] = INT64_C(1) << 27;
	assert_true(distances_init(&distances, &set));
	assert_int_equal(distances_between(&distances, 0, 1), INT64_C(1) << 54);
	distances_fini(&distances);
	random_row(&set, 1)[0] = INT64_C(1) << 28;
	assert_false(distances_init(&distances, &set));
	random_row(&set, 0)[0] = INT64_MIN;
	random_row(&set, 1)[0] = INT64_MAX;
	assert_false(distances_init(&distances, &set));
	random_set_fini(&set);
}

static void assert_rivals(
	const struct distances *distances, const struct rivals *rivals, uint64_t k)
{
	int64_t nearest = INT64_MAX;
	uint32_t count = 0;

	for (uint64_t j = 0; j < distances->count; j++) {
		int64_t square = distances_between(distances, k, j);
		if (distances->labels[j] != distances->labels[k] && square < nearest)
			nearest = square;
	}
	assert_int_equal(rivals->nearest, nearest);
	for (uint64_t j = 0; j < distances->count; j++)
		count += distances->labels[j] != distances->labels[k] &&
			12 * distances_between(distances, k, j) < 13 * nearest;
	assert_int_equal(rivals->all, count <= RIVALS_MOST);
	assert_int_equal(rivals->count, count < RIVALS_MOST ? count : RIVALS_MOST);
	for (uint32_t n = 0; n < rivals->count; n++) {
		const struct rival *rival = &rivals->list[n];
		assert_int_equal(rival->square, distances_between(distances, k, rival->index));
		assert_int_not_equal(distances->labels[rival->index], distances->labels[k]);
		assert_true(n == 0 || rival[-1].square < rival->square ||
			(rival[-1].square == rival->square && rival[-1].index < rival->index));
	}
}

static void rivals_are_the_near_ones(void **state)
{
	static const uint64_t spans[] = { 1, 7, 255 };

	(void)state;
	for (uint64_t s = 0; s < 3; s++) {
		struct dataset set = random_set(s, 300, s == 0 ? 600 : 4, 3, 0, spans[s]);
		struct distances distances;
		struct rivals *rivals;
		int64_t least = INT64_MAX;

		assert_true(distances_init(&distances, &set));
		rivals = rivals_new(&distances, NULL);
		for (uint64_t k = 0; k < set.count; k++) {
			assert_rivals(&distances, &rivals[k], k);
			if (rivals[k].nearest < least)
				least = rivals[k].nearest;
		}
		assert_int_equal(rivals_least(rivals, set.count), least);
		rivals_free(rivals, set.count);
		distances_fini(&distances);
		random_set_fini(&set);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_exact),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(rivals_are_the_near_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
