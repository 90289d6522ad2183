/*
 * select: sums of constants times indicators of one integer become a table.
 *
 *   %1 = within %0, 1, 9             table @0 1
 *   %2 = within %0, 12, 20             1..9: 5
 *   %3 = step %0, 30                   12..20: 7
 *   output 5*%1 + 7*%2 + 8*%3  =>      30..99: 8          %0 in 0..99
 *                                    %1 = lookup %0, @0.0
 *                                    output %1
 *
 * Intervals may overlap: what is summed up between two ends is a row. Sums over the same
 * rows are columns of one table. Lookups that are already there, of the same integer, join.
 * N log N in the terms and rows.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/pass/tabulate.h"
#include "support/mem.h"
#include "support/sort.h"

struct selector {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct tabulator tabulator;
	struct by_key {
		uint32_t key; /* the new value whose indicator the term is, or NO_KEY */
		uint32_t term;
	} * terms;
	size_t room;
	uint64_t budget; /* rows that may still be written */
};

enum { NO_KEY = UINT32_MAX };

/* The greatest key that a step of z reaches. */
static bool greatest(const struct selector *selector, ir_value z, ir_key *key)
{
	uint32_t old;

	return rewrite_origin(&selector->rewrite, z, &old) &&
		ir_key_from_num(&selector->ranges->nums, selector->ranges->of[old].hi, key);
}

/* The interval of an indicator; false if it is none, or its ends are no keys. */
static bool interval_of(
	const struct selector *selector, ir_value value, ir_key *first, ir_key *last)
{
	const struct ir_module *module = selector->rewrite.module;
	const struct num_pool *nums = &module->nums;

	if (ir_op_of(module, value) == IR_WITHIN)
		return ir_key_from_num(nums, ir_parameter(module, value, 0), first) &&
			ir_key_from_num(nums, ir_parameter(module, value, 1), last);
	return ir_op_of(module, value) == IR_STEP &&
		ir_key_from_num(nums, ir_parameter(module, value, 0), first) &&
		greatest(selector, ir_terms(module, value)->value, last);
}

static uint32_t key_of(const struct selector *selector, ir_value value)
{
	const struct ir_module *module = selector->rewrite.module;
	ir_key first, last;

	if (ir_op_of(module, value) == IR_LOOKUP || interval_of(selector, value, &first, &last))
		return ir_terms(module, value)->value.i;
	return NO_KEY;
}

static int compare(const void *a, const void *b)
{
	const struct by_key *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->term > y->term) - (x->term < y->term);
}

/* The terms of rewrite.sum by key; false if no two have one key. */
static bool sort_terms(struct selector *selector)
{
	const struct sum *sum = &selector->rewrite.sum;
	bool sorted = true, any = false;

	selector->terms =
		mem_grow(selector->terms, &selector->room, sum->count, sizeof *selector->terms);
	for (uint32_t i = 0; i < sum->count; i++) {
		uint32_t key = key_of(selector, sum->terms[i].value);
		selector->terms[i] = (struct by_key){ key, i };
		sorted = sorted && (i == 0 || selector->terms[i - 1].key <= key);
	}
	if (!sorted)
		sort_array(selector->terms, sum->count, sizeof *selector->terms, compare);
	for (uint32_t i = 1; i < sum->count; i++)
		any = any ||
			(selector->terms[i].key != NO_KEY &&
				selector->terms[i].key == selector->terms[i - 1].key);
	return any;
}

static void add_indicator(struct selector *selector, const struct ir_term *term)
{
	const struct ir_module *module = selector->rewrite.module;
	ir_key first, last;

	if (ir_op_of(module, term->value) == IR_LOOKUP)
		tabulate_add_column(&selector->tabulator, selector->rewrite.module,
			ir_table_of(module, term->value), ir_column_of(module, term->value),
			term->weight);
	else if (interval_of(selector, term->value, &first, &last))
		tabulate_add(&selector->tabulator, first, last, term->weight);
}

/* The rows that they are tabulated from, at most. */
static uint64_t rows_of(
	const struct selector *selector, const struct by_key *terms, uint32_t count)
{
	const struct ir_module *module = selector->rewrite.module;
	uint64_t rows = 0;

	for (uint32_t i = 0; i < count; i++) {
		ir_value value = selector->rewrite.sum.terms[terms[i].term].value;
		rows += ir_op_of(module, value) == IR_LOOKUP
			? ir_table_of(module, value)->row_count
			: 1;
	}
	return rows;
}

/* The terms of one key as a lookup, in place of them. */
static void add_table(struct selector *selector, const struct by_key *terms, uint32_t count)
{
	struct rewrite *rewrite = &selector->rewrite;
	struct sum *sum = &rewrite->sum;
	ir_value value;
	num scale;

	if (rows_of(selector, terms, count) > selector->budget)
		return;
	tabulate_start(&selector->tabulator);
	for (uint32_t i = 0; i < count; i++)
		add_indicator(selector, &sum->terms[terms[i].term]);
	selector->budget -= selector->tabulator.count;
	for (uint32_t i = 0; i < count; i++)
		sum->terms[terms[i].term].weight = NUM_ZERO;
	if (tabulate_finish(&selector->tabulator, rewrite->module, (ir_value){ terms[0].key },
		    false, &value, &scale))
		sum_add(sum, value, scale);
}

static void visit(struct selector *selector, uint32_t old)
{
	struct rewrite *rewrite = &selector->rewrite;

	if (!ir_ops[old_op(rewrite, old)].form) {
		rewrite_keep(rewrite, old);
		return;
	}
	rewrite_form(rewrite, old);
	if (sort_terms(selector)) {
		uint32_t count = rewrite->sum.count;
		for (uint32_t i = 0, end; i < count; i = end) {
			uint32_t key = selector->terms[i].key;
			for (end = i + 1; end < count && selector->terms[end].key == key;)
				end++;
			if (key != NO_KEY && end - i >= 2)
				add_table(selector, &selector->terms[i], end - i);
		}
		sum_finish(rewrite->module, &rewrite->sum);
	}
	rewrite_keep_form(rewrite, old);
}

/*
 * A sum that is read half-way is tabulated twice; what is written stays within a factor of
 * what there was.
 */
static uint64_t budget_of(const struct ir_module *module)
{
	enum { FACTOR = 4 };
	uint64_t size = module->term_count;

	for (uint32_t i = 0; i < module->table_count; i++)
		size += module->tables[i].row_count;
	return FACTOR * size;
}

static bool has(const struct ir_module *module, enum ir_op op)
{
	for (uint32_t i = module->input_count; i < module->node_count; i++)
		if (ir_op_of(module, (ir_value){ i }) == op)
			return true;
	return false;
}

static void select_tables(struct pass_context *context)
{
	struct selector selector = { .ranges = &context->ranges,
		.budget = budget_of(context->module) };
	bool steps = has(context->module, IR_STEP);

	if (context->module->level == IR_LEVEL_FUSED && !steps &&
		!has(context->module, IR_WITHIN) && !has(context->module, IR_LOOKUP))
		return;
	if (steps) /* ranges say where they end */
		pass_need(context, IR_HAS_RANGES);
	rewrite_begin(&selector.rewrite, context->module);
	for (uint32_t i = context->module->input_count; i < selector.rewrite.old_count; i++)
		visit(&selector, i);
	rewrite_end(&selector.rewrite);
	tabulator_fini(&selector.tabulator);
	free(selector.terms);
}

const struct pass pass_select = {
	.name = "select",
	.help = "sums of constants times indicators become a table",
	.run = select_tables,
};
