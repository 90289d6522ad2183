/*
 * The canonical layout of a spec.
 *
 * The layout follows from the tokens alone, but for comments, which stay on their own lines
 * or behind what they follow, and for single blank lines. A statement ends with ';' or with
 * a block; blocks that hold nothing but short statements stand on one line, those of
 * datasets and networks never do.
 */
#include <stdlib.h>
#include <string.h>

#include "frontend/spec.h"
#include "frontend/syntax.h"
#include "support/output.h"

#include "frontend/parse.h"

enum { WIDTH = 96, INDENT = 4 };

struct layout {
	const char *text;
	size_t size;
	const struct token *tokens;
	size_t count;
	struct output out;
	size_t column; /* characters on the current line */
	bool started;  /* something is written */
	bool in_expect;
};

static void put(struct layout *layout, const char *bytes, size_t size)
{
	output_bytes(&layout->out, bytes, size);
	for (size_t i = 0; i < size; i++)
		layout->column += ((unsigned char)bytes[i] & 0xc0) != 0x80;
	layout->started = true;
}

static void begin_line(struct layout *layout, size_t indent, bool blank)
{
	if (layout->started)
		output_text(&layout->out, blank ? "\n\n" : "\n");
	layout->column = 0;
	for (size_t i = 0; i < indent; i++)
		put(layout, " ", 1);
}

static size_t token_width(const struct layout *layout, size_t i)
{
	size_t width = 0;

	for (size_t at = layout->tokens[i].begin; at < layout->tokens[i].end; at++)
		width += ((unsigned char)layout->text[at] & 0xc0) != 0x80;
	return width;
}

/* The text between token i and the one before it. */
static const char *gap(const struct layout *layout, size_t i, const char **end)
{
	*end = layout->text + (i < layout->count ? layout->tokens[i].begin : layout->size);
	return layout->text + (i ? layout->tokens[i - 1].end : 0);
}

static bool has_comment(const struct layout *layout, size_t i)
{
	const char *end, *at = gap(layout, i, &end);

	return memchr(at, '#', (size_t)(end - at)) != NULL;
}

/* Newlines from *at to the next comment or the end; *at moves there. */
static unsigned skip_space(const char **at, const char *end)
{
	unsigned lines = 0;

	for (; *at < end && **at != '#'; ++*at)
		lines += **at == '\n';
	return lines;
}

/*
 * Writes the comments before token i and begins the line of that token. The first line of a
 * block and the one that closes it have no blank line before them.
 */
static void put_gap(struct layout *layout, size_t i, size_t indent, bool opens, bool closes)
{
	const char *end, *at = gap(layout, i, &end);
	unsigned lines = skip_space(&at, end);

	for (; at < end; lines = skip_space(&at, end)) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t size = (size_t)((stop ? stop : end) - at);
		at += size;
		while (strchr(" \t\r", at[-1]) && size > 1)
			at--, size--;
		if (lines == 0 && i)
			put(layout, " ", 1);
		else
			begin_line(layout, indent + (closes ? INDENT : 0), lines > 1 && !opens);
		put(layout, at - size, size);
		opens = false;
	}
	if (i < layout->count)
		begin_line(layout, indent, lines > 1 && !opens && !closes);
}

/* Tokens that end an operand, so that a minus behind them subtracts. */
static bool ends_operand(const struct layout *layout, size_t i, size_t first)
{
	switch (layout->tokens[i].kind) {
	case NUMBER:
	case STRING:
	case RIGHT:
		return true;
	case NAME: /* but the name of a clause is no operand */
		return i != first || layout->in_expect;
	default:
		return false;
	}
}

/* The bar of a fraction of two plain numbers, 4/5, which is set tight. */
static bool is_fraction(const struct layout *layout, size_t i)
{
	const struct token *token = &layout->tokens[i];

	return token->kind == DIVIDE && token[-1].kind == NUMBER && i + 1 < layout->count &&
		token[1].kind == NUMBER;
}

/* True if token i stands apart from the one before it; `first` starts their statement. */
static bool is_spaced(const struct layout *layout, size_t i, size_t first)
{
	int before = layout->tokens[i - 1].kind, kind = layout->tokens[i].kind;

	if (kind == SEMICOLON || kind == COMMA || kind == RIGHT || kind == POWER)
		return false;
	if (before == LEFT || before == POWER || before == CALL ||
		(before == OPEN && kind == CLOSE))
		return false;
	if (is_fraction(layout, i) || (before == DIVIDE && is_fraction(layout, i - 1)))
		return false;
	if (before == MINUS)
		return i - 1 > first && ends_operand(layout, i - 2, first);
	return true;
}

/* The last token of the statement that starts with token i: ';' or the matching '}'. */
static size_t find_end(const struct layout *layout, size_t i)
{
	size_t depth = 0;

	for (; i + 1 < layout->count; i++) {
		int kind = layout->tokens[i].kind;
		depth += kind == OPEN;
		depth -= kind == CLOSE;
		if (!depth && (kind == SEMICOLON || kind == CLOSE))
			break;
	}
	return i;
}

