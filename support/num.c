#include "support/num.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "support/mem.h"

struct num_entry {
	int32_t exponent;
	int32_t size;   /* limbs of m, negative for a negative number */
	uint64_t place; /* the limb itself when |size| is 1, else its first limb's index */
};

/* The hash spares a look at the entry, and rehashing its limbs. */
struct num_slot {
	uint32_t entry_plus_1, hash;
};

_Static_assert(sizeof(mp_limb_t) == sizeof(uint64_t), "GMP with 64-bit limbs");

enum { EXPONENT_LIMIT = 1 << 30 };

static uint32_t limb_count(const struct num_entry *entry)
{
	return (uint32_t)(entry->size < 0 ? -entry->size : entry->size);
}

static const mp_limb_t *entry_limbs(const struct num_pool *pool, const struct num_entry *entry)
{
	if (limb_count(entry) <= 1)
		return (const mp_limb_t *)&entry->place;
	return pool->limbs + entry->place;
}

static uint32_t hash_number(const mp_limb_t *limbs, uint32_t count, int32_t size, int32_t e)
{
	uint64_t seed = (uint64_t)(uint32_t)size << 32 | (uint32_t)e;
	uint64_t hash;

	if (count == 1) {
		hash = (limbs[0] ^ seed * UINT64_C(0x9e3779b97f4a7c15)) *
			UINT64_C(0xd6e8feb86659fd93);
		return (uint32_t)((hash ^ hash >> 29) >> 13);
	}
	return (uint32_t)XXH3_64bits_withSeed(limbs, count * sizeof *limbs, seed);
}

static void rehash(struct num_pool *pool)
{
	size_t count = pool->slot_count ? pool->slot_count * 2 : 256;
	struct num_slot *slots = mem_zero(count, sizeof *slots);

	for (size_t i = 0; i < pool->slot_count; i++) {
		size_t at = pool->slots[i].hash;
		if (!pool->slots[i].entry_plus_1)
			continue;
		while (slots[at & (count - 1)].entry_plus_1)
			at++;
		slots[at & (count - 1)] = pool->slots[i];
	}
	free(pool->slots);
	pool->slots = slots;
	pool->slot_count = count;
}

/* limbs: the odd significand, `size` limbs with the sign; size 0 for zero. */
static num intern(struct num_pool *pool, const mp_limb_t *limbs, int32_t size, int32_t e)
{
	uint32_t count = (uint32_t)(size < 0 ? -size : size);
	uint32_t hash = hash_number(limbs, count, size, e);
	size_t at = hash;
	struct num_entry *entry;

	for (;; at++) {
		struct num_slot slot = pool->slots[at & (pool->slot_count - 1)];
		if (!slot.entry_plus_1)
			break;
		entry = &pool->entries[slot.entry_plus_1 - 1];
		if (slot.hash == hash && entry->size == size && entry->exponent == e &&
			!memcmp(entry_limbs(pool, entry), limbs, count * sizeof *limbs))
			return (num){ slot.entry_plus_1 - 1 };
	}
	if (pool->count == UINT32_MAX - 1)
		panic("more than 2^32 distinct constants");
	pool->entries = mem_grow(
		pool->entries, &pool->entry_room, (size_t)pool->count + 1, sizeof *entry);
	entry = &pool->entries[pool->count];
	*entry = (struct num_entry){ .exponent = e, .size = size };
	if (count == 1) {
		entry->place = limbs[0];
	} else if (count > 1) {
		entry->place = pool->limb_count;
		pool->limbs = mem_grow(
			pool->limbs, &pool->limb_room, pool->limb_count + count, sizeof *limbs);
		memcpy(pool->limbs + pool->limb_count, limbs, count * sizeof *limbs);
		pool->limb_count += count;
	}
	pool->slots[at & (pool->slot_count - 1)] = (struct num_slot){ ++pool->count, hash };
	if ((size_t)pool->count * 2 > pool->slot_count)
		rehash(pool);
	return (num){ pool->count - 1 };
}

void num_pool_init(struct num_pool *pool)
{
	*pool = (struct num_pool){ 0 };
	rehash(pool);
	intern(pool, NULL, 0, 0);
	num_from_int(pool, 1);
}

void num_pool_fini(struct num_pool *pool)
{
	free(pool->entries);
	free(pool->limbs);
	free(pool->slots);
	*pool = (struct num_pool){ 0 };
}

size_t num_pool_bytes(const struct num_pool *pool)
{
	return pool->entry_room * sizeof *pool->entries +
		pool->limb_room * sizeof *pool->limbs + pool->slot_count * sizeof *pool->slots;
}

static int32_t checked_exponent(int64_t e)
{
	if (e < -EXPONENT_LIMIT || e > EXPONENT_LIMIT)
		panic("a constant with exponent %lld", (long long)e);
	return (int32_t)e;
}

