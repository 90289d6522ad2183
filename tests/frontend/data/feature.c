/* The mapping of features, compared with GMP's rationals; decimals compared with strtod. */
#include "tests/frontend/data/request.h"

#include <gmp.h>
#include <inttypes.h>
#include <math.h>

#include "frontend/data/decimal.h"
#include "support/rng.h"

static void set_ratio(mpq_t q, int64_t top, int64_t den)
{
	char text[64];

	snprintf(text, sizeof text, "%" PRId64 "/%" PRId64, top, den);
	mpq_set_str(q, text, 10);
	mpq_canonicalize(q);
}

/* floor((x - offset) / step + 1/2), if it fits 63 bits. */
static bool expected(const struct ir_feature *feature, mpq_t x, int64_t *grid)
{
	mpq_t offset, step, half;
	mpz_t floor;
	bool fits;

	mpq_inits(offset, step, half, NULL);
	mpz_init(floor);
	set_ratio(offset, feature->offset.num, feature->offset.den);
	set_ratio(step, feature->step.num, feature->step.den);
	set_ratio(half, 1, 2);
	mpq_sub(offset, x, offset);
	mpq_div(offset, offset, step);
	mpq_add(offset, offset, half);
	mpz_fdiv_q(floor, mpq_numref(offset), mpq_denref(offset));
	fits = mpz_fits_slong_p(floor);
	*grid = mpz_get_si(floor);
	mpz_clear(floor);
	mpq_clears(offset, step, half, NULL);
	return fits;
}

static int64_t random_bits(struct rng *rng, unsigned most)
{
	uint64_t length = rng_below(rng, most) + 1;

	return (int64_t)(rng_next(rng) >> (64 - length));
}

static void check_feature(struct rng *rng, const struct ir_feature *feature)
{
	mpq_t x;

	mpq_init(x);
	for (int i = 0; i < 20; i++) {
		int64_t integer = random_bits(rng, 63), grid, wanted;
		double real =
			ldexp((double)random_bits(rng, 53), (int)rng_below(rng, 200) - 150);
		bool fits;
		integer = i & 1 ? -integer : integer;
		real = i & 2 ? -real : real;
		if (i < 4) /* on and near the ties */
			real = ((double)random_bits(rng, 8) + 0.5) * (double)feature->step.num /
				(double)feature->step.den;
		set_ratio(x, integer, 1);
		fits = expected(feature, x, &wanted);
		assert_int_equal(ir_feature_grid_int(feature, integer, &grid), fits);
		if (fits)
			assert_int_equal(grid, wanted);
		mpq_set_d(x, real);
		fits = expected(feature, x, &wanted);
		assert_int_equal(ir_feature_grid_double(feature, real, &grid), fits);
		if (fits)
			assert_int_equal(grid, wanted);
	}
	mpq_clear(x);
}

static int64_t gcd(int64_t a, int64_t b)
{
	return b ? gcd(b, a % b) : a;
}

static struct ir_ratio random_ratio(struct rng *rng, unsigned bits)
{
	int64_t top = random_bits(rng, bits) + 1, den = random_bits(rng, bits) + 1;

	return (struct ir_ratio){ top / gcd(top, den), den / gcd(top, den) };
}

static void test_mapping(void **state)
{
	struct rng rng;
	unsigned maps = 0;

	(void)state;
	rng_init(&rng, 1);
	for (int i = 0; i < 20000; i++) {
		unsigned bits = i & 4 ? 40 : 12;
		struct ir_feature feature = { INT64_MIN, INT64_MAX, random_ratio(&rng, bits),
			i & 1 ? random_ratio(&rng, bits) : (struct ir_ratio){ 0, 1 } };
		struct ir_affine_map map;
		if (i & 2)
			feature.offset.num = -feature.offset.num;
		if (!ir_feature_map(&feature, &map))
			continue;
		maps++;
		assert_true(map.r > 0 && map.p > 0);
		check_feature(&rng, &feature);
	}
	assert_in_range(maps, 10000, 20000);
}

static void test_map_is_in_lowest_terms(void **state)
{
	struct ir_feature tenths = { 0, 9, { 1, 10 }, { 0, 1 } };
	struct ir_feature thirds = { 0, 9, { 2, 3 }, { -1, 2 } };
	struct ir_feature much = { 0, 9, { INT64_MAX, INT64_MAX - 1 }, { 0, 1 } };
	struct ir_feature plain = IR_FEATURE(0, 9);
	struct ir_affine_map map;

	(void)state;
	assert_true(ir_feature_map(&tenths, &map)); /* (20x + 1) / 2 */
	assert_true(map.p == 20 && map.q == 1 && map.r == 2);
	assert_true(ir_feature_map(&thirds, &map)); /* (x + 1/2) 3/2 + 1/2 = (6x + 5) / 4 */
	assert_true(map.p == 6 && map.q == 5 && map.r == 4);
	assert_true(ir_feature_map(&plain, &map));
	assert_true(map.p == 2 && map.q == 1 && map.r == 2);
	assert_false(ir_feature_map(&much, &map));
	assert_true(ir_feature_is_plain(&plain));
	assert_false(ir_feature_is_plain(&tenths));
}

