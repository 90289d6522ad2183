/*
 * Arithmetics that round: each value of random networks is that of plain rationals, rounded
 * here by its definition; and the first departure from the exact values is found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "ir/interp.h"
#include "ir/rounded.h"
#include "ir/text.h"
#include "support/diag.h"
#include "tests/ir/random_network.h"

/* --- rounding by its definition ------------------------------------------------------ */

static void scale(mpq_t x, int64_t e)
{
	if (e >= 0)
		mpq_mul_2exp(x, x, (mp_bitcnt_t)e);
	else
		mpq_div_2exp(x, x, (mp_bitcnt_t)-e);
}

/* The multiple of 2^e that is nearest to x; of two the even one. */
static void round_to_multiple(mpq_t x, int64_t e)
{
	mpz_t below;
	mpq_t rest, half;
	int order;

	mpz_init(below);
	mpq_inits(rest, half, NULL);
	mpq_set_ui(half, 1, 2);
	scale(x, -e);
	mpz_fdiv_q(below, mpq_numref(x), mpq_denref(x));
	mpq_set_z(rest, below);
	mpq_sub(rest, x, rest);
	order = mpq_cmp(rest, half);
	if (order > 0 || (order == 0 && mpz_odd_p(below)))
		mpz_add_ui(below, below, 1);
	mpq_set_z(x, below);
	scale(x, e);
	mpq_clears(rest, half, NULL);
	mpz_clear(below);
}

/* The e with 2^(e-1) <= |x| < 2^e, found by trying. */
static int64_t exponent_of(const mpq_t x)
{
	int64_t e = 0;
	mpq_t power, size;

	mpq_inits(power, size, NULL);
	mpq_abs(size, x);
	mpq_set_ui(power, 1, 1);
	for (; mpq_cmp(size, power) >= 0; e++)
		scale(power, 1);
	for (; mpq_cmp(size, power) < 0; e--)
		scale(power, -1);
	mpq_clears(power, size, NULL);
	return e + 1;
}

static void saturate(mpq_t x, const struct ir_format *format)
{
	mpq_t limit, unit;

	mpq_inits(limit, unit, NULL);
	mpq_set_si(limit, -1, 1);
	scale(limit, (int64_t)format->bits - 1);
	if (mpq_cmp(x, limit) < 0)
		mpq_set(x, limit);
	mpq_neg(limit, limit);
	mpq_set_ui(unit, 1, 1);
	scale(unit, -(int64_t)format->fraction);
	mpq_sub(limit, limit, unit);
	if (mpq_cmp(x, limit) > 0)
		mpq_set(x, limit);
	mpq_clears(limit, unit, NULL);
}

static void round_rational(mpq_t x, const struct ir_format *format)
{
	if (format->arithmetic == &arithmetic_fixed) {
		round_to_multiple(x, -(int64_t)format->fraction);
		saturate(x, format);
	} else if (format->arithmetic == &arithmetic_bits && mpq_sgn(x)) {
		round_to_multiple(x, exponent_of(x) - format->bits);
	}
}

static void add(mpq_t sum, mpq_t more, const struct ir_format *format)
{
	mpq_add(sum, sum, more);
	round_rational(sum, format);
}

/* All values at one point: weights, products and sums rounded, in the order of the terms. */
static void evaluate_rounded(const struct ir_module *module, const struct ir_format *format,
	const int64_t *point, mpq_t *values)
{
	mpq_t product;

	mpq_init(product);
	for (uint32_t i = 0; i < module->node_count; i++) {
		const struct ir_term *terms = ir_terms(module, (ir_value){ i });
		mpq_set_si(values[i], i < module->input_count ? point[i] : 0, 1);
		round_rational(values[i], format);
		for (uint32_t k = 0; k < ir_term_count(module, (ir_value){ i }); k++) {
			num_to_mpq(&module->nums, terms[k].weight, product);
			round_rational(product, format);
			mpq_mul(product, product, values[terms[k].value.i]);
			round_rational(product, format);
			add(values[i], product, format);
		}
		num_to_mpq(&module->nums, module->nodes[i].bias, product);
		round_rational(product, format);
		if (i >= module->input_count)
			add(values[i], product, format);
		if (ir_op_of(module, (ir_value){ i }) == IR_RELU && mpq_sgn(values[i]) < 0)
			mpq_set_ui(values[i], 0, 1);
	}
	mpq_clear(product);
}

