#include "support/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

#ifndef ARENA_BLOCK
#define ARENA_BLOCK ((size_t)64 * 1024)
#endif

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define ARENA_RED_ZONE ((size_t)16)
#define poison(p, n) ASAN_POISON_MEMORY_REGION(p, n)
#define unpoison(p, n) ASAN_UNPOISON_MEMORY_REGION(p, n)
#else
#define ARENA_RED_ZONE ((size_t)0)
#define poison(p, n) ((void)(p), (void)(n))
#define unpoison(p, n) ((void)(p), (void)(n))
#endif

struct arena_block {
	struct arena_block *next;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

void arena_init(struct arena *arena)
{
	*arena = (struct arena){ 0 };
}

void arena_fini(struct arena *arena)
{
	for (struct arena_block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		unpoison(block->bytes, block->size);
		free(block);
	}
	arena_init(arena);
}

void arena_reset(struct arena *arena)
{
	struct arena_block *keep = arena->blocks;

	if (!keep)
		return;
	arena->blocks = keep->next;
	arena_fini(arena);
	keep->next = NULL;
	poison(keep->bytes, keep->size);
	arena->blocks = keep;
	arena->total = keep->size;
}

static void add_block(struct arena *arena, size_t need)
{
	size_t size = need > ARENA_BLOCK ? need : ARENA_BLOCK;
	struct arena_block *block;

	if (need > (size_t)-1 / 2)
		panic("an arena allocation of %zu bytes", need);
	block = mem_alloc(1, sizeof *block + size);
	block->next = arena->blocks;
	block->size = size;
	poison(block->bytes, size);
	arena->blocks = block;
	arena->used = 0;
	arena->total += size;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
	size_t bytes, room;
	void *result;

	if (__builtin_mul_overflow(count, size, &bytes) || bytes > (size_t)-1 / 4)
		panic("an arena allocation of %zu x %zu bytes", count, size);
	room = (bytes + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
	room += ARENA_RED_ZONE;
	if (!arena->blocks || arena->blocks->size - arena->used < room)
		add_block(arena, room);
	result = arena->blocks->bytes + arena->used;
	arena->used += room;
	unpoison(result, bytes);
	return memset(result, 0, bytes);
}

char *arena_string(struct arena *arena, const char *bytes, size_t length)
{
	char *copy = arena_alloc(arena, length + 1, 1);

	if (length)
		memcpy(copy, bytes, length);
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args, again;
	char *text;
	int length;

	va_start(args, format);
	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		panic("bad format '%s'", format);
	text = arena_alloc(arena, (size_t)length + 1, 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}
