%require "3.8"
%define api.pure full
%define api.prefix {parse_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0
%param {void *scanner}
%parse-param {struct syntax *syntax}

%code requires {
#include "frontend/syntax.h"
#include "frontend/tree.h"
}

%code top {
#include <stdio.h>
#include <stdlib.h>

#include "support/mem.h"

/* The stack lies on the heap and may move. */
#define YYMAXDEPTH 2500
#define YYLTYPE_IS_TRIVIAL 1
#define YYMALLOC(size) mem_alloc(size, 1)
#define YYFREE free

#define YYLLOC_DEFAULT(current, rhs, count)                                                    \
	do {                                                                                   \
		(current).source = YYRHSLOC(rhs, 1).source;                                    \
		(current).begin = (count) ? YYRHSLOC(rhs, 1).begin : YYRHSLOC(rhs, 0).end;     \
		(current).end = (count) ? YYRHSLOC(rhs, count).end : YYRHSLOC(rhs, 0).end;     \
		if (!(count))                                                                  \
			(current).source = YYRHSLOC(rhs, 0).source;                            \
	} while (0)
}

%union {
	const char *name;
	struct tree_expr *expr;
	struct tree_list list;
	struct tree_operand *operand;
	struct {
		struct tree_operand *first, *last;
		uint32_t count;
	} operands;
	struct tree_entry *entry;
	struct {
		struct tree_entry *first, *last;
		size_t count;
		bool present;
		struct span span;
	} entries;
	struct tree_clause *clause;
	struct {
		struct tree_clause *first, *last;
	} clauses;
	struct tree_relation *relation;
	struct {
		struct tree_relation *first, *last;
	} relations;
	enum tree_relop relop;
	struct tree_item *item;
}

%code {
int parse_lex(PARSE_STYPE *value, struct span *span, void *scanner);

static void parse_error(
	const YYLTYPE *location, void *scanner, struct syntax *syntax, const char *message);

/* Appends a node to a list with first and last; a node that failed is NULL. */
#define APPEND(list, node)                                                                     \
	do {                                                                                   \
		if (!(node))                                                                   \
			break;                                                                 \
		if ((list).last)                                                               \
			(list).last->next = (node);                                            \
		else                                                                           \
			(list).first = (node);                                                 \
		(list).last = (node);                                                          \
	} while (0)

static struct tree_item *new_item(
	struct syntax *syntax, enum tree_item_kind kind, const char *name, struct span span);
static void add_item(struct syntax *syntax, struct tree_item *item);
static struct tree_expr *new_leaf(
	struct syntax *syntax, enum tree_kind kind, struct span span, uint32_t quotes);
static struct tree_relation *new_relation(struct syntax *syntax, struct span span,
	struct tree_expr *left, enum tree_relop op, struct tree_expr *right);
static struct tree_word *new_word(
	struct syntax *syntax, const char *name, struct span span, struct tree_word *next);
static struct tree_operand *new_operand(
	struct syntax *syntax, struct span span, struct tree_expr *low, struct tree_expr *high);
static struct tree_entry *new_entry(
	struct syntax *syntax, const char *name, struct span span, struct tree_expr *value);

/* Gives up once more errors would only be counted. */
#define RECOVERED()                                                                            \
	do {                                                                                   \
		if (syntax->stopped || diag_full(syntax->sink))                                \
			YYABORT;                                                               \
		yyerrok;                                                                       \
	} while (0)
}

%token END 0		"end of file"
%token START_SPEC	"start of a spec"
%token START_EXPRESSION	"start of an expression"
%token <name> NAME	"name"
%token <name> QUALIFIER	"qualifier"
%token <name> CALL	"function"
%token NUMBER		"number"
%token STRING		"text"
%token <name> PARAM	"param"
%token <name> INCLUDE	"include"
%token <name> DATASET	"dataset"
%token <name> NETWORK	"network"
%token <name> EXPECT	"expect"
%token <name> EMIT	"emit"
%token ARROW		"->"
%token DOTS		".."
%token EQ		"=="
%token NE		"!="
%token LT		"<"
%token LE		"<="
%token GT		">"
%token GE		">="
%token ASSIGN		"="
%token SEMICOLON	";"
%token COMMA		","
%token OPEN		"{"
%token CLOSE		"}"
%token LEFT		"("
%token RIGHT		")"
%token PLUS		"+"
%token MINUS		"-"
%token TIMES		"*"
%token DIVIDE		"/"
%token POWER		"^"

%left "+" "-"
%left "*" "/"
%precedence NEGATE
%right "^"

%type <name> name
%type <expr> expr
%type <list> exprs arguments
%type <operand> operand
%type <operands> operands some_operands
%type <entry> entry
%type <entries> tail entries
%type <clause> clause
%type <clauses> block clauses
%type <relation> relation
%type <relations> relations
%type <relop> relop
%type <item> item

%%

start:
	START_SPEC items
|	START_EXPRESSION expr { syntax->expr = $2; }
;

items:
	%empty
|	items item { add_item(syntax, $2); }
|	items error ";" { RECOVERED(); }
|	items error "}" { RECOVERED(); }
;

item:
	PARAM name "=" expr ";" {
		$$ = new_item(syntax, TREE_PARAM, $2, @2);
		$$->value = $4;
	}
|	INCLUDE expr ";" {
		$$ = new_item(syntax, TREE_INCLUDE, NULL, @2);
		$$->value = $2;
	}
|	DATASET name block {
		$$ = new_item(syntax, TREE_DATASET, $2, @2);
		$$->clauses = $3.first;
	}
|	NETWORK name block {
		$$ = new_item(syntax, TREE_NETWORK, $2, @2);
		$$->clauses = $3.first;
	}
|	EMIT name block {
		$$ = new_item(syntax, TREE_EMIT, $2, @2);
		$$->clauses = $3.first;
	}
|	EXPECT name "{" relations "}" {
		$$ = new_item(syntax, TREE_EXPECT, $2, @2);
		$$->relations = $4.first;
	}
|	EXPECT name "{" relations error "}" { RECOVERED(); $$ = NULL; }
|	DATASET error "{" junk "}" { RECOVERED(); $$ = NULL; }
|	NETWORK error "{" junk "}" { RECOVERED(); $$ = NULL; }
|	EXPECT error "{" junk "}" { RECOVERED(); $$ = NULL; }
|	EMIT error "{" junk "}" { RECOVERED(); $$ = NULL; }
|	NAME name "{" { syntax_unknown_item(syntax, $1, @1); } junk "}" { $$ = NULL; }
|	NAME name "=" expr ";" { syntax_unknown_item(syntax, $1, @1); $$ = NULL; }
|	NAME STRING ";" { syntax_unknown_item(syntax, $1, @1); $$ = NULL; }
;

/* What is skipped: anything with its brackets in order. */
junk:
	%empty
|	junk "{" junk "}"
|	junk junk_token
;

junk_token:
	NAME | QUALIFIER | CALL | NUMBER | STRING | PARAM | INCLUDE | DATASET | NETWORK | EXPECT
|	EMIT | "->" | ".." | "==" | "!=" | "<" | "<=" | ">" | ">=" | "=" | ";" | "," | "(" | ")"
|	"+" | "-" | "*" | "/" | "^"
;

name: NAME | QUALIFIER;

block:
	"{" clauses "}" { $$ = $2; }
|	"{" clauses error "}" { RECOVERED(); $$ = $2; }
;

clauses:
	%empty { $$.first = $$.last = NULL; }
|	clauses clause { $$ = $1; APPEND($$, $2); }
|	clauses error ";" { RECOVERED(); $$ = $1; }
;

clause:
	name operands tail {
		$$ = arena_alloc(syntax->arena, 1, sizeof *$$);
		$$->name = $1;
		$$->span = @1;
		$$->operands = $2.first;
		$$->operand_count = $2.count;
		$$->has_block = $3.present;
		$$->block_span = $3.span;
		$$->entries = $3.first;
		$$->entry_count = $3.count;
	}
;

tail:
	";" { $$.first = NULL; $$.count = 0; $$.present = false; $$.span = @1; }
|	"{" entries "}" { $$ = $2; $$.present = true; $$.span = @1; }
|	"{" entries error "}" { RECOVERED(); $$ = $2; $$.present = true; $$.span = @1; }
;

entries:
	%empty { $$.first = $$.last = NULL; $$.count = 0; }
|	entries entry { $$ = $1; APPEND($$, $2); $$.count++; }
|	entries error ";" { RECOVERED(); $$ = $1; }
;

entry:
	name "=" expr ";" { $$ = new_entry(syntax, $1, @1, $3); }
|	"(" exprs ")" "->" expr ";" {
		$$ = new_entry(syntax, NULL, tree_join(@1, @3), $5);
		$$->coordinates = $2.first;
		$$->coordinate_count = $2.count;
	}
;

operands:
	%empty { $$.first = $$.last = NULL; $$.count = 0; }
|	some_operands
;

some_operands:
	operand { $$.first = $$.last = $1; $$.count = 1; }
|	some_operands "," operand { $$ = $1; APPEND($$, $3); $$.count++; }
;

operand:
	expr { $$ = new_operand(syntax, @$, $1, NULL); }
|	expr ".." expr { $$ = new_operand(syntax, @$, $1, $3); }
|	QUALIFIER operand {
		$$ = $2;
		$$->words = new_word(syntax, $1, @1, $$->words);
		$$->span = @$;
	}
;

relations:
	%empty { $$.first = $$.last = NULL; }
|	relations relation { $$ = $1; APPEND($$, $2); }
|	relations error ";" { RECOVERED(); $$ = $1; }
;

relation:
	expr relop expr ";" { $$ = new_relation(syntax, tree_join(@1, @3), $1, $2, $3); }
|	expr "=" expr ";" {
		diag_error(syntax->sink, @2, "'=' sets a value; to compare, write '=='");
		$$ = NULL;
	}
;

relop:
	"==" { $$ = TREE_EQ; }
|	"!=" { $$ = TREE_NE; }
|	"<" { $$ = TREE_LT; }
|	"<=" { $$ = TREE_LE; }
|	">" { $$ = TREE_GT; }
|	">=" { $$ = TREE_GE; }
;

expr:
	NUMBER { $$ = new_leaf(syntax, TREE_NUMBER, @1, 0); }
|	STRING { $$ = new_leaf(syntax, TREE_TEXT, @1, 1); }
|	NAME { $$ = tree_leaf(syntax->arena, TREE_NAME, @1, $1, 0); }
|	CALL "(" arguments ")" { $$ = tree_call(syntax->arena, $1, @$, &$3); }
|	"(" expr ")" { $$ = $2; $$->span = @$; }
|	"-" expr %prec NEGATE { $$ = tree_negate(syntax->arena, @$, $2); }
|	expr "+" expr { $$ = tree_chain(syntax->arena, $1, '+', $3); }
|	expr "-" expr { $$ = tree_chain(syntax->arena, $1, '-', $3); }
|	expr "*" expr { $$ = tree_chain(syntax->arena, $1, '*', $3); }
|	expr "/" expr { $$ = tree_chain(syntax->arena, $1, '/', $3); }
|	expr "^" expr { $$ = tree_chain(syntax->arena, $1, '^', $3); }
;

exprs:
	expr { $$ = (struct tree_list){ 0 }; tree_append(&$$, $1); }
|	exprs "," expr { $$ = $1; tree_append(&$$, $3); }
;

arguments:
	%empty { $$ = (struct tree_list){ 0 }; }
|	exprs
;

%%

static struct tree_item *new_item(
	struct syntax *syntax, enum tree_item_kind kind, const char *name, struct span span)
{
	struct tree_item *item = arena_alloc(syntax->arena, 1, sizeof *item);

	item->kind = kind;
	item->name = name;
	item->span = span;
	return item;
}

static void add_item(struct syntax *syntax, struct tree_item *item)
{
	if (!item)
		return;
	if (syntax->last_item)
		syntax->last_item->next = item;
	else
		syntax->items = item;
	syntax->last_item = item;
}

/* A number or a text, without the `quotes` bytes at both of its ends. */
static struct tree_expr *new_leaf(
	struct syntax *syntax, enum tree_kind kind, struct span span, uint32_t quotes)
{
	return tree_leaf(syntax->arena, kind, span, syntax->text + span.begin + quotes,
		span.end - span.begin - 2 * quotes);
}

static struct tree_relation *new_relation(struct syntax *syntax, struct span span,
	struct tree_expr *left, enum tree_relop op, struct tree_expr *right)
{
	struct tree_relation *relation = arena_alloc(syntax->arena, 1, sizeof *relation);

	relation->span = span;
	relation->left = left;
	relation->op = op;
	relation->right = right;
	return relation;
}

static struct tree_word *new_word(
	struct syntax *syntax, const char *name, struct span span, struct tree_word *next)
{
	struct tree_word *word = arena_alloc(syntax->arena, 1, sizeof *word);

	word->name = name;
	word->span = span;
	word->next = next;
	return word;
}

static struct tree_operand *new_operand(
	struct syntax *syntax, struct span span, struct tree_expr *low, struct tree_expr *high)
{
	struct tree_operand *operand = arena_alloc(syntax->arena, 1, sizeof *operand);

	operand->span = span;
	operand->low = low;
	operand->high = high;
	return operand;
}

static struct tree_entry *new_entry(
	struct syntax *syntax, const char *name, struct span span, struct tree_expr *value)
{
	struct tree_entry *entry = arena_alloc(syntax->arena, 1, sizeof *entry);

	entry->name = name;
	entry->span = span;
	entry->value = value;
	return entry;
}

/* The stack of the parser is full: the only error that does not come with a context. */
static void parse_error(
	const YYLTYPE *location, void *scanner, struct syntax *syntax, const char *message)
{
	(void)scanner;
	(void)message;
	if (!syntax->stopped)
		diag_error(syntax->sink, *location, "this expression is nested too deeply");
	syntax->stopped = true;
}

/* What may stand here: kinds of things instead of all tokens that they could start with. */
struct expected {
	bool token[YYNTOKENS];
	const char *words[YYNTOKENS];
	size_t count;
};

static void expect_group(struct expected *expected, int sign, const char *word,
	const int *members, size_t count)
{
	if (!expected->token[sign])
		return;
	expected->words[expected->count++] = word;
	for (size_t i = 0; i < count; i++)
		expected->token[members[i]] = false;
}

#define GROUP(expected, sign, word, ...)                                                       \
	expect_group(expected, sign, word, (const int[]){ __VA_ARGS__ },                       \
		sizeof(const int[]){ __VA_ARGS__ } / sizeof(int))

static void find_expected(
	struct expected *expected, const yypcontext_t *context, struct arena *arena)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	int count = yypcontext_expected_tokens(context, kinds, YYNTOKENS);

	*expected = (struct expected){ 0 };
	for (int i = 0; i < count; i++)
		expected->token[kinds[i]] = true;
	GROUP(expected, YYSYMBOL_PARAM, "an item (param, include, dataset, network, expect, emit)",
		YYSYMBOL_PARAM, YYSYMBOL_INCLUDE, YYSYMBOL_DATASET, YYSYMBOL_NETWORK,
		YYSYMBOL_EXPECT, YYSYMBOL_EMIT, YYSYMBOL_NAME);
	GROUP(expected, YYSYMBOL_NUMBER,
		expected->token[YYSYMBOL_QUALIFIER] ? "an operand" : "an expression",
		YYSYMBOL_NUMBER, YYSYMBOL_STRING, YYSYMBOL_NAME, YYSYMBOL_CALL, YYSYMBOL_LEFT,
		YYSYMBOL_MINUS, YYSYMBOL_QUALIFIER);
	GROUP(expected, YYSYMBOL_TIMES, "an operator", YYSYMBOL_PLUS, YYSYMBOL_MINUS,
		YYSYMBOL_TIMES, YYSYMBOL_DIVIDE, YYSYMBOL_POWER);
	GROUP(expected, YYSYMBOL_EQ, "a comparison", YYSYMBOL_EQ, YYSYMBOL_NE, YYSYMBOL_LT,
		YYSYMBOL_LE, YYSYMBOL_GT, YYSYMBOL_GE, YYSYMBOL_ASSIGN);
	GROUP(expected, YYSYMBOL_NAME, "a name", YYSYMBOL_NAME, YYSYMBOL_QUALIFIER);
	for (int i = 0; i < YYNTOKENS; i++)
		if (expected->token[i])
			expected->words[expected->count++] = i == YYSYMBOL_YYEOF ?
				"end of file" :
				arena_printf(arena, "'%s'", yysymbol_name((yysymbol_kind_t)i));
}

