/* Limb arithmetic against GMP, with random operands of every shape. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmp.h>

#include "runtime/limb.h"
#include "support/rng.h"

enum { MOST = 12, ROUNDS = 200000 };

/* Random limbs, often all zeros or ones, where carries go wrong. */
static void fill(struct rng *rng, uint64_t *limbs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint64_t kind = rng_below(rng, 4);
		limbs[i] = kind == 0 ? 0 : kind == 1 ? UINT64_MAX : rng_next(rng);
	}
}

static void import(mpz_t z, const uint64_t *limbs, size_t count)
{
	mpz_import(z, count, -1, sizeof *limbs, 0, 0, limbs);
}

/* acc is z modulo 2^(64 room). */
static void assert_equal(const uint64_t *acc, size_t room, mpz_t z)
{
	mpz_t have;

	mpz_init(have);
	mpz_fdiv_r_2exp(z, z, 64 * room);
	import(have, acc, room);
	assert_int_equal(mpz_cmp(have, z), 0);
	mpz_clear(have);
}

struct operands {
	uint64_t acc[MOST + 1], v[MOST], m[MOST];
	size_t room, v_count, m_count;
	unsigned shift;
	uint64_t flip;
	mpz_t zacc, zv, zm;
};

static void draw(struct operands *o, struct rng *rng)
{
	o->room = 1 + (size_t)rng_below(rng, MOST);
	o->v_count = (size_t)rng_below(rng, MOST + 1);
	o->m_count = (size_t)rng_below(rng, MOST + 1);
	o->shift = (unsigned)rng_below(rng, 64);
	o->flip = (uint64_t)0 - rng_below(rng, 2);
	fill(rng, o->acc, MOST + 1);
	fill(rng, o->v, MOST);
	fill(rng, o->m, MOST);
	import(o->zacc, o->acc, o->room);
	import(o->zv, o->v, o->v_count);
	import(o->zm, o->m, o->m_count);
}

static void multiply(struct operands *o)
{
	memc_limbs_multiply(o->acc, o->room, o->v, o->v_count, o->m, o->m_count, o->flip);
	mpz_mul(o->zv, o->zv, o->zm);
	(o->flip ? mpz_sub : mpz_add)(o->zacc, o->zacc, o->zv);
}

static void add(struct operands *o)
{
	memc_limbs_add(o->acc, o->room, o->v, o->v_count, o->shift, o->flip);
	mpz_mul_2exp(o->zv, o->zv, o->shift);
	(o->flip ? mpz_sub : mpz_add)(o->zacc, o->zacc, o->zv);
}

static void set(struct operands *o)
{
	size_t skip = o->m_count < o->room ? o->m_count : o->room;

	memc_limbs_set(o->acc, o->room, o->v, o->v_count, skip, o->shift);
	mpz_mul_2exp(o->zacc, o->zv, 64 * skip + o->shift);
}

/* Runs one operation against GMP; nothing behind the accumulator may change. */
static void compare(void (*operation)(struct operands *))
{
	struct operands o;
	struct rng rng;

	rng_init(&rng, 1);
	mpz_inits(o.zacc, o.zv, o.zm, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t behind;
		draw(&o, &rng);
		behind = o.acc[o.room];
		operation(&o);
		assert_equal(o.acc, o.room, o.zacc);
		assert_true(o.acc[o.room] == behind);
	}
	mpz_clears(o.zacc, o.zv, o.zm, NULL);
}

static void multiplies(void **state)
{
	(void)state;
	compare(multiply);
}

static void adds(void **state)
{
	(void)state;
	compare(add);
}

static void sets(void **state)
{
	(void)state;
	compare(set);
}

static void multiplies_words(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 2);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t pair[2], high, low;
		unsigned __int128 product;
		fill(&rng, pair, 2);
		product = (unsigned __int128)pair[0] * pair[1];
		low = memc_wide_multiply(pair[0], pair[1], &high);
		assert_true(low == (uint64_t)product && high == (uint64_t)(product >> 64));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(multiplies_words),
		cmocka_unit_test(sets),
		cmocka_unit_test(adds),
		cmocka_unit_test(multiplies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
