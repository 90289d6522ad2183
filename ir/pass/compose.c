#include "ir/pass/compose.h"

#include <stdlib.h>

#include "support/mem.h"
#include "support/sort.h"

struct change { /* of a sum, from a key on */
	ir_key key;
	num slope, offset;
};

/* The pieces of an operand on the keys up to hi. */
struct view {
	const struct piece *pieces;
	uint32_t count;
	ir_key hi;
	struct piece self; /* of a root */
};

void composer_init(
	struct composer *composer, struct rewrite *rewrite, const struct ir_ranges *ranges)
{
	*composer = (struct composer){ .rewrite = rewrite, .ranges = ranges };
	composer->functions = mem_zero(rewrite->old_count, sizeof *composer->functions);
}

void composer_fini(struct composer *composer)
{
	for (uint32_t i = 0; i < composer->rewrite->old_count; i++) {
		pieces_fini(&composer->functions[i].pieces);
	}
	free(composer->functions);
	free(composer->changes);
}

bool compose_domain(const struct composer *composer, uint32_t value, ir_key *lo, ir_key *hi)
{
	const struct ir_range *range = &composer->ranges->of[value];

	return range->step >= 0 && ir_key_from_num(&composer->ranges->nums, range->lo, lo) &&
		ir_key_from_num(&composer->ranges->nums, range->hi, hi);
}

ir_key compose_last(const struct pieces *pieces, uint32_t i, ir_key hi)
{
	return i + 1 < pieces->count ? pieces->pieces[i + 1].first - 1 : hi;
}

/* A root is itself, in one piece. */
static void view_of(const struct composer *composer, uint32_t old, struct view *view)
{
	const struct function *function = &composer->functions[old];

	view->self = (struct piece){ .slope = NUM_ONE };
	compose_domain(composer, function->root, &view->self.first, &view->hi);
	view->pieces = function->root == old ? &view->self : function->pieces.pieces;
	view->count = function->root == old ? 1 : function->pieces.count;
}

static ir_key last_of(const struct view *view, uint32_t i)
{
	return i + 1 < view->count ? view->pieces[i + 1].first - 1 : view->hi;
}

/* --- forms -------------------------------------------------------------------------- */

static int compare_changes(const void *a, const void *b)
{
	ir_key x = ((const struct change *)a)->key, y = ((const struct change *)b)->key;

	return (x > y) - (x < y);
}

/* Appends the changes of weight * value to the first `count`; returns how many there are. */
static uint32_t add_changes(struct composer *composer, uint32_t old, num weight, uint32_t count)
{
	struct num_pool *nums = &composer->rewrite->module->nums;
	num slope = NUM_ZERO, offset = NUM_ZERO;
	struct view view;

	view_of(composer, old, &view);
	composer->changes = mem_grow(composer->changes, &composer->change_room,
		(size_t)count + view.count, sizeof *composer->changes);
	for (uint32_t i = 0; i < view.count; i++) {
		num s = num_mul(nums, weight, view.pieces[i].slope);
		num o = num_mul(nums, weight, view.pieces[i].offset);
		composer->changes[count++] = (struct change){ view.pieces[i].first,
			num_add(nums, s, num_neg(nums, slope)),
			num_add(nums, o, num_neg(nums, offset)) };
		slope = s;
		offset = o;
	}
	return count;
}

/* The pieces that the changes add up to. */
static void add_up(struct composer *composer, uint32_t count, num offset, struct pieces *sum)
{
	struct num_pool *nums = &composer->rewrite->module->nums;
	struct change *changes = composer->changes;
	num slope = NUM_ZERO;

	sort_array(changes, count, sizeof *changes, compare_changes);
	for (uint32_t i = 0; i < count;) {
		ir_key key = changes[i].key;
		for (; i < count && changes[i].key == key; i++) {
			slope = num_add(nums, slope, changes[i].slope);
			offset = num_add(nums, offset, changes[i].offset);
		}
		pieces_add(nums, sum, key, slope, offset);
	}
}

