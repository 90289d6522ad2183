/* The emitted mapping of raw features against rational arithmetic of GMP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmp.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "runtime/real.h"
#include "support/rng.h"

enum { ROUNDS = 300000 };

struct map {
	int64_t lo, hi, p, q, r;
	uint64_t words[MEMC_MAP_WORDS];
};

/* A number of any length up to `bits`, at least 1. */
static uint64_t draw_size(struct rng *rng, unsigned bits)
{
	uint64_t value = rng_next(rng) >> (64 - 1 - rng_below(rng, bits));

	return value ? value : 1;
}

static int64_t draw_signed(struct rng *rng, unsigned bits)
{
	int64_t value = (int64_t)draw_size(rng, bits);

	return rng_below(rng, 2) ? value : -value;
}

static void draw_map(struct map *map, struct rng *rng)
{
	mpz_t c, word;
	int64_t other;

	map->p = (int64_t)draw_size(rng, 62);
	map->q = draw_signed(rng, 62);
	map->r = (int64_t)draw_size(rng, 62);
	map->lo = rng_below(rng, 8) ? draw_signed(rng, 63) : INT64_MIN;
	other = rng_below(rng, 8) ? draw_signed(rng, 63) : INT64_MAX;
	map->hi = other > map->lo ? other : map->lo;
	map->lo = other < map->lo ? other : map->lo;
	map->words[0] = (uint64_t)map->hi - (uint64_t)map->lo;
	map->words[1] = (uint64_t)map->p;
	map->words[2] = (uint64_t)map->r;
	mpz_init_set_si(c, map->lo);
	mpz_init(word);
	mpz_mul_si(c, c, -map->r);
	if (map->q >= 0)
		mpz_add_ui(c, c, (unsigned long)map->q);
	else
		mpz_sub_ui(c, c, (unsigned long)-map->q);
	for (int i = 0; i < 2; i++) {
		mpz_fdiv_r_2exp(word, c, 64);
		map->words[3 + i] = mpz_get_ui(word);
		mpz_fdiv_q_2exp(c, c, 64);
	}
	mpz_clears(c, word, NULL);
}

/* floor((x p + q) / r) - lo, or false outside lo..hi; x is consumed. */
static bool expected(const struct map *map, mpq_t x, uint64_t *value)
{
	mpq_t factor;
	mpz_t grid;
	bool inside;

	mpq_init(factor);
	mpz_init(grid);
	mpq_set_si(factor, map->p, 1);
	mpq_mul(x, x, factor);
	mpq_set_si(factor, map->q, 1);
	mpq_add(x, x, factor);
	mpq_set_si(factor, 1, (unsigned long)map->r);
	mpq_mul(x, x, factor);
	mpz_fdiv_q(grid, mpq_numref(x), mpq_denref(x));
	inside = mpz_cmp_si(grid, map->lo) >= 0 && mpz_cmp_si(grid, map->hi) <= 0;
	if (inside)
		*value = (uint64_t)mpz_get_si(grid) - (uint64_t)map->lo;
	mpz_clear(grid);
	mpq_clear(factor);
	return inside;
}

static void compare(const struct map *map, mpq_t x, int known, uint64_t value)
{
	uint64_t want = 0;
	bool inside = expected(map, x, &want);

	assert_int_equal(known, inside);
	if (inside)
		assert_true(value == want);
}

static void maps_integers(void **state)
{
	struct map map;
	struct rng rng;
	mpq_t x;

	(void)state;
	rng_init(&rng, 3);
	mpq_init(x);
	for (int i = 0; i < ROUNDS; i++) {
		int64_t raw = rng_below(&rng, 9) ? draw_signed(&rng, 63) : INT64_MIN;
		uint64_t m = raw < 0 ? 0 - (uint64_t)raw : (uint64_t)raw, value = 0;
		int known;
		draw_map(&map, &rng);
		known = memc_map(map.words, m, raw < 0, 0, &value);
		mpq_set_si(x, raw, 1);
		compare(&map, x, known, value);
	}
	mpq_clear(x);
}

/* Any bits at all, or a number near the grid's range. */
static double draw_double(struct rng *rng, const struct map *map)
{
	uint64_t bits = rng_next(rng);
	double x;

	if (rng_below(rng, 2))
		return ((double)map->lo + rng_unit(rng) * ((double)map->hi - (double)map->lo)) *
			(double)map->r / (double)map->p;
	if (rng_below(rng, 8) == 0)
		bits &= UINT64_C(0x800fffffffffffff);
	memcpy(&x, &bits, sizeof x);
	return x;
}

static void maps_doubles(void **state)
{
	struct map map;
	struct rng rng;
	mpq_t x;

	(void)state;
	rng_init(&rng, 4);
	mpq_init(x);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t bits, value = 0;
		double raw;
		int known;
		draw_map(&map, &rng);
		raw = draw_double(&rng, &map);
		memcpy(&bits, &raw, sizeof bits);
		known = memc_map_real(map.words, bits, 11, 52, &value);
		if (!isfinite(raw)) {
			assert_false(known);
			continue;
		}
		mpq_set_d(x, raw);
		compare(&map, x, known, value);
	}
	mpq_clear(x);
}

static void maps_floats(void **state)
{
	struct map map;
	struct rng rng;
	mpq_t x;

	(void)state;
	rng_init(&rng, 5);
	mpq_init(x);
	for (int i = 0; i < ROUNDS; i++) {
		uint32_t bits;
		uint64_t value = 0;
		float raw;
		int known;
		draw_map(&map, &rng);
		bits = (uint32_t)rng_next(&rng);
		if (rng_below(&rng, 2)) {
			raw = (float)draw_double(&rng, &map);
			memcpy(&bits, &raw, sizeof bits);
		}
		memcpy(&raw, &bits, sizeof raw);
		known = memc_map_real(map.words, bits, 8, 23, &value);
		if (!isfinite(raw)) {
			assert_false(known);
			continue;
		}
		mpq_set_d(x, (double)raw);
		compare(&map, x, known, value);
	}
	mpq_clear(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(maps_integers),
		cmocka_unit_test(maps_doubles),
		cmocka_unit_test(maps_floats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
