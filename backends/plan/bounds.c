/*
 * Stores of spans of keys: the code of every key where there are few keys, else the bounds at
 * which the code changes, sorted.
 *
 * The high bits of a key choose a bucket of bounds, and only the low bits of a bound are
 * stored. The code of a key is that of the last bound that is not greater, perhaps in a
 * bucket before; the search takes as many steps as the fullest bucket needs.
 */
#include <stdlib.h>

#include "backends/plan/lookup.h"
#include "support/bits.h"
#include "support/mem.h"

/* The least power of two that holds values of so many bits. */
static uint32_t field_width(uint32_t bits)
{
	uint32_t width = 1;

	while (width < bits)
		width *= 2;
	return width;
}

/* Sets field i, which is still zero. */
static void put_field(struct words *words, uint64_t i, uint32_t width, uint64_t value)
{
	uint32_t each = 64 / width;

	while (words->count <= i / each)
		words_add(words, 0);
	words->words[i / each] |= value << width * (i % each);
}

/* --- the code of every key ---------------------------------------------------------- */

bool plan_put_direct(struct plan_lookup *lookup)
{
	enum { ROW_BYTES = 5, FEW_BYTES = 512 };
	uint32_t width = field_width(bit_length(lookup->classes));
	uint64_t bytes = lookup->span / 8 * width + (lookup->span % 8 + 1) * width / 8;

	if (lookup->span >> 40 ||
		(bytes > FEW_BYTES && bytes > ROW_BYTES * (uint64_t)lookup->row_count))
		return false;
	lookup->store = PLAN_STORE_DIRECT;
	lookup->code_width = width;
	for (size_t i = 0; i < lookup->row_count; i++)
		for (uint64_t key = lookup->rows[i].first; key <= lookup->rows[i].last; key++)
			put_field(&lookup->labels, key, width, lookup->rows[i].code);
	return true;
}

/* --- bounds ------------------------------------------------------------------------- */

struct bound {
	uint64_t key;
	uint32_t code;
};

/* Where the code changes; for members, what lies between rows joins the row before. */
static struct bound *make_bounds(const struct plan_lookup *lookup, uint64_t *count)
{
	struct bound *bounds = mem_alloc(2 * lookup->row_count, sizeof *bounds);
	uint64_t n = 0;

	for (size_t i = 0; i < lookup->row_count; i++) {
		const struct plan_row *row = &lookup->rows[i];
		bool gap = i + 1 == lookup->row_count ? row->last < lookup->span
						      : row[1].first > row->last + 1;
		if (!n || bounds[n - 1].code != row->code)
			bounds[n++] = (struct bound){ row->first, row->code };
		if (gap && !lookup->members)
			bounds[n++] = (struct bound){ row->last + 1, 0 };
	}
	*count = n;
	return bounds;
}

static uint64_t bytes_at(uint64_t span, uint64_t count, uint32_t shift)
{
	uint64_t buckets = shift >= 64 ? 1 : (span >> shift) + 1;

	return (buckets + 1) * (count >> 16 ? 4 : 2) + count * field_width(shift) / 8;
}

/* How many low bits of a bound are stored: what gives the smallest tables. */
static uint32_t choose_shift(uint64_t span, uint64_t count)
{
	uint32_t bits = bit_length(span), best = bits;

	for (uint32_t shift = 1; shift < bits; shift++)
		if (span >> shift <= 2 * count + 1 &&
			(bytes_at(span, count, shift) < bytes_at(span, count, best)))
			best = shift;
	return best;
}

static uint64_t bucket_of(uint64_t key, uint32_t shift)
{
	return shift >= 64 ? 0 : key >> shift;
}

bool plan_put_bounds(struct plan_lookup *lookup)
{
	struct plan_bounds *plan = &lookup->bounds;
	struct bound *bounds = make_bounds(lookup, &plan->count);
	uint64_t at = 0;

	if (plan->count >> 32)
		panic("too many rows: %zu", lookup->row_count);
	lookup->store = PLAN_STORE_BOUNDS;
	lookup->code_width = field_width(bit_length(lookup->classes));
	plan->shift = choose_shift(lookup->span, plan->count);
	plan->width = field_width(plan->shift);
	plan->index_width = plan->count >> 16 ? 32 : 16;
	plan->buckets = bucket_of(lookup->span, plan->shift) + 1;
	plan->most = 0;
	for (uint64_t bucket = 0; bucket < plan->buckets; bucket++) {
		uint64_t start = at;
		put_field(&lookup->index, bucket, plan->index_width, start);
		while (at < plan->count && bucket_of(bounds[at].key, plan->shift) == bucket)
			at++;
		plan->most = at - start > plan->most ? at - start : plan->most;
	}
	put_field(&lookup->index, plan->buckets, plan->index_width, at);
	for (uint64_t i = 0; i < plan->count; i++) {
		uint64_t low = plan->shift >= 64
			? bounds[i].key
			: bounds[i].key & ((UINT64_C(1) << plan->shift) - 1);
		put_field(&lookup->positions, i, plan->width, low);
		put_field(&lookup->labels, i, lookup->code_width, bounds[i].code);
	}
	free(bounds);
	return true;
}
