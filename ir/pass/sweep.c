/*
 * sweep: the output, as a function of an integer at which strings are read, is tabulated.
 *
 *   table @0 2                        table @0 1
 *     0..9: 0x1f3 ...                   2: 1
 *     10..19: 0x2c5 ...        =>       5..6: 2
 *   %1 = lookup %0, @0.0                ...
 *   ... a network of %0 and %1        %1 = lookup %0, @0.0
 *   output ...                        output %1
 *
 * If all paths from the inputs to the output lead through one integer, at which tables are
 * read, then row by row of those tables the strings are known, and so is all that a network
 * makes of them (ir/pass/blocks.h), whatever it does to take them apart. A table of the output
 * is no more than there was if it has no more rows than the others have bits. The work is
 * about the bits of the tables times the limbs of a string; a network that takes more is left
 * alone.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/pass/blocks.h"
#include "ir/pass/tabulate.h"
#include "support/mem.h"
#include "support/sort.h"

enum { NO_VALUE = UINT32_MAX };

#define MOST_STEPS (UINT64_C(1) << 32) /* limbs of blocks: half a minute or so */

struct sweep {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	uint32_t *dominators; /* by old value: the nearest that all its paths lead through */
	uint64_t *bits;       /* by old value: of the constants that are looked up at it */
	ir_key lo, hi;        /* of the root */
	uint32_t *cone;       /* the root, and what the output is made of from there on */
	uint32_t cone_count;
	uint64_t row_budget;
	ir_key *starts; /* where rows of the root's tables begin, and where they end */
	size_t start_count, start_room;
	struct tabulator tabulator;
};

/* --- which integer ------------------------------------------------------------------ */

static uint32_t common(const uint32_t *dominators, uint32_t a, uint32_t b)
{
	while (a != b && a != NO_VALUE && b != NO_VALUE)
		if (a > b)
			a = dominators[a];
		else
			b = dominators[b];
	return a == b ? a : NO_VALUE;
}

/* A form of nothing. */
static bool is_constant(const struct rewrite *rewrite, uint32_t old)
{
	return old >= rewrite->module->input_count && !old_term_count(rewrite, old);
}

static void find_dominators(struct sweep *sweep)
{
	const struct rewrite *rewrite = &sweep->rewrite;
	uint32_t inputs = rewrite->module->input_count;

	sweep->dominators = mem_alloc(rewrite->old_count, sizeof *sweep->dominators);
	for (uint32_t i = 0; i < rewrite->old_count; i++) {
		uint32_t count = i < inputs ? 0 : old_term_count(rewrite, i), found = NO_VALUE;
		bool any = false;
		for (uint32_t k = 0; k < count; k++) {
			uint32_t read = old_terms(rewrite, i)[k].value.i;
			if (is_constant(rewrite, read))
				continue;
			found = any ? common(sweep->dominators, found, read) : read;
			any = true;
		}
		sweep->dominators[i] = found;
	}
}

static bool reads_table(const struct rewrite *rewrite, uint32_t old)
{
	return old_op(rewrite, old) == IR_LOOKUP || old_op(rewrite, old) == IR_KNOTS;
}

static const struct ir_table *table_of(const struct rewrite *rewrite, uint32_t old)
{
	const struct ir_module *module = rewrite->module;

	return &module->tables[num_to_u64(&module->nums, old_terms(rewrite, old)->weight)];
}

static void find_bits(struct sweep *sweep)
{
	const struct rewrite *rewrite = &sweep->rewrite;
	const struct num_pool *nums = &rewrite->module->nums;

	sweep->bits = mem_zero(rewrite->old_count, sizeof *sweep->bits);
	for (uint32_t i = rewrite->module->input_count; i < rewrite->old_count; i++) {
		const struct ir_table *table;
		if (!reads_table(rewrite, i))
			continue;
		table = table_of(rewrite, i);
		for (uint32_t row = 0; row < table->row_count; row++)
			sweep->bits[old_terms(rewrite, i)->value.i] += num_significand_bits(
				nums,
				table->columns[num_to_u64(nums, rewrite->old[i].bias)][row]);
	}
}

/* Of a value that is an integer; false if they are no keys. */
static bool find_bounds(struct sweep *sweep, uint32_t value)
{
	const struct num_pool *nums = &sweep->ranges->nums;
	const struct ir_range *range = &sweep->ranges->of[value];

	return range->step >= 0 && ir_key_from_num(nums, range->lo, &sweep->lo) &&
		ir_key_from_num(nums, range->hi, &sweep->hi);
}

/* --- the cone and its rows ---------------------------------------------------------- */

/* Finds it, and how many rows its output may have. */
static void find_cone(struct sweep *sweep, uint32_t root)
{
	const struct rewrite *rewrite = &sweep->rewrite;
	bool *wanted = mem_zero(rewrite->old_count, sizeof *wanted);

	wanted[rewrite->old_count - 1] = true;
	for (uint32_t i = rewrite->old_count - 1; i > root; i--)
		for (uint32_t k = 0; wanted[i] && k < old_term_count(rewrite, i); k++)
			wanted[old_terms(rewrite, i)[k].value.i] = true;
	sweep->cone[0] = root;
	sweep->cone_count = 1;
	sweep->row_budget = sweep->bits[root];
	for (uint32_t i = rewrite->module->input_count; i < rewrite->old_count; i++)
		if (wanted[i] && (i > root || is_constant(rewrite, i))) {
			sweep->cone[sweep->cone_count++] = i;
			sweep->row_budget += old_term_count(rewrite, i);
		}
	free(wanted);
}

static void add_start(struct sweep *sweep, ir_key key)
{
	if (key <= sweep->lo || key > sweep->hi)
		return;
	sweep->starts = mem_grow(sweep->starts, &sweep->start_room, sweep->start_count + 1,
		sizeof *sweep->starts);
	sweep->starts[sweep->start_count++] = key;
}

