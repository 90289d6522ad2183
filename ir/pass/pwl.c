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
#include "ir/pass/pieces.h"
#include "ir/pass/tabulate.h"
#include "support/mem.h"

enum { NO_ROOT = UINT32_MAX };

/* What an old value is a function of. */
struct function {
	uint32_t root; /* itself: of nothing else; NO_ROOT: it is no key either */
	uint32_t size; /* operations that make it of its root, those shared counted again */
	struct pieces pieces; /* none of a root */
};

struct change { /* of a sum, from a key on */
	ir_key key;
	num slope, offset;
};

struct linear {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct function *functions; /* by old value */
	bool *wanted;               /* by old value: a table may stand for it, or needs it */
	struct tabulator tabulator;
	struct change *changes;
	size_t change_room;
	uint64_t budget; /* pieces that may still be made */
};

static bool domain(const struct linear *linear, uint32_t root, ir_key *lo, ir_key *hi)
{
	const struct ir_range *range = &linear->ranges->of[root];

	return range->step >= 0 && ir_key_from_num(&linear->ranges->nums, range->lo, lo) &&
		ir_key_from_num(&linear->ranges->nums, range->hi, hi);
}

/* A value of its own, which others may be functions of if it is a key. */
static void make_root(struct linear *linear, uint32_t old)
{
	ir_key lo, hi;

	linear->functions[old] = (struct function){
		.root = domain(linear, old, &lo, &hi) ? old : NO_ROOT
	};
}

/* The pieces of a value: of a root, itself. */
static const struct piece *pieces_of(
	const struct linear *linear, uint32_t old, uint32_t *count, struct piece *self)
{
	const struct function *function = &linear->functions[old];
	ir_key hi;

	if (function->root != old) {
		*count = function->pieces.count;
		return function->pieces.pieces;
	}
	*self = (struct piece){ .slope = NUM_ONE };
	domain(linear, old, &self->first, &hi);
	*count = 1;
	return self;
}

/* The last key of piece i. */
static ir_key piece_last(const struct piece *pieces, uint32_t count, uint32_t i, ir_key hi)
{
	return i + 1 < count ? pieces[i + 1].first - 1 : hi;
}

/* --- forms -------------------------------------------------------------------------- */

static int compare_changes(const void *a, const void *b)
{
	ir_key x = ((const struct change *)a)->key, y = ((const struct change *)b)->key;

	return (x > y) - (x < y);
}

/* Appends the changes of weight * value; returns how many. */
static uint32_t add_changes(
	struct linear *linear, uint32_t old, num weight, struct change *changes)
{
	struct num_pool *nums = &linear->rewrite.module->nums;
	num slope = NUM_ZERO, offset = NUM_ZERO;
	struct piece self;
	uint32_t count;
	const struct piece *pieces = pieces_of(linear, old, &count, &self);

	for (uint32_t i = 0; i < count; i++) {
		num s = num_mul(nums, weight, pieces[i].slope);
		num o = num_mul(nums, weight, pieces[i].offset);
		changes[i] = (struct change){ pieces[i].first,
			num_add(nums, s, num_neg(nums, slope)),
			num_add(nums, o, num_neg(nums, offset)) };
		slope = s;
		offset = o;
	}
	return count;
}

/* The form of an old value whose terms are all functions of one root. */
static void add_form(struct linear *linear, uint32_t old, struct pieces *sum)
{
	const struct rewrite *rewrite = &linear->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_term *terms = old_terms(rewrite, old);
	num slope = NUM_ZERO, offset = rewrite->old[old].bias;
	uint32_t count = 0;

	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++) {
		uint32_t more = linear->functions[terms[i].value.i].pieces.count + 1;
		linear->changes = mem_grow(linear->changes, &linear->change_room,
			(size_t)count + more, sizeof *linear->changes);
		count += add_changes(
			linear, terms[i].value.i, terms[i].weight, linear->changes + count);
	}
	qsort(linear->changes, count, sizeof *linear->changes, compare_changes);
	for (uint32_t i = 0; i < count;) {
		ir_key key = linear->changes[i].key;
		for (; i < count && linear->changes[i].key == key; i++) {
			slope = num_add(nums, slope, linear->changes[i].slope);
			offset = num_add(nums, offset, linear->changes[i].offset);
		}
		pieces_add(sum, key, slope, offset);
	}
}

/* --- thresholds --------------------------------------------------------------------- */

/* What a function becomes below and above a threshold: itself, or a constant. */
struct side {
	bool keep;
	num constant;
};

static void add_side(struct pieces *to, const struct side *side, ir_key first, num slope, num offset)
{
	if (side->keep)
		pieces_add(to, first, slope, offset);
	else
		pieces_add(to, first, NUM_ZERO, side->constant);
}

