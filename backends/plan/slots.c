/*
 * The store of single keys: two places for a key, each of a few slots (bucketed cuckoo
 * hashing; Pagh and Rodler 2004, Dietzfelbinger and Weidling 2007).
 *
 * A key of r bits is mixed, k ^ (k >> fold), and multiplied by an odd factor modulo 2^r:
 * both are bijections. The high bits of the product choose the place and only the low ones
 * are stored (quotienting, Cleary 1984), with a bit that says by which of the two factors and
 * with the code. So a search is exact: it reads two places and compares their slots, without a
 * branch. A slot of zeros is empty, since no row has code 0.
 */
#include <stdlib.h>
#include <string.h>

#include "backends/plan/lookup.h"
#include "support/bits.h"
#include "support/mem.h"
#include "support/rng.h"

/* Shapes of a place, smallest entries first, and how full it can be made quickly. */
static const struct shape {
	uint32_t words, slots, width;
	double load;
} shapes[] = { { 1, 3, 21, 0.92 }, { 1, 2, 32, 0.85 }, { 2, 3, 42, 0.92 }, { 2, 2, 64, 0.85 } };
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* The place of a key by one of the factors, and what a slot there holds of it. */
static uint64_t place_of(
	const struct plan_lookup *lookup, uint64_t key, uint32_t which, uint64_t *held)
{
	const struct plan_slots *slots = &lookup->slots;
	uint64_t mixed =
		(key ^ key >> slots->fold) * slots->factor[which] & bit_mask(slots->key_bits);
	uint64_t top = mixed >> (slots->key_bits - slots->top_bits);

	*held = (mixed & bit_mask(slots->rest_bits)) << (lookup->code_width + 1) |
		(uint64_t)which << lookup->code_width;
	return top * slots->places >> slots->top_bits;
}

/* Key counts and widths for a number of places; false if a slot is too narrow. */
static bool set_places(struct plan_lookup *lookup, uint64_t places)
{
	struct plan_slots *slots = &lookup->slots;
	uint64_t tops; /* of one place */

	slots->top_bits = slots->key_bits < 32 ? slots->key_bits : 32;
	if (places > UINT64_C(1) << slots->top_bits)
		return false;
	tops = ((UINT64_C(1) << slots->top_bits) + places - 1) / places;
	slots->places = places;
	slots->rest_bits = slots->key_bits - slots->top_bits + bit_length(tops - 1);
	return slots->rest_bits + 1 + lookup->code_width <= slots->width;
}

/*
 * Puts row `row` where there is room, and pushes another row out where there is none;
 * `table` holds rows plus one, twice, plus the factor they lie by.
 */
static bool insert_row(
	const struct plan_lookup *lookup, uint32_t *table, uint32_t row, struct rng *rng)
{
	enum { MOVES = 4000 };
	uint32_t slots = lookup->slots.slots;
	uint32_t entry = (row + 1) << 1;

	for (int move = 0; move < MOVES; move++) {
		uint64_t key = lookup->rows[(entry >> 1) - 1].first, held;
		uint32_t *place, other;
		for (uint32_t which = 0; which < 2; which++) {
			place = table + slots * place_of(lookup, key, which, &held);
			for (uint32_t i = 0; i < slots; i++)
				if (!place[i]) {
					place[i] = (entry & ~UINT32_C(1)) | which;
					return true;
				}
		}
		/* not back to the place that it was pushed out of */
		entry ^= move ? 1 : (uint32_t)rng_below(rng, 2);
		place = table + slots * place_of(lookup, key, entry & 1, &held);
		other = (uint32_t)rng_below(rng, slots);
		row = place[other];
		place[other] = entry;
		entry = row;
	}
	return false;
}

static void put_words(struct plan_lookup *lookup, const uint32_t *table)
{
	const struct plan_slots *slots = &lookup->slots;

	for (uint64_t place = 0; place < slots->places; place++) {
		uint64_t words[2] = { 0, 0 };
		for (uint32_t i = 0; i < slots->slots; i++) {
			uint32_t entry = table[place * slots->slots + i];
			uint32_t at = i * slots->width;
			uint64_t held;
			if (!entry)
				continue;
			place_of(
				lookup, lookup->rows[(entry >> 1) - 1].first, entry & 1, &held);
			held |= lookup->rows[(entry >> 1) - 1].code;
			words[at / 64] |= held << at % 64;
			if (at / 64 == 0 && at + slots->width > 64)
				words[1] |= held >> (64 - at);
		}
		for (uint32_t i = 0; i < slots->words; i++)
			words_add(&lookup->positions, words[i]);
	}
}

static bool fill(struct plan_lookup *lookup)
{
	const struct plan_slots *slots = &lookup->slots;
	uint32_t *table = mem_zero(slots->places * slots->slots, sizeof *table);
	bool good = true;
	struct rng rng;

	rng_init(&rng, slots->factor[0]);
	for (size_t i = 0; i < lookup->row_count && good; i++)
		good = insert_row(lookup, table, (uint32_t)i, &rng);
	if (good)
		put_words(lookup, table);
	free(table);
	return good;
}

/* Tries factors, then more places. */
static bool try_shape(struct plan_lookup *lookup, const struct shape *shape)
{
	enum { TRIES = 8, ROUNDS = 24 };
	struct plan_slots *slots = &lookup->slots;
	uint64_t places =
		(uint64_t)((double)lookup->row_count / ((double)shape->slots * shape->load)) +
		1;
	struct rng rng;

	slots->words = shape->words;
	slots->slots = shape->slots;
	slots->width = shape->width;
	rng_init(&rng, 1);
	for (int round = 0; round < ROUNDS; round++) {
		for (int try = 0; try < TRIES; try++) {
			if (!set_places(lookup, places))
				return false;
			slots->factor[0] = rng_next(&rng) | 1;
			slots->factor[1] = rng_next(&rng) | 1;
			if (fill(lookup))
				return true;
		}
		places += places / 16 + 1;
	}
	return false;
}

static bool rows_are_keys(const struct plan_lookup *lookup)
{
	for (size_t i = 0; i < lookup->row_count; i++)
		if (lookup->rows[i].first != lookup->rows[i].last)
			return false;
	return true;
}

bool plan_put_slots(struct plan_lookup *lookup)
{
	struct plan_slots *slots = &lookup->slots;

	if (!rows_are_keys(lookup) || lookup->row_count >= UINT32_C(1) << 31)
		return false;
	slots->key_bits = bit_length(lookup->span);
	slots->fold = (slots->key_bits + 1) / 2;
	lookup->code_width = bit_length(lookup->classes);
	for (uint32_t i = 0; i < SHAPES && slots->key_bits; i++)
		if (try_shape(lookup, &shapes[i])) {
			lookup->store = PLAN_STORE_SLOTS;
			return true;
		}
	return false;
}
