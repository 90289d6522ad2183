#include "frontend/number.h"

#include <mpfr.h>
#include <string.h>

#define PRECISION 256
#define CLOSE 128 /* an inexact number is good to more bits than these */

static const char too_long[] = "this number would have more than 65,536 bits";

void number_init(struct number *number)
{
	mpq_init(number->q);
	number->inexact = false;
}

void number_fini(struct number *number)
{
	mpq_clear(number->q);
}

void number_set(struct number *number, const struct number *value)
{
	mpq_set(number->q, value->q);
	number->inexact = value->inexact;
}

void number_from_u64(struct number *number, uint64_t value)
{
	mpz_import(mpq_numref(number->q), 1, 1, sizeof value, 0, 0, &value);
	mpz_set_ui(mpq_denref(number->q), 1);
	number->inexact = false;
}

static bool is_long(const struct number *number)
{
	return mpz_sizeinbase(mpq_numref(number->q), 2) > NUMBER_BITS ||
		mpz_sizeinbase(mpq_denref(number->q), 2) > NUMBER_BITS;
}

const char *number_parse(struct number *number, const char *text, size_t length)
{
	char digits[NUMBER_BITS / 3 + 2]; /* more bits than digits * log2(10) */
	size_t count = 0, places = 0;
	bool point = false;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '.') {
			point = true;
			continue;
		}
		if (count + 2 > sizeof digits)
			return too_long;
		digits[count++] = text[i];
		places += point;
	}
	digits[count] = 0;
	mpz_set_str(mpq_numref(number->q), digits, 10);
	mpz_ui_pow_ui(mpq_denref(number->q), 10, places);
	mpq_canonicalize(number->q);
	number->inexact = false;
	return is_long(number) ? too_long : NULL;
}

/* Takes the value of x, which is rounded unless `exact`. */
static const char *take(struct number *result, const mpfr_t x, bool exact)
{
	if (!mpfr_number_p(x))
		return too_long;
	if (!mpfr_zero_p(x) &&
		(mpfr_get_exp(x) > NUMBER_BITS || mpfr_get_exp(x) < PRECISION - NUMBER_BITS))
		return too_long;
	mpfr_get_q(result->q, x);
	result->inexact = !exact;
	return NULL;
}

/* x^y for x > 0 and any y. */
static const char *power_real(
	struct number *result, const struct number *x, const struct number *y)
{
	mpfr_t a, b;
	const char *error;
	bool exact = !x->inexact && !y->inexact;

	mpfr_inits2(PRECISION, a, b, (mpfr_ptr)0);
	exact &= mpfr_set_q(a, x->q, MPFR_RNDN) == 0;
	exact &= mpfr_set_q(b, y->q, MPFR_RNDN) == 0;
	exact &= mpfr_pow(a, a, b, MPFR_RNDN) == 0;
	error = take(result, a, exact);
	mpfr_clears(a, b, (mpfr_ptr)0);
	return error;
}

/* Bits of the longer part of q^n, at least; q is not 0, 1 or -1. */
static bool power_is_long(const mpq_t q, unsigned long n)
{
	size_t bits = mpz_sizeinbase(mpq_numref(q), 2);
	size_t below = mpz_sizeinbase(mpq_denref(q), 2);

	if (below > bits)
		bits = below;
	return n > NUMBER_BITS || (bits - 1) * n >= NUMBER_BITS;
}

/* x^n, exact. */
static const char *power_integer(struct number *result, const struct number *x, const mpz_t n)
{
	mpz_ptr num = mpq_numref(result->q), den = mpq_denref(result->q);
	unsigned long exponent;
	bool invert = mpz_sgn(n) < 0;

	if (invert && mpq_sgn(x->q) == 0)
		return "division by zero: 0 to a negative power";
	if (mpz_cmpabs_ui(mpq_numref(x->q), 1) <= 0 && mpz_cmp_ui(mpq_denref(x->q), 1) == 0) {
		/* 0, 1 and -1 take any exponent: only its parity matters. */
		bool one = mpz_sgn(n) == 0 || (mpq_sgn(x->q) < 0 && mpz_even_p(n));
		result->inexact = x->inexact;
		if (one)
			mpq_set_ui(result->q, 1, 1);
		else
			mpq_set(result->q, x->q);
		return NULL;
	}
	if (mpz_cmpabs_ui(n, NUMBER_BITS) > 0)
		return too_long;
	exponent = mpz_get_ui(n); /* of the absolute value */
	if (power_is_long(x->q, exponent))
		return too_long;
	mpz_pow_ui(num, mpq_numref(x->q), exponent);
	mpz_pow_ui(den, mpq_denref(x->q), exponent);
	result->inexact = x->inexact;
	if (invert)
		mpq_inv(result->q, result->q);
	return NULL;
}

