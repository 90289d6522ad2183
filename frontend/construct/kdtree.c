#include "frontend/construct/kdtree.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/data/cell.h"
#include "support/mem.h"

enum { LEAF = 24, SAMPLE = 128 };

struct item {
	int64_t key;
	uint32_t point;
};

struct builder {
	const struct dataset *dataset;
	struct kdtree *tree;
	struct item *items;
	int64_t *row;
	double *sums, *squares; /* of each coordinate, over a sample */
	size_t node_room;
};

/* The sum of squares about the mean, times the number; which coordinate only makes speed. */
static double spread(const struct builder *builder, uint32_t k, uint32_t count)
{
	return builder->squares[k] * count - builder->sums[k] * builder->sums[k];
}

/* Sums over a sample of the items; returns its size. */
static uint32_t sample(struct builder *builder, const struct item *items, uint32_t count)
{
	const struct dataset *dataset = builder->dataset;
	uint32_t size = count < SAMPLE ? count : SAMPLE;

	for (uint32_t k = 0; k < dataset->inputs; k++)
		builder->sums[k] = builder->squares[k] = 0;
	for (uint32_t i = 0; i < size; i++) {
		uint64_t at = (uint64_t)i * count / size;
		dataset_point(dataset, items[at].point, builder->row);
		for (uint32_t k = 0; k < dataset->inputs; k++) {
			double x = (double)builder->row[k] - (double)dataset->features[k].lo;
			builder->sums[k] += x;
			builder->squares[k] += x * x;
		}
	}
	return size;
}

static uint32_t widest(struct builder *builder, const struct item *items, uint32_t count)
{
	uint32_t size = sample(builder, items, count), best = 0;

	for (uint32_t k = 1; k < builder->dataset->inputs; k++)
		if (spread(builder, k, size) > spread(builder, best, size))
			best = k;
	return best;
}

static void load_keys(struct builder *builder, struct item *items, uint32_t count, uint32_t k)
{
	const struct dataset *dataset = builder->dataset;

	for (uint32_t i = 0; i < count; i++)
		cell_load(dataset->cell, dataset->cells,
			(size_t)items[i].point * dataset->inputs + k, 1, &items[i].key);
}

/* Hoare's selection: no key before `middle` is greater than one from it on. */
static void halve(struct item *items, int64_t count, int64_t middle)
{
	int64_t low = 0, high = count - 1;

	while (low < high) {
		int64_t pivot = items[low + (high - low) / 2].key, i = low, j = high;
		while (i <= j) {
			while (items[i].key < pivot)
				i++;
			while (items[j].key > pivot)
				j--;
			if (i <= j) {
				struct item held = items[i];
				items[i++] = items[j];
				items[j--] = held;
			}
		}
		if (middle <= j)
			high = j;
		else if (middle >= i)
			low = i;
		else
			return;
	}
}

/* Adds the node of these items and those below it; returns its number. */
static uint32_t add_node(struct builder *builder, uint32_t first, uint32_t count)
{
	struct kdtree *tree = builder->tree;
	struct item *items = builder->items + first;
	uint32_t node = tree->node_count++, right;

	tree->nodes = mem_grow(
		tree->nodes, &builder->node_room, tree->node_count, sizeof *tree->nodes);
	tree->nodes[node] =
		(struct kdnode){ .first = first, .count = count, .left_over = count };
	if (count <= LEAF)
		return node;
	load_keys(builder, items, count, widest(builder, items, count));
	halve(items, count, count / 2);
	add_node(builder, first, count / 2);
	right = add_node(builder, first + count / 2, count - count / 2);
	tree->nodes[node].right = right;
	return node;
}

struct column {
	double spread;
	uint32_t k;
};

static int by_falling_spread(const void *a, const void *b)
{
	const struct column *x = a, *y = b;

	return x->spread != y->spread ? (x->spread < y->spread ? 1 : -1)
				      : (x->k > y->k) - (x->k < y->k);
}