static void add_form(struct composer *composer, uint32_t old, struct pieces *sum)
{
	const struct ir_term *terms = old_terms(composer->rewrite, old);
	uint32_t count = 0;

	for (uint32_t i = 0; i < old_term_count(composer->rewrite, old); i++)
		count = add_changes(composer, terms[i].value.i, terms[i].weight, count);
	add_up(composer, count, composer->rewrite->old[old].bias, sum);
}

/* --- thresholds --------------------------------------------------------------------- */

/* What a function becomes below and above a threshold: itself, or a constant. */
struct side {
	bool keep;
	num constant;
};

static void add_side(struct num_pool *nums, struct pieces *to, const struct side *side,
	ir_key first, const struct piece *piece)
{
	if (side->keep)
		pieces_add(nums, to, first, piece->slope, piece->offset);
	else
		pieces_add(nums, to, first, NUM_ZERO, side->constant);
}

/* to = the pieces, by sides: values up to t, and those above. */
static void cut(struct composer *composer, const struct view *view, num t,
	const struct side sides[2], struct pieces *to)
{
	struct num_pool *nums = &composer->rewrite->module->nums;

	for (uint32_t i = 0; i < view->count; i++) {
		const struct piece *piece = &view->pieces[i];
		ir_key last = last_of(view, i), key;
		bool rises = num_sign(nums, piece->slope) > 0;
		if (piece->slope.i == NUM_ZERO.i) {
			add_side(nums, to, &sides[num_compare(nums, piece->offset, t) > 0],
				piece->first, piece);
			continue;
		}
		key = line_crosses(
			nums, piece->slope, piece->offset, t, piece->first, last + 1);
		if (key > piece->first)
			add_side(nums, to, &sides[!rises], piece->first, piece);
		if (key <= last)
			add_side(nums, to, &sides[rises], key, piece);
	}
}

static void add_relu(struct composer *composer, uint32_t old, struct pieces *to)
{
	const struct side sides[] = { { false, NUM_ZERO }, { true, NUM_ZERO } };
	struct pieces form = { 0 };
	struct view view;

	view_of(composer, old_terms(composer->rewrite, old)->value.i, &view);
	add_form(composer, old, &form);
	view.pieces = form.pieces;
	view.count = form.count;
	cut(composer, &view, NUM_ZERO, sides, to);
	pieces_fini(&form);
}

/* `before` where the integer z is below t, `from` elsewhere. */
static void add_step(
	struct composer *composer, uint32_t z, num t, num before, num from, struct pieces *to)
{
	struct num_pool *nums = &composer->rewrite->module->nums;
	const struct side sides[] = { { false, before }, { false, from } };
	struct view view;

	view_of(composer, z, &view);
	cut(composer, &view, num_add(nums, t, num_from_int(nums, -1)), sides, to);
}

/* --- two functions side by side ----------------------------------------------------- */

/* Piece i of one and k of the other, on first..last. */
struct pair {
	uint32_t i, k;
	ir_key first, last;
};

/* The next pair of pieces that overlap; false behind the last. Zeros begin. */
static bool next_pair(
	const struct view *a, const struct view *b, struct pair *pair, bool *begun)
{
	ir_key a_last, b_last;

	if (*begun) {
		if (pair->last == a->hi)
			return false;
		pair->first = pair->last + 1;
		pair->i += last_of(a, pair->i) < pair->first;
		pair->k += last_of(b, pair->k) < pair->first;
	} else {
		pair->first = a->pieces[0].first;
		*begun = true;
	}
	a_last = last_of(a, pair->i);
	b_last = last_of(b, pair->k);
	pair->last = a_last < b_last ? a_last : b_last;
	return true;
}

