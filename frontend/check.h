/*
 * Checking: from items of the tree to the checked spec (internal to spec_load).
 *
 * Each function reports all that is wrong with its item and carries on.
 */
#ifndef FRONTEND_CHECK_H
#define FRONTEND_CHECK_H

#include "frontend/eval.h"
#include "frontend/names.h"
#include "frontend/spec.h"
#include "frontend/text.h"
#include "frontend/tree.h"

/* An item and the folder of its file, which its paths start from. */
struct check_item {
	const struct tree_item *item;
	const char *folder;
};

struct spec_private {
	struct params params;
	struct text *texts; /* of all files, in the order they were read */
	size_t text_count, text_room;
	struct check_item *items; /* all but params and includes */
	size_t item_count, item_room;
	struct names datasets, networks; /* parallel to those of the spec */
	struct names outputs;            /* the paths of emits */
	struct span *output_spans;       /* parallel to them */
	size_t output_room;
};

/* The scope of whatever depends on no data. */
struct scope check_scope(struct spec *spec, struct diag_sink *sink);

/* The arrays of the spec have room for one more of each. */
void check_dataset(struct spec *spec, const struct check_item *item, struct diag_sink *sink);
void check_network(struct spec *spec, const struct check_item *item, struct diag_sink *sink);
void check_expect(struct spec *spec, const struct check_item *item, struct diag_sink *sink);
void check_emit(struct spec *spec, const struct check_item *item, struct diag_sink *sink);

/* The network that an expect or emit names, or NAMES_NONE with diagnostics. */
uint32_t check_network_name(
	const struct spec *spec, const struct tree_item *item, struct diag_sink *sink);

/*
 * Clauses. A rule says how a clause is written; `usage` completes errors about its shape.
 */
struct clause_rule {
	const char *name;
	const char *usage;
};

/* The rule of a clause, an index; count with diagnostics if it is not among them. */
size_t check_clause_name(const struct tree_clause *clause, const struct clause_rule *rules,
	size_t count, const char *what, struct diag_sink *sink);

/* "'inputs' is written: inputs "data.csv";" */
void check_clause_shape(const struct tree_clause *clause, const struct clause_rule *rule,
	struct span span, struct diag_sink *sink);

/* Reports a second clause of a kind; true if it is the first and now noted in *seen. */
bool check_once(const struct tree_clause **seen, const struct tree_clause *clause,
	struct diag_sink *sink);

/* The operand is one expression behind exactly these words (NULL: none). */
bool check_words(const struct tree_operand *operand, const char *first, const char *second);

/* A clause that is a name, one plain operand, and settings only where `block`. */
const struct tree_expr *check_single(const struct tree_clause *clause,
	const struct clause_rule *rule, bool block, struct diag_sink *sink);

/* An integer of low..high; false with diagnostics. A pending one is low. */
bool check_count(const struct scope *scope, const struct tree_expr *expr, const char *what,
	int64_t low, int64_t high, int64_t *count);

/* A rational of 63 bits; false with diagnostics. */
bool check_ratio(const struct scope *scope, const struct tree_expr *expr, const char *what,
	struct ir_ratio *ratio);

/*
 * Evaluates settings against rows (spec_options): values in an array parallel to the rows.
 * Values that are pending are not set.
 */
bool check_options(const struct scope *scope, const struct tree_clause *clause,
	const struct option_row *rows, size_t row_count, struct option_value *values);

#endif
