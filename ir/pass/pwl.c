/*
 * pwl: any other function of one integer with few pieces becomes a knot table.
 *
 *   %1 = relu %0 - 4                 table @0 2
 *   %2 = relu %0 - 9                   5..9: 2 -8
 *   %3 = relu 2*%1 - 3*%2       =>     10..18: -1 19         %0 in 0..99
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

enum { LEAST_SIZE = 3 }; /* operations that a table is worth */

/* --- what may be worth a table ------------------------------------------------------ */

/* Roots as if every value could be one, and no function had too many pieces. */
struct plan {
	const struct ir_module *module;
	uint32_t *roots, *sizes; /* by value */
	bool *wanted;            /* by value: a table may stand for it, or needs it */
};

static void plan_value(struct plan *plan, uint32_t i)
{
	const struct ir_module *module = plan->module;
	const struct ir_term *terms = ir_terms(module, (ir_value){ i });
	uint32_t count = ir_term_count(module, (ir_value){ i });
	bool function = count > 0 && ir_op_of(module, (ir_value){ i }) != IR_ASSOC;
	uint64_t size = 1;

	for (uint32_t k = 0; k < count && function; k++) {
		function = plan->roots[terms[k].value.i] == plan->roots[terms[0].value.i];
		size += plan->sizes[terms[k].value.i];
	}
	plan->roots[i] = function ? plan->roots[terms[0].value.i] : i;
	if (size > i - plan->roots[i]) /* what is read several times counts once */
		size = i - plan->roots[i];
	plan->sizes[i] = (uint32_t)size;
}

/*
 * Wants what a value of another root reads, and the output, if it is made of enough
 * operations; and all that those are made of. False if that is nothing.
 */
static bool plan_init(struct plan *plan, const struct ir_module *module)
{
	uint32_t inputs = module->input_count, count = module->node_count;
	bool any;

	*plan = (struct plan){ .module = module };
	plan->roots = mem_alloc(count, sizeof *plan->roots);
	plan->sizes = mem_zero(count, sizeof *plan->sizes);
	plan->wanted = mem_zero(count, sizeof *plan->wanted);
	for (uint32_t i = 0; i < inputs; i++)
		plan->roots[i] = i;
	for (uint32_t i = inputs; i < count; i++)
		plan_value(plan, i);
	any = plan->wanted[count - 1] = plan->sizes[count - 1] >= LEAST_SIZE;
	for (uint32_t i = count; i-- > inputs;) {
		const struct ir_term *terms = ir_terms(module, (ir_value){ i });
		bool inside = plan->roots[i] != i;
		for (uint32_t k = 0; k < ir_term_count(module, (ir_value){ i }); k++) {
			uint32_t term = terms[k].value.i;
			if (inside ? plan->wanted[i] : plan->sizes[term] >= LEAST_SIZE)
				any = plan->wanted[term] = true;
		}
	}
	return any;
}

static void plan_fini(struct plan *plan)
{
	free(plan->roots);
	free(plan->sizes);
	free(plan->wanted);
}

/* --- functions ---------------------------------------------------------------------- */

struct linear {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct composer composer;
	const struct plan *plan;
	struct tabulator tabulator;
	uint64_t budget; /* pieces that may still be made */
};

/* A value of its own, which others may be functions of if it is a key. */
static void make_root(struct linear *linear, uint32_t old)
{
	struct function *function = &linear->composer.functions[old];
	ir_key lo, hi;

	pieces_fini(&function->pieces);
	function->root = compose_domain(&linear->composer, old, &lo, &hi) ? old : NO_ROOT;
}

