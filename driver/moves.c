#include "driver/moves.h"

#include <stdlib.h>

#include "support/mem.h"
#include "support/rng.h"

/* Moves in all, those that triples are made of, and pairs by one that are kept. */
enum { MOST_MOVES = 200000, MOST_TRIPLED = 4096, MOST_BY_ONE = 512, SEED = 31 };

struct move {
	ir_key change;
	uint32_t coordinate;
	int32_t delta;
};

static int compare_moves(const void *a, const void *b)
{
	const struct move *x = a, *y = b;

	if (x->change != y->change)
		return x->change < y->change ? -1 : 1;
	if (x->coordinate != y->coordinate)
		return x->coordinate < y->coordinate ? -1 : 1;
	return (x->delta > y->delta) - (x->delta < y->delta);
}

/* How far each coordinate moves at most. */
static int64_t cap_of(const struct ir_module *module)
{
	int64_t cap = MOST_MOVES / 2 / (int64_t)module->input_count;

	return cap < 1 ? 1 : cap;
}

static void list_moves(struct moves *moves, const ir_key *weights)
{
	const struct ir_module *module = moves->module;
	int64_t cap = cap_of(module);
	size_t room = 0;

	moves->list = mem_grow(NULL, &room, 1, sizeof *moves->list);
	moves->list[moves->count++] = (struct move){ 0 };
	for (uint32_t i = 0; i < module->input_count && moves->count < MOST_MOVES; i++) {
		const struct ir_feature *feature = &module->features[i];
		uint64_t span = ir_feature_span(feature);
		int64_t most = span < (uint64_t)cap ? (int64_t)span : cap;
		if (weights[i] == 0)
			continue;
		moves->list = mem_grow(moves->list, &room, moves->count + 2 * (size_t)most,
			sizeof *moves->list);
		for (int64_t delta = -most; delta <= most; delta++)
			if (delta)
				moves->list[moves->count++] =
					(struct move){ weights[i] * delta, i, (int32_t)delta };
	}
	qsort(moves->list, moves->count, sizeof *moves->list, compare_moves);
}

static bool moves_fit(
	const struct ir_module *module, const struct near_move *chain, const int64_t *point)
{
	for (int i = 0; i < NEAR_MOVES; i++) {
		const struct ir_feature *feature = &module->features[chain[i].coordinate];
		int64_t moved;
		if (chain[i].delta == 0)
			continue;
		if (__builtin_add_overflow(
			    point[chain[i].coordinate], chain[i].delta, &moved) ||
			moved < feature->lo || moved > feature->hi)
			return false;
	}
	return true;
}

bool moves_apply(const struct ir_module *module, const struct near_move *chain, int64_t *point)
{
	if (!moves_fit(module, chain, point))
		return false;
	for (int i = 0; i < NEAR_MOVES; i++)
		point[chain[i].coordinate] += chain[i].delta;
	return true;
}

static struct near_move plain(const struct move *move)
{
	return (struct near_move){ move->coordinate, move->delta };
}

/* Whether two moves are of one coordinate; a move of nothing is of none. */
static bool meet(const struct move *a, const struct move *b)
{
	return a->coordinate == b->coordinate && a->delta && b->delta;
}

/*
 * The two pointers of a search: `low` and `high` close in on each other, and stop at every
 * pair of two coordinates that changes the form by `change` together with the third move.
 */
struct scan {
	size_t low, high;
	const struct move *third; /* NULL: pairs */
	struct chain chain;
};

static struct scan scan_start(const struct moves *moves, const struct move *third)
{
	struct scan scan = { .high = moves->count - 1, .third = third };

	if (third)
		scan.chain.moves[2] = plain(third);
	return scan;
}

static bool scan_next(struct moves *moves, struct scan *scan, ir_key change)
{
	const struct move *list = moves->list, *third = scan->third;
	ir_key wanted = third ? change - third->change : change;

	while (scan->low < scan->high && moves->steps) {
		const struct move *a = &list[scan->low], *b = &list[scan->high];
		ir_key sum = a->change + b->change;
		moves->steps--;
		if (sum < wanted)
			scan->low++;
		else
			scan->high--;
		if (sum != wanted || meet(a, b) ||
			(third && (meet(a, third) || meet(b, third))))
			continue;
		scan->chain.moves[0] = plain(a);
		scan->chain.moves[1] = plain(b);
		return true;
	}
	return false;
}

static int64_t size_of(const struct chain *chain)
{
	int64_t size = 0;

	for (int i = 0; i < NEAR_MOVES; i++)
		size += chain->moves[i].delta < 0 ? -chain->moves[i].delta
						  : chain->moves[i].delta;
	return size;
}

/* Shortest moves first: they stay in the domain most often. */
static int compare_chains(const void *a, const void *b)
{
	int64_t p = size_of(a), q = size_of(b);

	return (p > q) - (p < q);
}

/* An even sample of all pairs that change the form by -1 or +1. */
static void list_by_one(struct moves *moves, int sign)
{
	struct scan scan = scan_start(moves, NULL);
	struct chain *chains = mem_alloc(MOST_BY_ONE, sizeof *chains);
	uint64_t seen = 0;
	struct rng rng;

	rng_init(&rng, SEED);
	while (scan_next(moves, &scan, sign ? 1 : -1)) {
		uint64_t place = seen < MOST_BY_ONE ? seen : rng_below(&rng, seen + 1);
		if (place < MOST_BY_ONE)
			chains[place] = scan.chain;
		seen++;
	}
	moves->by_one[sign] = chains;
	moves->by_one_count[sign] = seen < MOST_BY_ONE ? seen : MOST_BY_ONE;
	qsort(chains, moves->by_one_count[sign], sizeof *chains, compare_chains);
}

void moves_init(struct moves *moves, const struct ir_module *module, const ir_key *weights,
	uint64_t steps)
{
	*moves = (struct moves){ .module = module, .steps = steps };
	list_moves(moves, weights);
	list_by_one(moves, 0);
	list_by_one(moves, 1);
}

void moves_fini(struct moves *moves)
{
	free(moves->list);
	free(moves->by_one[0]);
	free(moves->by_one[1]);
}

static bool take(struct near_move *to, const struct chain *chain)
{
	for (int i = 0; i < NEAR_MOVES; i++)
		to[i] = chain->moves[i];
	return true;
}

static bool find_with(struct moves *moves, const struct move *third, ir_key change,
	const int64_t *point, struct near_move *found)
{
	struct scan scan = scan_start(moves, third);

	while (scan_next(moves, &scan, change))
		if (moves_fit(moves->module, scan.chain.moves, point))
			return take(found, &scan.chain);
	return false;
}

bool moves_find(
	struct moves *moves, ir_key change, const int64_t *point, struct near_move *found)
{
	int sign = change > 0;

	if (change == 1 || change == -1)
		for (size_t i = 0; i < moves->by_one_count[sign]; i++)
			if (moves_fit(moves->module, moves->by_one[sign][i].moves, point))
				return take(found, &moves->by_one[sign][i]);
	if (find_with(moves, NULL, change, point, found))
		return true;
	for (size_t i = 0; moves->count <= MOST_TRIPLED && i < moves->count; i++)
		if (moves->list[i].delta &&
			find_with(moves, &moves->list[i], change, point, found))
			return true;
	return false;
}
