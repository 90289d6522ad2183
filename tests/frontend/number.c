#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "frontend/number.h"

/* The number that a text says, perhaps negative, perhaps a fraction p/q. */
static void set(struct number *number, const char *text)
{
	const char *bar = strchr(text, '/');
	size_t length = bar ? (size_t)(bar - text) : strlen(text);
	bool negative = *text == '-';
	struct number below;

	assert_null(number_parse(number, text + negative, length - negative));
	if (bar) {
		number_init(&below);
		assert_null(number_parse(&below, bar + 1, strlen(bar + 1)));
		assert_null(number_apply(number, number, '/', &below));
		number_fini(&below);
	}
	if (negative)
		mpq_neg(number->q, number->q);
}

static void assert_number(const struct number *number, const char *text)
{
	struct arena arena;

	arena_init(&arena);
	assert_string_equal(number_text(number, &arena), text);
	arena_fini(&arena);
}

/* a op b is `expected`, or fails with it. */
static void assert_apply(const char *a, char op, const char *b, const char *expected)
{
	struct number x, y;
	const char *error;

	number_init(&x);
	number_init(&y);
	set(&x, a);
	set(&y, b);
	error = number_apply(&x, &x, op, &y);
	if (error)
		assert_string_equal(error, expected);
	else
		assert_number(&x, expected);
	number_fini(&x);
	number_fini(&y);
}

typedef const char *(*function)(struct number *, const struct number *);

static void assert_function(function apply, const char *a, const char *expected)
{
	struct number x;
	const char *error;

	number_init(&x);
	set(&x, a);
	error = apply(&x, &x);
	if (error)
		assert_string_equal(error, expected);
	else
		assert_number(&x, expected);
	number_fini(&x);
}

static void parses_numbers(void **state)
{
	struct number number;
	char digits[30001];

	(void)state;
	number_init(&number);
	set(&number, "007");
	assert_number(&number, "7");
	set(&number, "0.50");
	assert_number(&number, "0.5");
	set(&number, "340282366920938463463374607431768211456");
	assert_number(&number, "340282366920938463463374607431768211456");
	set(&number, "0.000000000000000000001"); /* more digits than a decimal has */
	assert_number(&number, "1/1000000000000000000000");
	memset(digits, '9', 30000);
	digits[30000] = 0;
	assert_non_null(number_parse(&number, digits, 30000));
	number_fini(&number);
}

static void adds_exactly(void **state)
{
	(void)state;
	assert_apply("1/3", '+', "1/6", "0.5");
	assert_apply("1", '-', "1/3", "2/3");
	assert_apply("-2/3", '*', "3/2", "-1");
	assert_apply("1", '/', "-8", "-0.125");
	assert_apply("0.1", '+', "0.2", "0.3");
	assert_apply("1", '/', "0", "division by zero");
}

static void powers_of_integers_are_exact(void **state)
{
	static const char *const long_error = "this number would have more than 65,536 bits";

	(void)state;
	assert_apply("2", '^', "100", "1267650600228229401496703205376");
	assert_apply("2/3", '^', "-3", "3.375");
	assert_apply("-2", '^', "3", "-8");
	assert_apply("5", '^', "0", "1");
	assert_apply("0", '^', "0", "1");
	assert_apply("0", '^', "-1", "division by zero: 0 to a negative power");
	assert_apply("1", '^', "100000000000000000000", "1");
	assert_apply("-1", '^', "100000000000000000001", "-1");
	assert_apply("-1", '^', "-100000000000000000000", "1");
	assert_apply("0", '^', "100000000000000000000", "0");
	assert_apply("2", '^', "65536", long_error);
	assert_apply("2", '^', "100000000000000000000", long_error);
	assert_apply("10", '^', "-100000", long_error);
}

static void other_powers_are_rounded(void **state)
{
	(void)state;
	assert_apply("2", '^', "1/2", "about 1.4142136");
	assert_apply("4", '^', "1/2", "2");
	assert_apply("8", '^', "-1/2", "about 0.35355339");
	assert_apply("0", '^', "1/2", "0");
	assert_apply("0", '^', "-1/2", "division by zero: 0 to a negative power");
	assert_apply("-4", '^', "1/2", "a negative number has no such power");
}

