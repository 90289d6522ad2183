/*
 * Pieces: a function of one integer, affine on intervals.
 *
 * On the keys from `first` to the next piece's first less one, or to the end of the domain,
 * the value is slope * key + offset. Pieces ascend and the first one starts the domain. A
 * list is built front to back; neighbours of one line are joined, and a piece of one key
 * is a constant.
 */
#ifndef IR_PASS_PIECES_H
#define IR_PASS_PIECES_H

#include "ir/rewrite.h"
#include "ir/table.h"

struct piece {
	ir_key first;
	num slope, offset;
};

struct pieces {
	struct piece *pieces;
	uint32_t count;
	size_t room;
};

void pieces_fini(struct pieces *pieces);

/* slope * key + offset */
num piece_at(struct num_pool *nums, const struct piece *piece, ir_key key);

/* Adds a piece behind the others, or lets the last one go on if it is of the same line. */
void pieces_add(
	struct num_pool *nums, struct pieces *pieces, ir_key first, num slope, num offset);

/* Ends the list: the last piece goes on to hi. */
void pieces_end(struct num_pool *nums, struct pieces *pieces, ir_key hi);

/* Whether all pieces are constants. */
bool pieces_are_flat(const struct pieces *pieces);

/*
 * The first key from which the line is on the other side of t than before it: slope > 0,
 * value > t; slope < 0, value <= t. It may be less than, or beyond, the piece that asks;
 * keys out of bounds are clamped to least..most.
 */
ir_key line_crosses(
	const struct num_pool *nums, num slope, num offset, num t, ir_key least, ir_key most);

#endif
