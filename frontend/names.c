#include "frontend/names.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "support/mem.h"

void names_fini(struct names *names)
{
	free(names->list);
	free(names->slots);
	*names = (struct names){ 0 };
}

/* The slot of a name, or the empty one where it would go. */
static uint32_t *find_slot(const struct names *names, const char *name)
{
	size_t mask = names->slot_count - 1;
	size_t at = XXH3_64bits(name, strlen(name)) & mask;

	while (names->slots[at] && strcmp(names->list[names->slots[at] - 1], name) != 0)
		at = (at + 1) & mask;
	return &names->slots[at];
}

uint32_t names_find(const struct names *names, const char *name)
{
	return names->count ? *find_slot(names, name) - 1 : NAMES_NONE;
}

static void grow(struct names *names)
{
	free(names->slots);
	names->slot_count = names->slot_count ? 2 * names->slot_count : 16;
	names->slots = mem_zero(names->slot_count, sizeof *names->slots);
	for (uint32_t i = 0; i < names->count; i++)
		*find_slot(names, names->list[i]) = i + 1;
}

uint32_t names_add(struct names *names, const char *name)
{
	uint32_t *slot;

	if (names->slot_count <= 2 * (size_t)names->count)
		grow(names);
	slot = find_slot(names, name);
	if (*slot)
		return NAMES_NONE;
	names->list = mem_grow(
		names->list, &names->room, (size_t)names->count + 1, sizeof *names->list);
	names->list[names->count] = name;
	*slot = ++names->count;
	return names->count - 1;
}
