/*
 * Row sets: which of many rows have equal bytes.
 *
 * A set holds numbers of rows that lie in an array of the caller's: equal is what XXH3 and
 * then memcmp call equal.
 */
#ifndef FRONTEND_DATA_ROWSET_H
#define FRONTEND_DATA_ROWSET_H

#include <stddef.h>
#include <stdint.h>

struct rowset_slot {
	uint32_t row; /* + 1; 0: empty */
	uint32_t tag; /* bits of the hash that do not choose the slot */
};

struct rowset {
	size_t row_bytes;
	struct rowset_slot *slots;
	size_t slot_count; /* a power of two */
	uint64_t count;
};

/* `expected` rows fit without growing. */
void rowset_init(struct rowset *set, size_t row_bytes, uint64_t expected);
void rowset_fini(struct rowset *set);

/*
 * If a row of the set (a number into the array `rows`) equals the bytes at `row`, returns
 * its number; else adds `number` and returns it.
 */
uint32_t rowset_add(struct rowset *set, const void *rows, const void *row, uint32_t number);

#endif
