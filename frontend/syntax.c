#include "frontend/syntax.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

/* Generated; the scanner's header needs the types of the parser's under its own names. */
#include "frontend/parse.h"
#define YYSTYPE PARSE_STYPE
#define YYLTYPE PARSE_LTYPE
#include "frontend/scan.h"

void syntax_unknown_item(struct syntax *syntax, const char *keyword, struct span span)
{
	static const char *const keywords[] = { "param", "include", "dataset", "network",
		"expect", "emit" };
	const char *nearest =
		diag_nearest(keyword, keywords, sizeof keywords / sizeof *keywords);

	if (nearest)
		diag_error(syntax->sink, span, "unknown item '%s'; did you mean '%s'?", keyword,
			nearest);
	else
		diag_error(syntax->sink, span,
			"unknown item '%s'; there are param, include, dataset, network, expect "
			"and emit",
			keyword);
}

/* Bytes of the character of UTF-8 that starts here, 0 if none does. */
static size_t character_length(const unsigned char *at, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = *at < 0x80 ? 1
		: *at < 0xc2       ? 0
		: *at < 0xe0       ? 2
		: *at < 0xf0       ? 3
		: *at < 0xf5       ? 4
				   : 0;
	uint32_t code;

	if (length <= 1 || length > left)
		return length <= 1 ? length : 0;
	code = *at & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	return code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
		? 0
		: length;
}

bool syntax_text_is_valid(
	uint32_t source, const char *text, size_t size, struct diag_sink *sink)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (size > SYNTAX_SIZE) {
		diag_error(sink, (struct span){ source, 0, 0 }, "a spec is at most 1 GiB long");
		return false;
	}
	for (size_t i = 0, length; i < size; i += length) {
		struct span span = { source, (uint32_t)i, (uint32_t)i + 1 };
		length = character_length(bytes + i, size - i);
		if (!length) {
			diag_error(sink, span, "byte 0x%02x is not UTF-8", bytes[i]);
			return false;
		}
		if (bytes[i] == 0x7f || (bytes[i] < 32 && !strchr("\t\n\r", bytes[i])) ||
			!bytes[i]) {
			diag_error(sink, span, "control character 0x%02x in a spec", bytes[i]);
			return false;
		}
	}
	return true;
}

/* Runs the parser over a text; false if errors came up. */
static bool run(struct syntax *syntax, size_t size)
{
	unsigned errors = diag_count(syntax->sink);
	yyscan_t scanner;
	YY_BUFFER_STATE buffer;

	if (parse_lex_init_extra(syntax, &scanner))
		panic("no scanner");
	buffer = parse__scan_bytes(syntax->text, (int)size, scanner);
	parse_parse(scanner, syntax);
	parse__delete_buffer(buffer, scanner);
	parse_lex_destroy(scanner);
	return diag_count(syntax->sink) == errors;
}

bool syntax_spec(struct arena *arena, uint32_t source, const char *text, size_t size,
	struct diag_sink *sink, struct tree_item **items)
{
	struct syntax syntax = {
		.arena = arena,
		.sink = sink,
		.source = source,
		.text = text,
		.first_token = START_SPEC,
	};
	bool good = run(&syntax, size);

	*items = syntax.items;
	return good;
}

struct tree_expr *syntax_expression(struct arena *arena, uint32_t source, const char *text,
	size_t size, struct diag_sink *sink)
{
	struct syntax syntax = {
		.arena = arena,
		.sink = sink,
		.source = source,
		.text = text,
		.first_token = START_EXPRESSION,
	};

	return run(&syntax, size) ? syntax.expr : NULL;
}

struct token *syntax_tokens(
	uint32_t source, const char *text, size_t size, struct diag_sink *sink, size_t *count)
{
	struct arena arena;
	struct syntax syntax = {
		.arena = &arena, .sink = sink, .source = source, .text = text
	};
	struct token *tokens = NULL;
	size_t room = 0;
	yyscan_t scanner;
	PARSE_STYPE value;
	struct span span;

	arena_init(&arena);
	if (parse_lex_init_extra(&syntax, &scanner))
		panic("no scanner");
	parse__scan_bytes(text, (int)size, scanner);
	*count = 0;
	for (int kind; (kind = parse_lex(&value, &span, scanner)) != END;) {
		tokens = mem_grow(tokens, &room, *count + 1, sizeof *tokens);
		tokens[(*count)++] = (struct token){ span.begin, span.end, kind };
	}
	parse_lex_destroy(scanner);
	arena_fini(&arena);
	return tokens;
}