static void dyadic_to_mpq(const struct dyadic *a, mpq_t x)
{
	mpq_set_z(x, a->m);
	scale(x, a->e);
}

/* --- values -------------------------------------------------------------------------- */

/* Compares all values of a point; how many differ from the exact ones. */
static uint64_t assert_values(const struct ir_module *module, struct ir_rounded *rounded,
	const int64_t *point, mpq_t *expected, mpq_t *exact)
{
	uint64_t different = 0;
	uint32_t next = module->input_count;
	struct dyadic value;
	mpq_t found;

	mpq_init(found);
	dyadic_init(&value);
	ir_rounded_begin(rounded, point);
	for (uint32_t layer = 0; ir_rounded_next(rounded); layer++) {
		uint32_t count = layer < module->layer_count ? module->layers[layer].count : 1;
		for (; count--; next++) {
			assert_true(ir_rounded_value(rounded, (ir_value){ next }, &value));
			dyadic_to_mpq(&value, found);
			assert_true(mpq_equal(found, expected[next]));
			different += !mpq_equal(found, exact[next]);
		}
	}
	assert_int_equal(next, module->node_count);
	dyadic_clear(&value);
	mpq_clear(found);
	return different;
}

static uint64_t assert_format(const char *text, uint64_t seed)
{
	struct ir_format format;
	struct ir_module module;
	struct ir_rounded *rounded;
	struct rng rng;
	int64_t point[3];
	mpq_t *values, *exact, *before;
	uint64_t different = 0;

	assert_true(ir_format_parse(text, &format));
	random_network(&module, seed, seed % 5 ? 0 : 300);
	rounded = ir_rounded_new(&module, &format);
	values = new_values(module.node_count);
	exact = new_values(module.node_count);
	before = new_values(module.node_count);
	rng_init(&rng, seed);
	for (int i = 0; i < 4; i++) {
		random_input(&module, &rng, point);
		evaluate_rounded(&module, &format, point, values);
		evaluate_all(&module, point, exact, before);
		different += assert_values(&module, rounded, point, values, exact);
	}
	free_values(before, module.node_count);
	free_values(exact, module.node_count);
	free_values(values, module.node_count);
	ir_rounded_free(rounded);
	ir_module_fini(&module);
	return different;
}

static void values_are_rounded_rationals(void **state)
{
	static const char *const formats[] = { "bits:1", "bits:2", "bits:3", "bits:5",
		"bits:24", "bits:64", "bits:301", "fixed:1.0", "fixed:1.7", "fixed:4.4",
		"fixed:9.0", "fixed:12.20", "fixed:64.0", "fixed:400.2" };

	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		uint64_t different = 0;
		for (uint64_t seed = 1; seed <= 40; seed++)
			different += assert_format(formats[i], seed);
		assert_true(different > 20); /* else it says little of rounding */
	}
}

static void enough_bits_are_exact(void **state)
{
	static const char *const formats[] = { "exact", "bits:4000", "fixed:4000.200" };

	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		for (uint64_t seed = 1; seed <= 60; seed++)
			assert_int_equal(assert_format(formats[i], seed), 0);
}

/* --- classes ------------------------------------------------------------------------- */

static void exact_classes_are_those_of_the_interpreter(void **state)
{
	const struct ir_format format = { .arithmetic = &arithmetic_exact };
	uint64_t known = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 600; seed++) {
		struct ir_module module;
		struct ir_interp *interp;
		struct ir_rounded *rounded;
		struct rng rng;

		random_network(&module, seed, 0);
		interp = ir_interp_new(&module);
		rounded = ir_rounded_new(&module, &format);
		rng_init(&rng, seed);
		for (int i = 0; i < 20; i++) {
			int64_t point[3] = { 0 };
			int32_t class;
			random_input(&module, &rng, point);
			point[0] += i == 0 ? 100 : 0; /* outside */
			class = ir_interp_classify(interp, point);
			assert_int_equal(ir_rounded_classify(rounded, point), class);
			known += class >= 0;
		}
		ir_rounded_free(rounded);
		ir_interp_free(interp);
		ir_module_fini(&module);
	}
	assert_true(known > 100);
}