static void rounds(void **state)
{
	(void)state;
	assert_function(number_ceil, "7/2", "4");
	assert_function(number_ceil, "-7/2", "-3");
	assert_function(number_ceil, "4", "4");
	assert_function(number_floor, "7/2", "3");
	assert_function(number_floor, "-7/2", "-4");
	assert_function(number_round, "5/2", "3");
	assert_function(number_round, "-5/2", "-2");
	assert_function(number_round, "-8/3", "-3");
	assert_function(number_abs, "-8/3", "8/3");
}

static void roots(void **state)
{
	(void)state;
	assert_function(number_sqrt, "0", "0");
	assert_function(number_sqrt, "9/4", "1.5");
	assert_function(number_sqrt, "1000000000000000000000000000000", "1000000000000000");
	assert_function(number_sqrt, "2", "about 1.4142136");
	assert_function(number_sqrt, "-1", "a negative number has no square root");
}

static void logarithms(void **state)
{
	(void)state;
	assert_function(number_log2, "1", "0");
	assert_function(number_log2, "1/1024", "-10");
	assert_function(number_log2, "1180591620717411303424", "70");
	assert_function(number_log2, "10", "about 3.3219281");
	assert_function(number_log2, "0", "only positive numbers have a logarithm");
	assert_function(number_log2, "-2", "only positive numbers have a logarithm");
}

/* sqrt(2) * sqrt(2) is not 2, but it is taken for it. */
static void close_is_equal(void **state)
{
	struct number root, square, two;
	int64_t integer;

	(void)state;
	number_init(&root);
	number_init(&square);
	number_init(&two);
	set(&two, "2");
	assert_null(number_sqrt(&root, &two));
	assert_null(number_apply(&square, &root, '*', &root));
	assert_true(mpq_cmp(square.q, two.q) != 0);
	assert_int_equal(number_compare(&square, &two), 0);
	assert_int_equal(number_compare(&root, &two), -1);
	assert_true(number_is_integer(&square, &integer));
	assert_int_equal(integer, 2);
	assert_false(number_is_integer(&root, &integer));
	assert_null(number_floor(&square, &square));
	assert_number(&square, "2");
	number_fini(&root);
	number_fini(&square);
	number_fini(&two);
}

static void fits_in_words(void **state)
{
	struct number number;
	struct ir_ratio ratio;
	int64_t integer;
	uint64_t word;

	(void)state;
	number_init(&number);
	set(&number, "9223372036854775807");
	assert_true(number_is_integer(&number, &integer));
	assert_true(integer == INT64_MAX);
	set(&number, "9223372036854775808");
	assert_false(number_is_integer(&number, &integer));
	assert_true(number_is_unsigned(&number, &word));
	set(&number, "18446744073709551615");
	assert_true(number_is_unsigned(&number, &word));
	assert_true(word == UINT64_MAX);
	set(&number, "18446744073709551616");
	assert_false(number_is_unsigned(&number, &word));
	set(&number, "-1");
	assert_false(number_is_unsigned(&number, &word));
	set(&number, "-2/6");
	assert_true(number_to_ratio(&number, &ratio));
	assert_true(ratio.num == -1 && ratio.den == 3);
	set(&number, "1/9223372036854775808");
	assert_false(number_to_ratio(&number, &ratio));
	number_fini(&number);
}

static void becomes_decimal(void **state)
{
	struct number number;
	int64_t mantissa;
	uint32_t digits;

	(void)state;
	number_init(&number);
	set(&number, "-3/8");
	assert_true(number_to_decimal(&number, &mantissa, &digits));
	assert_true(mantissa == -375 && digits == 3);
	set(&number, "0.000000000000000001");
	assert_true(number_to_decimal(&number, &mantissa, &digits));
	assert_true(mantissa == 1 && digits == 18);
	set(&number, "0.0000000000000000001");
	assert_false(number_to_decimal(&number, &mantissa, &digits));
	set(&number, "1/3");
	assert_false(number_to_decimal(&number, &mantissa, &digits));
	set(&number, "9.223372036854775808"); /* the mantissa is 2^63 */
	assert_false(number_to_decimal(&number, &mantissa, &digits));
	number_fini(&number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_numbers),
		cmocka_unit_test(adds_exactly),
		cmocka_unit_test(powers_of_integers_are_exact),
		cmocka_unit_test(other_powers_are_rounded),
		cmocka_unit_test(rounds),
		cmocka_unit_test(roots),
		cmocka_unit_test(logarithms),
		cmocka_unit_test(close_is_equal),
		cmocka_unit_test(fits_in_words),
		cmocka_unit_test(becomes_decimal),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	number_end();
	return failed;
}
