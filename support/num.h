/*
 * Exact numbers: the constants of a network.
 *
 * A number is a dyadic rational m * 2^e with an odd integer m of any length, or zero. A
 * pool stores every distinct number once, so that equal numbers have equal handles; one
 * limb of m lies in the entry itself (16 bytes), longer ones in a common array. Handle 0
 * is zero, handle 1 is one, in every pool. Numbers never move into a GMP allocation:
 * num_view() lends the limbs to GMP read-only.
 */
#ifndef SUPPORT_NUM_H
#define SUPPORT_NUM_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/arena.h"

typedef struct {
	uint32_t i;
} num;

#define NUM_ZERO ((num){ 0 })
#define NUM_ONE ((num){ 1 })

struct num_entry;
struct num_slot;

struct num_pool {
	struct num_entry *entries;
	uint32_t count;
	size_t entry_room;
	mp_limb_t *limbs;
	size_t limb_count, limb_room;
	struct num_slot *slots; /* open addressing; a power of two long */
	size_t slot_count;
};

void num_pool_init(struct num_pool *pool);
void num_pool_fini(struct num_pool *pool);

/* Bytes held, for reports. */
size_t num_pool_bytes(const struct num_pool *pool);

/* The number m * 2^e; m need not be odd. Exponents stay within +-2^30. */
num num_from_mpz(struct num_pool *pool, const mpz_t m, int64_t e);
num num_from_int(struct num_pool *pool, int64_t value);
num num_pow2(struct num_pool *pool, int64_t e);
num num_neg(struct num_pool *pool, num a);
num num_add(struct num_pool *pool, num a, num b);

num num_mul(struct num_pool *pool, num a, num b);

/* floor(a / b), b not zero. */
num num_floor_div(struct num_pool *pool, num a, num b);

/* a * 2^e */
num num_shift(struct num_pool *pool, num a, int64_t e);

/*
 * Lends the odd significand (signed; 0 for zero) until the pool next grows; never clear
 * it. Returns the exponent.
 */
int32_t num_view(const struct num_pool *pool, num a, mpz_t m);

/* -1, 0 or 1. */
int num_sign(const struct num_pool *pool, num a);
int32_t num_exponent(const struct num_pool *pool, num a);

/* bitlen(|m|) of the odd significand; 0 for zero. */
uint64_t num_significand_bits(const struct num_pool *pool, num a);

/* Fixed point: integer bits of |a| plus fraction bits; bitlen(|m|) + max(0, e) if e >= 0. */
uint64_t num_fixed_bits(const struct num_pool *pool, num a);

/* -1, 0 or 1: a < b, a = b, a > b. */
int num_compare(const struct num_pool *pool, num a, num b);

/* A number that is an integer 0..2^64-1. */
bool num_is_u64(const struct num_pool *pool, num a);
uint64_t num_to_u64(const struct num_pool *pool, num a);

/* field = floor(a / 2^pos) mod 2^len */
void num_field(const struct num_pool *pool, num a, uint64_t pos, uint64_t len, mpz_t field);

/*
 * The float or double nearest to a, ties to even; infinite beyond the greatest one. *exact: it
 * is a itself.
 */
double num_round(const struct num_pool *pool, num a, bool single, bool *exact);

/* The number a of one pool in another. */
num num_move(struct num_pool *to, const struct num_pool *from, num a);

void num_pool_copy(struct num_pool *pool, const struct num_pool *from);

static inline bool num_equal(num a, num b)
{
	return a.i == b.i;
}

/*
 * Text: decimal when short (integers below 2^63, few binary places), else hexadecimal with
 * a binary exponent: -0x1f3p-12. num_parse reads both (and nothing else) from exactly
 * `length` bytes; false if they are not a number or its exponent is beyond +-2^30.
 */
char *num_text(const struct num_pool *pool, num a, struct arena *arena);
bool num_parse(struct num_pool *pool, const char *text, size_t length, num *result);

#endif
