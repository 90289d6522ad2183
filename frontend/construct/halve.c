#include "frontend/construct/halve.h"

#include <stdlib.h>

#include "frontend/construct/step.h"
#include "support/bits.h"
#include "support/mem.h"

void keys_unique(struct projected *keys, uint64_t *count)
{
	uint64_t kept = 0;

	for (uint64_t i = 0; i < *count; i++)
		if (kept == 0 || keys[kept - 1].z != keys[i].z)
			keys[kept++] = keys[i];
	*count = kept;
}

position halving_map(const struct halving *halving, position x)
{
	if (x < halving->half)
		return x;
	x += halving->shift - halving->half;
	return x < halving->half ? x : x - halving->half;
}

/* --- the search for b --------------------------------------------------------------- */

/* The low keys, and a filter of their hashes that rules out most others at once. */
struct low {
	const struct projected *keys;
	uint64_t count;
	uint64_t *filter;
	uint32_t bits; /* the filter has 2^bits */
};

static uint64_t hash(const struct low *low, position x)
{
	uint64_t folded = (uint64_t)x ^ (uint64_t)(x >> 64) * UINT64_C(0x9e3779b97f4a7c15);

	return folded * UINT64_C(0xd6e8feb86659fd93) >> (64 - low->bits);
}

static void low_init(struct low *low, const struct projected *keys, uint64_t count)
{
	*low = (struct low){ .keys = keys, .count = count, .bits = bit_length(count) + 5 };
	low->filter =
		mem_zero((size_t)1 << (low->bits - 6 + (low->bits < 6)), sizeof(uint64_t));
	for (uint64_t i = 0; i < count; i++) {
		uint64_t h = hash(low, keys[i].z);
		low->filter[h / 64] |= UINT64_C(1) << h % 64;
	}
}

/* Whether the key x of that class would meet one of another. */
static bool meets(const struct low *low, position x, uint32_t label)
{
	uint64_t h = hash(low, x), first = 0, end = low->count;

	if (!(low->filter[h / 64] >> h % 64 & 1))
		return false;
	while (first < end) {
		uint64_t middle = first + (end - first) / 2;
		if (low->keys[middle].z < x)
			first = middle + 1;
		else
			end = middle;
	}
	return first < low->count && low->keys[first].z == x && low->keys[first].label != label;
}

/* Looks that one search may take for each key: a second or two at a million. */
enum { LOOKS = 64, LOOKS_LEAST = 1 << 16 };

/* The least b by which no high key meets a low one. */
static bool find_shift(
	const struct low *low, const struct projected *high, uint64_t count, struct halving *h)
{
	uint64_t looks = (low->count + count) * LOOKS + LOOKS_LEAST;

	for (h->shift = 0; h->shift < h->half; h->shift++) {
		uint64_t i = 0;
		while (i < count && !meets(low, halving_map(h, high[i].z), high[i].label))
			i++;
		if (i == count)
			return true;
		if (looks < i + 1)
			return false;
		looks -= i + 1;
	}
	return false;
}

/* --- the keys that follow ----------------------------------------------------------- */

/* The high keys keep their order but for those that wrap around, which come first. */
static void map_keys(struct projected *keys, uint64_t *count, uint64_t low,
	const struct halving *halving, struct projected *room)
{
	uint64_t high = *count - low, wrapped, l = 0, taken = 0;

	for (uint64_t i = low; i < *count; i++)
		keys[i].z = halving_map(halving, keys[i].z);
	wrapped = low;
	while (wrapped + 1 < *count && keys[wrapped].z <= keys[wrapped + 1].z)
		wrapped++;
	wrapped = high ? wrapped + 1 - low : 0;
	for (uint64_t i = 0; i < high; i++) {
		const struct projected *key = &keys[low + (i + wrapped) % high];
		while (l < low && keys[l].z <= key->z)
			room[taken++] = keys[l++];
		room[taken++] = *key;
	}
	while (l < low)
		room[taken++] = keys[l++];
	for (uint64_t i = 0; i < taken; i++)
		keys[i] = room[i];
	keys_unique(keys, count);
}

uint32_t halve_plan(struct projected *keys, uint64_t *count, position *range, position enough,
	struct halving list[HALVINGS])
{
	struct projected *room = mem_alloc(*count, sizeof *room);
	uint32_t done = 0;
	bool found = true;

	while (found && *range > enough && *range > 3 && done < HALVINGS) {
		struct halving *next = &list[done];
		uint64_t split = 0;
		struct low low;

		next->half = *range - *range / 2;
		while (split < *count && keys[split].z < next->half)
			split++;
		low_init(&low, keys, split);
		found = find_shift(&low, keys + split, *count - split, next);
		free(low.filter);
		if (!found)
			break;
		map_keys(keys, count, split, next, room);
		*range = next->half;
		done++;
	}
	free(room);
	return done;
}

/* --- the layers --------------------------------------------------------------------- */

static void add_step(
	struct ir_module *module, struct form *x, position at, position up, position down)
{
	struct form step, before = *x;
	num by = num_add(&module->nums, position_num(&module->nums, up),
		num_neg(&module->nums, position_num(&module->nums, down)));

	ir_layer_begin(module, "halve");
	*x = form_relu(module, x);
	step = step_at(module, &before, at);
	form_add_scaled(module, x, &step, by);
}

void halve(struct ir_module *module, struct form *x, const struct halving *list, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		add_step(module, x, list[i].half, list[i].shift, list[i].half);
		add_step(module, x, list[i].half, 0, list[i].half);
	}
}
