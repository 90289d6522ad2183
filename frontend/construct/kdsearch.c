/*
 * What a k-d tree answers: the separation of the classes, and which points are near one.
 */
#include <stdatomic.h>

#include "frontend/construct/kdtree.h"
#include "frontend/data/cell.h"
#include "support/cores.h"

/* a - b, a >= b, of any cells */
#define MINUS(a, b) ((uint64_t)(a) - (uint64_t)(b))

static const void *point_at(const struct kdtree *tree, uint32_t place)
{
	return (const unsigned char *)tree->points +
		(size_t)place * tree->inputs * cell_bytes(tree->cell);
}

/* The distance of two points if it is below `bound`, else something from it on. */
static uint64_t distance(const struct kdtree *tree, uint32_t a, uint32_t b, uint64_t bound)
{
	const void *from = point_at(tree, a), *to = point_at(tree, b);
	uint64_t most = 0, apart;

#define DISTANCE(id, type) \
	case id: { \
		const type *x = from, *y = to; \
		for (uint32_t k = 0; k < tree->inputs && most < bound; k++) { \
			apart = x[k] < y[k] ? MINUS(y[k], x[k]) : MINUS(x[k], y[k]); \
			most = apart > most ? apart : most; \
		} \
		break; \
	}
	switch (tree->cell) {
		CELL_TYPES(DISTANCE)
	}
	return most;
}

/* The same of a point and the nearest place of a node's box. */
static uint64_t box_distance(
	const struct kdtree *tree, uint32_t place, uint32_t node, uint64_t bound)
{
	const void *from = point_at(tree, place);
	uint64_t most = 0, apart;

#define BOX_DISTANCE(id, type) \
	case id: { \
		const type *x = from, \
			   *lo = (const type *)tree->boxes + (size_t)node * 2 * tree->inputs; \
		const type *hi = lo + tree->inputs; \
		for (uint32_t k = 0; k < tree->inputs && most < bound; k++) { \
			apart = x[k] < lo[k]   ? MINUS(lo[k], x[k]) \
				: x[k] > hi[k] ? MINUS(x[k], hi[k]) \
					       : 0; \
			most = apart > most ? apart : most; \
		} \
		break; \
	}
	switch (tree->cell) {
		CELL_TYPES(BOX_DISTANCE)
	}
	return most;
}

/* Whether all of a node's box lies within the radius of a point. */
static bool box_is_within(
	const struct kdtree *tree, uint32_t place, uint32_t node, uint64_t radius)
{
	const void *from = point_at(tree, place);

#define BOX_WITHIN(id, type) \
	case id: { \
		const type *x = from, \
			   *lo = (const type *)tree->boxes + (size_t)node * 2 * tree->inputs; \
		const type *hi = lo + tree->inputs; \
		for (uint32_t k = 0; k < tree->inputs; k++) \
			if ((x[k] > lo[k] && MINUS(x[k], lo[k]) > radius) || \
				(x[k] < hi[k] && MINUS(hi[k], x[k]) > radius)) \
				return false; \
		break; \
	}
	switch (tree->cell) {
		CELL_TYPES(BOX_WITHIN)
	}
	return true;
}

/* --- separation ---------------------------------------------------------------------- */

struct search {
	const struct kdtree *tree;
	const struct progress *progress;
	_Atomic uint64_t best; /* a distance of two points of different classes */
};

static void lower(struct search *search, uint64_t found)
{
	uint64_t best = atomic_load_explicit(&search->best, memory_order_relaxed);

	while (found < best && !atomic_compare_exchange_weak(&search->best, &best, found))
		;
}

static uint64_t best_of(const struct search *search)
{
	return atomic_load_explicit(&search->best, memory_order_relaxed);
}

/* Points of the leaf behind `place`: those before it look for it themselves. */
static void search_leaf(struct search *search, const struct kdnode *leaf, uint32_t place)
{
	const struct kdtree *tree = search->tree;
	uint32_t i = leaf->first > place ? leaf->first : place + 1;

	for (; i < leaf->first + leaf->count; i++)
		if (tree->labels[i] != tree->labels[place])
			lower(search, distance(tree, place, i, best_of(search)));
}

static void search_node(struct search *search, uint32_t n, uint32_t place)
{
	const struct kdtree *tree = search->tree;
	const struct kdnode *node = &tree->nodes[n];
	uint32_t near, far;
	uint64_t to_near, to_far;

	if (node->label == tree->labels[place] || node->first + node->count <= place + 1)
		return;
	if (!node->right) {
		search_leaf(search, node, place);
		return;
	}
	near = n + 1;
	far = node->right;
	to_near = box_distance(tree, place, near, best_of(search));
	to_far = box_distance(tree, place, far, best_of(search));
	if (to_far < to_near) {
		uint32_t held = near;
		uint64_t to_held = to_near;
		near = far;
		to_near = to_far;
		far = held;
		to_far = to_held;
	}
	if (to_near < best_of(search))
		search_node(search, near, place);
	if (to_far < best_of(search))
		search_node(search, far, place);
}

static void search_places(void *context, struct shares *shares, unsigned thread)
{
	struct search *search = context;
	uint64_t first, count;

	while (shares_take(shares, &first, &count)) {
		if (!thread)
			progress_report(search->progress, "measuring how far classes are apart",
				first, shares->count);
		for (uint64_t i = first; i < first + count; i++)
			search_node(search, 0, (uint32_t)i);
	}
}

uint64_t kdtree_separation(const struct kdtree *tree, const struct progress *progress)
{
	struct search search = { .tree = tree, .progress = progress, .best = UINT64_MAX };

	/* a good start: neighbours in the order of the tree */
	for (uint32_t i = 1; i < tree->count; i++)
		if (tree->labels[i] != tree->labels[i - 1])
			lower(&search, distance(tree, i - 1, i, best_of(&search)));
	cores_run(tree->count, 256, search_places, &search);
	return search.best;
}

/* --- taking -------------------------------------------------------------------------- */

bool kdtree_is_taken(const struct kdtree *tree, uint64_t i)
{
	return tree->taken[tree->places[i]];
}

static void take_all(struct kdtree *tree, const struct kdnode *node)
{
	for (uint32_t i = 0; i < node->count; i++)
		tree->taken[node->first + i] = true;
}

/* Takes points of the node; returns how many are left over. */
static uint32_t take_node(struct kdtree *tree, uint32_t n, uint32_t place, uint64_t radius)
{
	struct kdnode *node = &tree->nodes[n];

	if (!node->left_over || box_distance(tree, place, n, radius + 1) > radius)
		return node->left_over;
	if (box_is_within(tree, place, n, radius)) {
		take_all(tree, node);
		return node->left_over = 0;
	}
	if (node->right)
		return node->left_over = take_node(tree, n + 1, place, radius) +
			take_node(tree, node->right, place, radius);
	for (uint32_t i = node->first; i < node->first + node->count; i++)
		if (!tree->taken[i] && distance(tree, place, i, radius + 1) <= radius) {
			tree->taken[i] = true;
			node->left_over--;
		}
	return node->left_over;
}

void kdtree_take(struct kdtree *tree, uint64_t i, uint64_t radius)
{
	take_node(tree, 0, tree->places[i], radius);
}
