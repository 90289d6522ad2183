#include <stdlib.h>
#include <string.h>

#include "frontend/check.h"
#include "frontend/construct/construct.h"
#include "support/mem.h"

enum rule { RULE_MEMORIZE, RULE_CONSTRUCT, RULE_PROJECT, RULES };

static const struct clause_rule rules[RULES] = {
	[RULE_MEMORIZE] = { "memorize", "memorize DATASET;" },
	[RULE_CONSTRUCT] = { "construct",
		"construct sqrt;  or  construct sqrt { bucket = 8; }" },
	[RULE_PROJECT] = { "project", "project random;  or  project random { seed = 1; }" },
};

static void check_memorize(struct spec *spec, struct spec_network *network,
	const struct tree_clause *clause, struct diag_sink *sink)
{
	struct scope scope = check_scope(spec, sink);
	const struct names *datasets = &spec->private->datasets;
	const struct tree_expr *expr = check_single(clause, &rules[RULE_MEMORIZE], false, sink);

	network->dataset = expr ? eval_word(&scope, expr, "a dataset") : NULL;
	if (!network->dataset)
		return;
	network->dataset_index = names_find(datasets, network->dataset);
	if (network->dataset_index == NAMES_NONE)
		eval_unknown(sink, expr->span, "dataset", network->dataset, datasets->list,
			datasets->count);
}

/* Checks settings as far as they can be without the data set. */
static void check_settings(struct spec *spec, const struct tree_clause *clause,
	const struct option_row *rows, size_t count, struct diag_sink *sink)
{
	struct option_value *values = mem_zero(count + 1, sizeof *values);

	spec_options(spec, clause, rows, count, NULL, values, sink);
	free(values);
}

static void check_construct(struct spec *spec, struct spec_network *network,
	const struct tree_clause *clause, struct diag_sink *sink)
{
	struct scope scope = check_scope(spec, sink);
	const struct tree_expr *expr = check_single(clause, &rules[RULE_CONSTRUCT], true, sink);
	const char *name = expr ? eval_word(&scope, expr, "a construction") : NULL;
	const char *names[64];
	size_t count = 0;

	if (!name)
		return;
	network->construct = construct_find(name);
	network->construct_clause = clause;
	network->construct_span = expr->span;
	if (network->construct) {
		check_settings(spec, clause, network->construct->options,
			network->construct->option_count, sink);
		return;
	}
	for (; constructs[count] && count < 64; count++)
		names[count] = constructs[count]->name;
	eval_unknown(sink, expr->span, "construction", name, names, count);
}

static void check_project(struct spec *spec, struct spec_network *network,
	const struct tree_clause *clause, struct diag_sink *sink)
{
	static const char *const names[] = { "random" };
	struct scope scope = check_scope(spec, sink);
	const struct tree_expr *expr = check_single(clause, &rules[RULE_PROJECT], true, sink);
	const char *name = expr ? eval_word(&scope, expr, "a projection") : NULL;

	if (!name)
		return;
	network->project_clause = clause;
	if (strcmp(name, names[0]) != 0)
		eval_unknown(sink, expr->span, "projection", name, names, 1);
	else
		check_settings(spec, clause, project_options, PROJECT_OPTIONS, sink);
}

static void check_clauses(struct spec *spec, struct spec_network *network,
	const struct tree_item *tree, struct diag_sink *sink)
{
	const struct tree_clause *seen[RULES] = { 0 };
	bool guessing = false; /* a clause is misspelt: what is missing is not known */

	for (const struct tree_clause *clause = tree->clauses; clause && !diag_full(sink);
		clause = clause->next) {
		size_t rule = check_clause_name(clause, rules, RULES, "clause", sink);
		guessing |= rule == RULES;
		if (rule == RULES || !check_once(&seen[rule], clause, sink))
			continue;
		if (rule == RULE_MEMORIZE)
			check_memorize(spec, network, clause, sink);
		else if (rule == RULE_CONSTRUCT)
			check_construct(spec, network, clause, sink);
		else
			check_project(spec, network, clause, sink);
	}
	if (!seen[RULE_MEMORIZE] && !guessing)
		diag_error(sink, tree->span, "network '%s' has no 'memorize'", tree->name);
	if (!seen[RULE_CONSTRUCT] && !guessing)
		diag_error(sink, tree->span, "network '%s' has no 'construct'", tree->name);
}

void check_network(struct spec *spec, const struct check_item *item, struct diag_sink *sink)
{
	const struct tree_item *tree = item->item;
	uint32_t index = names_add(&spec->private->networks, tree->name);
	struct spec_network *network;

	if (index == NAMES_NONE) {
		index = names_find(&spec->private->networks, tree->name);
		diag_error(sink, tree->span, "a second network '%s'", tree->name);
		diag_note(sink, spec->networks[index].span, "the first is here");
		return;
	}
	spec->network_count = index + 1;
	network = &spec->networks[index];
	network->name = tree->name;
	network->span = tree->span;
	check_clauses(spec, network, tree, sink);
}

uint32_t check_network_name(
	const struct spec *spec, const struct tree_item *item, struct diag_sink *sink)
{
	const struct names *networks = &spec->private->networks;
	uint32_t index = names_find(networks, item->name);

	if (index == NAMES_NONE)
		eval_unknown(sink, item->span, "network", item->name, networks->list,
			networks->count);
	return index;
}
