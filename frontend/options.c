#include <stdlib.h>
#include <string.h>

#include "frontend/check.h"
#include "frontend/syntax.h"
#include "support/mem.h"

bool check_count(const struct scope *scope, const struct tree_expr *expr, const char *what,
	int64_t low, int64_t high, int64_t *count)
{
	struct value value;
	bool good;

	*count = low;
	value_init(&value);
	good = eval_number(scope, expr, what, &value);
	if (good && !value.pending) {
		const char *text = number_text(&value.number, scope->arena);
		bool is_integer = number_is_integer(&value.number, count);
		good = is_integer && *count >= low && *count <= high;
		if (!is_integer && mpz_cmp_ui(mpq_denref(value.number.q), 1) != 0)
			diag_error(scope->sink, expr->span, "%s must be an integer, not %s",
				what, text);
		else if (!good && high == INT64_MAX && is_integer)
			diag_error(scope->sink, expr->span, "%s must be at least %lld, not %s",
				what, (long long)low, text);
		else if (!good)
			diag_error(scope->sink, expr->span,
				"%s must be in %lld .. %lld, not %s", what, (long long)low,
				(long long)high, text);
	}
	value_fini(&value);
	return good;
}

bool check_ratio(const struct scope *scope, const struct tree_expr *expr, const char *what,
	struct ir_ratio *ratio)
{
	struct value value;
	bool good;

	*ratio = (struct ir_ratio){ 0, 1 };
	value_init(&value);
	good = eval_number(scope, expr, what, &value);
	if (good && !value.pending && !number_to_ratio(&value.number, ratio)) {
		diag_error(scope->sink, expr->span,
			value.number.inexact
				? "%s must be a rational number; round this one"
				: "numerator and denominator of %s must have at most 63 bits",
			what);
		good = false;
	}
	value_fini(&value);
	return good;
}

/* One of the words; false with diagnostics. */
static bool check_word(const struct scope *scope, const struct tree_expr *expr,
	const struct option_row *row, const struct value *value, int64_t *index)
{
	size_t count = 0;
	const char *nearest, *list = "";

	for (; row->words[count]; count++) {
		if (value->kind != VALUE_NUMBER && !strcmp(row->words[count], value->text)) {
			*index = (int64_t)count;
			return true;
		}
		list = arena_printf(
			scope->arena, "%s%s%s", list, count ? ", " : "", row->words[count]);
	}
	if (value->kind == VALUE_NUMBER) {
		diag_error(scope->sink, expr->span, "'%s' must be one of: %s", row->name, list);
		return false;
	}
	nearest = diag_nearest(value->text, row->words, count);
	if (nearest)
		diag_error(scope->sink, expr->span, "'%s' cannot be '%s'; did you mean '%s'?",
			row->name, value->text, nearest);
	else
		diag_error(scope->sink, expr->span, "'%s' cannot be '%s'; it is one of: %s",
			row->name, value->text, list);
	return false;
}

/* A header name, or a number that counts from 1 or, negative, from the end. */
static bool check_column(const struct scope *scope, const struct tree_expr *expr,
	const struct option_row *row, const struct value *value, struct option_value *result)
{
	if (value->kind == VALUE_TEXT) {
		result->text = value->text;
		return true;
	}
	if (value->kind == VALUE_NUMBER && number_is_integer(&value->number, &result->count) &&
		result->count != 0)
		return true;
	if (value->kind == VALUE_WORD)
		diag_error(scope->sink, expr->span,
			"'%s' must be the name of a column in quotes, \"%s\", or its number",
			row->name, value->text);
	else
		diag_error(scope->sink, expr->span,
			"'%s' must be a column: its name in quotes or its number, from 1, or "
			"-1 "
			"for the last",
			row->name);
	return false;
}

/* A setting whose kind the row leaves open until its value is seen. */
static bool check_open(const struct scope *scope, const struct tree_expr *expr,
	const struct option_row *row, struct option_value *result)
{
	struct value value;
	bool good;

	value_init(&value);
	good = eval(scope, expr, &value);
	if (good && row->type == OPTION_WORD)
		good = check_word(scope, expr, row, &value, &result->count);
	else if (good)
		good = check_column(scope, expr, row, &value, result);
	result->set = good;
	value_fini(&value);
	return good;
}

