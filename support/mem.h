/*
 * Memory that cannot fail, and the end of the process for our own faults.
 *
 * Every allocation of memc goes through here, so that running out of memory ends the
 * process in one place with one message. panic() is for bugs of memc only: what a user or
 * the machine did wrong is a diagnostic (support/diag.h).
 */
#ifndef SUPPORT_MEM_H
#define SUPPORT_MEM_H

#include <stddef.h>

/* Prints "memc: internal error: file:line: ..." and aborts. */
#define panic(...) panic_at(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void panic_at(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* count * size bytes, not zeroed. Never NULL; freed with free(). */
void *mem_alloc(size_t count, size_t size);

/* The same, all bytes zero. */
void *mem_zero(size_t count, size_t size);

/* Resizes to count * size bytes; pointer may be NULL. */
void *mem_resize(void *pointer, size_t count, size_t size);

/*
 * Makes room for `need` elements of `size` bytes in a growing array whose room is
 * *capacity: returns the array, perhaps moved. Growth is geometric, so that appending n
 * elements one by one costs O(n).
 */
void *mem_grow(void *array, size_t *capacity, size_t need, size_t size);

/* A copy of `length` bytes and a closing zero byte; freed with free(). */
char *mem_string(const char *bytes, size_t length);

#endif
