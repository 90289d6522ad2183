#include "frontend/check_rows.h"

static bool check_coordinate(
	const struct scope *scope, const struct tree_expr *expr, struct decimal *coordinate)
{
	struct value value;
	bool good;

	value_init(&value);
	good = eval_number(scope, expr, "a coordinate", &value);
	if (good &&
		(value.number.inexact ||
			!number_to_decimal(
				&value.number, &coordinate->mantissa, &coordinate->digits))) {
		diag_error(scope->sink, expr->span,
			"a coordinate must be a decimal of at most 18 digits, not %s",
			number_text(&value.number, scope->arena));
		good = false;
	}
	value_fini(&value);
	return good;
}

static bool check_point(const struct scope *scope, const struct tree_entry *entry,
	const struct tree_entry *first, struct inline_point *point)
{
	struct decimal *coordinates =
		arena_alloc(scope->arena, entry->coordinate_count, sizeof *coordinates);
	uint32_t i = 0;

	if (entry->coordinate_count != first->coordinate_count) {
		diag_error(scope->sink, entry->span, "this point has %u coordinate%s, not %u",
			entry->coordinate_count, entry->coordinate_count == 1 ? "" : "s",
			first->coordinate_count);
		diag_note(scope->sink, first->span, "like the first one");
		return false;
	}
	for (const struct tree_expr *expr = entry->coordinates; expr; expr = expr->next)
		if (!check_coordinate(scope, expr, &coordinates[i++]))
			return false;
	point->coordinates = coordinates;
	point->count = entry->coordinate_count;
	point->label = eval_label(scope, entry->value, "the class of a point");
	point->span = entry->span;
	return point->label != NULL;
}

const struct inline_point *check_inline_points(
	const struct scope *scope, const struct tree_clause *clause, size_t *count)
{
	struct inline_point *points =
		arena_alloc(scope->arena, clause->entry_count, sizeof *points);
	const struct tree_entry *first = NULL;

	*count = 0;
	if (!clause->entries)
		diag_error(scope->sink, clause->span, "no points");
	for (const struct tree_entry *entry = clause->entries; entry && !diag_full(scope->sink);
		entry = entry->next) {
		if (entry->name) {
			diag_error(scope->sink, entry->span,
				"'points' takes points, (0, 1) -> \"odd\"; not settings");
			continue;
		}
		if (!first)
			first = entry;
		if (check_point(scope, entry, first, &points[*count]))
			++*count;
	}
	return points;
}