static size_t find_open(const struct layout *layout, size_t i, size_t end)
{
	while (i < end && layout->tokens[i].kind != OPEN)
		i++;
	return i;
}

/* The first token of the statement of which i is a token, between `first` and i. */
static size_t statement_start(const struct layout *layout, size_t i, size_t first)
{
	int kind = layout->tokens[i].kind;

	return i > first && (kind == SEMICOLON || kind == OPEN || kind == CLOSE) ? i + 1
										 : first;
}

/* True if the statement i..end can stand on a line that is `indent` in. */
static bool fits(const struct layout *layout, size_t i, size_t end, size_t indent)
{
	size_t width = indent + token_width(layout, i), first = i;

	for (size_t k = i + 1; k <= end && width <= WIDTH; k++) {
		if (has_comment(layout, k))
			return false;
		first = statement_start(layout, k - 1, first);
		width += is_spaced(layout, k, first) + token_width(layout, k);
	}
	return width <= WIDTH;
}

/* The width of tokens i.. up to the next comma or the end of the statement. */
static size_t piece_width(const struct layout *layout, size_t i, size_t end, size_t first)
{
	size_t width = token_width(layout, i);

	for (size_t k = i + 1; k <= end && width <= WIDTH; k++) {
		width += is_spaced(layout, k, first) + token_width(layout, k);
		if (layout->tokens[k].kind == COMMA)
			break;
	}
	return width;
}

/* Tokens i..end of one statement, broken behind commas and at comments. */
static void put_tokens(struct layout *layout, size_t i, size_t end, size_t indent)
{
	size_t first = i;

	for (size_t k = i; k <= end; k++) {
		const struct token *token = &layout->tokens[k];
		if (k > i && has_comment(layout, k))
			put_gap(layout, k, indent + INDENT, true, false);
		else if (k > i && token[-1].kind == COMMA &&
			layout->column + 1 + piece_width(layout, k, end, first) > WIDTH)
			begin_line(layout, indent + INDENT, false);
		else if (k > i && is_spaced(layout, k, first))
			put(layout, " ", 1);
		if (k > i)
			first = statement_start(layout, k, first);
		put(layout, layout->text + token->begin, token->end - token->begin);
	}
}

static void put_statement(struct layout *layout, size_t i, size_t end, size_t indent);

/* The statements between tokens `open` and `close`, each on its own line. */
static void put_block(struct layout *layout, size_t open, size_t close, size_t indent)
{
	for (size_t i = open + 1, end; i < close; i = end + 1) {
		end = find_end(layout, i);
		put_gap(layout, i, indent + INDENT, i == open + 1, false);
		put_statement(layout, i, end, indent + INDENT);
	}
	put_gap(layout, close, indent, close == open + 1, true);
	put(layout, "}", 1);
}

static void put_statement(struct layout *layout, size_t i, size_t end, size_t indent)
{
	size_t open = find_open(layout, i, end);
	int kind = layout->tokens[i].kind;
	bool is_open = kind == DATASET || kind == NETWORK;

	if (layout->tokens[end].kind != CLOSE || (!is_open && fits(layout, i, end, indent))) {
		put_tokens(layout, i, end, indent);
		return;
	}
	put_tokens(layout, i, open, indent);
	put_block(layout, open, end, indent);
}

static void put_all(struct layout *layout)
{
	for (size_t i = 0, end; i < layout->count; i = end + 1) {
		end = find_end(layout, i);
		layout->in_expect = layout->tokens[i].kind == EXPECT;
		put_gap(layout, i, 0, i == 0, false);
		put_statement(layout, i, end, 0);
	}
	put_gap(layout, layout->count, 0, layout->count == 0, false);
	if (layout->started)
		output_text(&layout->out, "\n");
}

static bool parses(uint32_t source, const char *text, size_t size, struct diag_sink *sink)
{
	struct arena arena;
	struct tree_item *items;
	bool good;

	if (!syntax_text_is_valid(source, text, size, sink))
		return false;
	arena_init(&arena);
	good = syntax_spec(&arena, source, text, size, sink, &items);
	arena_fini(&arena);
	return good;
}

char *spec_format(const char *path, const char *text, size_t size, struct diag_sink *sink)
{
	struct layout layout = { .text = text, .size = size };
	uint32_t source = diag_source(sink, path, text, size);
	struct token *tokens;

	if (!parses(source, text, size, sink))
		return NULL;
	tokens = syntax_tokens(source, text, size, sink, &layout.count);
	layout.tokens = tokens;
	output_open_memory(&layout.out);
	put_all(&layout);
	free(tokens);
	return output_take(&layout.out, &layout.size);
}
