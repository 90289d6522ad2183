#include "frontend/construct/changes.h"

#include "support/mem.h"

struct change *list_changes(
	const struct projected *points, uint64_t count, uint32_t mask, uint64_t *changes)
{
	struct change *list = mem_alloc(count, sizeof *list);
	uint64_t found = 0;

	for (uint64_t i = 1; i < count; i++) {
		uint32_t before = points[i - 1].label & mask, after = points[i].label & mask;
		if (before != after)
			list[found++] =
				(struct change){ points[i - 1].z, points[i].z, before, after };
	}
	*changes = found;
	return list;
}

position change_middle(const struct change *change)
{
	return change->first - (change->first - change->last - 1) / 2;
}

/* Without the bits below the greatest one in which it differs from last. */
position change_roundest(const struct change *change)
{
	uint32_t bits = position_bits(change->last ^ change->first);

	return change->first >> (bits - 1) << (bits - 1);
}
