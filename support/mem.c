#include "support/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void panic_at(const char *file, int line, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "memc: internal error: %s:%d: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

static _Noreturn void out_of_memory(size_t count, size_t size)
{
	fprintf(stderr, "memc: out of memory (%zu x %zu bytes)\n", count, size);
	exit(2);
}

void *mem_resize(void *pointer, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory(count, size);
	pointer = realloc(pointer, bytes ? bytes : 1);
	if (!pointer)
		out_of_memory(count, size);
	return pointer;
}

void *mem_alloc(size_t count, size_t size)
{
	return mem_resize(NULL, count, size);
}

void *mem_zero(size_t count, size_t size)
{
	void *pointer = calloc(count ? count : 1, size ? size : 1);

	if (!pointer)
		out_of_memory(count, size);
	return pointer;
}

void *mem_grow(void *array, size_t *capacity, size_t need, size_t size)
{
	size_t room = *capacity;

	if (need <= room)
		return array;
	room += room / 2;
	if (room < need)
		room = need;
	if (room < 8)
		room = 8;
	*capacity = room;
	return mem_resize(array, room, size);
}

char *mem_string(const char *bytes, size_t length)
{
	char *copy = mem_alloc(length + 1, 1);

	if (length)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}