static const char *power(struct number *result, const struct number *x, const struct number *y)
{
	mpz_t n;
	const char *error;

	if (mpz_cmp_ui(mpq_denref(y->q), 1) == 0 && !y->inexact) {
		mpz_init_set(n, mpq_numref(y->q));
		error = power_integer(result, x, n);
		mpz_clear(n);
		return error;
	}
	if (mpq_sgn(x->q) < 0)
		return "a negative number has no such power";
	if (mpq_sgn(x->q) == 0) {
		if (mpq_sgn(y->q) < 0)
			return "division by zero: 0 to a negative power";
		mpq_set_ui(result->q, 0, 1);
		result->inexact = x->inexact;
		return NULL;
	}
	return power_real(result, x, y);
}

const char *number_apply(
	struct number *result, const struct number *a, char op, const struct number *b)
{
	if (op == '^')
		return power(result, a, b);
	if (op == '/' && mpq_sgn(b->q) == 0)
		return "division by zero";
	if (op == '+')
		mpq_add(result->q, a->q, b->q);
	else if (op == '-')
		mpq_sub(result->q, a->q, b->q);
	else if (op == '*')
		mpq_mul(result->q, a->q, b->q);
	else
		mpq_div(result->q, a->q, b->q);
	result->inexact = a->inexact || b->inexact;
	return is_long(result) ? too_long : NULL;
}

/* The nearest integer; true if the number is that close to it. */
static bool nearest(mpz_t integer, const struct number *number)
{
	mpq_t rest;
	bool close;

	mpz_mul_2exp(integer, mpq_numref(number->q), 1);
	mpz_add(integer, integer, mpq_denref(number->q));
	mpz_fdiv_q(integer, integer, mpq_denref(number->q));
	mpz_fdiv_q_2exp(integer, integer, 1);
	mpq_init(rest);
	mpq_set_z(rest, integer);
	mpq_sub(rest, rest, number->q);
	mpq_mul_2exp(rest, rest, CLOSE);
	close = mpz_cmpabs(mpq_numref(rest), mpq_denref(rest)) < 0;
	mpq_clear(rest);
	return close;
}

/* Rounds by `divide` unless the number is taken for an integer. */
static void to_integer(struct number *result, const struct number *a,
	void (*divide)(mpz_ptr, mpz_srcptr, mpz_srcptr))
{
	mpz_t integer;

	mpz_init(integer);
	if (!a->inexact || !nearest(integer, a))
		divide(integer, mpq_numref(a->q), mpq_denref(a->q));
	mpq_set_z(result->q, integer);
	result->inexact = false;
	mpz_clear(integer);
}

const char *number_ceil(struct number *result, const struct number *a)
{
	to_integer(result, a, mpz_cdiv_q);
	return NULL;
}

const char *number_floor(struct number *result, const struct number *a)
{
	to_integer(result, a, mpz_fdiv_q);
	return NULL;
}

const char *number_round(struct number *result, const struct number *a)
{
	mpz_t integer;

	mpz_init(integer);
	nearest(integer, a);
	mpq_set_z(result->q, integer);
	result->inexact = false;
	mpz_clear(integer);
	return NULL;
}

const char *number_sqrt(struct number *result, const struct number *a)
{
	mpfr_t x;
	const char *error;

	if (mpq_sgn(a->q) < 0)
		return "a negative number has no square root";
	if (mpz_perfect_square_p(mpq_numref(a->q)) && mpz_perfect_square_p(mpq_denref(a->q))) {
		mpz_sqrt(mpq_numref(result->q), mpq_numref(a->q));
		mpz_sqrt(mpq_denref(result->q), mpq_denref(a->q));
		result->inexact = a->inexact;
		return NULL;
	}
	mpfr_init2(x, PRECISION);
	mpfr_set_q(x, a->q, MPFR_RNDN);
	mpfr_sqrt(x, x, MPFR_RNDN);
	error = take(result, x, false);
	mpfr_clear(x);
	return error;
}

/* e where z = 2^e; false if z is no power of two. */
static bool is_power_of_two(const mpz_t z, long *e)
{
	*e = (long)mpz_scan1(z, 0);
	return mpz_sizeinbase(z, 2) == (size_t)*e + 1;
}

const char *number_log2(struct number *result, const struct number *a)
{
	long up, down;
	mpfr_t x;
	const char *error;

	if (mpq_sgn(a->q) <= 0)
		return "only positive numbers have a logarithm";
	if (is_power_of_two(mpq_numref(a->q), &up) &&
		is_power_of_two(mpq_denref(a->q), &down)) {
		mpq_set_si(result->q, up - down, 1);
		result->inexact = a->inexact;
		return NULL;
	}
	mpfr_init2(x, PRECISION);
	mpfr_set_q(x, a->q, MPFR_RNDN);
	mpfr_log2(x, x, MPFR_RNDN);
	error = take(result, x, false);
	mpfr_clear(x);
	return error;
}

