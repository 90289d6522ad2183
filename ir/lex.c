#include "ir/lex.h"

#include <string.h>

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool ir_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int ir_hex_digit(char c)
{
	if (ir_is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char peek(const struct ir_lexer *lexer, size_t at)
{
	return at < lexer->size ? lexer->text[at] : '\0';
}

static size_t skip_space(const struct ir_lexer *lexer, size_t at)
{
	for (; at < lexer->size; at++) {
		char c = lexer->text[at];
		if (c == ';')
			while (at + 1 < lexer->size && lexer->text[at + 1] != '\n')
				at++;
		else if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			break;
	}
	return at;
}

/* A network's name may hold "-"; elsewhere that is a minus. */
static size_t skip_name(const struct ir_lexer *lexer, size_t at, bool dashes)
{
	while (is_letter(peek(lexer, at)) || ir_is_digit(peek(lexer, at)) ||
		(dashes && peek(lexer, at) == '-') ||
		(peek(lexer, at) == '.' && peek(lexer, at + 1) != '.'))
		at++;
	return at;
}

static size_t skip_number(const struct ir_lexer *lexer, size_t at)
{
	for (;; at++) {
		char c = peek(lexer, at);
		if (c == 'p' && peek(lexer, at + 1) == '-')
			at++;
		else if (c == '.' ? !ir_is_digit(peek(lexer, at + 1))
				  : !is_letter(c) && !ir_is_digit(c))
			return at;
	}
}

static size_t skip_string(const struct ir_lexer *lexer, size_t at)
{
	for (; at < lexer->size && lexer->text[at] != '\n'; at++) {
		if (lexer->text[at] == '"')
			return at + 1;
		if (lexer->text[at] == '\\')
			at++;
	}
	return 0;
}

void ir_lex(struct ir_lexer *lexer)
{
	size_t at = skip_space(lexer, lexer->end), end = at + 1;
	char c = peek(lexer, at);

	if (at >= lexer->size) {
		lexer->token = IR_TOKEN_END;
		end = at;
	} else if (c == '%' || c == '@') {
		end = skip_name(lexer, at + 1, c == '@');
		lexer->token = end > at + 1 ? IR_TOKEN_NAME : IR_TOKEN_BAD;
	} else if (is_letter(c)) {
		end = skip_name(lexer, at, false);
		lexer->token = IR_TOKEN_WORD;
	} else if (ir_is_digit(c)) {
		end = skip_number(lexer, at);
		lexer->token = IR_TOKEN_NUMBER;
	} else if (c == '"') {
		end = skip_string(lexer, at + 1);
		lexer->token = end ? IR_TOKEN_STRING : IR_TOKEN_BAD;
		end = end ? end : at + 1;
	} else if (c == '.' && peek(lexer, at + 1) == '.') {
		end = at + 2;
		lexer->token = IR_TOKEN_MARK;
	} else {
		lexer->token = memchr("=*+-/,:", c, 7) ? IR_TOKEN_MARK : IR_TOKEN_BAD;
	}
	lexer->begin = (uint32_t)at;
	lexer->end = (uint32_t)end;
}

bool ir_lex_is(const char *text, enum ir_token token)
{
	struct ir_lexer lexer = { .text = text, .size = strlen(text) };

	if (lexer.size >= UINT32_MAX)
		return false;
	ir_lex(&lexer);
	return lexer.token == token && lexer.begin == 0 && lexer.end == lexer.size;
}
