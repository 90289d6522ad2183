/*
 * Scanner and parser: from text to tree (the grammar is docs/language.md).
 *
 * Both are reentrant; all that they share is in struct syntax, which the caller owns.
 */
#ifndef FRONTEND_SYNTAX_H
#define FRONTEND_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frontend/tree.h"
#include "support/arena.h"
#include "support/diag.h"

/* Brackets within brackets. */
#define SYNTAX_NESTING 256

/* Spans are 32 bits wide, the scanner counts in int. */
#define SYNTAX_SIZE ((size_t)1 << 30)

struct syntax {
	struct arena *arena; /* of the nodes */
	struct diag_sink *sink;
	uint32_t source;
	const char *text;
	int first_token; /* tells the parser what to expect; 0 once it is given */
	uint32_t offset; /* of the next byte to scan */
	uint32_t end;    /* of the last token but the current one */
	uint32_t current_end;
	uint32_t open[SYNTAX_NESTING]; /* where the brackets open now begin */
	unsigned nesting;
	bool stopped; /* no errors after this one make sense */

	struct tree_item *items, *last_item;
	struct tree_expr *expr;
};

/*
 * Parses a registered source that syntax_text_is_valid() accepted. True if no errors came
 * up; *items is NULL where there are no items.
 */
bool syntax_spec(struct arena *arena, uint32_t source, const char *text, size_t size,
	struct diag_sink *sink, struct tree_item **items);

/* The same for a text that is one expression; NULL with diagnostics. */
struct tree_expr *syntax_expression(struct arena *arena, uint32_t source, const char *text,
	size_t size, struct diag_sink *sink);

/*
 * No longer than SYNTAX_SIZE, UTF-8, no control characters but tab, newline and return;
 * else an error at the first byte that is not.
 */
bool syntax_text_is_valid(
	uint32_t source, const char *text, size_t size, struct diag_sink *sink);

/* For the parser: an item with a keyword that there is not. */
void syntax_unknown_item(struct syntax *syntax, const char *keyword, struct span span);

/* A token of a text that parses, for spec_format. */
struct token {
	uint32_t begin, end;
	int kind; /* of frontend/parse.h */
};

/* All tokens, freed with free(). */
struct token *syntax_tokens(
	uint32_t source, const char *text, size_t size, struct diag_sink *sink, size_t *count);

#endif
