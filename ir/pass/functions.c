#include "ir/pass/functions.h"

#include <stdlib.h>

#include "ir/pass/compose.h"
#include "ir/pass/tabulate.h"
#include "ir/pass/weigh.h"
#include "support/mem.h"

struct linear {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	enum functions_mode mode;
	struct composer composer;
	struct weights weights;
	struct tabulator tabulator;
	uint32_t *readers; /* by old value: terms that may still ask for its pieces */
	bool *tables;      /* by old value: it becomes a table */
	bool *needed;      /* by old value */
	uint64_t budget;   /* pieces that may still be made */
};

static struct function *function_of(struct linear *linear, uint32_t old)
{
	return &linear->composer.functions[old];
}

/* --- functions ---------------------------------------------------------------------- */

/* A value of its own, which others may be functions of if it is a key. */
static void make_root(struct linear *linear, uint32_t old)
{
	struct function *function = function_of(linear, old);
	ir_key lo, hi;

	pieces_fini(&function->pieces);
	function->flat = false;
	function->root = compose_domain(&linear->composer, old, &lo, &hi) ? old : NO_ROOT;
}

/* The root that all operands share, or NO_ROOT. */
static uint32_t shared_root(struct linear *linear, uint32_t old)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	uint32_t root = NO_ROOT;

	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++) {
		const struct function *function = function_of(linear, terms[i].value.i);
		if (function->root == NO_ROOT || (i && function->root != root))
			return NO_ROOT;
		root = function->root;
	}
	return root;
}

/* Whether all operands are constants between some keys. */
static bool reads_flat(struct linear *linear, uint32_t old)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	bool flat = true;

	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++)
		flat = flat && function_of(linear, terms[i].value.i)->flat;
	return flat;
}

static bool spend(struct linear *linear, uint64_t pieces)
{
	if (pieces > linear->budget)
		return false;
	linear->budget -= pieces;
	return true;
}

/* What reading the operands, and the table, costs: their pieces. */
static uint64_t cost_of(struct linear *linear, uint32_t old)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	enum ir_op op = old_op(rewrite, old);
	uint64_t cost = 0;

	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++)
		cost += 1 + (uint64_t)function_of(linear, terms[i].value.i)->pieces.count;
	if (op == IR_LOOKUP || op == IR_KNOTS)
		cost += 2 *
			(uint64_t)rewrite->module
				->tables[num_to_u64(&rewrite->module->nums, terms->weight)]
				.row_count;
	return cost;
}

/* --- in order ----------------------------------------------------------------------- */

/* Whether a table may hold the pieces, as many as they are for what they stand for. */
static bool is_compact(struct linear *linear, uint32_t old)
{
	enum { PIECES = 4 };

	return function_of(linear, old)->pieces.count <= PIECES * linear->weights.amounts[old];
}

/* Frees the pieces of operands that no one else reads. */
static void release(struct linear *linear, uint32_t old)
{
	const struct ir_term *terms = old_terms(&linear->rewrite, old);

	for (uint32_t i = 0; i < old_term_count(&linear->rewrite, old); i++)
		if (--linear->readers[terms[i].value.i] == 0)
			pieces_fini(&function_of(linear, terms[i].value.i)->pieces);
}

/* The pieces of a value that may be a function; false if it is none, or has too many. */
static bool find_pieces(struct linear *linear, uint32_t old)
{
	uint32_t root = shared_root(linear, old);

	return root != NO_ROOT && spend(linear, cost_of(linear, old)) &&
		compose(&linear->composer, old, root);
}

/*
 * Whether a value is no function, nor is what reads it: it is made of values alone that are
 * constant between some keys, forms among them, which may become tables.
 */
static bool is_over(struct linear *linear, uint32_t old)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	bool form = ir_ops[old_op(rewrite, old)].form;

	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++) {
		if (function_of(linear, terms[i].value.i)->root == NO_ROOT)
			return true;
		form = form || ir_ops[old_op(rewrite, terms[i].value.i)].form;
	}
	return form && reads_flat(linear, old);
}

static void find_function(struct linear *linear, uint32_t old)
{
	if (linear->mode == FUNCTIONS_FLAT && is_over(linear, old)) {
		function_of(linear, old)->root = NO_ROOT;
		return;
	}
	if ((linear->mode == FUNCTIONS_FLAT || linear->weights.wanted[old]) &&
		find_pieces(linear, old)) {
		if (is_compact(linear, old))
			release(linear, old);
		return;
	}
	make_root(linear, old);
}

/* --- tables ------------------------------------------------------------------------- */

static bool has_step(const struct num_pool *nums, num n, int32_t step)
{
	return n.i == NUM_ZERO.i || num_exponent(nums, n) >= step;
}

