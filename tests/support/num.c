/* Exact numbers, compared with GMP's own rationals, printed and read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmp.h>
#include <stdlib.h>
#include <string.h>

#include "support/num.h"

#define LIMIT ((int64_t)1 << 30) /* of exponents */

struct fixture {
	struct num_pool pool;
	struct arena arena;
	gmp_randstate_t random;
};

static int setup(void **state)
{
	struct fixture *f = malloc(sizeof *f);

	num_pool_init(&f->pool);
	arena_init(&f->arena);
	gmp_randinit_mt(f->random);
	gmp_randseed_ui(f->random, 4711);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	num_pool_fini(&f->pool);
	arena_fini(&f->arena);
	gmp_randclear(f->random);
	free(f);
	return 0;
}

/* q = m * 2^e, by GMP alone. */
static void rational(mpq_t q, const mpz_t m, int64_t e)
{
	mpq_set_z(q, m);
	if (e >= 0)
		mpq_mul_2exp(q, q, (mp_bitcnt_t)e);
	else
		mpq_div_2exp(q, q, (mp_bitcnt_t)-e);
}

/* A random significand of up to `bits` bits, often with runs of zeros and ones. */
static int64_t random_number(struct fixture *f, mpz_t m, unsigned long bits)
{
	if (gmp_urandomb_ui(f->random, 1) != 0)
		mpz_rrandomb(m, f->random, 1 + gmp_urandomm_ui(f->random, bits));
	else
		mpz_urandomb(m, f->random, 1 + gmp_urandomm_ui(f->random, bits));
	if (gmp_urandomb_ui(f->random, 1) != 0)
		mpz_neg(m, m);
	return (int64_t)gmp_urandomm_ui(f->random, 6001) - 3000;
}

static void assert_is(const struct num_pool *pool, num a, const mpz_t m, int64_t e)
{
	mpq_t expected, found;
	mpz_t view;
	int32_t exponent = num_view(pool, a, view);

	mpq_inits(expected, found, NULL);
	rational(expected, m, e);
	rational(found, view, exponent);
	assert_true(mpq_equal(expected, found));
	assert_true(mpz_sgn(view) == 0 ? num_equal(a, NUM_ZERO) : mpz_odd_p(view));
	assert_int_equal(num_sign(pool, a), mpz_sgn(m));
	assert_int_equal(num_exponent(pool, a), exponent);
	mpq_clears(expected, found, NULL);
}

static num parse(struct num_pool *pool, const char *text)
{
	num result = { UINT32_MAX };

	assert_true(num_parse(pool, text, strlen(text), &result));
	return result;
}

static void zero_and_one_are_fixed(void **state)
{
	struct fixture *f = *state;
	mpz_t zero;

	mpz_init(zero);
	assert_true(num_equal(num_from_int(&f->pool, 0), NUM_ZERO));
	assert_true(num_equal(num_from_mpz(&f->pool, zero, 77), NUM_ZERO));
	assert_true(num_equal(num_from_int(&f->pool, 1), NUM_ONE));
	assert_true(num_equal(num_pow2(&f->pool, 0), NUM_ONE));
	assert_true(num_equal(num_neg(&f->pool, NUM_ZERO), NUM_ZERO));
	assert_int_equal(num_sign(&f->pool, NUM_ZERO), 0);
	assert_int_equal(num_significand_bits(&f->pool, NUM_ZERO), 0);
	assert_int_equal(num_fixed_bits(&f->pool, NUM_ZERO), 0);
	mpz_clear(zero);
}

static void integers_of_64_bits(void **state)
{
	static const int64_t values[] = { 2, -1, 3, -3, 4, 255, -256, INT32_MIN, UINT32_MAX,
		INT64_MAX, INT64_MIN, INT64_MIN + 1 };
	struct fixture *f = *state;
	mpz_t m;

	mpz_init(m);
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		num a = num_from_int(&f->pool, values[i]);
		mpz_set_si(m, values[i]);
		assert_is(&f->pool, a, m, 0);
		assert_true(num_equal(a, num_from_mpz(&f->pool, m, 0)));
	}
	mpz_clear(m);
}

