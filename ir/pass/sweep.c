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
 * If all paths from the inputs to the output lead through one integer, and the tables that
 * are read at it hold as many bits as it has values, then a row for each label is no more
 * than there was. Row by row of those tables the strings are known, and so is all that a
 * network makes of them (ir/pass/blocks.h), whatever it does to take them apart. The work is
 * about the bits of the tables times the limbs of a string; a network that takes more is left
 * alone.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/pass/blocks.h"
#include "ir/pass/tabulate.h"
#include "support/mem.h"
#include "support/sort.h"

enum { NO_VALUE = UINT32_MAX, LEAST_OPERATIONS = 16 };

#define MOST_STEPS (UINT64_C(1) << 30) /* limbs that may be computed: ten seconds or so */

struct sweep {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	uint32_t *dominators; /* by old value: the nearest that all its paths lead through */
	uint32_t root;
	ir_key lo, hi; /* of the root */
	uint32_t *cone;
	uint32_t cone_count;
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

static void find_dominators(struct sweep *sweep)
{
	const struct rewrite *rewrite = &sweep->rewrite;

	sweep->dominators = mem_alloc(rewrite->old_count, sizeof *sweep->dominators);
	for (uint32_t i = 0; i < rewrite->old_count; i++) {
		uint32_t count = old_term_count(rewrite, i);
		uint32_t found = count && i >= rewrite->module->input_count
			? old_terms(rewrite, i)->value.i
			: NO_VALUE;
		for (uint32_t k = 1; k < count; k++)
			found = common(
				sweep->dominators, found, old_terms(rewrite, i)[k].value.i);
		sweep->dominators[i] = found;
	}
}

static bool reads_table(const struct rewrite *rewrite, uint32_t old, uint32_t root)
{
	enum ir_op op = old_op(rewrite, old);

	return (op == IR_LOOKUP || op == IR_KNOTS) && old_terms(rewrite, old)->value.i == root;
}

static const struct ir_table *table_of(const struct rewrite *rewrite, uint32_t old)
{
	const struct ir_module *module = rewrite->module;

	return &module->tables[num_to_u64(&module->nums, old_terms(rewrite, old)->weight)];
}

/* Bits of the constants that are looked up at a value. */
static uint64_t bits_at(const struct rewrite *rewrite, uint32_t root)
{
	const struct num_pool *nums = &rewrite->module->nums;
	uint64_t bits = 0;

	for (uint32_t i = root + 1; i < rewrite->old_count; i++) {
		const struct ir_table *table;
		if (!reads_table(rewrite, i, root))
			continue;
		table = table_of(rewrite, i);
		for (uint32_t row = 0; row < table->row_count; row++)
			bits += num_significand_bits(nums,
				table->columns[num_to_u64(nums, rewrite->old[i].bias)][row]);
	}
	return bits;
}

/* The nearest integer before the output with no more values than bits that are read there. */
static bool find_root(struct sweep *sweep)
{
	const struct rewrite *rewrite = &sweep->rewrite;
	const struct num_pool *nums = &sweep->ranges->nums;

	for (uint32_t i = sweep->dominators[rewrite->old_count - 1]; i != NO_VALUE;
		i = sweep->dominators[i]) {
		const struct ir_range *range = &sweep->ranges->of[i];
		if (range->step < 0 || !ir_key_from_num(nums, range->lo, &sweep->lo) ||
			!ir_key_from_num(nums, range->hi, &sweep->hi))
			continue;
		if (sweep->hi - sweep->lo < (ir_key)bits_at(rewrite, i)) {
			sweep->root = i;
			return true;
		}
	}
	return false;
}

/* --- the cone and its rows ---------------------------------------------------------- */

/* What the output is made of, from the root on. */
static void find_cone(struct sweep *sweep)
{
	const struct rewrite *rewrite = &sweep->rewrite;
	bool *wanted = mem_zero(rewrite->old_count, sizeof *wanted);

	sweep->cone = mem_alloc(rewrite->old_count, sizeof *sweep->cone);
	wanted[rewrite->old_count - 1] = true;
	for (uint32_t i = rewrite->old_count - 1; i > sweep->root; i--)
		for (uint32_t k = 0; wanted[i] && k < old_term_count(rewrite, i); k++)
			wanted[old_terms(rewrite, i)[k].value.i] = true;
	for (uint32_t i = sweep->root + 1; i < rewrite->old_count; i++)
		if (wanted[i])
			sweep->cone[sweep->cone_count++] = i;
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

	for (uint32_t i = 0; i < sweep->cone_count; i++) {
		const struct ir_table *table;
		if (!reads_table(&sweep->rewrite, sweep->cone[i], sweep->root))
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

/* Limbs of all values in all blocks, as if each had one stretch. */
static uint64_t expected_steps(const struct sweep *sweep)
{
	const struct num_pool *nums = &sweep->ranges->nums;
	uint64_t limbs = 0;

	for (uint32_t i = 0; i < sweep->cone_count; i++)
		limbs += 1 + num_fixed_bits(nums, sweep->ranges->of[sweep->cone[i]].hi) / 64;
	return limbs > MOST_STEPS ? limbs : limbs * (sweep->start_count + 1);
}

/* --- the table ---------------------------------------------------------------------- */

/* Adds what the output is on first..last; false if it is no constant somewhere. */
static bool add_block(struct sweep *sweep, struct blocks *blocks, ir_key first, ir_key last)
{
	const struct stretches *output = blocks_run(blocks, first, last);

	if (!output)
		return false;
	for (uint32_t i = 0; i < output->count; i++) {
		const struct stretch *stretch = &output->list[i];
		if (mpz_sgn(stretch->slope))
			return false;
		if (mpz_sgn(stretch->offset))
			tabulate_add(&sweep->tabulator, stretch->first,
				i + 1 < output->count ? output->list[i + 1].first - 1 : last,
				num_from_mpz(&sweep->rewrite.module->nums, stretch->offset, 0));
	}
	return true;
}

static bool tabulate_blocks(struct sweep *sweep)
{
	struct blocks blocks;
	bool good = blocks_init(
		&blocks, &sweep->rewrite, sweep->root, sweep->cone, sweep->cone_count);

	tabulate_start(&sweep->tabulator);
	for (size_t i = 0; good && i <= sweep->start_count; i++) {
		ir_key first = i ? sweep->starts[i - 1] : sweep->lo;
		ir_key last = i < sweep->start_count ? sweep->starts[i] - 1 : sweep->hi;
		good = add_block(sweep, &blocks, first, last) && blocks.steps <= 2 * MOST_STEPS;
	}
	blocks_fini(&blocks);
	return good;
}

static void write_output(struct sweep *sweep)
{
	struct rewrite *rewrite = &sweep->rewrite;
	ir_value value, z = rewrite_operand(rewrite, sweep->root);
	num scale;

	sum_clear(&rewrite->sum);
	if (tabulate_finish(&sweep->tabulator, rewrite->module, z, true, &value, &scale))
		sum_add(&rewrite->sum, value, scale);
	ir_set_output(
		rewrite->module, rewrite->sum.terms, rewrite->sum.count, rewrite->sum.bias);
}

static bool find_table(struct sweep *sweep)
{
	find_dominators(sweep);
	if (!find_root(sweep))
		return false;
	find_cone(sweep);
	if (sweep->cone_count < LEAST_OPERATIONS)
		return false;
	find_starts(sweep);
	return expected_steps(sweep) <= MOST_STEPS && tabulate_blocks(sweep);
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
	free(sweep.cone);
	free(sweep.starts);
}

const struct pass pass_sweep = {
	.name = "sweep",
	.help = "what is made of strings that one integer looks up becomes a table",
	.run = sweep,
	.needs = IR_HAS_RANGES,
};