/* Copies the points to their places. */
static void place_points(struct builder *builder)
{
	const struct dataset *dataset = builder->dataset;
	struct kdtree *tree = builder->tree;
	uint32_t d = tree->inputs, size = sample(builder, builder->items, tree->count);
	struct column *columns = mem_alloc(d, sizeof *columns);
	int64_t *sorted = mem_alloc(d, sizeof *sorted);

	for (uint32_t k = 0; k < d; k++)
		columns[k] = (struct column){ spread(builder, k, size), k };
	qsort(columns, d, sizeof *columns, by_falling_spread);
	for (uint32_t place = 0; place < tree->count; place++) {
		uint32_t point = builder->items[place].point;
		dataset_point(dataset, point, builder->row);
		for (uint32_t k = 0; k < d; k++)
			sorted[k] = builder->row[columns[k].k];
		cell_store(tree->cell, tree->points, (size_t)place * d, d, sorted);
		tree->labels[place] = dataset->labels[point];
		tree->places[point] = place;
	}
	free(columns);
	free(sorted);
}

#define MERGE(id, type) \
	case id: { \
		type *lo = (type *)tree->boxes + (size_t)node * 2 * d, *hi = lo + d; \
		const type *from_lo = (const type *)low, *from_hi = (const type *)high; \
		for (uint32_t k = 0; k < d; k++) { \
			lo[k] = from_lo[k] < lo[k] ? from_lo[k] : lo[k]; \
			hi[k] = from_hi[k] > hi[k] ? from_hi[k] : hi[k]; \
		} \
		break; \
	}

/* The node's box grows to hold another one. */
static void merge_box(struct kdtree *tree, uint32_t node, const void *low, const void *high)
{
	uint32_t d = tree->inputs;

	switch (tree->cell) {
		CELL_TYPES(MERGE)
	}
}

static unsigned char *box(const struct kdtree *tree, uint32_t node)
{
	return (unsigned char *)tree->boxes +
		(size_t)node * 2 * tree->inputs * cell_bytes(tree->cell);
}

/* Boxes and labels; children come behind their parents. */
static void bound_nodes(struct kdtree *tree)
{
	size_t row = tree->inputs * cell_bytes(tree->cell);

	tree->boxes = mem_alloc((size_t)tree->node_count * 2, row);
	for (uint32_t n = tree->node_count; n-- > 0;) {
		struct kdnode *node = &tree->nodes[n];
		const unsigned char *point =
			(const unsigned char *)tree->points + node->first * row;
		memcpy(box(tree, n), point, row);
		memcpy(box(tree, n) + row, point, row);
		node->label = tree->labels[node->first];
		if (node->right) {
			uint32_t children[] = { n + 1, node->right };
			for (int i = 0; i < 2; i++) {
				merge_box(tree, n, box(tree, children[i]),
					box(tree, children[i]) + row);
				if (tree->nodes[children[i]].label != node->label)
					node->label = KDTREE_MIXED;
			}
			continue;
		}
		for (uint32_t i = 1; i < node->count; i++) {
			merge_box(tree, n, point + i * row, point + i * row);
			if (tree->labels[node->first + i] != node->label)
				node->label = KDTREE_MIXED;
		}
	}
}

void kdtree_init(struct kdtree *tree, const struct dataset *dataset)
{
	struct builder builder = { .dataset = dataset, .tree = tree };
	uint32_t count = (uint32_t)dataset->count, d = dataset->inputs;

	*tree = (struct kdtree){ .cell = dataset->cell, .inputs = d, .count = count };
	tree->points = mem_alloc((size_t)count * d, cell_bytes(tree->cell));
	tree->labels = mem_alloc(count, sizeof *tree->labels);
	tree->places = mem_alloc(count, sizeof *tree->places);
	tree->taken = mem_zero(count, sizeof *tree->taken);
	builder.items = mem_alloc(count, sizeof *builder.items);
	builder.row = mem_alloc(d, sizeof *builder.row);
	builder.sums = mem_alloc(d, sizeof *builder.sums);
	builder.squares = mem_alloc(d, sizeof *builder.squares);
	for (uint32_t i = 0; i < count; i++)
		builder.items[i] = (struct item){ .point = i };
	add_node(&builder, 0, count);
	place_points(&builder);
	bound_nodes(tree);
	free(builder.items);
	free(builder.row);
	free(builder.sums);
	free(builder.squares);
}

void kdtree_fini(struct kdtree *tree)
{
	free(tree->points);
	free(tree->labels);
	free(tree->places);
	free(tree->taken);
	free(tree->nodes);
	free(tree->boxes);
	*tree = (struct kdtree){ 0 };
}
