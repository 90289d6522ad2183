/*
 * Compose: what old values are as functions of one integer, in pieces.
 *
 * A value is a function of its root if all that it reads are; a root is an integer whose
 * range is one of keys. The caller says which values are roots, and asks for the pieces of
 * the others in order. Pieces that no one will ask for again may be freed.
 */
#ifndef IR_PASS_COMPOSE_H
#define IR_PASS_COMPOSE_H

#include "ir/pass/pieces.h"
#include "ir/range.h"

enum { NO_ROOT = UINT32_MAX };

/* What an old value is a function of. */
struct function {
	uint32_t root;        /* itself: of nothing else; NO_ROOT: it is no key either */
	struct pieces pieces; /* none of a root */
	bool flat;            /* no root, and all pieces are constants */
};

struct composer {
	struct rewrite *rewrite;
	const struct ir_ranges *ranges;
	struct function *functions; /* by old value */
	struct change *changes;     /* scratch */
	size_t change_room;
	uint64_t row_budget; /* of the table under way */
};

void composer_init(
	struct composer *composer, struct rewrite *rewrite, const struct ir_ranges *ranges);
void composer_fini(struct composer *composer);

/* The ends of a value's range, if it is an integer and they are keys. */
bool compose_domain(const struct composer *composer, uint32_t value, ir_key *lo, ir_key *hi);

/* The last key of piece i of a function on keys up to hi. */
ir_key compose_last(const struct pieces *pieces, uint32_t i, ir_key hi);

/*
 * Fills in the pieces of an old value that reads only functions of `root`. False if it
 * cannot, or not in about as many pieces as its operands and tables have; the pieces are
 * then of no use.
 */
bool compose(struct composer *composer, uint32_t old, uint32_t root);

#endif
