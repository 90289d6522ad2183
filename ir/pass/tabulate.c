#include "ir/pass/tabulate.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"
#include "support/sort.h"

void tabulator_fini(struct tabulator *tabulator)
{
	free(tabulator->intervals);
	free(tabulator->hashes);
}

void tabulate_start(struct tabulator *tabulator)
{
	tabulator->count = 0;
}

void tabulate_add(struct tabulator *tabulator, ir_key first, ir_key last, num weight)
{
	if (first > last || weight.i == NUM_ZERO.i)
		return;
	tabulator->intervals = mem_grow(tabulator->intervals, &tabulator->room,
		tabulator->count + 1, sizeof *tabulator->intervals);
	tabulator->intervals[tabulator->count++] = (struct interval){ first, last, weight };
}

void tabulate_add_column(struct tabulator *tabulator, struct ir_module *module,
	const struct ir_table *table, uint32_t column, num weight)
{
	for (uint32_t i = 0; i < table->row_count; i++)
		tabulate_add(tabulator, table->first[i], table->last[i],
			num_mul(&module->nums, table->columns[column][i], weight));
}

static int compare_intervals(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last > y->last) - (x->last < y->last);
}

static void sort_intervals(struct tabulator *tabulator)
{
	bool sorted = true;

	for (size_t i = 1; i < tabulator->count; i++)
		sorted = sorted &&
			tabulator->intervals[i - 1].first <= tabulator->intervals[i].first;
	if (!sorted)
		sort_array(tabulator->intervals, tabulator->count, sizeof *tabulator->intervals,
			compare_intervals);
}

/* --- overlaps ----------------------------------------------------------------------- */

struct event {
	ir_key key; /* from here on, `weight` more */
	num weight;
};

static int compare_events(const void *a, const void *b)
{
	ir_key x = ((const struct event *)a)->key, y = ((const struct event *)b)->key;

	return (x > y) - (x < y);
}

static bool overlap(const struct tabulator *tabulator)
{
	for (size_t i = 1; i < tabulator->count; i++)
		if (tabulator->intervals[i].first <= tabulator->intervals[i - 1].last)
			return true;
	return false;
}

/* Cuts sorted intervals that overlap where one begins or ends, and adds them up. */
static void cut_intervals(struct tabulator *tabulator, struct ir_module *module)
{
	size_t count = tabulator->count * 2;
	struct event *events = mem_alloc(count, sizeof *events);
	num sum = NUM_ZERO;

	for (size_t i = 0; i < tabulator->count; i++) {
		const struct interval *interval = &tabulator->intervals[i];
		events[2 * i] = (struct event){ interval->first, interval->weight };
		events[2 * i + 1] = (struct event){ interval->last + 1,
			num_neg(&module->nums, interval->weight) };
	}
	sort_array(events, count, sizeof *events, compare_events);
	tabulate_start(tabulator);
	for (size_t i = 0; i < count;) {
		ir_key key = events[i].key;
		for (; i < count && events[i].key == key; i++)
			sum = num_add(&module->nums, sum, events[i].weight);
		if (i < count)
			tabulate_add(tabulator, key, events[i].key - 1, sum);
	}
	free(events);
}

/* Joins neighbours of one constant; rows of 0 were never added. */
static void join_intervals(struct tabulator *tabulator)
{
	size_t kept = 0;

	for (size_t i = 0; i < tabulator->count; i++) {
		struct interval *interval = &tabulator->intervals[i];
		struct interval *before = kept ? &tabulator->intervals[kept - 1] : NULL;
		if (before && before->last + 1 == interval->first &&
			num_equal(before->weight, interval->weight))
			before->last = interval->last;
		else
			tabulator->intervals[kept++] = *interval;
	}
	tabulator->count = kept;
}

/* --- tables ------------------------------------------------------------------------- */

static uint64_t hash_rows(const struct ir_table *table)
{
	uint64_t hash = table->row_count;

	for (uint32_t i = 0; i < table->row_count; i++) {
		hash = (hash ^ (uint64_t)table->first[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash = (hash ^ (uint64_t)table->last[i]) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash;
}

static void hash_new_tables(struct tabulator *tabulator, const struct ir_module *module)
{
	tabulator->hashes = mem_grow(tabulator->hashes, &tabulator->hash_room,
		module->table_count, sizeof *tabulator->hashes);
	for (; tabulator->hash_count < module->table_count; tabulator->hash_count++)
		tabulator->hashes[tabulator->hash_count] =
			hash_rows(&module->tables[tabulator->hash_count]);
}

static bool same_column(const struct ir_table *table, const num *a, const num *b)
{
	return memcmp(a, b, table->row_count * sizeof *a) == 0;
}

/* Hands the column over, or frees it if the table has an equal one. */
static uint32_t take_column(struct ir_table *table, num *constants)
{
	for (uint32_t i = 0; i < table->column_count; i++)
		if (same_column(table, table->columns[i], constants)) {
			free(constants);
			return i;
		}
	return ir_table_take_column(table, constants);
}

/* The table of the module with the same rows, or the given one, which is taken over. */
static uint32_t take_table(
	struct tabulator *tabulator, struct ir_module *module, struct ir_table *table)
{
	uint64_t hash = hash_rows(table);

	hash_new_tables(tabulator, module);
	for (uint32_t i = 0; i < module->table_count; i++)
		if (tabulator->hashes[i] == hash &&
			ir_table_same_rows(&module->tables[i], table)) {
			ir_table_fini(table);
			return i;
		}
	return ir_add_table(module, table);
}

/* Divides the weights by their greatest power of two; returns that. */
static num take_power(struct tabulator *tabulator, struct num_pool *nums)
{
	int64_t exponent = INT64_MAX;

	for (size_t i = 0; i < tabulator->count; i++) {
		int64_t e = num_exponent(nums, tabulator->intervals[i].weight);
		exponent = e < exponent ? e : exponent;
	}
	for (size_t i = 0; exponent && i < tabulator->count; i++)
		tabulator->intervals[i].weight =
			num_shift(nums, tabulator->intervals[i].weight, -exponent);
	return num_pow2(nums, exponent);
}

bool tabulate_finish(struct tabulator *tabulator, struct ir_module *module, ir_value z,
	bool compact, ir_value *value, num *scale)
{
	struct ir_table table = { 0 };
	uint32_t number, column;
	num *constants;

	sort_intervals(tabulator);
	if (overlap(tabulator))
		cut_intervals(tabulator, module);
	if (compact)
		join_intervals(tabulator);
	if (!tabulator->count)
		return false;
	*scale = take_power(tabulator, &module->nums);
	constants = mem_alloc(tabulator->count, sizeof *constants);
	for (size_t i = 0; i < tabulator->count; i++) {
		const struct interval *interval = &tabulator->intervals[i];
		ir_table_add_row(&table, interval->first, interval->last);
		constants[i] = interval->weight;
	}
	number = take_table(tabulator, module, &table);
	column = take_column(&module->tables[number], constants);
	*value = ir_add_op(module, IR_LOOKUP, &z,
		(num[]){ num_from_int(&module->nums, number),
			num_from_int(&module->nums, column) });
	return true;
}
