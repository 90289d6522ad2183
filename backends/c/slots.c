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
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backends/c/lookup.h"
#include "support/bits.h"
#include "support/mem.h"
#include "support/rng.h"

/* Shapes of a place, smallest entries first, and how full it can be made quickly. */
static const struct shape {
	uint32_t words, slots, width;
	double load;
} shapes[] = { { 1, 3, 21, 0.92 }, { 1, 2, 32, 0.85 }, { 2, 3, 42, 0.92 }, { 2, 2, 64, 0.85 } };
enum { SHAPES = sizeof shapes / sizeof *shapes };

static uint64_t mask_of(uint32_t bits)
{
	return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* The place of a key by one of the factors, and what a slot there holds of it. */
static uint64_t place_of(
	const struct c_lookup *lookup, uint64_t key, uint32_t which, uint64_t *held)
{
	const struct c_slots *slots = &lookup->slots;
	uint64_t mixed =
		(key ^ key >> slots->fold) * slots->factor[which] & mask_of(slots->key_bits);
	uint64_t top = mixed >> (slots->key_bits - slots->top_bits);

	*held = (mixed & mask_of(slots->rest_bits)) << (lookup->code_width + 1) |
		(uint64_t)which << lookup->code_width;
	return top * slots->places >> slots->top_bits;
}

/* Key counts and widths for a number of places; false if a slot is too narrow. */
static bool set_places(struct c_lookup *lookup, uint64_t places)
{
	struct c_slots *slots = &lookup->slots;
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
	const struct c_lookup *lookup, uint32_t *table, uint32_t row, struct rng *rng)
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

static void put_words(struct c_lookup *lookup, const uint32_t *table)
{
	const struct c_slots *slots = &lookup->slots;

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

static bool fill(struct c_lookup *lookup)
{
	const struct c_slots *slots = &lookup->slots;
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
static bool try_shape(struct c_lookup *lookup, const struct shape *shape)
{
	enum { TRIES = 8, ROUNDS = 24 };
	struct c_slots *slots = &lookup->slots;
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

static bool rows_are_keys(const struct c_lookup *lookup)
{
	for (size_t i = 0; i < lookup->row_count; i++)
		if (lookup->rows[i].first != lookup->rows[i].last)
			return false;
	return true;
}

bool c_slots_plan(struct c_lookup *lookup)
{
	struct c_slots *slots = &lookup->slots;

	if (!rows_are_keys(lookup) || lookup->row_count >= UINT32_C(1) << 31)
		return false;
	slots->key_bits = bit_length(lookup->span);
	slots->fold = (slots->key_bits + 1) / 2;
	lookup->code_width = bit_length(lookup->classes);
	for (uint32_t i = 0; i < SHAPES && slots->key_bits; i++)
		if (try_shape(lookup, &shapes[i])) {
			lookup->store = C_STORE_SLOTS;
			return true;
		}
	return false;
}

/* --- the search --------------------------------------------------------------------- */

static void print_place(
	const struct c_lookup *lookup, const char *prefix, uint32_t which, struct output *out)
{
	const struct c_slots *slots = &lookup->slots;

	output_printf(out, "\tconst uint64_t %c = (key ^ key >> %" PRIu32 ") * 0x%" PRIx64,
		"ab"[which], slots -> fold, slots -> factor[which]);
	if (slots->key_bits < 64)
		output_printf(out, " & 0x%" PRIx64, mask_of(slots->key_bits));
	output_text(out, ";\n");
	output_printf(out, "\tconst uint64_t *%c = %s_slots + ", "pq"[which], prefix);
	if (slots->words > 1)
		output_printf(out, "%" PRIu32 " * ", slots->words);
	output_text(out, "(size_t)(");
	if (slots->key_bits > slots->top_bits)
		output_printf(out, "(%c >> %" PRIu32 ")", "ab"[which],
			slots -> key_bits - slots -> top_bits);
	else
		output_printf(out, "%c", "ab"[which]);
	output_printf(
		out, " * 0x%" PRIx64 " >> %" PRIu32 ");\n", slots->places, slots->top_bits);
}

/* The expression of slot i of a place. */
static void print_slot(const struct c_slots *slots, char place, uint32_t i, const char *type,
	struct output *out)
{
	uint32_t at = i * slots->width;
	bool whole = slots->width == 32 || slots->width == 64;
	bool last = at + slots->width >= 64 && slots->words == 1;

	if (slots->width < 64)
		output_printf(out, "(%s)", type);
	if (!whole && !last)
		output_text(out, "(");
	if (at == 0)
		output_printf(out, "%c[0]", place);
	else if (at % 64 == 0)
		output_printf(out, "%c[%" PRIu32 "]", place, at / 64);
	else if (at < 64 && at + slots->width > 64)
		output_printf(out, "(%c[0] >> %" PRIu32 " | %c[1] << %" PRIu32 ")", place, at,
			place, 64 - at);
	else
		output_printf(out, "(%c[%" PRIu32 "] >> %" PRIu32 ")", place, at / 64, at % 64);
	if (!whole && !last)
		output_printf(out, " & 0x%" PRIx64 ")", mask_of(slots->width));
}

static void print_picks(
	const struct c_lookup *lookup, const char *prefix, const char *type, struct output *out)
{
	const struct c_slots *slots = &lookup->slots;

	for (uint32_t which = 0; which < 2; which++)
		for (uint32_t i = 0; i < slots->slots; i++) {
			output_printf(out, "%s%s_pick(", which + i ? " |\n\t\t" : "\treturn ",
				prefix);
			print_slot(slots, "pq"[which], i, type, out);
			output_printf(out, " ^ %c)", "vw"[which]);
		}
	output_text(out, ";\n}\n\n");
}

void c_print_slots(const struct c_lookup *lookup, const char *prefix, struct output *out)
{
	const struct c_slots *slots = &lookup->slots;
	const char *type = slots->width <= 32 ? "uint32_t" : "uint64_t";

	output_printf(out,
		"static uint32_t %s_pick(%s slot)\n"
		"{\n"
		"\treturn slot < %" PRIu64 " ? (uint32_t)slot : 0;\n"
		"}\n\n"
		"/* The code of a key: which of the slots of its two places holds it. */\n"
		"static uint32_t %s_find(uint64_t key)\n"
		"{\n",
		prefix, type, mask_of(lookup->code_width) + 1, prefix);
	print_place(lookup, prefix, 0, out);
	print_place(lookup, prefix, 1, out);
	for (uint32_t which = 0; which < 2; which++) {
		output_printf(out, "\tconst %s %c = (%s)(%c & 0x%" PRIx64 ") << %" PRIu32, type,
			"vw"[which], type, "ab"[which], mask_of(slots->rest_bits),
			lookup -> code_width + 1);
		if (which)
			output_printf(out, " | 0x%" PRIx64, mask_of(lookup->code_width) + 1);
		output_text(out, ";\n");
	}
	output_text(out, "\n");
	print_picks(lookup, prefix, type, out);
	output_printf(out, "static void %s_touch(uint64_t key)\n{\n", prefix);
	print_place(lookup, prefix, 0, out);
	print_place(lookup, prefix, 1, out);
	output_text(out, "\n\tMEMC_TOUCH(p);\n\tMEMC_TOUCH(q);\n}\n\n");
}