/* within z, first, last: from first on, but not above last. */
static void add_within(struct composer *composer, uint32_t old, struct pieces *to)
{
	struct num_pool *nums = &composer->rewrite->module->nums;
	const struct ir_term *operand = old_terms(composer->rewrite, old);
	struct pieces low = { 0 }, high = { 0 };
	struct view a, b;
	struct pair pair = { 0 };
	bool begun = false;

	view_of(composer, operand->value.i, &a);
	b = a;
	add_step(composer, operand->value.i, operand->weight, NUM_ZERO, NUM_ONE, &low);
	add_step(composer, operand->value.i,
		num_add(nums, composer->rewrite->old[old].bias, NUM_ONE), NUM_ONE, NUM_ZERO,
		&high);
	a.pieces = low.pieces;
	a.count = low.count;
	b.pieces = high.pieces;
	b.count = high.count;
	while (next_pair(&a, &b, &pair, &begun))
		pieces_add(nums, to, pair.first, NUM_ZERO,
			num_mul(nums, low.pieces[pair.i].offset, high.pieces[pair.k].offset));
	pieces_fini(&low);
	pieces_fini(&high);
}

/* y where the integer line d is 0, on first..last, else 0. */
static void add_zero_of(struct composer *composer, const struct piece *d, const struct piece *y,
	ir_key first, ir_key last, struct pieces *to)
{
	struct num_pool *nums = &composer->rewrite->module->nums;
	bool rises = num_sign(nums, d->slope) > 0;
	ir_key key;

	if (d->slope.i == NUM_ZERO.i) {
		bool zero = d->offset.i == NUM_ZERO.i;
		pieces_add(nums, to, first, zero ? y->slope : NUM_ZERO,
			zero ? y->offset : NUM_ZERO);
		return;
	}
	/* where it gets to 0 from either side */
	key = line_crosses(nums, d->slope, d->offset, rises ? num_from_int(nums, -1) : NUM_ZERO,
		first, last + 1);
	if (key > first || key > last || piece_at(nums, d, key).i != NUM_ZERO.i)
		pieces_add(nums, to, first, NUM_ZERO, NUM_ZERO);
	if (key > last || piece_at(nums, d, key).i != NUM_ZERO.i)
		return;
	pieces_add(nums, to, key, NUM_ZERO, piece_at(nums, y, key));
	if (key < last)
		pieces_add(nums, to, key + 1, NUM_ZERO, NUM_ZERO);
}

static void add_match(struct composer *composer, uint32_t old, struct pieces *to)
{
	struct num_pool *nums = &composer->rewrite->module->nums;
	const struct ir_term *terms = old_terms(composer->rewrite, old);
	struct pieces difference = { 0 };
	struct view d, y;
	struct pair pair = { 0 };
	uint32_t count;
	bool begun = false;

	count = add_changes(composer, terms[0].value.i, NUM_ONE, 0);
	count = add_changes(composer, terms[1].value.i, num_from_int(nums, -1), count);
	add_up(composer, count, NUM_ZERO, &difference);
	view_of(composer, terms[2].value.i, &y);
	d = y;
	d.pieces = difference.pieces;
	d.count = difference.count;
	while (next_pair(&d, &y, &pair, &begun))
		add_zero_of(composer, &d.pieces[pair.i], &y.pieces[pair.k], pair.first,
			pair.last, to);
	pieces_fini(&difference);
}

/* --- tables and fields -------------------------------------------------------------- */

/* Where the rows of a table change: [-inf, first), row, gap, ... as steps of its operand. */
struct reading {
	const struct ir_table *table;
	uint64_t column;
	bool knots;
};

/* The value of the row (row_count: none) where the operand is slope * key + offset. */
static void add_row(struct composer *composer, const struct reading *reading, uint32_t row,
	const struct piece *operand, ir_key first, struct pieces *to)
{
	struct num_pool *nums = &composer->rewrite->module->nums;
	num slope, offset;

	if (row == reading->table->row_count) {
		pieces_add(nums, to, first, NUM_ZERO, NUM_ZERO);
	} else if (!reading->knots) {
		pieces_add(nums, to, first, NUM_ZERO,
			reading->table->columns[reading->column][row]);
	} else {
		slope = reading->table->columns[reading->column][row];
		offset = reading->table->columns[reading->column + 1][row];
		pieces_add(nums, to, first, num_mul(nums, slope, operand->slope),
			num_add(nums, num_mul(nums, slope, operand->offset), offset));
	}
}