/* to = the pieces, by sides: values up to t, and those above. */
static void cut(struct linear *linear, const struct piece *pieces, uint32_t count, ir_key hi,
	num t, const struct side sides[2], struct pieces *to)
{
	const struct num_pool *nums = &linear->rewrite.module->nums;

	for (uint32_t i = 0; i < count; i++) {
		num slope = pieces[i].slope, offset = pieces[i].offset;
		ir_key first = pieces[i].first, last = piece_last(pieces, count, i, hi), key;
		bool rises = num_sign(nums, slope) > 0;
		if (slope.i == NUM_ZERO.i) {
			add_side(to, &sides[num_compare(nums, offset, t) > 0], first, slope,
				offset);
			continue;
		}
		key = line_crosses(nums, slope, offset, t, first, last + 1);
		if (key > first)
			add_side(to, &sides[!rises], first, slope, offset);
		if (key <= last)
			add_side(to, &sides[rises], key, slope, offset);
	}
}

/* step z, t for integers z: above t - 1. */
static void add_step(struct linear *linear, uint32_t z, num t, num before, num from,
	struct pieces *to)
{
	struct num_pool *nums = &linear->rewrite.module->nums;
	const struct side sides[2] = { { false, before }, { false, from } };
	struct piece self;
	uint32_t count;
	const struct piece *pieces = pieces_of(linear, z, &count, &self);
	ir_key lo, hi;

	domain(linear, linear->functions[z].root, &lo, &hi);
	cut(linear, pieces, count, hi, num_add(nums, t, num_from_int(nums, -1)), sides, to);
}

/* --- derived operations ------------------------------------------------------------- */

/* within z, first, last: the step at first, less that above last. */
static void add_within(struct linear *linear, uint32_t old, struct pieces *to)
{
	const struct rewrite *rewrite = &linear->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_term *operand = old_terms(rewrite, old);
	struct pieces low = { 0 }, high = { 0 };
	uint32_t i = 0, k = 0;

	add_step(linear, operand->value.i, operand->weight, NUM_ZERO, NUM_ONE, &low);
	add_step(linear, operand->value.i, num_add(nums, rewrite->old[old].bias, NUM_ONE),
		NUM_ONE, NUM_ZERO, &high);
	while (i < low.count && k < high.count) {
		ir_key first = low.pieces[i].first > high.pieces[k].first
			? low.pieces[i].first
			: high.pieces[k].first;
		ir_key next_low = i + 1 < low.count ? low.pieces[i + 1].first : 0;
		ir_key next_high = k + 1 < high.count ? high.pieces[k + 1].first : 0;
		pieces_add(to, first, NUM_ZERO,
			num_mul(nums, low.pieces[i].offset, high.pieces[k].offset));
		if (i + 1 == low.count)
			k++;
		else if (k + 1 == high.count)
			i++;
		else {
			i += next_low <= next_high;
			k += next_high <= next_low;
		}
	}
	pieces_fini(&low);
	pieces_fini(&high);
}

/* lookup or knots of the root itself: the rows, and 0 between them. */
static bool add_rows(struct linear *linear, uint32_t old, struct pieces *to)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct num_pool *nums = &rewrite->module->nums;
	const struct ir_term *operand = old_terms(rewrite, old);
	const struct ir_table *table =
		&rewrite->module->tables[num_to_u64(nums, operand->weight)];
	uint64_t column = num_to_u64(nums, rewrite->old[old].bias);
	bool knots = old_op(rewrite, old) == IR_KNOTS;
	ir_key lo, hi, next;

	if (linear->functions[operand->value.i].root != operand->value.i)
		return false;
	domain(linear, operand->value.i, &lo, &hi);
	next = lo;
	for (uint32_t row = 0; row < table->row_count && next <= hi; row++) {
		ir_key first = table->first[row] < lo ? lo : table->first[row];
		if (table->last[row] < lo || first > hi)
			continue;
		if (first > next)
			pieces_add(to, next, NUM_ZERO, NUM_ZERO);
		pieces_add(to, first, knots ? table->columns[column][row] : NUM_ZERO,
			table->columns[column + knots][row]);
		next = table->last[row] + 1;
	}
	if (next <= hi)
		pieces_add(to, next, NUM_ZERO, NUM_ZERO);
	return true;
}