num num_from_mpz(struct num_pool *pool, const mpz_t m, int64_t e)
{
	/* m may be a view of this pool, whose limbs move when it grows */
	bool grows = pool->count == pool->entry_room ||
		pool->limb_count + mpz_size(m) > pool->limb_room;
	mp_bitcnt_t zeros;
	mpz_t odd;
	num result;

	if (mpz_sgn(m) == 0)
		return NUM_ZERO;
	zeros = mpz_scan1(m, 0);
	if (zeros == 0 && !grows)
		return intern(pool, mpz_limbs_read(m), m->_mp_size, checked_exponent(e));
	mpz_init(odd);
	mpz_tdiv_q_2exp(odd, m, zeros);
	result = intern(
		pool, mpz_limbs_read(odd), odd->_mp_size, checked_exponent(e + (int64_t)zeros));
	mpz_clear(odd);
	return result;
}

num num_from_int(struct num_pool *pool, int64_t value)
{
	mp_limb_t limb = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	int zeros;

	if (value == 0)
		return NUM_ZERO;
	zeros = __builtin_ctzll(limb);
	limb >>= zeros;
	return intern(pool, &limb, value < 0 ? -1 : 1, zeros);
}

num num_pow2(struct num_pool *pool, int64_t e)
{
	mp_limb_t one = 1;

	return intern(pool, &one, 1, checked_exponent(e));
}

int32_t num_view(const struct num_pool *pool, num a, mpz_t m)
{
	const struct num_entry *entry = &pool->entries[a.i];

	mpz_roinit_n(m, entry_limbs(pool, entry), entry->size);
	return entry->exponent;
}

num num_neg(struct num_pool *pool, num a)
{
	mpz_t view, negative;
	int32_t e;
	num result;

	if (a.i == 0)
		return a;
	e = num_view(pool, a, view);
	mpz_init(negative); /* a copy, since the pool may grow under the view */
	mpz_neg(negative, view);
	result = num_from_mpz(pool, negative, e);
	mpz_clear(negative);
	return result;
}

num num_shift(struct num_pool *pool, num a, int64_t e)
{
	const struct num_entry *entry = &pool->entries[a.i];
	uint32_t count = limb_count(entry);
	mp_limb_t *copy, one;
	num result;

	if (a.i == 0 || e == 0)
		return a;
	e = checked_exponent(entry->exponent + e);
	if (count == 1) {
		one = entry->place;
		return intern(pool, &one, entry->size, (int32_t)e);
	}
	copy = mem_alloc(count, sizeof *copy); /* the pool may grow under its own limbs */
	memcpy(copy, entry_limbs(pool, entry), count * sizeof *copy);
	result = intern(pool, copy, entry->size, (int32_t)e);
	free(copy);
	return result;
}

num num_add(struct num_pool *pool, num a, num b)
{
	int32_t ea, eb;
	mpz_t va, vb, sum;
	num result;

	if (a.i == 0 || b.i == 0)
		return a.i ? a : b;
	ea = num_view(pool, a, va);
	eb = num_view(pool, b, vb);
	mpz_init(sum);
	if (ea >= eb) {
		mpz_mul_2exp(sum, va, (mp_bitcnt_t)(ea - eb));
		mpz_add(sum, sum, vb);
	} else {
		mpz_mul_2exp(sum, vb, (mp_bitcnt_t)(eb - ea));
		mpz_add(sum, sum, va);
	}
	result = num_from_mpz(pool, sum, ea < eb ? ea : eb);
	mpz_clear(sum);
	return result;
}

/* Whether a is a power of two. */
static bool is_pow2(const struct num_entry *entry)
{
	return entry->size == 1 && entry->place == 1;
}

num num_mul(struct num_pool *pool, num a, num b)
{
	mpz_t va, vb, product;
	int64_t e;
	num result;

	if (a.i == 0 || b.i == 0)
		return NUM_ZERO;
	if (is_pow2(&pool->entries[a.i]))
		return num_shift(pool, b, pool->entries[a.i].exponent);
	if (is_pow2(&pool->entries[b.i]))
		return num_shift(pool, a, pool->entries[b.i].exponent);
	e = num_view(pool, a, va);
	e += num_view(pool, b, vb);
	mpz_init(product);
	mpz_mul(product, va, vb);
	result = num_from_mpz(pool, product, e);
	mpz_clear(product);
	return result;
}

