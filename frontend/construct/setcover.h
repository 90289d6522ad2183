/*
 * Greedy set cover: few of the given sets that together hold every member.
 *
 * Each step takes the set with the most members that no set before it holds, the first one
 * of equals; at most ln(n) + 1 times as many as the fewest possible (Johnson 1974). Sets that
 * turn out to hold nothing of their own are dropped afterwards.
 */
#ifndef FRONTEND_CONSTRUCT_SETCOVER_H
#define FRONTEND_CONSTRUCT_SETCOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* count sets of members 0..count-1, a row of bits each. */
struct sets {
	uint64_t count, words; /* 64-bit words of a row */
	uint64_t *bits;
};

/* All empty. */
void sets_init(struct sets *sets, uint64_t count);
void sets_fini(struct sets *sets);

static inline void sets_put(struct sets *sets, uint64_t set, uint64_t member)
{
	sets->bits[set * sets->words + member / 64] |= UINT64_C(1) << member % 64;
}

static inline bool sets_has(const struct sets *sets, uint64_t set, uint64_t member)
{
	return sets->bits[set * sets->words + member / 64] >> member % 64 & 1;
}

/*
 * The numbers of the chosen sets, ascending, into `chosen` (count entries); returns how many.
 * Members that no set holds are left out.
 */
uint64_t sets_cover(const struct sets *sets, uint32_t *chosen);

#endif
