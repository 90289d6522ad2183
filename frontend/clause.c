/* What all clauses have in common. */
#include <stdlib.h>
#include <string.h>

#include "frontend/check.h"
#include "support/mem.h"

size_t check_clause_name(const struct tree_clause *clause, const struct clause_rule *rules,
	size_t count, const char *what, struct diag_sink *sink)
{
	const char **names = mem_alloc(count, sizeof *names);
	size_t i;

	for (i = 0; i < count && strcmp(rules[i].name, clause->name) != 0; i++)
		names[i] = rules[i].name;
	if (i == count)
		eval_unknown(sink, clause->span, what, clause->name, names, count);
	free(names);
	return i;
}

void check_clause_shape(const struct tree_clause *clause, const struct clause_rule *rule,
	struct span span, struct diag_sink *sink)
{
	diag_error(sink, span, "'%s' is written: %s", clause->name, rule->usage);
}

bool check_once(const struct tree_clause **seen, const struct tree_clause *clause,
	struct diag_sink *sink)
{
	if (!*seen) {
		*seen = clause;
		return true;
	}
	diag_error(sink, clause->span, "a second '%s'", clause->name);
	diag_note(sink, (*seen)->span, "the first is here");
	return false;
}

bool check_words(const struct tree_operand *operand, const char *first, const char *second)
{
	const struct tree_word *word = operand->words;

	if (operand->high)
		return false;
	if (first) {
		if (!word || strcmp(word->name, first) != 0)
			return false;
		word = word->next;
	}
	if (second) {
		if (!word || strcmp(word->name, second) != 0)
			return false;
		word = word->next;
	}
	return !word;
}

const struct tree_expr *check_single(const struct tree_clause *clause,
	const struct clause_rule *rule, bool block, struct diag_sink *sink)
{
	const struct tree_operand *operand = clause->operands;

	if (!operand)
		check_clause_shape(clause, rule, clause->span, sink);
	else if (operand->next)
		check_clause_shape(clause, rule, operand->next->span, sink);
	else if (!check_words(operand, NULL, NULL))
		check_clause_shape(clause, rule, operand->span, sink);
	else if (clause->has_block && !block)
		check_clause_shape(clause, rule, clause->block_span, sink);
	else
		return operand->low;
	return NULL;
}
