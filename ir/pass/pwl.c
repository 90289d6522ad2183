/*
 * pwl: any other function of one integer with few pieces becomes a knot table.
 *
 *   %1 = relu %0 - 4                 table @0 2
 *   %2 = relu %0 - 9                   4..8: 2 -8
 *   %3 = relu 2*%1 - 3*%2       =>     9..24: -1 19         %0 in 0..99
 *   output %3 + x0                   %1 = knots %0, @0.0
 *                                    output %1 + x0
 *
 * A value is a function of the one value that all it reads are functions of. The pieces of
 * a form are those of its terms; a relu, within or step cuts a piece where it crosses its
 * threshold, on the integers. What a value outside reads of such functions becomes a table:
 * a lookup if all pieces are constants, else knots, if that is less than what it stands
 * for. All pieces together stay within a factor of the module's size; a value with more
 * is left as it is. N log N.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/pass/compose.h"
#include "ir/pass/tabulate.h"
#include "support/mem.h"
#include "support/sort.h"

struct linear {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct composer composer;
	bool *wanted; /* by old value: a table may stand for it, or needs it */
	struct tabulator tabulator;
	uint64_t budget; /* pieces that may still be made */
};

/* A value of its own, which others may be functions of if it is a key. */
static void make_root(struct linear *linear, uint32_t old)
{
	struct function *function = &linear->composer.functions[old];
	ir_key lo, hi;

	pieces_fini(&function->pieces);
	*function = (struct function){
		.root = compose_domain(&linear->composer, old, &lo, &hi) ? old : NO_ROOT
	};
}

/* --- which values are functions ----------------------------------------------------- */

/* The root that all operands share, or NO_ROOT; the pieces they have together. */
static uint32_t shared_root(const struct linear *linear, uint32_t old, uint64_t *pieces)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	uint32_t root = NO_ROOT;

	*pieces = 0;
	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++) {
		const struct function *function = &linear->composer.functions[terms[i].value.i];
		if (function->root == NO_ROOT || (i && function->root != root))
			return NO_ROOT;
		root = function->root;
		*pieces += 1 + (uint64_t)function->pieces.count;
		if (old_op(rewrite, old) == IR_LOOKUP || old_op(rewrite, old) == IR_KNOTS)
			*pieces += 2 * (uint64_t)rewrite->module
					       ->tables[num_to_u64(&rewrite->module->nums,
						       terms[i].weight)]
					       .row_count;
	}
	return root;
}

/* Root and size of a value, as if no function had too many pieces. */
static void plan_function(struct linear *linear, uint32_t old)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	uint64_t pieces, size = 1;
	uint32_t root = shared_root(linear, old, &pieces);

	if (root == NO_ROOT || old_op(rewrite, old) == IR_ASSOC) {
		make_root(linear, old);
		return;
	}
	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++)
		size += linear->composer.functions[terms[i].value.i].size;
	if (size > old - root) /* what is read several times counts once */
		size = old - root;
	linear->composer.functions[old] =
		(struct function){ .root = root, .size = (uint32_t)size };
}

enum { LEAST_SIZE = 3 }; /* operations that a table is worth */

/*
 * Wants what a value of another root reads, and the output, if it is made of enough
 * operations; and all that those are made of.
 */
static void find_wanted(struct linear *linear)
{
	const struct rewrite *rewrite = &linear->rewrite;

	linear->wanted = mem_zero(rewrite->old_count, sizeof *linear->wanted);
	linear->wanted[rewrite->old_count - 1] =
		linear->composer.functions[rewrite->old_count - 1].size >= LEAST_SIZE;
	for (uint32_t i = rewrite->old_count; i-- > rewrite->module->input_count;) {
		const struct ir_term *terms = old_terms(rewrite, i);
		const struct function *function = &linear->composer.functions[i];
		bool inside = function->root != i && function->root != NO_ROOT;
		if (!inside)
			linear->wanted[i] = false;
		for (uint32_t k = 0; k < old_term_count(rewrite, i); k++)
			if (!inside || linear->wanted[i])
				linear->wanted[terms[k].value.i] = inside ||
					linear->composer.functions[terms[k].value.i].size >= LEAST_SIZE ||
					linear->wanted[terms[k].value.i];
	}
}

/* The function that a wanted value is, or a root if that has too many pieces. */
static void find_function(struct linear *linear, uint32_t old)
{
	uint64_t pieces;
	uint32_t root;

	if (!linear->wanted[old]) {
		make_root(linear, old);
		return;
	}
	root = shared_root(linear, old, &pieces);
	if (root != NO_ROOT && pieces <= linear->budget) {
		linear->budget -= pieces;
		if (compose(&linear->composer, old, root))
			return;
	}
	make_root(linear, old);
}

