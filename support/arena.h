/*
 * Arenas: many small allocations that end together.
 *
 * An arena owns all that it hands out, until arena_reset() or arena_fini(). Under
 * AddressSanitizer the unused bytes are poisoned and a red zone follows each allocation,
 * so that an overrun or a use after the end is reported.
 */
#ifndef SUPPORT_ARENA_H
#define SUPPORT_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* bytes taken of the newest block */
	size_t total;               /* bytes of all blocks, for reports */
};

void arena_init(struct arena *arena);
void arena_fini(struct arena *arena);

/* Ends all allocations, keeps one block for the next ones. */
void arena_reset(struct arena *arena);

/* Aligned for any type, zeroed, never NULL. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* A copy of `length` bytes with a closing zero byte. */
char *arena_string(struct arena *arena, const char *bytes, size_t length);

char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
