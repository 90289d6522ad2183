#include "frontend/data/decimal.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* The digits read so far are value * 10^(point - last), last counting digits. */
struct digits {
	uint64_t value;
	size_t seen;  /* digits in all */
	size_t last;  /* of them, up to the last that is not 0 */
	size_t point; /* of them, before the point */
	bool too_big;
};

static void add_digit(struct digits *digits, unsigned digit)
{
	digits->seen++;
	if (!digit)
		return;
	for (; digits->value && digits->last < digits->seen; digits->last++)
		if (__builtin_mul_overflow(digits->value, 10u, &digits->value)) {
			digits->too_big = true;
			digits->value = 0;
		}
	digits->last = digits->seen;
	if (__builtin_add_overflow(digits->value, digit, &digits->value))
		digits->too_big = true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *read_digits(const char *at, const char *end, struct digits *digits)
{
	bool point = false;

	for (; at < end; at++) {
		if (*at == '.' && !point) {
			point = true;
			digits->point = digits->seen;
		} else if (is_digit(*at)) {
			add_digit(digits, (unsigned)(*at - '0'));
		} else {
			break;
		}
	}
	if (!point)
		digits->point = digits->seen;
	return at;
}

/* e5, E-05; an exponent past a million is as good as a million. */
static bool read_exponent(const char *at, const char *end, int64_t *exponent)
{
	bool negative = false;

	*exponent = 0;
	if (at == end)
		return true;
	if (*at != 'e' && *at != 'E')
		return false;
	at++;
	if (at < end && (*at == '-' || *at == '+'))
		negative = *at++ == '-';
	if (at == end)
		return false;
	for (; at < end; at++) {
		if (!is_digit(*at))
			return false;
		if (*exponent < 1000000)
			*exponent = *exponent * 10 + (*at - '0');
	}
	if (negative)
		*exponent = -*exponent;
	return true;
}

static bool is_not_finite(const char *at, size_t length)
{
	return (length == 3 && (!strncasecmp(at, "nan", 3) || !strncasecmp(at, "inf", 3))) ||
		(length == 8 && !strncasecmp(at, "infinity", 8));
}

static enum decimal_result finish(
	const struct digits *digits, bool negative, int64_t exponent, struct decimal *result)
{
	uint64_t value = digits->value;
	uint64_t limit = (uint64_t)INT64_MAX + negative;

	*result = (struct decimal){ 0, 0 };
	if (digits->too_big)
		return DECIMAL_TOO_BIG;
	if (!value)
		return DECIMAL_OK;
	exponent += (int64_t)digits->point - (int64_t)digits->last;
	for (; exponent > 0; exponent--)
		if (__builtin_mul_overflow(value, 10u, &value))
			return DECIMAL_TOO_BIG;
	if (value > limit)
		return DECIMAL_TOO_BIG;
	if (exponent < -DECIMAL_PLACES)
		return DECIMAL_TOO_FINE;
	result->digits = (uint32_t)-exponent;
	result->mantissa = negative ? (int64_t)(0 - value) : (int64_t)value;
	return DECIMAL_OK;
}

enum decimal_result decimal_parse(const char *text, size_t length, struct decimal *result)
{
	const char *at = text, *end = text + length;
	struct digits digits = { 0 };
	bool negative = false;
	int64_t exponent;

	*result = (struct decimal){ 0, 0 };
	if (at < end && (*at == '-' || *at == '+'))
		negative = *at++ == '-';
	if (is_not_finite(at, (size_t)(end - at)))
		return DECIMAL_NOT_FINITE;
	at = read_digits(at, end, &digits);
	if (!digits.seen || !read_exponent(at, end, &exponent))
		return DECIMAL_NOT_A_NUMBER;
	return finish(&digits, negative, exponent, result);
}

const char *decimal_complaint(enum decimal_result result)
{
	switch (result) {
	case DECIMAL_OK:
		break;
	case DECIMAL_NOT_A_NUMBER:
		return "is not a number";
	case DECIMAL_NOT_FINITE:
		return "is not a finite number";
	case DECIMAL_TOO_BIG:
		return "has more digits than 63 bits hold";
	case DECIMAL_TOO_FINE:
		return "has more than 18 decimal places; round it in the file";
	}
	return "is a number";
}

bool decimal_parse_integer(const char *text, size_t length, int64_t *result)
{
	struct decimal decimal;

	for (size_t i = 0; i < length; i++)
		if (!is_digit(text[i]) && !(i == 0 && (text[i] == '-' || text[i] == '+')))
			return false;
	if (decimal_parse(text, length, &decimal) != DECIMAL_OK)
		return false;
	*result = decimal.mantissa;
	return true;
}

int64_t decimal_power(uint32_t places)
{
	int64_t power = 1;

	while (places--)
		power *= 10;
	return power;
}