static void test_domain(void **state)
{
	struct ir_feature feature = { -2, 3, { 1, 2 }, { 0, 1 } };
	int64_t grid;

	(void)state;
	assert_true(ir_feature_grid_double(&feature, 1.7499999999999998, &grid) && grid == 3);
	assert_false(ir_feature_grid_double(&feature, 1.75, &grid));
	assert_true(ir_feature_grid_double(&feature, -1.25, &grid) && grid == -2);
	assert_false(ir_feature_grid_double(&feature, -1.2500000000000002, &grid));
	assert_true(ir_feature_grid_double(&feature, -0.0, &grid) && grid == 0);
	assert_true(ir_feature_grid_double(&feature, 5e-324, &grid) && grid == 0);
	assert_true(ir_feature_grid_double(&feature, -5e-324, &grid) && grid == 0);
	assert_false(ir_feature_grid_double(&feature, 1e308, &grid));
	assert_false(ir_feature_grid_double(&feature, (double)NAN, &grid));
	assert_false(ir_feature_grid_double(&feature, (double)INFINITY, &grid));
	assert_false(ir_feature_grid_double(&feature, -(double)INFINITY, &grid));
}

/* The raw value is the double nearest to the fraction: its neighbours are no nearer. */
static void check_nearest(const struct ir_feature *feature, int64_t grid)
{
	double raw = ir_feature_raw(feature, grid);
	double near[3] = { raw, nextafter(raw, (double)INFINITY),
		nextafter(raw, -(double)INFINITY) };
	mpq_t exact, step, distance[3];

	mpq_inits(exact, step, distance[0], distance[1], distance[2], NULL);
	set_ratio(exact, grid, 1);
	set_ratio(step, feature->step.num, feature->step.den);
	mpq_mul(exact, exact, step);
	set_ratio(step, feature->offset.num, feature->offset.den);
	mpq_add(exact, exact, step);
	for (int i = 0; i < 3; i++) {
		mpq_set_d(distance[i], near[i]);
		mpq_sub(distance[i], distance[i], exact);
		mpq_abs(distance[i], distance[i]);
	}
	assert_true(mpq_cmp(distance[0], distance[1]) <= 0);
	assert_true(mpq_cmp(distance[0], distance[2]) <= 0);
	mpq_clears(exact, step, distance[0], distance[1], distance[2], NULL);
}

static void test_raw(void **state)
{
	struct ir_feature tenths = { 0, 9, { 1, 10 }, { 0, 1 } };
	struct ir_feature wide = { 0, 9, { 5, 2 }, { 1, 2 } };
	struct rng rng;

	(void)state;
	assert_true(ir_feature_raw(&tenths, 3) == 0.3);
	assert_true(ir_feature_raw(&tenths, -12345) == -1234.5);
	assert_true(ir_feature_raw_int(&wide, 1) == 3);
	assert_true(ir_feature_raw_int(&wide, 2) == 6); /* 5.5, halves up */
	assert_true(ir_feature_raw_int(&wide, -1) == -2);
	assert_true(ir_feature_raw_int(&wide, INT64_MAX) == INT64_MAX);
	rng_init(&rng, 2);
	for (int i = 0; i < 20000; i++) {
		unsigned bits = i & 4 ? 60 : 20;
		struct ir_feature feature = { INT64_MIN, INT64_MAX, random_ratio(&rng, bits),
			i & 1 ? random_ratio(&rng, bits) : (struct ir_ratio){ 0, 1 } };
		int64_t grid = random_bits(&rng, i & 8 ? 60 : 20);
		check_nearest(&feature, i & 2 ? -grid : grid);
	}
}

