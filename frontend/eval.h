/*
 * Evaluation of expressions: numbers, texts and words.
 *
 * A word is a name that stands for itself, such as tent in `extractor = tent`: any name
 * that nothing in scope has. What a network or an expectation says is evaluated twice: once
 * when the spec is checked, when N, d and C are not known (the value is then pending, but
 * names and kinds are checked), and once with their values.
 */
#ifndef FRONTEND_EVAL_H
#define FRONTEND_EVAL_H

#include "frontend/names.h"
#include "frontend/number.h"
#include "frontend/spec.h"
#include "frontend/tree.h"
#include "support/arena.h"
#include "support/diag.h"

enum value_kind { VALUE_NUMBER, VALUE_TEXT, VALUE_WORD };

struct value {
	enum value_kind kind;
	bool pending;              /* a number that depends on what is not known yet */
	struct number number;      /* always initialized */
	const char *text;          /* text or word, in the arena of the scope */
	const struct param *param; /* that a name stood for, or NULL */
};

void value_init(struct value *value);
void value_fini(struct value *value);

/* "a number", "a text", "a word" */
const char *value_kind_name(enum value_kind kind);

struct param {
	const char *name;
	struct span span;
	bool failed; /* evaluated with an error: no value, no more errors */
	struct value value;
};

struct params {
	struct names names;
	struct param *list; /* parallel to names */
	size_t room;
};

/* Params of zeros are empty and ready. */
void params_fini(struct params *params);
const struct param *params_find(const struct params *params, const char *name);

/* What names stand for. Inner ones come first: measures, then N, d and C, then params. */
struct scope {
	const struct params *params;
	bool has_data;                 /* N, d and C may stand */
	const struct spec_scope *data; /* NULL: not known yet */
	bool has_measures;
	const struct spec_measure *measures; /* NULL: not known yet */
	size_t measure_count;
	struct arena *arena; /* for texts */
	struct diag_sink *sink;
};

/*
 * Evaluates into an initialized value. False with diagnostics, or silently if a param
 * failed before.
 */
bool eval(const struct scope *scope, const struct tree_expr *expr, struct value *value);

/* The same, where only a number (a text) may stand; what: "'limit'". */
bool eval_number(const struct scope *scope, const struct tree_expr *expr, const char *what,
	struct value *value);
const char *eval_text(
	const struct scope *scope, const struct tree_expr *expr, const char *what);

/* A text, a word, or a number as it is written: the name of a class. NULL on failure. */
const char *eval_label(
	const struct scope *scope, const struct tree_expr *expr, const char *what);

/* The name of a thing that is no value: a data set, a format; it may have hyphens. NULL with
 * diagnostics. */
const char *eval_word(
	const struct scope *scope, const struct tree_expr *expr, const char *what);

/* "unknown <what> 'name'", with the nearest of the names or, if few, all of them. */
void eval_unknown(struct diag_sink *sink, struct span span, const char *what, const char *name,
	const char *const *names, size_t count);

#endif