/* The root that all operands share, or NO_ROOT; the pieces they have together. */
static uint32_t shared_root(const struct linear *linear, uint32_t old, uint64_t *pieces)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	bool table = old_op(rewrite, old) == IR_LOOKUP || old_op(rewrite, old) == IR_KNOTS;
	uint32_t root = NO_ROOT;

	*pieces = 0;
	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++) {
		const struct function *function = &linear->composer.functions[terms[i].value.i];
		if (function->root == NO_ROOT || (i && function->root != root))
			return NO_ROOT;
		root = function->root;
		*pieces += 1 + (uint64_t)function->pieces.count;
	}
	if (table)
		*pieces += 2 *
			(uint64_t)rewrite->module
				->tables[num_to_u64(&rewrite->module->nums, terms->weight)]
				.row_count;
	return root;
}

/* The function that a wanted value is, or a root if that has too many pieces. */
static void find_function(struct linear *linear, uint32_t old)
{
	uint64_t pieces;
	uint32_t root;

	if (!linear->plan->wanted[old]) {
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

static bool has_step(const struct num_pool *nums, num n, int32_t step)
{
	return n.i == NUM_ZERO.i || num_exponent(nums, n) >= step;
}

/* Whether the table shows what power of two divides its values, as the old value did. */
static bool keeps_step(const struct linear *linear, uint32_t old)
{
	const struct num_pool *nums = &linear->rewrite.module->nums;
	const struct pieces *pieces = &linear->composer.functions[old].pieces;
	int32_t step = linear->ranges->of[old].step;

	for (uint32_t i = 0; i < pieces->count; i++)
		if (!has_step(nums, pieces->pieces[i].slope, step) ||
			!has_step(nums, pieces->pieces[i].offset, step))
			return false;
	return true;
}

/* Whether a table in place of the value is less than what it is made of. */
static bool is_worth(const struct linear *linear, uint32_t old)
{
	enum { PIECES = 4 };
	const struct function *function = &linear->composer.functions[old];
	uint64_t size = linear->plan->sizes[old];

	return function->root != old && function->root != NO_ROOT && size >= LEAST_SIZE &&
		function->pieces.count <= PIECES * size && keeps_step(linear, old);
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
static void write_lookup(
	struct linear *linear, const struct pieces *pieces, ir_value z, ir_key hi)
{
	struct rewrite *rewrite = &linear->rewrite;
	ir_value value;
	num scale;

	sum_clear(&rewrite->sum);
	tabulate_start(&linear->tabulator);
	for (uint32_t i = 0; i < pieces->count; i++)
		tabulate_add(&linear->tabulator, pieces->pieces[i].first,
			compose_last(pieces, i, hi), pieces->pieces[i].offset);
	if (tabulate_finish(&linear->tabulator, rewrite->module, z, true, &value, &scale))
		sum_add(&rewrite->sum, value, scale);
}

static bool is_zero(const struct piece *piece)
{
	return piece->slope.i == NUM_ZERO.i && piece->offset.i == NUM_ZERO.i;
}

/* The same as knots. */
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

static void write_tables(struct pass_context *context, const struct plan *plan)
{
	struct linear linear = {
		.ranges = &context->ranges, .plan = plan, .budget = budget_of(context->module)
	};
	uint32_t inputs = context->module->input_count;

	pass_need(context, IR_HAS_RANGES);
	rewrite_begin(&linear.rewrite, context->module);
	composer_init(&linear.composer, &linear.rewrite, linear.ranges);
	for (uint32_t i = 0; i < inputs; i++)
		make_root(&linear, i);
	for (uint32_t i = inputs; i < linear.rewrite.old_count; i++)
		find_function(&linear, i);
	for (uint32_t i = inputs; i < linear.rewrite.old_count; i++)
		write_value(&linear, i);
	composer_fini(&linear.composer);
	rewrite_end(&linear.rewrite);
	tabulator_fini(&linear.tabulator);
}

static void pwl(struct pass_context *context)
{
	struct plan plan;

	if (plan_init(&plan, context->module) || context->module->level != IR_LEVEL_FUSED)
		write_tables(context, &plan);
	plan_fini(&plan);
}

const struct pass pass_pwl = {
	.name = "pwl",
	.help = "other functions of one integer with few pieces become knot tables",
	.run = pwl,
};