/* Whether the table shows what power of two divides its values, as the old value did. */
static bool keeps_step(struct linear *linear, uint32_t old)
{
	const struct num_pool *nums = &linear->rewrite.module->nums;
	const struct pieces *pieces = &function_of(linear, old)->pieces;
	int32_t step = linear->ranges->of[old].step;

	for (uint32_t i = 0; i < pieces->count; i++)
		if (!has_step(nums, pieces->pieces[i].slope, step) ||
			!has_step(nums, pieces->pieces[i].offset, step))
			return false;
	return true;
}

/* Whether a table in place of the value is less than what it is made of. */
static bool is_worth(struct linear *linear, uint32_t old)
{
	const struct function *function = function_of(linear, old);

	if (linear->mode == FUNCTIONS_FLAT &&
		(!function->flat || !ir_ops[old_op(&linear->rewrite, old)].form))
		return false;
	return function->pieces.count && linear->weights.sizes[old] >= LEAST_SIZE &&
		is_compact(linear, old) && keeps_step(linear, old);
}

/*
 * Whether the range says what it is: where that is 0, sums may be integers only for this, and
 * the range may be less sharp when tables stand for what it reads.
 */
static bool is_known(struct linear *linear, uint32_t old)
{
	return !old_is_output(&linear->rewrite, old) &&
		num_equal(linear->ranges->of[old].lo, linear->ranges->of[old].hi);
}

/* Says which values become tables, and which others are needed then. */
static void choose_tables(struct linear *linear)
{
	const struct rewrite *rewrite = &linear->rewrite;

	linear->needed[rewrite->old_count - 1] = true;
	for (uint32_t i = rewrite->old_count; i-- > rewrite->module->input_count;) {
		const struct ir_term *terms = old_terms(rewrite, i);
		if (!linear->needed[i] || is_known(linear, i))
			continue;
		linear->tables[i] = is_worth(linear, i);
		if (linear->tables[i]) {
			linear->needed[function_of(linear, i)->root] = true;
			continue;
		}
		for (uint32_t k = 0; k < old_term_count(rewrite, i); k++)
			linear->needed[terms[k].value.i] = true;
	}
}

/* A line on so few keys that each may have a row of its own. */
static bool is_short(const struct pieces *pieces, uint32_t i, ir_key hi)
{
	enum { SHORT = 4 };

	return compose_last(pieces, i, hi) - pieces->pieces[i].first < SHORT;
}

/* Whether constants make up the pieces, if short ones are taken apart. */
static bool is_constant(const struct pieces *pieces, ir_key hi)
{
	for (uint32_t i = 0; i < pieces->count; i++)
		if (pieces->pieces[i].slope.i != NUM_ZERO.i && !is_short(pieces, i, hi))
			return false;
	return true;
}

/*
 * The bias of a form whose pieces, constants, all have it: neurons that differ by their bias
 * and by a power of two read one look-up then. Behind a relu only what is positive has.
 */
static num common_bias(struct linear *linear, uint32_t old)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct pieces *pieces = &function_of(linear, old)->pieces;

	if (linear->mode != FUNCTIONS_FLAT)
		return NUM_ZERO;
	for (uint32_t i = 0; i < pieces->count && old_op(rewrite, old) == IR_RELU; i++)
		if (num_sign(&rewrite->module->nums, pieces->pieces[i].offset) <= 0)
			return NUM_ZERO;
	return rewrite->old[old].bias;
}

/* rewrite.sum = the pieces, as the bias and a lookup. */
static void write_lookup(
	struct linear *linear, const struct pieces *pieces, ir_value z, ir_key hi, num bias)
{
	struct rewrite *rewrite = &linear->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	num less = num_neg(nums, bias), scale;
	ir_value value;

	sum_clear(&rewrite->sum);
	rewrite->sum.bias = bias;
	tabulate_start(&linear->tabulator);
	for (uint32_t i = 0; i < pieces->count; i++) {
		const struct piece *piece = &pieces->pieces[i];
		ir_key last = compose_last(pieces, i, hi);
		if (piece->slope.i == NUM_ZERO.i) {
			tabulate_add(&linear->tabulator, piece->first, last,
				num_add(nums, piece->offset, less));
			continue;
		}
		for (ir_key key = piece->first; key <= last; key++)
			tabulate_add(&linear->tabulator, key, key,
				num_add(nums, piece_at(nums, piece, key), less));
	}
	if (tabulate_finish(&linear->tabulator, rewrite->module, z, true, &value, &scale))
		sum_add(&rewrite->sum, value, scale);
}

static bool is_zero(const struct piece *piece)
{
	return piece->slope.i == NUM_ZERO.i && piece->offset.i == NUM_ZERO.i;
}

