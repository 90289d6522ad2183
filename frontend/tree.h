/*
 * The tree of a spec: what was written, nothing resolved.
 *
 * Nodes live in the arena they were built in. Lists are linked by `next` in the order of
 * the text. Numbers and texts are borrowed from the source, names are copies.
 */
#ifndef FRONTEND_TREE_H
#define FRONTEND_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/arena.h"
#include "support/diag.h"

enum tree_kind {
	TREE_NUMBER, /* digits, perhaps a point and digits */
	TREE_TEXT,   /* between the quotes, as written */
	TREE_NAME,
	TREE_CALL,   /* members are the arguments */
	TREE_NEGATE, /* one member */
	TREE_CHAIN, /* members joined by + and -, or by * and /, from left to right, or two by ^
		     */
};

struct tree_expr {
	enum tree_kind kind;
	struct span span;
	union {
		const char *text;       /* number, text, name, call */
		struct tree_expr *last; /* chain: where the next member goes */
	};
	uint32_t length;         /* of text */
	char op;                 /* as a member of a chain: the operator before it */
	struct tree_expr *first; /* member */
	struct tree_expr *next;
};

struct tree_list {
	struct tree_expr *first, *last;
	uint32_t count;
};

struct tree_word {
	const char *name;
	struct span span;
	struct tree_word *next;
};

/* word word low .. high */
struct tree_operand {
	struct span span;
	struct tree_word *words; /* only, keep, drop, per, class, real, precision */
	struct tree_expr *low;
	struct tree_expr *high; /* NULL: not a range */
	struct tree_operand *next;
};

/* name = value; or, without a name, (coordinate, ...) -> value; */
struct tree_entry {
	const char *name;
	struct span span; /* of the name, or of the coordinates */
	struct tree_expr *coordinates;
	uint32_t coordinate_count;
	struct tree_expr *value;
	struct tree_entry *next;
};

/* name operand, ...; or name operand, ... { entries } */
struct tree_clause {
	const char *name;
	struct span span; /* of the name */
	struct tree_operand *operands;
	uint32_t operand_count;
	bool has_block;
	struct span block_span; /* of the opening brace */
	struct tree_entry *entries;
	size_t entry_count;
	struct tree_clause *next;
};

enum tree_relop { TREE_EQ, TREE_NE, TREE_LT, TREE_LE, TREE_GT, TREE_GE };

struct tree_relation {
	enum tree_relop op;
	struct tree_expr *left, *right;
	struct span span;
	struct tree_relation *next;
};

enum tree_item_kind {
	TREE_PARAM,
	TREE_INCLUDE,
	TREE_DATASET,
	TREE_NETWORK,
	TREE_EXPECT,
	TREE_EMIT,
};

struct tree_item {
	enum tree_item_kind kind;
	const char *name; /* NULL for include */
	struct span span; /* of the name, or of what is included */
	struct tree_expr *value;
	struct tree_clause *clauses;
	struct tree_relation *relations;
	struct tree_item *next;
};

/* From the begin of one span to the end of another in the same source. */
static inline struct span tree_join(struct span a, struct span b)
{
	return (struct span){ a.source, a.begin, b.end };
}

struct tree_expr *tree_leaf(struct arena *arena, enum tree_kind kind, struct span span,
	const char *text, uint32_t length);
struct tree_expr *tree_call(struct arena *arena, const char *name, struct span span,
	const struct tree_list *arguments);
struct tree_expr *tree_negate(struct arena *arena, struct span span, struct tree_expr *expr);

/*
 * left op right. A left operand that is a chain of the same precedence is made longer, so
 * that long sums nest no deeper than short ones.
 */
struct tree_expr *tree_chain(
	struct arena *arena, struct tree_expr *left, char op, struct tree_expr *right);

void tree_append(struct tree_list *list, struct tree_expr *expr);

#endif