static void equal_values_have_equal_handles(void **state)
{
	struct fixture *f = *state;
	mpz_t m, shifted;

	mpz_inits(m, shifted, NULL);
	for (int i = 0; i < 2000; i++) {
		int64_t e = random_number(f, m, 700);
		unsigned long k = gmp_urandomm_ui(f->random, 200);
		num a = num_from_mpz(&f->pool, m, e);
		uint32_t count = f->pool.count;
		mpz_mul_2exp(shifted, m, k);
		assert_true(num_equal(a, num_from_mpz(&f->pool, shifted, e - (int64_t)k)));
		assert_int_equal(f->pool.count, count);
		mpz_neg(shifted, shifted);
		assert_true(num_equal(
			num_neg(&f->pool, a), num_from_mpz(&f->pool, shifted, e - (int64_t)k)));
		assert_true(num_equal(num_neg(&f->pool, num_neg(&f->pool, a)), a));
	}
	mpz_clears(m, shifted, NULL);
}

static void bits_are_those_of_the_papers(void **state)
{
	struct fixture *f = *state;
	mpz_t m;

	mpz_init(m);
	for (int i = 0; i < 2000; i++) {
		int64_t e = random_number(f, m, 900), bits, fixed;
		if (mpz_sgn(m) == 0)
			continue;
		num a = num_from_mpz(&f->pool, m, e);
		e += (int64_t)mpz_scan1(m, 0);
		bits = (int64_t)(mpz_sizeinbase(m, 2) - mpz_scan1(m, 0));
		fixed = e >= 0 ? bits + e : bits > -e ? bits : -e;
		assert_int_equal(num_significand_bits(&f->pool, a), bits);
		assert_int_equal(num_fixed_bits(&f->pool, a), fixed);
	}
	assert_int_equal(num_significand_bits(&f->pool, num_pow2(&f->pool, -5000)), 1);
	assert_int_equal(num_fixed_bits(&f->pool, num_pow2(&f->pool, -5000)), 5000);
	assert_int_equal(num_fixed_bits(&f->pool, num_pow2(&f->pool, 5000)), 5001);
	mpz_clear(m);
}

/* Handles and views outlive growth; a hundred thousand numbers cost 16 bytes each and slots. */
static void a_large_pool(void **state)
{
	enum { COUNT = 100000 };
	struct fixture *f = *state;
	num *handles = calloc(COUNT, sizeof *handles);
	mpz_t m, again;

	mpz_inits(m, again, NULL);
	for (int i = 0; i < COUNT; i++) {
		mpz_set_si(m, i % 2 ? i : -i);
		handles[i] = num_from_mpz(&f->pool, m, i % 7 - 3);
	}
	assert_true(num_pool_bytes(&f->pool) < (size_t)COUNT * 48);
	for (int i = 0; i < COUNT; i++) {
		mpz_set_si(m, i % 2 ? i : -i);
		assert_is(&f->pool, handles[i], m, i % 7 - 3);
		assert_true(num_equal(handles[i], num_from_mpz(&f->pool, m, i % 7 - 3)));
	}
	free(handles);
	mpz_clears(m, again, NULL);
}

/* What the pool lends may be given back to it as another number, also when it grows then. */
static void views_may_come_back(void **state)
{
	struct fixture *f = *state;
	mpz_t m, view;

	mpz_init_set_ui(m, 1);
	for (int i = 0; i < 2000; i++) {
		mpz_mul_2exp(m, m, (mp_bitcnt_t)i % 3);
		mpz_setbit(m, 0);
		num a = num_from_mpz(&f->pool, m, 0);
		num_view(&f->pool, a, view);
		num b = num_from_mpz(&f->pool, view, -i - 1);
		assert_is(&f->pool, b, m, -i - 1);
		assert_is(&f->pool, a, m, 0);
	}
	mpz_clear(m);
}

static void short_numbers_print_in_decimal(void **state)
{
	static const struct {
		int64_t m, e;
		const char *text;
	} cases[] = {
		{ 0, 0, "0" },
		{ 1, 0, "1" },
		{ -1, 0, "-1" },
		{ 12, 0, "12" },
		{ 1, -1, "0.5" },
		{ -13, -2, "-3.25" },
		{ 1, -8, "0.00390625" },
		{ -1, -8, "-0.00390625" },
		{ 257, -8, "1.00390625" },
		{ 1, -9, "0x1p-9" },
		{ 1, 62, "4611686018427387904" },
		{ 1, 63, "0x1p63" },
		{ -1, 63, "-0x1p63" },
		{ INT64_MAX, 0, "9223372036854775807" },
		{ INT64_MIN, 0, "-0x1p63" },
		{ 0x1f3, -12, "0x1f3p-12" },
		{ -0x1f3, -12, "-0x1f3p-12" },
		{ 3, 100, "0x3p100" },
		{ 1, LIMIT, "0x1p1073741824" },
		{ -1, -LIMIT, "-0x1p-1073741824" },
	};
	struct fixture *f = *state;
	mpz_t m;

	mpz_init(m);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		mpz_set_si(m, cases[i].m);
		num a = num_from_mpz(&f->pool, m, cases[i].e);
		assert_string_equal(num_text(&f->pool, a, &f->arena), cases[i].text);
		assert_true(num_equal(parse(&f->pool, cases[i].text), a));
	}
	mpz_clear(m);
}

