/*
 * setcover: every member is held, by few sets, each of which is needed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <stdlib.h>

#include "frontend/construct/setcover.h"
#include "support/mem.h"
#include "support/rng.h"

static unsigned holders(
	const struct sets *sets, const uint32_t *chosen, uint64_t count, uint64_t member)
{
	unsigned sum = 0;

	for (uint64_t n = 0; n < count; n++)
		sum += sets_has(sets, chosen[n], member);
	return sum;
}

static void assert_cover(const struct sets *sets, const uint32_t *chosen, uint64_t count)
{
	for (uint64_t k = 0; k < sets->count; k++)
		assert_true(holders(sets, chosen, count, k) > 0);
	for (uint64_t n = 0; n < count; n++) {
		bool needed = false;
		for (uint64_t k = 0; k < sets->count; k++)
			needed |= sets_has(sets, chosen[n], k) &&
				holders(sets, chosen, count, k) == 1;
		assert_true(needed);
		assert_true(n == 0 || chosen[n - 1] < chosen[n]);
	}
}

/* Sets are the intervals i-reach..i+reach: as many as fit beside each other are needed. */
static void intervals(void **state)
{
	static const uint64_t counts[] = { 0, 1, 5, 63, 64, 65, 200 };

	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
		for (uint64_t reach = 0; reach < 4; reach++) {
			uint64_t n = counts[c], fewest = (n + 2 * reach) / (2 * reach + 1);
			uint32_t *chosen = mem_alloc(n, sizeof *chosen);
			struct sets sets;
			uint64_t count;

			sets_init(&sets, n);
			for (uint64_t i = 0; i < n; i++)
				for (uint64_t k = 0; k < n; k++)
					if (i <= k + reach && k <= i + reach)
						sets_put(&sets, i, k);
			count = sets_cover(&sets, chosen);
			assert_cover(&sets, chosen, count);
			assert_in_range(count, fewest, 2 * fewest);
			sets_fini(&sets);
			free(chosen);
		}
}

static void random_sets(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 1);
	for (int round = 0; round < 50; round++) {
		uint64_t n = 1 + rng_below(&rng, 100);
		uint32_t chosen[100];
		struct sets sets;

		sets_init(&sets, n);
		for (uint64_t i = 0; i < n; i++)
			sets_put(&sets, i, i);
		for (uint64_t more = rng_below(&rng, n * n); more > 0; more--)
			sets_put(&sets, rng_below(&rng, n), rng_below(&rng, n));
		assert_cover(&sets, chosen, sets_cover(&sets, chosen));
		sets_fini(&sets);
	}
}

/* Greedy takes the three rows, of which the columns make one idle: it is dropped. */
static void what_holds_nothing_of_its_own_is_dropped(void **state)
{
	uint32_t chosen[7];
	struct sets sets;

	(void)state;
	sets_init(&sets, 7);
	for (uint64_t k = 1; k < 5; k++)
		sets_put(&sets, 0, k); /* the greatest: 1 2 3 4 */
	for (uint64_t k = 0; k < 3; k++)
		sets_put(&sets, 1, k); /* 0 1 2 */
	for (uint64_t k = 3; k < 7; k++)
		sets_put(&sets, 2, k); /* 3 4 5 6, two of them new when it is taken */
	assert_int_equal(sets_cover(&sets, chosen), 2);
	assert_int_equal(chosen[0], 1);
	assert_int_equal(chosen[1], 2);
	sets_fini(&sets);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intervals),
		cmocka_unit_test(random_sets),
		cmocka_unit_test(what_holds_nothing_of_its_own_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