num num_floor_div(struct num_pool *pool, num a, num b)
{
	mpz_t va, vb, quotient, divisor;
	int64_t e = num_view(pool, a, va) - (int64_t)num_view(pool, b, vb);
	num result;

	mpz_inits(quotient, divisor, NULL);
	mpz_set(quotient, va);
	mpz_set(divisor, vb);
	if (e >= 0)
		mpz_mul_2exp(quotient, quotient, (mp_bitcnt_t)e);
	else
		mpz_mul_2exp(divisor, divisor, (mp_bitcnt_t)-e);
	mpz_fdiv_q(quotient, quotient, divisor);
	result = num_from_mpz(pool, quotient, 0);
	mpz_clears(quotient, divisor, NULL);
	return result;
}

/* The power of two of the leading bit of |a|, a not zero. */
static int64_t leading(const struct num_pool *pool, num a)
{
	return (int64_t)num_significand_bits(pool, a) + pool->entries[a.i].exponent;
}

int num_compare(const struct num_pool *pool, num a, num b)
{
	int sa = num_sign(pool, a), sb = num_sign(pool, b), order;
	int64_t ea, eb, la, lb;
	mpz_t va, vb, shifted;

	if (a.i == b.i)
		return 0;
	if (sa != sb || sa == 0)
		return sa < sb ? -1 : 1;
	la = leading(pool, a);
	lb = leading(pool, b);
	if (la != lb)
		return (la < lb) == (sa > 0) ? -1 : 1;
	ea = num_view(pool, a, va);
	eb = num_view(pool, b, vb);
	mpz_init(shifted);
	if (ea >= eb) {
		mpz_mul_2exp(shifted, va, (mp_bitcnt_t)(ea - eb));
		order = mpz_cmp(shifted, vb);
	} else {
		mpz_mul_2exp(shifted, vb, (mp_bitcnt_t)(eb - ea));
		order = mpz_cmp(va, shifted);
	}
	mpz_clear(shifted);
	return (order > 0) - (order < 0);
}

bool num_is_u64(const struct num_pool *pool, num a)
{
	const struct num_entry *entry = &pool->entries[a.i];

	return a.i == 0 || (entry->size == 1 && entry->exponent >= 0 && leading(pool, a) <= 64);
}

uint64_t num_to_u64(const struct num_pool *pool, num a)
{
	const struct num_entry *entry = &pool->entries[a.i];

	if (a.i == 0)
		return 0;
	if (!num_is_u64(pool, a))
		panic("a constant that is no 64-bit count");
	return entry->place << entry->exponent;
}

void num_field(const struct num_pool *pool, num a, uint64_t pos, uint64_t len, mpz_t field)
{
	mpz_t view;
	int64_t shift = num_view(pool, a, view) - (int64_t)pos;

	if (shift >= 0 && (uint64_t)shift >= len) {
		mpz_set_ui(field, 0);
		return;
	}
	if (shift >= 0)
		mpz_mul_2exp(field, view, (mp_bitcnt_t)shift);
	else
		mpz_fdiv_q_2exp(field, view, (mp_bitcnt_t)-shift);
	mpz_fdiv_r_2exp(field, field, len);
}

num num_move(struct num_pool *to, const struct num_pool *from, num a)
{
	const struct num_entry *entry = &from->entries[a.i];

	if (a.i <= NUM_ONE.i || to == from)
		return a;
	return intern(to, entry_limbs(from, entry), entry->size, entry->exponent);
}

static void *copy_of(const void *from, size_t count, size_t room, size_t size)
{
	void *to = mem_alloc(room, size);

	if (count)
		memcpy(to, from, count * size);
	return to;
}

void num_pool_copy(struct num_pool *pool, const struct num_pool *from)
{
	*pool = *from;
	pool->entries =
		copy_of(from->entries, from->count, from->entry_room, sizeof *from->entries);
	pool->limbs =
		copy_of(from->limbs, from->limb_count, from->limb_room, sizeof *from->limbs);
	pool->slots =
		copy_of(from->slots, from->slot_count, from->slot_count, sizeof *from->slots);
}

int num_sign(const struct num_pool *pool, num a)
{
	int32_t size = pool->entries[a.i].size;

	return (size > 0) - (size < 0);
}

int32_t num_exponent(const struct num_pool *pool, num a)
{
	return pool->entries[a.i].exponent;
}

uint64_t num_significand_bits(const struct num_pool *pool, num a)
{
	const struct num_entry *entry = &pool->entries[a.i];
	uint32_t count = limb_count(entry);

	if (count == 0)
		return 0;
	return (uint64_t)count * 64 -
		(uint64_t)__builtin_clzll(entry_limbs(pool, entry)[count - 1]);
}

uint64_t num_fixed_bits(const struct num_pool *pool, num a)
{
	int64_t bits = (int64_t)num_significand_bits(pool, a);
	int64_t e = num_exponent(pool, a);

	if (bits == 0)
		return 0;
	if (e >= 0)
		return (uint64_t)(bits + e);
	return (uint64_t)(bits > -e ? bits : -e);
}