static void round_trip(struct fixture *f, const mpz_t m, int64_t e)
{
	num a = num_from_mpz(&f->pool, m, e);
	const char *text = num_text(&f->pool, a, &f->arena);
	struct num_pool other;

	assert_true(num_equal(parse(&f->pool, text), a));
	num_pool_init(&other);
	assert_is(&other, parse(&other, text), m, e);
	num_pool_fini(&other);
}

static void random_numbers_print_and_parse(void **state)
{
	struct fixture *f = *state;
	mpz_t m;

	mpz_init(m);
	for (int i = 0; i < 3000; i++) {
		int64_t e = random_number(f, m, i < 1500 ? 70 : 5000);
		round_trip(f, m, i % 3 ? e % 100 : e);
		arena_reset(&f->arena);
	}
	mpz_clear(m);
}

static void huge_numbers_print_and_parse(void **state)
{
	static const int64_t exponents[] = { 0, 1, -1, 1000000, -1000000 };
	struct fixture *f = *state;
	mpz_t m;

	mpz_init(m);
	for (size_t i = 0; i < sizeof exponents / sizeof *exponents; i++) {
		mpz_rrandomb(m, f->random, 3000000);
		round_trip(f, m, exponents[i]);
		mpz_neg(m, m);
		round_trip(f, m, exponents[i]);
	}
	mpz_clear(m);
}

/* Forms that are read though they are not printed. */
static void other_forms_are_read(void **state)
{
	struct fixture *f = *state;
	char *digits = malloc(100001);
	mpz_t m;

	assert_true(num_equal(parse(&f->pool, "-0"), NUM_ZERO));
	assert_true(num_equal(parse(&f->pool, "0.0"), NUM_ZERO));
	assert_true(num_equal(parse(&f->pool, "0x0p5"), NUM_ZERO));
	assert_true(num_equal(parse(&f->pool, "1.000"), NUM_ONE));
	assert_true(num_equal(parse(&f->pool, "0x100p-8"), NUM_ONE));
	assert_true(num_equal(parse(&f->pool, "0.0009765625"), num_pow2(&f->pool, -10)));
	memset(digits, '7', 100000);
	digits[100000] = '\0';
	mpz_init_set_str(m, digits, 10);
	assert_is(&f->pool, parse(&f->pool, digits), m, 0);
	mpz_clear(m);
	free(digits);
}

static void what_is_not_a_number_is_refused(void **state)
{
	static const char *const texts[] = { "", "-", "--1", "+1", " 1", "1 ", "0x", "-0x",
		"0xg", "0xAB", "0X1", "1.", ".5", "-.5", ".", "0.1", "0.3", "1e5", "1p3",
		"0x1p", "0x1p-", "0x1p+3", "0x1p1.5", "0x1.8", "0x1pp1", "1.2.5",
		"0x1p99999999999", "nan", "inf", "0x1p1073741825", "0x1p-1073741825",
		"0x2p1073741824", "1,5", "12-", "0x-1" };
	struct fixture *f = *state;
	num result;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (num_parse(&f->pool, texts[i], strlen(texts[i]), &result))
			fail_msg("'%s' was read as a number", texts[i]);
	assert_true(num_parse(&f->pool, "12x", 2, &result)); /* length bytes, not more */
	assert_true(num_equal(result, num_from_int(&f->pool, 12)));
	assert_false(num_parse(&f->pool, "1\0", 2, &result));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(zero_and_one_are_fixed),
		TEST(integers_of_64_bits),
		TEST(equal_values_have_equal_handles),
		TEST(bits_are_those_of_the_papers),
		TEST(a_large_pool),
		TEST(views_may_come_back),
		TEST(short_numbers_print_in_decimal),
		TEST(random_numbers_print_and_parse),
		TEST(huge_numbers_print_and_parse),
		TEST(other_forms_are_read),
		TEST(what_is_not_a_number_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