/* "a, b or c" */
static const char *join_words(const struct expected *expected, struct arena *arena)
{
	const char *text = "";

	for (size_t i = 0; i < expected->count; i++)
		text = arena_printf(arena, "%s%s%s", text,
			i == 0				? "" :
				i + 1 == expected->count ? " or " :
							   ", ",
			expected->words[i]);
	return text;
}

static const char *describe(const struct syntax *syntax, yysymbol_kind_t token, struct span span)
{
	enum { SHOWN = 40 };
	uint32_t length = span.end - span.begin;

	if (token == YYSYMBOL_YYEOF)
		return "end of file";
	return arena_printf(syntax->arena, "%s%s'%.*s%s'",
		token == YYSYMBOL_NAME || token == YYSYMBOL_NUMBER || token == YYSYMBOL_STRING ?
			yysymbol_name(token) :
			"",
		token == YYSYMBOL_NAME || token == YYSYMBOL_NUMBER || token == YYSYMBOL_STRING ?
			" " :
			"",
		(int)(length > SHOWN ? SHOWN : length), syntax->text + span.begin,
		length > SHOWN ? "..." : "");
}

/* True if a line ends between the last token and `begin`. */
static bool on_later_line(const struct syntax *syntax, uint32_t begin)
{
	for (uint32_t i = syntax->end; i < begin; i++)
		if (syntax->text[i] == '\n')
			return true;
	return false;
}

static int yyreport_syntax_error(
	const yypcontext_t *context, void *scanner, struct syntax *syntax)
{
	yysymbol_kind_t token = yypcontext_token(context);
	struct span span = *yypcontext_location(context);
	struct expected expected;
	const char *words;

	(void)scanner;
	if (syntax->stopped || token == YYSYMBOL_YYEMPTY)
		return 0;
	find_expected(&expected, context, syntax->arena);
	words = join_words(&expected, syntax->arena);
	/* Something missing at the end of a line is shown there, not on the next one. */
	if (syntax->end && (token == YYSYMBOL_YYEOF || on_later_line(syntax, span.begin))) {
		struct span end = { span.source, syntax->end, syntax->end + 1 };
		diag_error(syntax->sink, end, "expected %s before %s", words,
			describe(syntax, token, span));
	} else {
		diag_error(syntax->sink, span, "unexpected %s, expected %s",
			describe(syntax, token, span), words);
	}
	if (token == YYSYMBOL_YYEOF && syntax->nesting) {
		uint32_t open = syntax->open[syntax->nesting - 1];
		diag_note(syntax->sink, (struct span){ span.source, open, open + 1 },
			"this bracket is not closed");
	}
	return 0;
}
