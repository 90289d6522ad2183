/*
 * A k-d tree of the points of a data set, for questions of the max-norm |x - y| = the greatest
 * |x_k - y_k|.
 *
 * The tree holds a copy of the points, near ones side by side, in the cells of the data set,
 * and their coordinates by falling spread, so that two points that are far apart show it
 * early. Each node knows its bounding box, its class if there is only one, and how many of
 * its points are not yet taken.
 */
#ifndef FRONTEND_CONSTRUCT_KDTREE_H
#define FRONTEND_CONSTRUCT_KDTREE_H

#include "frontend/data/dataset.h"

enum { KDTREE_MIXED = UINT32_MAX }; /* points of several classes */

struct kdnode {
	uint32_t first, count; /* its points, by place */
	uint32_t right;        /* the left child is the next node; 0: a leaf */
	uint32_t label;        /* class, or KDTREE_MIXED */
	uint32_t left_over;    /* points that are not taken */
};

struct kdtree {
	enum cell cell;
	uint32_t inputs, count;
	void *points;     /* by place */
	uint32_t *labels; /* by place */
	uint32_t *places; /* of the data set's points */
	bool *taken;      /* by place */
	struct kdnode *nodes;
	uint32_t node_count;
	void *boxes; /* of each node: the least coordinates, then the greatest */
};

/* dataset->count >= 1, and below 2^32. */
void kdtree_init(struct kdtree *tree, const struct dataset *dataset);
void kdtree_fini(struct kdtree *tree);

/*
 * The least distance of two points of different classes; UINT64_MAX if there is but one
 * class. By all cores.
 */
uint64_t kdtree_separation(const struct kdtree *tree, const struct progress *progress);

/* Whether point i of the data set is taken; takes all points within `radius` of it. */
bool kdtree_is_taken(const struct kdtree *tree, uint64_t i);
void kdtree_take(struct kdtree *tree, uint64_t i, uint64_t radius);

#endif
