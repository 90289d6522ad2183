#include "frontend/data/rowset.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "support/mem.h"

static size_t slots_for(uint64_t rows)
{
	size_t slots = 16;

	while (slots / 2 < rows)
		slots *= 2;
	return slots;
}

void rowset_init(struct rowset *set, size_t row_bytes, uint64_t expected)
{
	set->row_bytes = row_bytes;
	set->slot_count = slots_for(expected);
	set->slots = mem_zero(set->slot_count, sizeof *set->slots);
	set->count = 0;
}

void rowset_fini(struct rowset *set)
{
	free(set->slots);
}

static void grow(struct rowset *set, const unsigned char *rows)
{
	struct rowset_slot *old = set->slots;
	size_t old_count = set->slot_count, mask = old_count * 2 - 1;

	set->slot_count *= 2;
	set->slots = mem_zero(set->slot_count, sizeof *set->slots);
	for (size_t i = 0; i < old_count; i++) {
		size_t at;
		if (!old[i].row)
			continue;
		at = (size_t)XXH3_64bits(
			     rows + (old[i].row - 1) * set->row_bytes, set->row_bytes) &
			mask;
		while (set->slots[at].row)
			at = (at + 1) & mask;
		set->slots[at] = old[i];
	}
	free(old);
}

uint32_t rowset_add(struct rowset *set, const void *rows, const void *row, uint32_t number)
{
	const unsigned char *bytes = rows;
	uint64_t hash = XXH3_64bits(row, set->row_bytes);
	uint32_t tag = (uint32_t)(hash >> 32);
	size_t at;

	if (set->count >= set->slot_count / 2)
		grow(set, bytes);
	at = (size_t)hash & (set->slot_count - 1);
	for (; set->slots[at].row; at = (at + 1) & (set->slot_count - 1)) {
		uint32_t other = set->slots[at].row - 1;
		if (set->slots[at].tag == tag &&
			memcmp(bytes + other * set->row_bytes, row, set->row_bytes) == 0)
			return other;
	}
	set->slots[at] = (struct rowset_slot){ number + 1, tag };
	set->count++;
	return number;
}