const char *number_abs(struct number *result, const struct number *a)
{
	mpq_abs(result->q, a->q);
	result->inexact = a->inexact;
	return NULL;
}

int number_compare(const struct number *a, const struct number *b)
{
	int order = mpq_cmp(a->q, b->q);
	mpq_t difference, size;

	if (order == 0 || (!a->inexact && !b->inexact))
		return (order > 0) - (order < 0);
	mpq_inits(difference, size, NULL);
	mpq_sub(difference, a->q, b->q);
	mpq_abs(difference, difference);
	mpq_mul_2exp(difference, difference, CLOSE);
	mpq_abs(size, a->q);
	if (mpq_cmp(difference, size) < 0)
		order = 0;
	mpq_clears(difference, size, NULL);
	return (order > 0) - (order < 0);
}

/* The integer that a number is or is taken for. */
static bool find_integer(mpz_t integer, const struct number *number)
{
	if (mpz_cmp_ui(mpq_denref(number->q), 1) == 0) {
		mpz_set(integer, mpq_numref(number->q));
		return true;
	}
	return number->inexact && nearest(integer, number);
}

bool number_is_unsigned(const struct number *number, uint64_t *value)
{
	mpz_t integer;
	bool fits;

	mpz_init(integer);
	fits = find_integer(integer, number) && mpz_sgn(integer) >= 0 &&
		mpz_sizeinbase(integer, 2) <= 64;
	*value = 0;
	if (fits)
		mpz_export(value, NULL, 1, sizeof *value, 0, 0, integer);
	mpz_clear(integer);
	return fits;
}

/* |z| < 2^63 */
static bool to_int64(const mpz_t z, int64_t *value)
{
	uint64_t size = 0;

	if (mpz_sizeinbase(z, 2) > 63)
		return false;
	mpz_export(&size, NULL, 1, sizeof size, 0, 0, z);
	*value = mpz_sgn(z) < 0 ? -(int64_t)size : (int64_t)size;
	return true;
}

bool number_is_integer(const struct number *number, int64_t *value)
{
	mpz_t integer;
	bool fits;

	mpz_init(integer);
	fits = find_integer(integer, number) && to_int64(integer, value);
	mpz_clear(integer);
	return fits;
}

bool number_to_ratio(const struct number *number, struct ir_ratio *ratio)
{
	return to_int64(mpq_numref(number->q), &ratio->num) &&
		to_int64(mpq_denref(number->q), &ratio->den);
}

bool number_to_decimal(const struct number *number, int64_t *mantissa, uint32_t *digits)
{
	mpz_t scaled;
	bool fits = false;

	mpz_init_set(scaled, mpq_numref(number->q));
	for (*digits = 0; *digits <= 18; ++*digits) {
		if (mpz_divisible_p(scaled, mpq_denref(number->q))) {
			mpz_divexact(scaled, scaled, mpq_denref(number->q));
			fits = to_int64(scaled, mantissa);
			break;
		}
		mpz_mul_ui(scaled, scaled, 10);
	}
	mpz_clear(scaled);
	return fits;
}

/* mantissa / 10^digits as it is written. */
static const char *decimal_text(int64_t mantissa, uint32_t digits, struct arena *arena)
{
	uint64_t size = mantissa < 0 ? -(uint64_t)mantissa : (uint64_t)mantissa;
	char text[48];
	char *at = text + sizeof text - 1;
	uint32_t place = 0;

	*at = 0;
	do {
		*--at = (char)('0' + size % 10);
		size /= 10;
		if (++place == digits)
			*--at = '.';
	} while (size || place <= digits);
	if (mantissa < 0)
		*--at = '-';
	return arena_string(arena, at, strlen(at));
}

const char *number_text(const struct number *number, struct arena *arena)
{
	int64_t mantissa;
	uint32_t digits;
	char *text;

	if (number->inexact)
		return arena_printf(arena, "about %.8g", mpq_get_d(number->q));
	if (number_to_decimal(number, &mantissa, &digits))
		return decimal_text(mantissa, digits, arena);
	text = arena_alloc(arena,
		mpz_sizeinbase(mpq_numref(number->q), 10) +
			mpz_sizeinbase(mpq_denref(number->q), 10) + 3,
		1);
	return mpq_get_str(text, 10, number->q);
}

void number_end(void)
{
	mpfr_free_cache();
}
