/*
 * What the files of the text form's parser share; ir/text.h is its public face.
 *
 * The first fault ends a parse: a part that meets one says so by ir_parser_fail() and
 * returns anything; nothing after it reports or accepts a token any more.
 */
#ifndef IR_PARSER_H
#define IR_PARSER_H

#include "ir/ir.h"
#include "ir/lex.h"
#include "support/diag.h"
#include "support/dyadic.h"

/* Where a value's name stands in the text, by hash; handle + 1, 0 is free. */
struct ir_definition {
	uint32_t begin, length;
	uint32_t value_plus_1;
};

struct ir_parser {
	struct ir_module *module;
	struct diag_sink *sink;
	uint32_t source;
	struct ir_lexer lexer;

	struct ir_definition *definitions;
	size_t definition_room; /* a power of two, or none yet */
	size_t definition_count;
	struct ir_term *terms; /* of the newest form */
	size_t term_count, term_room;
	num bias; /* its first constant */
	size_t constant_count;
	struct dyadic sum, summand; /* of several */
	struct dyadic_scratch scratch;
	struct ir_feature *features;
	size_t feature_count, feature_room;
	const char **classes;
	size_t class_count, class_room;
	struct ir_feature levels;
	bool has_levels;
	num *cells; /* of the newest table, row by row */
	size_t cell_count, cell_room;
	enum ir_element element;
	bool started; /* the head is complete */
	bool failed;
};

/* "expected `expected`, found ..." at the token that is there; the first time only. */
void ir_parser_fail(struct ir_parser *parser, const char *expected);

/* Whether the token is this word or mark. */
bool ir_parser_sees(const struct ir_parser *parser, const char *text);

/* Goes past this word or mark if it is there; or else fails with what is expected. */
bool ir_parser_accept(struct ir_parser *parser, const char *text);
void ir_parser_expect(struct ir_parser *parser, const char *text, const char *what);

int64_t ir_parser_integer(
	struct ir_parser *parser, int64_t least, int64_t most, const char *what);
struct ir_ratio ir_parser_ratio(struct ir_parser *parser, bool positive, const char *what);

/* In the module's arena: a string, and the text of another token without its mark. */
const char *ir_parser_string(struct ir_parser *parser);
const char *ir_parser_text(struct ir_parser *parser, enum ir_token token, const char *what);

/* A dyadic number without sign; the same behind an optional minus. */
num ir_parser_number(struct ir_parser *parser);
num ir_parser_signed(struct ir_parser *parser);

/* A value that was declared or defined above. */
ir_value ir_parser_value(struct ir_parser *parser);

/* Names of values, as bytes of the text. */
bool ir_parser_defined(const struct ir_parser *parser, uint32_t begin, uint32_t length);
void ir_parser_define(
	struct ir_parser *parser, uint32_t begin, uint32_t length, ir_value value);

/* An affine form: its terms in parser->terms, in order; returns the bias. */
num ir_parser_form(struct ir_parser *parser);

/* Behind the word `table`: the next table of a fused module. */
void ir_parser_table(struct ir_parser *parser);

/* At an operation's name: it and its operands, added to a fused module. */
ir_value ir_parser_operation(struct ir_parser *parser);

#endif