/* --- departures ---------------------------------------------------------------------- */

static const char head[] = "network @n class \"a\" element int8 inputs 1 in 1..3 ";

struct pair {
	struct ir_module module;
	struct ir_rounded *rounded, *exact;
};

static void pair_init(struct pair *pair, const char *format_text, const char *body)
{
	const struct ir_format exactly = { .arithmetic = &arithmetic_exact };
	struct ir_format format;
	struct diag_sink sink;
	char text[400];
	int length = snprintf(text, sizeof text, "%s%s", head, body);

	diag_init(&sink);
	assert_true(ir_parse(&pair->module, 0, text, (size_t)length, &sink));
	diag_fini(&sink);
	assert_true(ir_format_parse(format_text, &format));
	pair->rounded = ir_rounded_new(&pair->module, &format);
	pair->exact = ir_rounded_new(&pair->module, &exactly);
}

static void pair_fini(struct pair *pair)
{
	ir_rounded_free(pair->exact);
	ir_rounded_free(pair->rounded);
	ir_module_fini(&pair->module);
}

static const int64_t point = 1;

static struct ir_departure departs(const char *format, const char *body, int which)
{
	struct ir_departure departures[DEPARTURES];
	struct pair pair;

	pair_init(&pair, format, body);
	ir_rounded_depart(pair.rounded, pair.exact, &point, departures);
	pair_fini(&pair);
	return departures[which];
}

static void assert_departure(
	struct ir_departure at, uint32_t layer, uint32_t value, int64_t error, int64_t size)
{
	assert_true(at.found && at.finite);
	assert_int_equal(at.layer, layer);
	assert_int_equal(at.value.i, value);
	assert_int_equal(at.error, error);
	assert_int_equal(at.size, size);
}

static void departures_are_the_first(void **state)
{
	static const char wide[] = "layer 1 s %0 = relu x0 + 1 %1 = relu 16777216*x0 + 1 "
				   "%2 = relu 16777216*x0 + 3 layer 2 s "
				   "%3 = relu %1 - 8388608*%0 output %3";

	(void)state;
	assert_departure(departs("float32", wide, DEPARTS_AT_ALL), 0, 2, 1, 25);
	assert_departure(departs("float32", wide, DEPARTS_BY_HALF), 0, 2, 1, 25);
	assert_false(departs("float64", wide, DEPARTS_AT_ALL).found);
	assert_false(departs("bits:25", wide, DEPARTS_AT_ALL).found);
	assert_false(departs("exact", wide, DEPARTS_AT_ALL).found);
	assert_departure(departs("bits:24", wide, DEPARTS_AT_ALL), 0, 2, 1, 25);
}

/* 1 + 2^-30 becomes 1, which is found out 2^29 times later, but not 2^28 times. */
static void small_errors_depart_and_those_of_a_half_do_by_half(void **state)
{
	static const char half[] = "layer 1 s %0 = relu x0 + 0x1p-30 layer 2 s "
				   "%1 = relu 0x1p29*%0 - 0x1p29 output %1";
	static const char quarter[] = "layer 1 s %0 = relu x0 + 0x1p-30 layer 2 s "
				      "%1 = relu 0x1p28*%0 - 0x1p28 output %1";
	static const char output[] = "layer 1 s %0 = relu x0 output 0x1p30*%0 + 0.25";

	(void)state;
	assert_departure(departs("float32", half, DEPARTS_AT_ALL), 0, 1, -29, 1);
	assert_departure(departs("float32", half, DEPARTS_BY_HALF), 1, 2, 0, 0);
	assert_departure(departs("float32", quarter, DEPARTS_AT_ALL), 0, 1, -29, 1);
	assert_false(departs("float32", quarter, DEPARTS_BY_HALF).found);
	assert_departure(departs("float32", output, DEPARTS_AT_ALL), 1, 2, -1, 31);
}

