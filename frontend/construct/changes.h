/*
 * changes: where the class changes along sorted positions.
 *
 * Two neighbours z' < z of different classes leave a choice: the new class may begin at any
 * integer in z'+1 .. z. A network that walks the changes instead of the points memorizes
 * the same set, and answers with a class at every position: between two points of one class
 * with that class.
 */
#ifndef FRONTEND_CONSTRUCT_CHANGES_H
#define FRONTEND_CONSTRUCT_CHANGES_H

#include "frontend/construct/project.h"

struct change {
	position last, first; /* of the old class, of the new one: neighbours */
	uint32_t before, after;
};

/*
 * The changes of `label & mask`, ascending; malloc'ed. Equal positions must have equal
 * classes.
 */
struct change *list_changes(
	const struct projected *points, uint64_t count, uint32_t mask, uint64_t *changes);

/* Where the new class begins so that every position has the class of the nearest point. */
position change_middle(const struct change *change);

/* The same with the most trailing zero bits. */
position change_roundest(const struct change *change);

#endif
