#include "ir/pass/chain.h"

#include <stdlib.h>

#include "support/mem.h"
#include "support/sort.h"

enum { MOST = INT32_MAX };

struct rise { /* of the sum, from a key on */
	ir_key key;
	int64_t by;
};

struct chain {
	struct rise *rises; /* in the order of the chain */
	size_t count, room;
	size_t *links; /* each is behind as many rises */
	size_t link_count, link_room;
};

struct chain *chain_new(void)
{
	return mem_zero(1, sizeof(struct chain));
}

void chain_free(struct chain *chain)
{
	if (!chain)
		return;
	free(chain->rises);
	free(chain->links);
	free(chain);
}

uint64_t chain_size(const struct chain *chain)
{
	return chain->count;
}

static bool take_small(const struct num_pool *nums, num n, int64_t *value)
{
	ir_key key;

	if (!ir_key_from_num(nums, n, &key) || key > MOST || key < -MOST)
		return false;
	*value = (int64_t)key;
	return true;
}

static bool add_rise(struct chain *chain, ir_key key, int64_t by)
{
	if (by == 0)
		return true;
	if (chain->count == MOST)
		return false;
	chain->rises =
		mem_grow(chain->rises, &chain->room, chain->count + 1, sizeof *chain->rises);
	chain->rises[chain->count++] = (struct rise){ key, by };
	return true;
}

bool chain_add(
	struct chain *chain, struct num_pool *nums, const struct pieces *pieces, num weight)
{
	int64_t before = 0, value;

	for (uint32_t i = 0; i < pieces->count; i++) {
		const struct piece *piece = &pieces->pieces[i];
		if (!take_small(nums, num_mul(nums, weight, piece->offset), &value) ||
			!add_rise(chain, piece->first, value - before))
			return false;
		before = value;
	}
	return true;
}

bool chain_add_constant(struct chain *chain, struct num_pool *nums, ir_key lo, num constant)
{
	int64_t value;

	return take_small(nums, constant, &value) && add_rise(chain, lo, value);
}

void chain_link(struct chain *chain)
{
	chain->links = mem_grow(
		chain->links, &chain->link_room, chain->link_count + 1, sizeof *chain->links);
	chain->links[chain->link_count++] = chain->count;
}

/* --- the sum at every key where it changes ------------------------------------------ */

/* A binary tree over the keys; node 1 is the root, the children of i are 2i and 2i + 1. */
struct tree {
	ir_key *keys; /* ascending */
	size_t count, leaves;
	struct node {
		int64_t sum, least; /* of the rises below; of their sums from the left */
	} * nodes;
};

static int compare_keys(const void *a, const void *b)
{
	ir_key x = *(const ir_key *)a, y = *(const ir_key *)b;

	return (x > y) - (x < y);
}

static void tree_init(struct tree *tree, const struct chain *chain)
{
	size_t kept = 0;

	*tree = (struct tree){ .keys = mem_alloc(chain->count, sizeof *tree->keys),
		.leaves = 1 };
	for (size_t i = 0; i < chain->count; i++)
		tree->keys[i] = chain->rises[i].key;
	sort_array(tree->keys, chain->count, sizeof *tree->keys, compare_keys);
	for (size_t i = 0; i < chain->count; i++)
		if (i == 0 || tree->keys[i] != tree->keys[kept - 1])
			tree->keys[kept++] = tree->keys[i];
	tree->count = kept;
	while (tree->leaves < kept)
		tree->leaves *= 2;
	tree->nodes = mem_zero(2 * tree->leaves, sizeof *tree->nodes);
}

static void tree_fini(struct tree *tree)
{
	free(tree->keys);
	free(tree->nodes);
}

static void join(struct tree *tree, size_t i)
{
	const struct node *left = &tree->nodes[2 * i], *right = left + 1;
	int64_t least = left->sum + right->least;

	tree->nodes[i].sum = left->sum + right->sum;
	tree->nodes[i].least = left->least < least ? left->least : least;
}

static size_t leaf_of(const struct tree *tree, ir_key key)
{
	size_t low = 0, high = tree->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (tree->keys[middle] <= key)
			low = middle;
		else
			high = middle;
	}
	return tree->leaves + low;
}

static void raise(struct tree *tree, const struct rise *rise)
{
	size_t i = leaf_of(tree, rise->key);

	tree->nodes[i].sum += rise->by;
	tree->nodes[i].least = tree->nodes[i].sum;
	while (i /= 2)
		join(tree, i);
}

/* relu of the sum, key by key. */
static void clamp(struct tree *tree)
{
	int64_t sum = 0, clamped = 0;

	for (size_t i = 0; i < tree->count; i++) {
		struct node *leaf = &tree->nodes[tree->leaves + i];
		int64_t next;
		sum += leaf->sum;
		next = sum > 0 ? sum : 0;
		leaf->sum = leaf->least = next - clamped;
		clamped = next;
	}
	for (size_t i = tree->leaves; i-- > 1;)
		join(tree, i);
}

bool chain_end(const struct chain *chain, struct num_pool *nums, ir_key lo, struct pieces *to)
{
	enum { CLAMPS = 16 }; /* each visits all keys; more if these are few */
	uint64_t budget = CLAMPS * (uint64_t)chain->count;
	struct tree tree;
	int64_t sum = 0;
	size_t at = 0;
	bool good = true;

	tree_init(&tree, chain);
	for (size_t link = 0; link <= chain->link_count && good; link++) {
		bool end = link == chain->link_count;
		for (; at < (end ? chain->count : chain->links[link]); at++)
			raise(&tree, &chain->rises[at]);
		if (end || tree.nodes[1].least >= 0)
			continue;
		good = budget >= tree.count;
		budget -= good ? tree.count : 0;
		clamp(&tree);
	}
	if (!tree.count || tree.keys[0] > lo)
		pieces_add(nums, to, lo, NUM_ZERO, NUM_ZERO);
	for (size_t i = 0; i < tree.count && good; i++) {
		sum += tree.nodes[tree.leaves + i].sum;
		pieces_add(nums, to, tree.keys[i], NUM_ZERO, num_from_int(nums, sum));
	}
	tree_fini(&tree);
	return good;
}
