#include "frontend/construct/place.h"

#include <stdlib.h>
#include <string.h>

#include "support/bits.h"
#include "support/mem.h"
#include "support/rng.h"

enum {
	WINDOW_WORDS = 1024, /* places of a window, in words, at most */
	WORK_BITS = 28,      /* word operations of all keys together, about */
};

struct places {
	uint64_t *taken; /* a bit each, and two words of zeros behind */
	uint64_t range;
	uint64_t window; /* places that are tried for one run */
	uint64_t used;
	struct rng rng;
};

static uint64_t bits_from(const uint64_t *words, uint64_t at)
{
	uint64_t low = words[at / 64] >> at % 64;

	return at % 64 ? low | words[at / 64 + 1] << (64 - at % 64) : low;
}

static bool is_taken(const struct places *places, uint64_t at)
{
	return places->taken[at / 64] >> at % 64 & 1;
}

/* Takes out the places where a key `offset` above would meet another; whether any is left. */
static bool narrow(const struct places *places, uint64_t *open, uint64_t base, uint64_t offset)
{
	uint64_t left = 0, words = (places->window + 63) / 64;

	for (uint64_t w = 0; w < words; w++) {
		open[w] &= ~bits_from(places->taken, base + offset + 64 * w);
		left |= open[w];
	}
	return left != 0;
}

static uint64_t first_open(const uint64_t *open)
{
	uint64_t w = 0;

	while (!open[w])
		w++;
	return 64 * w + (uint64_t)__builtin_ctzll(open[w]);
}

/* About how far a run from keys[0] on will reach. */
static uint64_t expected_span(
	const struct places *places, const struct projected *keys, uint64_t count)
{
	/* ln(window) / density keys */
	position length = (position)bit_length(places->window) * places->range * 7 / 10 /
		(places->used + 1);
	uint64_t n = length < count ? (uint64_t)length : count;
	uint64_t most = (places->range - places->window) / 4 * 3;
	position span = keys[n ? n - 1 : 0].z - keys[0].z;

	return span < most ? (uint64_t)span : most;
}

/* The longest run from keys[0] on that fits into a window at `base`; 0 if not even one does. */
static uint64_t longest(const struct places *places, const struct projected *keys,
	uint64_t count, uint64_t base, uint64_t *place)
{
	uint64_t open[WINDOW_WORDS], before[WINDOW_WORDS], n = 0;
	size_t words = (size_t)((places->window + 63) / 64);

	memset(open, 0xff, sizeof open);
	if (places->window % 64)
		open[words - 1] = (UINT64_C(1) << places->window % 64) - 1;
	while (n < count) {
		position offset = keys[n].z - keys[0].z;
		if (offset > places->range - places->window - base)
			break;
		memcpy(before, open, words * sizeof *open);
		if (!narrow(places, open, base, (uint64_t)offset)) {
			memcpy(open, before, words * sizeof *open);
			break;
		}
		n++;
	}
	if (n)
		*place = base + first_open(open);
	return n;
}

/* A run of one key, wherever there is room. */
static uint64_t any_place(struct places *places)
{
	uint64_t at = rng_below(&places->rng, places->range);

	while (is_taken(places, at))
		at = (at + 1) % places->range;
	return at;
}

static uint64_t place_run(
	struct places *places, struct projected *keys, uint64_t count, struct run *run)
{
	uint64_t span = expected_span(places, keys, count);
	uint64_t base = rng_below(&places->rng, places->range - places->window - span + 1);
	uint64_t n = longest(places, keys, count, base, &run->place);

	run->first = keys[0].z;
	if (n == 0) {
		run->place = any_place(places);
		n = 1;
	}
	for (uint64_t i = 0; i < n; i++) {
		uint64_t at = run->place + (uint64_t)(keys[i].z - run->first);
		places->taken[at / 64] |= UINT64_C(1) << at % 64;
		keys[i].z = at;
	}
	places->used += n;
	return n;
}

static uint64_t window_of(uint64_t count, uint64_t range)
{
	uint64_t words = (UINT64_C(1) << WORK_BITS) / count, window;

	if (words < 16)
		words = 16;
	if (words > WINDOW_WORDS)
		words = WINDOW_WORDS;
	window = 64 * words;
	return window < range / 4 ? window : range / 4 + 1;
}

struct run *place(
	struct projected *keys, uint64_t count, uint64_t range, uint64_t seed, uint64_t *runs)
{
	struct places places = { .range = range, .window = window_of(count, range) };
	struct run *list = NULL;
	size_t room = 0;
	uint64_t done = 0;

	places.taken = mem_zero((size_t)(range / 64 + WINDOW_WORDS + 2), sizeof *places.taken);
	rng_init(&places.rng, seed);
	for (*runs = 0; done < count; ++*runs) {
		list = mem_grow(list, &room, (size_t)*runs + 1, sizeof *list);
		done += place_run(&places, keys + done, count - done, &list[*runs]);
	}
	free(places.taken);
	return list;
}
