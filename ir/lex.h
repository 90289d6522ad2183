/*
 * Tokens of the text form of the IR.
 */
#ifndef IR_LEX_H
#define IR_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ir_token {
	IR_TOKEN_END,
	IR_TOKEN_WORD,   /* layer, relu, select, x12 */
	IR_TOKEN_NAME,   /* %12, @fashion, @0.1 */
	IR_TOKEN_NUMBER, /* 12, 0.5, 0x1fp-3 */
	IR_TOKEN_STRING,
	IR_TOKEN_MARK, /* = * + - / , : .. */
	IR_TOKEN_BAD,
};

struct ir_lexer {
	const char *text; /* borrowed, below 4 GiB */
	size_t size;
	enum ir_token token; /* the newest */
	uint32_t begin, end; /* its bytes */
};

/* Goes on to the next token; after the last one to IR_TOKEN_END, again and again. */
void ir_lex(struct ir_lexer *lexer);

/* Whether the text is one token of this kind and nothing else. */
bool ir_lex_is(const char *text, enum ir_token token);

bool ir_is_digit(char c);

/* 0..15; -1 if it is none. */
int ir_hex_digit(char c);

#endif
