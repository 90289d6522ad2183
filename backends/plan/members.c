/*
 * The store for members alone: the class of a key is the exclusive or of three fields, so that
 * no position is stored. Other keys get some class too.
 *
 * Fields are solved for by peeling: a place that a single key reads can be set last (Majewski,
 * Wormald, Havas and Czech 1996; Botelho, Pagh and Ziviani 2013). With a third of 1.23 fields
 * a key in each segment this succeeds for most seeds.
 */
#include <stdlib.h>

#include "backends/plan/lookup.h"
#include "support/bits.h"
#include "support/mem.h"
#include "support/rng.h"

/* The three places of a key. */
static void places_of(const struct plan_members *mix, uint64_t key, uint64_t place[3])
{
	uint64_t a = (key ^ key >> 32) * mix->seed, b;

	a = (a ^ a >> 32) * PLAN_MEMBERS_FACTOR;
	b = (a ^ a >> 29) * mix->seed;
	place[0] = (a >> 32) * mix->segment >> 32;
	place[1] = mix->segment + ((a & 0xffffffff) * mix->segment >> 32);
	place[2] = 2 * mix->segment + ((b >> 32) * mix->segment >> 32);
}

/* Per place: how many keys read it, and the exclusive or of them. */
struct peel {
	uint32_t *degree, *keys;
	uint32_t *order; /* keys in the order in which they were peeled */
	uint64_t *from;  /* and the place that each was peeled at */
	size_t count;
	uint64_t *queue;
	size_t queue_count;
};

static void count_keys(const struct plan_lookup *lookup, struct peel *peel)
{
	for (size_t i = 0; i < lookup->row_count; i++) {
		uint64_t place[3];
		places_of(&lookup->mix, lookup->rows[i].first, place);
		for (int j = 0; j < 3; j++) {
			peel->degree[place[j]]++;
			peel->keys[place[j]] ^= (uint32_t)i;
		}
	}
}

static void peel_keys(const struct plan_lookup *lookup, struct peel *peel)
{
	for (uint64_t i = 0; i < 3 * lookup->mix.segment; i++)
		if (peel->degree[i] == 1)
			peel->queue[peel->queue_count++] = i;
	while (peel->queue_count) {
		uint64_t at = peel->queue[--peel->queue_count], place[3];
		uint32_t key = peel->keys[at];
		if (peel->degree[at] != 1)
			continue;
		peel->order[peel->count] = key;
		peel->from[peel->count++] = at;
		places_of(&lookup->mix, lookup->rows[key].first, place);
		for (int j = 0; j < 3; j++) {
			peel->keys[place[j]] ^= key;
			if (--peel->degree[place[j]] == 1)
				peel->queue[peel->queue_count++] = place[j];
		}
	}
}

/* Sets the fields in the reverse of the order in which their keys were peeled. */
static void solve(struct plan_lookup *lookup, const struct peel *peel)
{
	uint32_t *field = mem_zero(3 * lookup->mix.segment, sizeof *field);
	uint32_t each = 64 / lookup->code_width;

	for (size_t i = peel->count; i-- > 0;) {
		const struct plan_row *row = &lookup->rows[peel->order[i]];
		uint64_t place[3];
		places_of(&lookup->mix, row->first, place);
		/* its own place is still zero */
		field[peel->from[i]] =
			(row->code - 1) ^ field[place[0]] ^ field[place[1]] ^ field[place[2]];
	}
	for (uint64_t i = 0; i < 3 * lookup->mix.segment; i++) {
		if (i % each == 0)
			words_add(&lookup->labels, 0);
		lookup->labels.words[i / each] |= (uint64_t)field[i]
			<< lookup->code_width * (i % each);
	}
	free(field);
}

static bool try_seed(struct plan_lookup *lookup)
{
	size_t fields = 3 * lookup->mix.segment;
	struct peel peel = { .degree = mem_zero(fields, sizeof *peel.degree),
		.keys = mem_zero(fields, sizeof *peel.keys),
		.order = mem_alloc(lookup->row_count, sizeof *peel.order),
		.from = mem_alloc(lookup->row_count, sizeof *peel.from),
		/* a place enters when its degree becomes 1: at first, or by a decrement */
		.queue = mem_alloc(fields + 3 * lookup->row_count, sizeof *peel.queue) };
	bool good;

	count_keys(lookup, &peel);
	peel_keys(lookup, &peel);
	good = peel.count == lookup->row_count;
	if (good)
		solve(lookup, &peel);
	free(peel.degree);
	free(peel.keys);
	free(peel.order);
	free(peel.from);
	free(peel.queue);
	return good;
}

bool plan_put_members(struct plan_lookup *lookup)
{
	enum { TRIES = 64 };
	struct plan_members *mix = &lookup->mix;
	struct rng rng;

	for (size_t i = 0; i < lookup->row_count; i++)
		if (lookup->rows[i].first != lookup->rows[i].last)
			return false;
	if (lookup->row_count >= UINT32_C(1) << 30)
		return false;
	rng_init(&rng, 3);
	lookup->code_width = 1;
	while (lookup->code_width < bit_length(lookup->classes - 1))
		lookup->code_width *= 2;
	mix->segment = lookup->row_count * 41 / 100 + 4;
	for (int try = 0; try < TRIES; try++) {
		mix->seed = rng_next(&rng) | 1;
		if (try_seed(lookup)) {
			lookup->store = PLAN_STORE_MEMBERS;
			return true;
		}
		mix->segment += mix->segment / 64 + 1;
	}
	return false;
}