static void write_knots(
	struct linear *linear, const struct pieces *pieces, ir_value z, ir_key hi)
{
	struct rewrite *rewrite = &linear->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	struct ir_table table = { 0 };
	uint32_t row = 0, number;

	for (uint32_t i = 0; i < pieces->count; i++)
		if (!is_zero(&pieces->pieces[i]))
			ir_table_add_row(
				&table, pieces->pieces[i].first, compose_last(pieces, i, hi));
	ir_table_add_column(&table);
	ir_table_add_column(&table);
	for (uint32_t i = 0; i < pieces->count; i++) {
		if (is_zero(&pieces->pieces[i]))
			continue;
		table.columns[0][row] = pieces->pieces[i].slope;
		table.columns[1][row++] = pieces->pieces[i].offset;
	}
	number = ir_add_table(rewrite->module, &table);
	sum_clear(&rewrite->sum);
	sum_add(&rewrite->sum,
		ir_add_op(rewrite->module, IR_KNOTS, &z,
			(num[]){ num_from_int(nums, number), NUM_ZERO }),
		NUM_ONE);
}

static void write_value(struct linear *linear, uint32_t old)
{
	struct rewrite *rewrite = &linear->rewrite;
	struct function *function = function_of(linear, old);
	ir_value z;
	ir_key lo, hi;

	if (is_known(linear, old)) {
		rewrite_set_constant(rewrite, old,
			num_move(&rewrite->module->nums, &linear->ranges->nums,
				linear->ranges->of[old].lo));
		return;
	}
	if (!linear->tables[old]) {
		rewrite_keep(rewrite, old);
		return;
	}
	z = rewrite_operand(rewrite, function->root);
	compose_domain(&linear->composer, function->root, &lo, &hi);
	if (is_constant(&function->pieces, hi))
		write_lookup(linear, &function->pieces, z, hi, common_bias(linear, old));
	else
		write_knots(linear, &function->pieces, z, hi);
	if (old_is_output(rewrite, old))
		ir_set_output(rewrite->module, rewrite->sum.terms, rewrite->sum.count,
			rewrite->sum.bias);
	else
		rewrite_set_sum(rewrite, old, &rewrite->sum, NUM_ONE);
}

/* --- the pass ----------------------------------------------------------------------- */

/* All pieces together: a factor of the terms and constants that there are. */
static uint64_t budget_of(const struct ir_module *module)
{
	enum { FACTOR = 16, LEAST = 1 << 16 };
	uint64_t size = module->term_count + LEAST / FACTOR;

	for (uint32_t i = 0; i < module->table_count; i++)
		size += module->tables[i].row_count *
			(1 + (uint64_t)module->tables[i].column_count);
	return FACTOR * size;
}

static void count_readers(struct linear *linear)
{
	const struct rewrite *rewrite = &linear->rewrite;

	for (uint32_t i = rewrite->module->input_count; i < rewrite->old_count; i++) {
		const struct ir_term *terms = old_terms(rewrite, i);
		for (uint32_t k = 0; k < old_term_count(rewrite, i); k++)
			linear->readers[terms[k].value.i]++;
	}
}

static void write_tables(struct linear *linear)
{
	struct rewrite *rewrite = &linear->rewrite;
	uint32_t inputs = rewrite->module->input_count;

	composer_init(&linear->composer, rewrite, linear->ranges);
	linear->readers = mem_zero(rewrite->old_count, sizeof *linear->readers);
	linear->tables = mem_zero(rewrite->old_count, sizeof *linear->tables);
	linear->needed = mem_zero(rewrite->old_count, sizeof *linear->needed);
	count_readers(linear);
	for (uint32_t i = 0; i < inputs; i++)
		make_root(linear, i);
	for (uint32_t i = inputs; i < rewrite->old_count; i++)
		find_function(linear, i);
	choose_tables(linear);
	for (uint32_t i = inputs; i < rewrite->old_count; i++)
		if (linear->needed[i])
			write_value(linear, i);
	composer_fini(&linear->composer);
	tabulator_fini(&linear->tabulator);
	free(linear->readers);
	free(linear->tables);
	free(linear->needed);
}

void functions_to_tables(struct pass_context *context, enum functions_mode mode)
{
	struct ir_module *module = context->module;
	struct linear linear = {
		.ranges = &context->ranges, .mode = mode, .budget = budget_of(module)
	};

	if (weights_init(&linear.weights, module, mode == FUNCTIONS_FLAT) ||
		module->level != IR_LEVEL_FUSED) {
		pass_need(context, IR_HAS_RANGES);
		rewrite_begin(&linear.rewrite, module);
		write_tables(&linear);
		rewrite_end(&linear.rewrite);
	}
	weights_fini(&linear.weights);
}
