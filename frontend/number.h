/*
 * Numbers of a spec: rationals, exact while they can be.
 *
 * A number is an mpq with a flag: inexact numbers stand for an irrational one, computed
 * with 256 bits by MPFR. Two numbers, of which one is inexact, are equal when they differ
 * by less than 2^-128 of their size, and ceil, floor and round take an inexact number so
 * close to an integer for that integer. Results are the same on every machine.
 *
 * Functions that may fail return NULL or what is wrong; then the result is not changed.
 * Results may be the same object as operands.
 */
#ifndef FRONTEND_NUMBER_H
#define FRONTEND_NUMBER_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/feature.h"
#include "support/arena.h"

/* Longer numerators and denominators are an error instead of gigabytes. */
#define NUMBER_BITS 65536

struct number {
	mpq_t q;
	bool inexact;
};

void number_init(struct number *number);
void number_fini(struct number *number);
void number_set(struct number *number, const struct number *value);

/* Digits, perhaps a point and digits. */
const char *number_parse(struct number *number, const char *text, size_t length);
void number_from_u64(struct number *number, uint64_t value);

/* a op b for + - * / ^ */
const char *number_apply(
	struct number *result, const struct number *a, char op, const struct number *b);

/* The functions of one argument. */
const char *number_ceil(struct number *result, const struct number *a);
const char *number_floor(struct number *result, const struct number *a);
const char *number_round(struct number *result, const struct number *a); /* halves up */
const char *number_sqrt(struct number *result, const struct number *a);
const char *number_log2(struct number *result, const struct number *a);
const char *number_abs(struct number *result, const struct number *a);

/* -1, 0 or 1. */
int number_compare(const struct number *a, const struct number *b);

/* The integer that the number is (or is taken for, above); false if it is none of 64 bits. */
bool number_is_integer(const struct number *number, int64_t *value);
bool number_is_unsigned(const struct number *number, uint64_t *value);

/* False if numerator or denominator is beyond 63 bits. */
bool number_to_ratio(const struct number *number, struct ir_ratio *ratio);

/* value = mantissa / 10^digits with the fewest digits, at most 18; false if there is none. */
bool number_to_decimal(const struct number *number, int64_t *mantissa, uint32_t *digits);

/* An integer, a finite decimal, "1/3" or, inexact, "about 1.4142136". */
const char *number_text(const struct number *number, struct arena *arena);

/* Frees what MPFR keeps between calls. */
void number_end(void);

#endif