static bool add_operation(struct linear *linear, uint32_t old, struct pieces *to)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct ir_term *operand = old_terms(rewrite, old);
	struct pieces form = { 0 };
	ir_key lo, hi;

	switch (old_op(rewrite, old)) {
	case IR_AFFINE:
		add_form(linear, old, to);
		return true;
	case IR_RELU:
		domain(linear, linear->functions[operand->value.i].root, &lo, &hi);
		add_form(linear, old, &form);
		cut(linear, form.pieces, form.count, hi, NUM_ZERO,
			(const struct side[]){ { false, NUM_ZERO }, { true, NUM_ZERO } }, to);
		pieces_fini(&form);
		return true;
	case IR_STEP:
		add_step(linear, operand->value.i, operand->weight, NUM_ZERO, NUM_ONE, to);
		return true;
	case IR_WITHIN:
		add_within(linear, old, to);
		return true;
	case IR_LOOKUP:
	case IR_KNOTS:
		return add_rows(linear, old, to);
	case IR_INPUT:
	case IR_BITS:
	case IR_MATCH:
	case IR_ASSOC:
	case IR_OP_COUNT:
		break;
	}
	return false;
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
		const struct function *function = &linear->functions[terms[i].value.i];
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

static bool can_be_function(enum ir_op op)
{
	return op != IR_BITS && op != IR_MATCH && op != IR_ASSOC;
}

/* Root and size of a value, as if no function had too many pieces. */
static void plan_function(struct linear *linear, uint32_t old)
{
	const struct rewrite *rewrite = &linear->rewrite;
	const struct ir_term *terms = old_terms(rewrite, old);
	uint64_t pieces, size = 1;
	uint32_t root = shared_root(linear, old, &pieces);

	if (root == NO_ROOT || !can_be_function(old_op(rewrite, old))) {
		make_root(linear, old);
		return;
	}
	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++)
		size += linear->functions[terms[i].value.i].size;
	linear->functions[old] = (struct function){ .root = root,
		.size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX };
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
		linear->functions[rewrite->old_count - 1].size >= LEAST_SIZE;
	for (uint32_t i = rewrite->old_count; i-- > rewrite->module->input_count;) {
		const struct ir_term *terms = old_terms(rewrite, i);
		const struct function *function = &linear->functions[i];
		bool inside = function->root != i && function->root != NO_ROOT;
		if (!inside)
			linear->wanted[i] = false;
		for (uint32_t k = 0; k < old_term_count(rewrite, i); k++)
			if (!inside || linear->wanted[i])
				linear->wanted[terms[k].value.i] = inside ||
					linear->functions[terms[k].value.i].size >= LEAST_SIZE ||
					linear->wanted[terms[k].value.i];
	}
}

/* The function that a wanted value is, or a root if that has too many pieces. */
static void find_function(struct linear *linear, uint32_t old)
{
	struct function *function = &linear->functions[old];
	uint64_t pieces;
	uint32_t root;

	if (!linear->wanted[old]) {
		make_root(linear, old);
		return;
	}
	root = shared_root(linear, old, &pieces);
	if (root != NO_ROOT && pieces <= linear->budget &&
		add_operation(linear, old, &function->pieces)) {
		linear->budget -= pieces;
		function->root = root;
		return;
	}
	pieces_fini(&function->pieces);
	make_root(linear, old);
}

/* Whether a table in place of the value is less than what it is made of. */
static bool is_worth(const struct linear *linear, uint32_t old)
{
	enum { PIECES = 4 };
	const struct function *function = &linear->functions[old];

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
			piece_last(pieces->pieces, pieces->count, i, hi),
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
				piece_last(pieces->pieces, pieces->count, i, hi));
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
	const struct function *function = &linear->functions[old];
	ir_value z;
	ir_key lo, hi;

	if (!is_worth(linear, old)) {
		rewrite_keep(rewrite, old);
		return;
	}
	z = rewrite_operand(rewrite, function->root);
	domain(linear, function->root, &lo, &hi);
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
	linear.functions = mem_alloc(linear.rewrite.old_count, sizeof *linear.functions);
	for (uint32_t i = 0; i < context->module->input_count; i++)
		make_root(&linear, i);
	for (uint32_t i = context->module->input_count; i < linear.rewrite.old_count; i++)
		plan_function(&linear, i);
	find_wanted(&linear);
	for (uint32_t i = context->module->input_count; i < linear.rewrite.old_count; i++)
		find_function(&linear, i);
	for (uint32_t i = context->module->input_count; i < linear.rewrite.old_count; i++)
		write_value(&linear, i);
	for (uint32_t i = 0; i < linear.rewrite.old_count; i++)
		pieces_fini(&linear.functions[i].pieces);
	rewrite_end(&linear.rewrite);
	tabulator_fini(&linear.tabulator);
	free(linear.functions);
	free(linear.wanted);
	free(linear.changes);
}

const struct pass pass_pwl = {
	.name = "pwl",
	.help = "other functions of one integer with few pieces become knot tables",
	.run = pwl,
	.needs = IR_HAS_RANGES,
};