static void infinite_values_depart_by_half(void **state)
{
	static const char large[] = "layer 1 s %0 = relu 0x1p127*x0 + 0x1p127 output -%0";
	struct ir_departure at = departs("float32", large, DEPARTS_BY_HALF);

	(void)state;
	assert_true(at.found && !at.finite);
	assert_int_equal(at.layer, 0);
	assert_int_equal(at.size, 129);
	assert_false(departs("float64", large, DEPARTS_AT_ALL).found);
	assert_departure(departs("fixed:100.0", large, DEPARTS_BY_HALF), 0, 1, 128, 129);
	assert_departure(departs("fixed:1.0", "output x0", DEPARTS_AT_ALL), 0, 1, 1, 1);
}

/* --- the layer that decides ---------------------------------------------------------- */

static void assert_decisive(const char *format, const char *body, uint32_t layer)
{
	struct pair pair;

	pair_init(&pair, format, body);
	assert_int_equal(ir_rounded_classify(pair.exact, &point), 0);
	assert_int_equal(ir_rounded_classify(pair.rounded, &point), -1);
	assert_int_equal(ir_rounded_decisive(pair.rounded, pair.exact, &point, 0), layer);
	pair_fini(&pair);
}

/* An error that no later layer reads costs nothing, however large it is. */
static void the_layer_that_decides_is_found(void **state)
{
	static const char second[] = "layer 1 s %0 = relu 0x1p24*x0 + 1 %1 = relu x0 "
				     "layer 2 s %2 = relu %1 + 0x1p-40 %3 = relu %1 "
				     "layer 3 s %4 = relu 0x1p40*%2 - 0x1p40*%3 "
				     "layer 4 s %5 = relu %4 output %5";
	static const char output[] = "layer 1 s %0 = relu x0 %1 = relu x0 "
				     "output 0x1p24*%0 + %1 - 0x1p24";
	static const char large[] = "layer 1 s %0 = relu x0 layer 2 s %1 = relu 0x1p127*%0 "
				    "layer 3 s %2 = relu 0x1p100*%1 "
				    "layer 4 s %3 = relu 0x1p-227*%2 output %3";

	(void)state;
	assert_decisive("float32", second, 1);
	assert_departure(departs("float32", second, DEPARTS_BY_HALF), 0, 1, 1, 25);
	assert_decisive("float32", large, 2);
	assert_decisive("float32", output, 1);
}

/* --- formats ------------------------------------------------------------------------- */

static void formats_are_read_and_printed(void **state)
{
	static const char *const good[] = { "exact", "float32", "float64", "bits:1",
		"bits:1048576", "fixed:1.0", "fixed:16.48", "fixed:1048576.1048576" };
	static const char *const bad[] = { "", "float16", "float", "float64:", "float64:3",
		"bits", "bits:", "bits:0", "bits:-1", "bits:1048577",
		"bits:99999999999999999999", "bits:12x", "bits:1.2", "bits: 3", "fixed",
		"fixed:3", "fixed:3.", "fixed:0.3", "fixed:.3", "fixed:3.4.5", "fixed:3,4",
		"fixed:3.1048577", "exact " };
	char text[IR_FORMAT_TEXT];
	struct ir_format format;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(ir_format_parse(good[i], &format));
		assert_string_equal(ir_format_text(&format, text), good[i]);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(ir_format_parse(bad[i], &format));
	ir_format_parse("bits:0", &format);
	assert_ptr_equal(format.arithmetic, &arithmetic_bits);
	ir_format_parse("bit:0", &format);
	assert_null(format.arithmetic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_rounded_rationals),
		cmocka_unit_test(enough_bits_are_exact),
		cmocka_unit_test(exact_classes_are_those_of_the_interpreter),
		cmocka_unit_test(departures_are_the_first),
		cmocka_unit_test(small_errors_depart_and_those_of_a_half_do_by_half),
		cmocka_unit_test(infinite_values_depart_by_half),
		cmocka_unit_test(the_layer_that_decides_is_found),
		cmocka_unit_test(formats_are_read_and_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