/* One piece of the operand that is a constant. */
static void add_constant_row(struct composer *composer, const struct reading *reading,
	const struct piece *operand, struct pieces *to)
{
	uint32_t row = reading->table->row_count;
	ir_key key;

	if (ir_key_from_num(&composer->rewrite->module->nums, operand->offset, &key))
		row = ir_table_find(reading->table, key);
	add_row(composer, reading, row, operand, operand->first, to);
}

/* How many rows end before the value, a number of any size. */
static uint32_t rows_before(
	const struct num_pool *nums, const struct ir_table *table, num value)
{
	uint32_t low = 0, high = table->row_count;
	ir_key key;

	if (!ir_key_from_num(nums, value, &key))
		return num_sign(nums, value) < 0 ? 0 : table->row_count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (table->last[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * One piece of the operand that is not constant: the keys of each row are between those where
 * the operand enters and leaves it. Of the rows, those from where it starts on.
 */
static bool add_rows(struct composer *composer, const struct reading *reading,
	const struct piece *operand, ir_key last, struct pieces *to)
{
	struct num_pool *nums = &composer->rewrite->module->nums;
	const struct ir_table *table = reading->table;
	bool rises = num_sign(nums, operand->slope) > 0;
	ir_key next = operand->first;
	uint32_t start = rows_before(nums, table, piece_at(nums, operand, next));
	uint32_t count = rises ? table->row_count - start : start + (start < table->row_count);

	for (uint32_t i = 0; i < count && next <= last; i++) {
		uint32_t row = rises ? start + i : count - 1 - i;
		num below = ir_key_num(nums, table->first[row] - 1);
		num top = ir_key_num(nums, table->last[row]);
		ir_key enters = line_crosses(nums, operand->slope, operand->offset,
			rises ? below : top, next, last + 1);
		ir_key leaves = line_crosses(nums, operand->slope, operand->offset,
			rises ? top : below, next, last + 1);
		if (composer->row_budget-- == 0)
			return false;
		if (enters >= leaves)
			continue;
		if (enters > next)
			add_row(composer, reading, table->row_count, operand, next, to);
		add_row(composer, reading, row, operand, enters, to);
		next = leaves;
	}
	if (next <= last)
		add_row(composer, reading, table->row_count, operand, next, to);
	return true;
}

static bool add_table(struct composer *composer, uint32_t old, struct pieces *to)
{
	enum { FACTOR = 4 }; /* of rows and pieces, which an operand may cross more than once */
	const struct rewrite *rewrite = composer->rewrite;
	const struct num_pool *nums = &rewrite->module->nums;
	const struct ir_term *operand = old_terms(rewrite, old);
	struct reading reading = { &rewrite->module->tables[num_to_u64(nums, operand->weight)],
		num_to_u64(nums, rewrite->old[old].bias), old_op(rewrite, old) == IR_KNOTS };
	struct view view;

	view_of(composer, operand->value.i, &view);
	composer->row_budget = FACTOR * ((uint64_t)view.count + reading.table->row_count);
	for (uint32_t i = 0; i < view.count; i++) {
		if (view.pieces[i].slope.i == NUM_ZERO.i)
			add_constant_row(composer, &reading, &view.pieces[i], to);
		else if (!add_rows(composer, &reading, &view.pieces[i], last_of(&view, i), to))
			return false;
	}
	return true;
}

struct field_of {
	uint64_t pos, len;
};

static num field_num(struct num_pool *nums, const struct field_of *field, num n)
{
	mpz_t bits;
	num result;

	mpz_init(bits);
	num_field(nums, n, field->pos, field->len, bits);
	result = num_from_mpz(nums, bits, 0);
	mpz_clear(bits);
	return result;
}

/*
 * Of a line, where it passes few multiples of 2^pos: a constant between two of them. The
 * lowest bits are lines again, between multiples of 2^len.
 */
static bool add_field_of_line(struct composer *composer, const struct field_of *field,
	const struct piece *line, ir_key last, struct pieces *to)
{
	enum { MOST = 16 };
	struct num_pool *nums = &composer->rewrite->module->nums;
	bool rises = num_sign(nums, line->slope) > 0;
	bool lowest = field->pos == 0;
	num unit = num_pow2(nums, (int64_t)(lowest ? field->len : field->pos));
	num from = num_floor_div(nums, piece_at(nums, line, line->first), unit);
	num end = num_floor_div(nums, piece_at(nums, line, last), unit);
	num by = num_from_int(nums, rises ? 1 : -1), minus = num_from_int(nums, -1);
	num limit = num_add(nums, from, num_from_int(nums, rises ? MOST : -MOST));

	if (num_compare(nums, end, limit) * (rises ? 1 : -1) > 0)
		return false;
	for (ir_key key = line->first; key <= last;) {
		num first = num_mul(nums, from, unit), next;
		if (lowest)
			pieces_add(nums, to, key, line->slope,
				num_add(nums, line->offset, num_neg(nums, first)));
		else
			pieces_add(nums, to, key, NUM_ZERO, field_num(nums, field, first));
		from = num_add(nums, from, by);
		if (rises) /* above one less than the next multiple */
			next = num_add(nums, num_mul(nums, from, unit), minus);
		else
			next = num_add(nums, first, minus);
		key = line_crosses(nums, line->slope, line->offset, next, key, last + 1);
	}
	return true;
}

/* A field of constants, or of lines. */
static bool add_bits(struct composer *composer, uint32_t old, struct pieces *to)
{
	enum { LONGEST = 1 << 10 }; /* bits of a constant, of which each piece may have one */
	const struct rewrite *rewrite = composer->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_term *operand = old_terms(rewrite, old);
	struct field_of field = { num_to_u64(nums, operand->weight),
		num_to_u64(nums, rewrite->old[old].bias) };
	struct view view;

	if (field.len > LONGEST)
		return false;
	view_of(composer, operand->value.i, &view);
	for (uint32_t i = 0; i < view.count; i++) {
		const struct piece *piece = &view.pieces[i];
		if (piece->slope.i == NUM_ZERO.i)
			pieces_add(nums, to, piece->first, NUM_ZERO,
				field_num(nums, &field, piece->offset));
		else if (!add_field_of_line(composer, &field, piece, last_of(&view, i), to))
			return false;
	}
	return true;
}

static bool find_pieces(struct composer *composer, uint32_t old, struct pieces *to)
{
	const struct rewrite *rewrite = composer->rewrite;
	const struct ir_term *operand = old_terms(rewrite, old);

	switch (old_op(rewrite, old)) {
	case IR_AFFINE:
		add_form(composer, old, to);
		return true;
	case IR_RELU:
		add_relu(composer, old, to);
		return true;
	case IR_STEP:
		add_step(composer, operand->value.i, operand->weight, NUM_ZERO, NUM_ONE, to);
		return true;
	case IR_WITHIN:
		add_within(composer, old, to);
		return true;
	case IR_MATCH:
		add_match(composer, old, to);
		return true;
	case IR_LOOKUP:
	case IR_KNOTS:
		return add_table(composer, old, to);
	case IR_BITS:
		return add_bits(composer, old, to);
	case IR_INPUT:
	case IR_ASSOC:
	case IR_OP_COUNT:
		break;
	}
	return false;
}

bool compose(struct composer *composer, uint32_t old, uint32_t root)
{
	struct function *function = &composer->functions[old];
	ir_key lo, hi;

	function->root = root;
	compose_domain(composer, root, &lo, &hi);
	if (!find_pieces(composer, old, &function->pieces))
		return false;
	pieces_end(&composer->rewrite->module->nums, &function->pieces, hi);
	function->flat = pieces_are_flat(&function->pieces);
	return true;
}
