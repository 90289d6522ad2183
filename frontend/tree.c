#include "frontend/tree.h"

struct tree_expr *tree_leaf(struct arena *arena, enum tree_kind kind, struct span span,
	const char *text, uint32_t length)
{
	struct tree_expr *expr = arena_alloc(arena, 1, sizeof *expr);

	expr->kind = kind;
	expr->span = span;
	expr->text = text;
	expr->length = length;
	return expr;
}

struct tree_expr *tree_call(struct arena *arena, const char *name, struct span span,
	const struct tree_list *arguments)
{
	struct tree_expr *expr = tree_leaf(arena, TREE_CALL, span, name, 0);

	expr->first = arguments->first;
	return expr;
}

struct tree_expr *tree_negate(struct arena *arena, struct span span, struct tree_expr *expr)
{
	struct tree_expr *negate = tree_leaf(arena, TREE_NEGATE, span, "-", 1);

	negate->first = expr;
	return negate;
}

static bool is_sum(char op)
{
	return op == '+' || op == '-';
}

/* The operators of `left` and `op` have one precedence and group from the left. */
static bool continues(const struct tree_expr *left, char op)
{
	return left->kind == TREE_CHAIN && op != '^' && left->last->op != '^' &&
		is_sum(left->last->op) == is_sum(op);
}

struct tree_expr *tree_chain(
	struct arena *arena, struct tree_expr *left, char op, struct tree_expr *right)
{
	struct tree_expr *chain = left;

	if (!continues(left, op)) {
		chain = tree_leaf(arena, TREE_CHAIN, left->span, NULL, 0);
		chain->first = chain->last = left;
	}
	right->op = op;
	chain->last->next = right;
	chain->last = right;
	chain->span = tree_join(chain->span, right->span);
	return chain;
}

void tree_append(struct tree_list *list, struct tree_expr *expr)
{
	if (list->last)
		list->last->next = expr;
	else
		list->first = expr;
	list->last = expr;
	list->count++;
}
