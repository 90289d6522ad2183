#include "backends/plan/words.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

struct word_run {
	uint64_t hash;
	size_t place, count;
};

void words_fini(struct words *words)
{
	free(words->words);
	free(words->runs);
	free(words->slots);
	*words = (struct words){ 0 };
}

void words_add(struct words *words, uint64_t word)
{
	words->words =
		mem_grow(words->words, &words->room, words->count + 1, sizeof *words->words);
	words->words[words->count++] = word;
}

static uint64_t hash_words(const uint64_t *sequence, size_t count)
{
	uint64_t hash = count;

	for (size_t i = 0; i < count; i++) {
		hash = (hash ^ sequence[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash;
}

static void grow_slots(struct words *words)
{
	size_t count = words->slot_count ? words->slot_count * 2 : 256;

	free(words->slots);
	words->slots = mem_zero(count, sizeof *words->slots);
	words->slot_count = count;
	for (size_t i = 0; i < words->run_count; i++) {
		size_t at = (size_t)words->runs[i].hash & (count - 1);
		while (words->slots[at])
			at = (at + 1) & (count - 1);
		words->slots[at] = i + 1;
	}
}

static size_t add_run(
	struct words *words, uint64_t hash, const uint64_t *sequence, size_t count)
{
	size_t place = words->count;

	words->runs = mem_grow(
		words->runs, &words->run_room, words->run_count + 1, sizeof *words->runs);
	words->runs[words->run_count++] = (struct word_run){ hash, place, count };
	words->words =
		mem_grow(words->words, &words->room, place + count, sizeof *words->words);
	memcpy(words->words + place, sequence, count * sizeof *sequence);
	words->count += count;
	return place;
}

size_t words_intern(struct words *words, const uint64_t *sequence, size_t count)
{
	uint64_t hash = hash_words(sequence, count);
	size_t at;

	if (words->run_count * 2 >= words->slot_count)
		grow_slots(words);
	for (at = (size_t)hash & (words->slot_count - 1); words->slots[at];
		at = (at + 1) & (words->slot_count - 1)) {
		const struct word_run *run = &words->runs[words->slots[at] - 1];
		if (run->hash == hash && run->count == count &&
			!memcmp(words->words + run->place, sequence, count * sizeof *sequence))
			return run->place;
	}
	words->slots[at] = words->run_count + 1;
	return add_run(words, hash, sequence, count);
}
