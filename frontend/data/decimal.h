/*
 * Decimals: numbers as people write them, exactly.
 */
#ifndef FRONTEND_DATA_DECIMAL_H
#define FRONTEND_DATA_DECIMAL_H

#include <stddef.h>

#include "frontend/data/dataset.h"

#define DECIMAL_PLACES 18

enum decimal_result {
	DECIMAL_OK,
	DECIMAL_NOT_A_NUMBER,
	DECIMAL_NOT_FINITE, /* nan, inf, infinity */
	DECIMAL_TOO_BIG,    /* the digits do not fit 63 bits */
	DECIMAL_TOO_FINE,   /* more than 18 decimal places */
};

/*
 * Reads exactly `length` bytes: sign, digits, point, exponent. Trailing zeros of the
 * fraction do not count, so that 5.10 has one decimal place.
 */
enum decimal_result decimal_parse(const char *text, size_t length, struct decimal *result);

/* What is wrong, for a message: "is not a number". */
const char *decimal_complaint(enum decimal_result result);

/* The integer a text stands for: an optional sign and digits, no more. */
bool decimal_parse_integer(const char *text, size_t length, int64_t *result);

/* 10^places, places <= 18. */
int64_t decimal_power(uint32_t places);

#endif
