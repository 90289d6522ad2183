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

struct selector {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct tabulator tabulator;
	struct by_key {
		uint32_t key; /* the old value whose indicator the term is, or NO_KEY */
		uint32_t term;
	} *terms;
	size_t room;
};

enum { NO_KEY = UINT32_MAX };

/* The greatest key that a step of z reaches. */
static bool greatest(const struct selector *selector, uint32_t z, ir_key *key)
{
	return ir_key_from_num(&selector->ranges->nums, selector->ranges->of[z].hi, key);
}

/* The interval of an indicator; false if it is none, or its ends are no keys. */
static bool interval_of(
	const struct selector *selector, uint32_t old, ir_key *first, ir_key *last)
{
	const struct rewrite *rewrite = &selector->rewrite;
	const struct num_pool *nums = &rewrite->module->nums;
	const struct ir_term *operand = old_terms(rewrite, old);

	if (old_op(rewrite, old) == IR_WITHIN)
		return ir_key_from_num(nums, operand->weight, first) &&
			ir_key_from_num(nums, rewrite->old[old].bias, last);
	if (old_op(rewrite, old) == IR_STEP)
		return ir_key_from_num(nums, operand->weight, first) &&
			greatest(selector, operand->value.i, last);
	return false;
}

static uint32_t key_of(const struct selector *selector, uint32_t old)
{
	ir_key first, last;

	if (old_op(&selector->rewrite, old) == IR_LOOKUP ||
		interval_of(selector, old, &first, &last))
		return old_terms(&selector->rewrite, old)->value.i;
	return NO_KEY;
}

static int compare(const void *a, const void *b)
{
	const struct by_key *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->term > y->term) - (x->term < y->term);
}

static void sort_terms(struct selector *selector, const struct ir_term *terms, uint32_t count)
{
	bool sorted = true;

	selector->terms =
		mem_grow(selector->terms, &selector->room, count, sizeof *selector->terms);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t key = key_of(selector, terms[i].value.i);
		selector->terms[i] = (struct by_key){ key, i };
		sorted = sorted && (i == 0 || selector->terms[i - 1].key <= key);
	}
	if (!sorted)
		qsort(selector->terms, count, sizeof *selector->terms, compare);
}

static void add_indicator(struct selector *selector, const struct ir_term *term)
{
	struct rewrite *rewrite = &selector->rewrite;
	struct ir_module *module = rewrite->module;
	uint32_t old = term->value.i;
	ir_key first, last;

	if (old_op(rewrite, old) == IR_LOOKUP)
		tabulate_add_column(&selector->tabulator, module,
			&module->tables[num_to_u64(
				&module->nums, old_terms(rewrite, old)->weight)],
			(uint32_t)num_to_u64(&module->nums, rewrite->old[old].bias),
			term->weight);
	else if (interval_of(selector, old, &first, &last))
		tabulate_add(&selector->tabulator, first, last, term->weight);
}

/* sum += the terms of one key, as a lookup */
static void add_table(struct selector *selector, uint32_t old, const struct by_key *terms,
	uint32_t count, struct sum *sum)
{
	struct rewrite *rewrite = &selector->rewrite;
	ir_value value;
	num scale;

	tabulate_start(&selector->tabulator);
	for (uint32_t i = 0; i < count; i++)
		add_indicator(selector, &old_terms(rewrite, old)[terms[i].term]);
	if (tabulate_finish(&selector->tabulator, rewrite->module,
		    rewrite_operand(rewrite, terms[0].key), false, &value, &scale))
		sum_add(sum, value, scale);
}

static void visit(struct selector *selector, uint32_t old)
{
	struct rewrite *rewrite = &selector->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	uint32_t count = old_term_count(rewrite, old);

	if (!ir_ops[old_op(rewrite, old)].form) {
		rewrite_keep(rewrite, old);
		return;
	}
	sum_clear(&rewrite->sum);
	rewrite->sum.bias = rewrite->old[old].bias;
	sort_terms(selector, terms, count);
	for (uint32_t i = 0, end; i < count; i = end) {
		uint32_t key = selector->terms[i].key;
		for (end = i + 1; end < count && selector->terms[end].key == key;)
			end++;
		if (key != NO_KEY && end - i >= 2) {
			add_table(selector, old, &selector->terms[i], end - i, &rewrite->sum);
			continue;
		}
		for (uint32_t k = i; k < end; k++) {
			const struct ir_term *term = &terms[selector->terms[k].term];
			rewrite_add(rewrite, &rewrite->sum, term->value.i, term->weight);
		}
	}
	sum_finish(rewrite->module, &rewrite->sum);
	rewrite_keep_form(rewrite, old);
}

static void select_tables(struct pass_context *context)
{
	struct selector selector = { .ranges = &context->ranges };

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
	.needs = IR_HAS_RANGES,
};