/* True if the number is not known before the data set is. */
static bool is_pending(const struct scope *scope, const struct tree_expr *expr)
{
	struct value value;
	struct diag_sink quiet;
	struct scope silent = *scope;
	bool pending;

	if (!scope->has_data || scope->data)
		return false;
	diag_init(&quiet);
	silent.sink = &quiet;
	value_init(&value);
	pending = eval(&silent, expr, &value) && value.pending;
	value_fini(&value);
	diag_fini(&quiet);
	return pending;
}

static bool check_option(const struct scope *scope, const struct tree_expr *expr,
	const struct option_row *row, struct option_value *value)
{
	bool any = !row->min && !row->max;
	const char *what = arena_printf(scope->arena, "'%s'", row->name);

	*value = (struct option_value){ .span = expr->span };
	switch (row->type) {
	case OPTION_COUNT:
		value->set = check_count(scope, expr, what, any ? -INT64_MAX : row->min,
			any ? INT64_MAX : row->max, &value->count);
		break;
	case OPTION_NUMBER:
		value->set = check_ratio(scope, expr, what, &value->number);
		break;
	case OPTION_STRING:
		value->text = eval_text(scope, expr, what);
		value->set = value->text != NULL;
		break;
	case OPTION_WORD:
	case OPTION_COLUMN:
		return check_open(scope, expr, row, value);
	}
	if (value->set && is_pending(scope, expr)) {
		value->set = false;
		return true;
	}
	return value->set;
}

/* A fallback is written by us: an error in it is our bug. */
static void use_fallback(
	const struct scope *scope, const struct option_row *row, struct option_value *value)
{
	struct diag_sink quiet;
	struct scope silent = *scope;
	const struct tree_expr *expr;

	*value = (struct option_value){ 0 };
	if (!row->fallback)
		return;
	diag_init(&quiet);
	silent.sink = &quiet;
	expr = syntax_expression(scope->arena, 0, row->fallback, strlen(row->fallback), &quiet);
	if (!expr || !check_option(&silent, expr, row, value))
		panic("the fallback '%s' of '%s'", row->fallback, row->name);
	value->span = SPAN_NONE;
	diag_fini(&quiet);
}

/* The row of a setting, row_count if there is none: then with diagnostics. */
static size_t find_row(const struct scope *scope, const struct tree_clause *clause,
	const struct tree_entry *entry, const struct option_row *rows, size_t row_count)
{
	const char **names;
	size_t i;

	if (!entry->name) {
		diag_error(scope->sink, entry->span, "'%s' takes settings, not points",
			clause->name);
		return row_count;
	}
	for (i = 0; i < row_count; i++)
		if (!strcmp(rows[i].name, entry->name))
			return i;
	if (!row_count) {
		diag_error(
			scope->sink, entry->span, "this '%s' takes no settings", clause->name);
		return row_count;
	}
	names = mem_alloc(row_count, sizeof *names);
	for (i = 0; i < row_count; i++)
		names[i] = rows[i].name;
	eval_unknown(scope->sink, entry->span, "setting", entry->name, names, row_count);
	free(names);
	return row_count;
}

bool check_options(const struct scope *scope, const struct tree_clause *clause,
	const struct option_row *rows, size_t row_count, struct option_value *values)
{
	const struct tree_entry **seen = mem_zero(row_count + 1, sizeof *seen);
	bool good = true;

	for (size_t i = 0; i < row_count; i++)
		use_fallback(scope, &rows[i], &values[i]);
	for (const struct tree_entry *entry = clause ? clause->entries : NULL; entry;
		entry = entry->next) {
		size_t i = find_row(scope, clause, entry, rows, row_count);
		if (i == row_count) {
			good = false;
		} else if (seen[i]) {
			diag_error(scope->sink, entry->span, "'%s' is set twice", entry->name);
			diag_note(scope->sink, seen[i]->span, "the first time here");
			good = false;
		} else {
			seen[i] = entry;
			good &= check_option(scope, entry->value, &rows[i], &values[i]);
		}
	}
	free(seen);
	return good;
}

bool spec_options(struct spec *spec, const struct tree_clause *clause,
	const struct option_row *rows, size_t row_count, const struct spec_scope *data,
	struct option_value *values, struct diag_sink *sink)
{
	struct scope scope = check_scope(spec, sink);

	scope.has_data = true;
	scope.data = data;
	return check_options(&scope, clause, rows, row_count, values);
}