static int compare_keys(const void *a, const void *b)
{
	ir_key x = *(const ir_key *)a, y = *(const ir_key *)b;

	return (x > y) - (x < y);
}

static void find_starts(struct sweep *sweep)
{
	size_t kept = 0;

	sweep->start_count = 0;
	for (uint32_t i = 1; i < sweep->cone_count; i++) {
		const struct ir_table *table;
		if (!reads_table(&sweep->rewrite, sweep->cone[i]))
			continue;
		table = table_of(&sweep->rewrite, sweep->cone[i]);
		for (uint32_t row = 0; row < table->row_count; row++) {
			add_start(sweep, table->first[row]);
			add_start(sweep, table->last[row] + 1);
		}
	}
	sort_array(sweep->starts, sweep->start_count, sizeof *sweep->starts, compare_keys);
	for (size_t i = 0; i < sweep->start_count; i++)
		if (kept == 0 || sweep->starts[kept - 1] != sweep->starts[i])
			sweep->starts[kept++] = sweep->starts[i];
	sweep->start_count = kept;
}

/* --- the table ---------------------------------------------------------------------- */

/* Adds what the output is on first..last; false if it is no constant somewhere. */
static bool add_block(struct sweep *sweep, struct blocks *blocks, ir_key first, ir_key last)
{
	uint32_t count;
	const struct stretch *output = blocks_run(blocks, first, last, &count);

	if (!output)
		return false;
	for (uint32_t i = 0; i < count; i++) {
		if (mpz_sgn(output[i].slope))
			return false;
		if (!mpz_sgn(output[i].offset))
			continue;
		if (sweep->row_budget-- == 0)
			return false;
		tabulate_add(&sweep->tabulator, output[i].first,
			i + 1 < count ? output[i + 1].first - 1 : last,
			num_from_mpz(&sweep->rewrite.module->nums, output[i].offset,
				blocks->exponent));
	}
	return true;
}

/* Whether the blocks that are done let expect that all take no more steps than they may. */
static bool is_on_time(const struct blocks *blocks, size_t done, size_t all)
{
	enum { SHARE = 16 }; /* of the steps, before it is asked */

	return blocks->steps < MOST_STEPS / SHARE ||
		blocks->steps / (done + 1) <= MOST_STEPS / all;
}

static bool tabulate_blocks(struct sweep *sweep)
{
	struct blocks blocks;
	bool good = blocks_init(&blocks, &sweep->rewrite, sweep->cone, sweep->cone_count);

	tabulate_start(&sweep->tabulator);
	for (size_t i = 0; good && i <= sweep->start_count; i++) {
		ir_key first = i ? sweep->starts[i - 1] : sweep->lo;
		ir_key last = i < sweep->start_count ? sweep->starts[i] - 1 : sweep->hi;
		good = add_block(sweep, &blocks, first, last) &&
			is_on_time(&blocks, i, sweep->start_count + 1);
	}
	blocks_fini(&blocks);
	return good;
}

static void write_output(struct sweep *sweep)
{
	struct rewrite *rewrite = &sweep->rewrite;
	ir_value value, z = rewrite_operand(rewrite, sweep->cone[0]);
	num scale;

	sum_clear(&rewrite->sum);
	if (tabulate_finish(&sweep->tabulator, rewrite->module, z, true, &value, &scale))
		sum_add(&rewrite->sum, value, scale);
	ir_set_output(
		rewrite->module, rewrite->sum.terms, rewrite->sum.count, rewrite->sum.bias);
}

static bool find_table_of(struct sweep *sweep, uint32_t root)
{
	find_bounds(sweep, root);
	find_cone(sweep, root);
	find_starts(sweep);
	return tabulate_blocks(sweep);
}

/*
 * Tries the integers before the output, the farthest first; of two, the nearer one has at most
 * half as much behind it.
 */
static bool find_table(struct sweep *sweep)
{
	enum { LEAST = 3, ROOTS = 32 };
	const struct rewrite *rewrite = &sweep->rewrite;
	uint32_t roots[ROOTS], count = 0, least = LEAST;

	sweep->cone = mem_alloc(rewrite->old_count, sizeof *sweep->cone);
	find_dominators(sweep);
	find_bits(sweep);
	for (uint32_t root = sweep->dominators[rewrite->old_count - 1];
		root != NO_VALUE && count < ROOTS; root = sweep->dominators[root]) {
		if (!sweep->bits[root] || !find_bounds(sweep, root))
			continue;
		find_cone(sweep, root);
		if (sweep->cone_count <= least)
			continue;
		least = 2 * sweep->cone_count;
		roots[count++] = root;
	}
	while (count && !find_table_of(sweep, roots[count - 1]))
		count--;
	return count > 0;
}

static void sweep(struct pass_context *context)
{
	struct sweep sweep = { .ranges = &context->ranges };
	bool found;

	rewrite_begin(&sweep.rewrite, context->module);
	found = find_table(&sweep);
	for (uint32_t i = context->module->input_count; i < sweep.rewrite.old_count; i++) {
		if (found && old_is_output(&sweep.rewrite, i))
			write_output(&sweep);
		else
			rewrite_keep(&sweep.rewrite, i);
	}
	rewrite_end(&sweep.rewrite);
	tabulator_fini(&sweep.tabulator);
	free(sweep.dominators);
	free(sweep.bits);
	free(sweep.cone);
	free(sweep.starts);
}

const struct pass pass_sweep = {
	.name = "sweep",
	.help = "what is made of strings that one integer looks up becomes a table",
	.run = sweep,
	.needs = IR_HAS_RANGES,
};
