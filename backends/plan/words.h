/*
 * Sequences of 64-bit words, each stored once: what tables are made of.
 */
#ifndef BACKENDS_PLAN_WORDS_H
#define BACKENDS_PLAN_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct word_run;

struct words {
	uint64_t *words;
	size_t count, room;
	struct word_run *runs; /* the sequences, in order */
	size_t run_count, run_room;
	size_t *slots; /* open addressing, run + 1; a power of two long */
	size_t slot_count;
};

/* Words of zeros are ready to use. */
void words_fini(struct words *words);

/* The place of the sequence, which is added if no equal one is there. */
size_t words_intern(struct words *words, const uint64_t *sequence, size_t count);

void words_add(struct words *words, uint64_t word);

#endif
