/*
 * Names: a set of strings with an index each, found in constant time.
 *
 * The strings are borrowed and must outlive the set.
 */
#ifndef FRONTEND_NAMES_H
#define FRONTEND_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names {
	const char **list; /* in order of their indices */
	size_t room;
	uint32_t *slots; /* open addressing, index + 1; a power of two long */
	size_t slot_count;
	uint32_t count;
};

#define NAMES_NONE UINT32_MAX

/* A set of zeros is empty and ready. */
void names_fini(struct names *names);

/* The index, or NAMES_NONE. */
uint32_t names_find(const struct names *names, const char *name);

/* Adds a name with the next index and returns that; NAMES_NONE if it was there. */
uint32_t names_add(struct names *names, const char *name);

#endif
