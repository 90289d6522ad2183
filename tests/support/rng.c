/* Random numbers: the published values, so that every machine makes the same data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support/rng.h"

/* splitmix64 from 1234567 (Vigna's splitmix64.c) is what fills the state. */
static void seeding_is_splitmix64(void **state)
{
	static const uint64_t expected[4] = {
		UINT64_C(6457827717110365317),
		UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423),
		UINT64_C(4593380528125082431),
	};
	struct rng rng;

	(void)state;
	rng_init(&rng, 1234567);
	for (int i = 0; i < 4; i++)
		assert_true(rng.state[i] == expected[i]);
}

/* xoshiro256** from the state 1, 2, 3, 4 (Blackman and Vigna's xoshiro256starstar.c). */
static void sequence_is_xoshiro256starstar(void **state)
{
	static const uint64_t expected[10] = {
		UINT64_C(11520),
		UINT64_C(0),
		UINT64_C(1509978240),
		UINT64_C(1215971899390074240),
		UINT64_C(1216172134540287360),
		UINT64_C(607988272756665600),
		UINT64_C(16172922978634559625),
		UINT64_C(8476171486693032832),
		UINT64_C(10595114339597558777),
		UINT64_C(2904607092377533576),
	};
	struct rng rng = { { 1, 2, 3, 4 } };

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_true(rng_next(&rng) == expected[i]);
}

static void below_stays_below_and_reaches_all(void **state)
{
	static const uint64_t bounds[] = { 1, 2, 3, 10, UINT64_C(1) << 63,
		(UINT64_C(1) << 63) + 1, UINT64_MAX };
	unsigned seen[10] = { 0 };
	struct rng rng;

	(void)state;
	rng_init(&rng, 7);
	for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++)
		for (int i = 0; i < 1000; i++)
			assert_true(rng_below(&rng, bounds[b]) < bounds[b]);
	for (int i = 0; i < 10000; i++)
		seen[rng_below(&rng, 10)]++;
	for (int i = 0; i < 10; i++) /* 1000 +- six standard deviations */
		assert_in_range(seen[i], 820, 1180);
}

/* Without rejection the lower half of 0..3*2^62-1 would come up twice as often. */
static void below_has_no_bias(void **state)
{
	uint64_t bound = UINT64_C(3) << 62;
	unsigned low = 0;
	struct rng rng;

	(void)state;
	rng_init(&rng, 8);
	for (int i = 0; i < 30000; i++)
		low += rng_below(&rng, bound) < bound / 3;
	assert_in_range(low, 9500, 10500);
}

static void unit_is_a_multiple_of_two_to_minus_53(void **state)
{
	double sum = 0;
	struct rng rng;

	(void)state;
	rng_init(&rng, 9);
	for (int i = 0; i < 10000; i++) {
		double x = rng_unit(&rng), scaled = x * 0x1p53;
		assert_true(x >= 0 && x < 1);
		assert_true((double)(uint64_t)scaled == scaled);
		sum += x;
	}
	assert_true(sum > 4800 && sum < 5200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seeding_is_splitmix64),
		cmocka_unit_test(sequence_is_xoshiro256starstar),
		cmocka_unit_test(below_stays_below_and_reaches_all),
		cmocka_unit_test(below_has_no_bias),
		cmocka_unit_test(unit_is_a_multiple_of_two_to_minus_53),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