/* Whether a table in place of the value is less than what it is made of. */
static bool is_worth(const struct linear *linear, uint32_t old)
{
	enum { PIECES = 4 };
	const struct function *function = &linear->composer.functions[old];

	return function->root != old && function->root != NO_ROOT &&
		function->size >= LEAST_SIZE &&
		function->pieces.count <= PIECES * (uint64_t)function->size;
}

/* --- tables ------------------------------------------------------------------------- */

static bool is_constant(const struct pieces *pieces)
{
	for (uint32_t i = 0; i < pieces->count; i++)
		if (pieces->pieces[i].slope.i != NUM_ZERO.i)
			return false;
	return true;
}

/* rewrite.sum = the pieces, as a lookup. */
static void write_lookup(struct linear *linear, const struct pieces *pieces, ir_value z, ir_key hi)
{
	struct rewrite *rewrite = &linear->rewrite;
	ir_value value;
	num scale;

	sum_clear(&rewrite->sum);
	tabulate_start(&linear->tabulator);
	for (uint32_t i = 0; i < pieces->count; i++)
		tabulate_add(&linear->tabulator, pieces->pieces[i].first,
			compose_last(pieces, i, hi),
			pieces->pieces[i].offset);
	if (tabulate_finish(&linear->tabulator, rewrite->module, z, true, &value, &scale))
		sum_add(&rewrite->sum, value, scale);
}

/* The same as knots. */
static void write_knots(struct linear *linear, const struct pieces *pieces, ir_value z, ir_key hi)
{
	struct rewrite *rewrite = &linear->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	struct ir_table table = { 0 };
	uint32_t row = 0, number;

	for (uint32_t i = 0; i < pieces->count; i++)
		if (pieces->pieces[i].slope.i || pieces->pieces[i].offset.i)
			ir_table_add_row(&table, pieces->pieces[i].first,
				compose_last(pieces, i, hi));
	ir_table_add_column(&table);
	ir_table_add_column(&table);
	for (uint32_t i = 0; i < pieces->count; i++) {
		if (!pieces->pieces[i].slope.i && !pieces->pieces[i].offset.i)
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
	const struct function *function = &linear->composer.functions[old];
	ir_value z;
	ir_key lo, hi;

	if (!is_worth(linear, old)) {
		rewrite_keep(rewrite, old);
		return;
	}
	z = rewrite_operand(rewrite, function->root);
	compose_domain(&linear->composer, function->root, &lo, &hi);
	if (is_constant(&function->pieces))
		write_lookup(linear, &function->pieces, z, hi);
	else
		write_knots(linear, &function->pieces, z, hi);
	if (old_is_output(rewrite, old))
		ir_set_output(rewrite->module, rewrite->sum.terms, rewrite->sum.count,
			rewrite->sum.bias);
	else
		rewrite_set_sum(rewrite, old, &rewrite->sum, NUM_ONE);
}

/* All pieces together: a factor of the terms and rows that there are. */
static uint64_t budget_of(const struct ir_module *module)
{
	enum { FACTOR = 16, LEAST = 1 << 16 };
	uint64_t size = module->term_count + LEAST / FACTOR;

	for (uint32_t i = 0; i < module->table_count; i++)
		size += module->tables[i].row_count;
	return FACTOR * size;
}

static void pwl(struct pass_context *context)
{
	struct linear linear = { .ranges = &context->ranges,
		.budget = budget_of(context->module) };

	rewrite_begin(&linear.rewrite, context->module);
	composer_init(&linear.composer, &linear.rewrite, linear.ranges);
	for (uint32_t i = 0; i < context->module->input_count; i++)
		make_root(&linear, i);
	for (uint32_t i = context->module->input_count; i < linear.rewrite.old_count; i++)
		plan_function(&linear, i);
	find_wanted(&linear);
	for (uint32_t i = context->module->input_count; i < linear.rewrite.old_count; i++)
		find_function(&linear, i);
	for (uint32_t i = context->module->input_count; i < linear.rewrite.old_count; i++)
		write_value(&linear, i);
	composer_fini(&linear.composer);
	rewrite_end(&linear.rewrite);
	tabulator_fini(&linear.tabulator);
	free(linear.wanted);
}

const struct pass pass_pwl = {
	.name = "pwl",
	.help = "other functions of one integer with few pieces become knot tables",
	.run = pwl,
	.needs = IR_HAS_RANGES,
};