static void test_elements(void **state)
{
	enum ir_element element;

	(void)state;
	assert_true(ir_element_min(IR_UINT8) == 0 && ir_element_max(IR_UINT8) == 255);
	assert_true(ir_element_min(IR_INT8) == -128 && ir_element_max(IR_INT8) == 127);
	assert_true(ir_element_min(IR_UINT16) == 0 && ir_element_max(IR_UINT16) == 65535);
	assert_true(ir_element_min(IR_INT16) == -32768 && ir_element_max(IR_INT16) == 32767);
	assert_true(
		ir_element_max(IR_INT32) == INT32_MAX && ir_element_min(IR_INT32) == INT32_MIN);
	assert_true(
		ir_element_max(IR_INT64) == INT64_MAX && ir_element_min(IR_INT64) == INT64_MIN);
	for (unsigned i = 0; i < IR_ELEMENT_COUNT; i++) {
		const char *name = ir_element_name((enum ir_element)i);
		assert_true(ir_element_find(name, strlen(name), &element) && element == i);
		assert_false(ir_element_find(name, strlen(name) - 1, &element));
	}
}

static void test_decimals(void **state)
{
	static const struct {
		const char *text;
		enum decimal_result result;
		int64_t mantissa;
		uint32_t digits;
	} cases[] = {
		{ "0", DECIMAL_OK, 0, 0 },
		{ "-0.000", DECIMAL_OK, 0, 0 },
		{ "+7", DECIMAL_OK, 7, 0 },
		{ "5.10", DECIMAL_OK, 51, 1 },
		{ ".5", DECIMAL_OK, 5, 1 },
		{ "5.", DECIMAL_OK, 5, 0 },
		{ "000120", DECIMAL_OK, 120, 0 },
		{ "100.001000", DECIMAL_OK, 100001, 3 },
		{ "1.5E2", DECIMAL_OK, 150, 0 },
		{ "15e-1", DECIMAL_OK, 15, 1 },
		{ "1000e-3", DECIMAL_OK, 1, 0 },
		{ "0e99999999999", DECIMAL_OK, 0, 0 },
		{ "9223372036854775807", DECIMAL_OK, INT64_MAX, 0 },
		{ "-9223372036854775808", DECIMAL_OK, INT64_MIN, 0 },
		{ "0.000000000000000001", DECIMAL_OK, 1, 18 },
		{ "-9.223372036854775808", DECIMAL_OK, INT64_MIN, 18 },
		{ "9223372036854775808", DECIMAL_TOO_BIG, 0, 0 },
		{ "-9223372036854775809", DECIMAL_TOO_BIG, 0, 0 },
		{ "18446744073709551616", DECIMAL_TOO_BIG, 0, 0 },
		{ "100000000000000000000000000001", DECIMAL_TOO_BIG, 0, 0 },
		{ "1e19", DECIMAL_TOO_BIG, 0, 0 },
		{ "1e999999999999999999", DECIMAL_TOO_BIG, 0, 0 },
		{ "1e-19", DECIMAL_TOO_FINE, 0, 0 },
		{ "", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ "-", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ ".", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ "1.2.3", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ "1e", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ "1e+", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ "e5", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ "1 ", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ "1,5", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ "--1", DECIMAL_NOT_A_NUMBER, 0, 0 },
		{ "NaN", DECIMAL_NOT_FINITE, 0, 0 },
		{ "-INF", DECIMAL_NOT_FINITE, 0, 0 },
		{ "+infinity", DECIMAL_NOT_FINITE, 0, 0 },
		{ "infinit", DECIMAL_NOT_A_NUMBER, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct decimal decimal;
		enum decimal_result result =
			decimal_parse(cases[i].text, strlen(cases[i].text), &decimal);
		if (result != cases[i].result || decimal.mantissa != cases[i].mantissa ||
			decimal.digits != cases[i].digits)
			fail_msg("%s: %d %" PRId64 " %u", cases[i].text, (int)result,
				decimal.mantissa, decimal.digits);
	}
}

/* mantissa / 10^digits, rounded once, is what strtod makes of the text. */
static void test_decimals_as_doubles(void **state)
{
	struct rng rng;

	(void)state;
	rng_init(&rng, 3);
	for (int i = 0; i < 20000; i++) {
		struct ir_feature feature = IR_FEATURE(INT64_MIN, INT64_MAX);
		struct decimal decimal;
		char text[64];
		snprintf(text, sizeof text, "%s%" PRId64 ".%0*" PRId64, i & 1 ? "-" : "",
			random_bits(&rng, 20), 10, random_bits(&rng, 30));
		assert_int_equal(decimal_parse(text, strlen(text), &decimal), DECIMAL_OK);
		feature.step.den = decimal_power(decimal.digits);
		assert_true(ir_feature_raw(&feature, decimal.mantissa) == strtod(text, NULL));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mapping),
		cmocka_unit_test(test_map_is_in_lowest_terms),
		cmocka_unit_test(test_domain),
		cmocka_unit_test(test_raw),
		cmocka_unit_test(test_elements),
		cmocka_unit_test(test_decimals),
		cmocka_unit_test(test_decimals_as_doubles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