/* Decimal if it is an integer below 2^63 or has at most eight binary places. */
static bool short_text(const struct num_entry *entry, char *text, size_t room)
{
	int32_t e = entry->exponent;
	uint64_t m = entry->place, whole, part, scale = 1;
	int digits;

	if (limb_count(entry) != 1)
		return false;
	if (e >= 0) {
		if (e > 62 || m > (uint64_t)INT64_MAX >> e)
			return false;
		snprintf(text, room, "%llu", (unsigned long long)(m << e));
		return true;
	}
	if (e < -8 || m > UINT32_MAX)
		return false;
	digits = -e;
	for (int i = 0; i < digits; i++)
		scale *= 5; /* 2^-k = 5^k / 10^k */
	whole = m >> digits;
	part = (m & ((UINT64_C(1) << digits) - 1)) * scale;
	snprintf(text, room, "%llu.%0*llu", (unsigned long long)whole, digits,
		(unsigned long long)part);
	return true;
}

char *num_text(const struct num_pool *pool, num a, struct arena *arena)
{
	const struct num_entry *entry = &pool->entries[a.i];
	const char *sign = entry->size < 0 ? "-" : "";
	char decimal[64], *text;
	mpz_t view;

	if (a.i == 0)
		return arena_string(arena, "0", 1);
	if (short_text(entry, decimal, sizeof decimal))
		return arena_printf(arena, "%s%s", sign, decimal);
	num_view(pool, a, view);
	text = mem_alloc(mpz_sizeinbase(view, 16) + 2, 1);
	mpz_get_str(text, 16, view);
	decimal[0] = '\0';
	if (entry->exponent)
		snprintf(decimal, sizeof decimal, "p%d", entry->exponent);
	char *result = arena_printf(arena, "%s0x%s%s", sign, text + (*text == '-'), decimal);
	free(text);
	return result;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return 99;
}

/* The digits at text[0..length-1] in the base, all of them; false if one is not a digit. */
static bool parse_digits(mpz_t m, const char *text, size_t length, int base)
{
	char *copy;

	if (length == 0)
		return false;
	for (size_t i = 0; i < length; i++)
		if (digit_value(text[i]) >= base)
			return false;
	copy = mem_string(text, length);
	mpz_set_str(m, copy, base);
	free(copy);
	return true;
}

static bool parse_exponent(const char *text, size_t length, int64_t *e)
{
	bool negative = length > 0 && *text == '-';
	int64_t value = 0;

	if (negative) {
		text++;
		length--;
	}
	if (length == 0 || length > 10)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		value = value * 10 + (text[i] - '0');
	}
	*e = negative ? -value : value;
	return value <= EXPONENT_LIMIT;
}

static bool parse_hex(mpz_t m, int64_t *e, const char *text, size_t length)
{
	const char *p = memchr(text, 'p', length);
	size_t digits = p ? (size_t)(p - text) : length;

	*e = 0;
	if (p && !parse_exponent(p + 1, length - digits - 1, e))
		return false;
	return parse_digits(m, text, digits, 16);
}

/* whole.part with k digits of part is (whole part) / 10^k, dyadic only if 5^k divides. */
static bool parse_decimal(mpz_t m, int64_t *e, const char *text, size_t length)
{
	const char *dot = memchr(text, '.', length);
	size_t places = dot ? length - (size_t)(dot - text) - 1 : 0;
	mpz_t five;
	char *joined;
	bool good;

	*e = 0;
	if (!dot)
		return parse_digits(m, text, length, 10);
	if (places == 0 || dot == text || places > 4096)
		return false;
	joined = mem_string(text, length);
	memmove(joined + (dot - text), dot + 1, places);
	good = parse_digits(m, joined, length - 1, 10);
	free(joined);
	if (!good)
		return false;
	mpz_init(five);
	mpz_ui_pow_ui(five, 5, places);
	good = mpz_divisible_p(m, five);
	if (good)
		mpz_divexact(m, m, five);
	mpz_clear(five);
	*e = -(int64_t)places;
	return good;
}

bool num_parse(struct num_pool *pool, const char *text, size_t length, num *result)
{
	bool negative = length > 0 && *text == '-', good;
	int64_t e;
	mpz_t m;

	text += negative;
	length -= negative;
	mpz_init(m);
	if (length > 2 && text[0] == '0' && text[1] == 'x')
		good = parse_hex(m, &e, text + 2, length - 2);
	else
		good = parse_decimal(m, &e, text, length);
	if (good && mpz_sgn(m) != 0) /* of the odd significand, as the number is stored */
		good = e + (int64_t)mpz_scan1(m, 0) <= EXPONENT_LIMIT;
	if (good) {
		if (negative)
			mpz_neg(m, m);
		*result = num_from_mpz(pool, m, e);
	}
	mpz_clear(m);
	return good;
}
