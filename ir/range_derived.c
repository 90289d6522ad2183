#include <limits.h>

#include "ir/analysis.h"
#include "support/mem.h"

/* 2^bits - 1 in the pool of the ranges */
static num all_ones(struct analysis *analysis, uint64_t bits)
{
	mpz_set_ui(analysis->at.m, 1);
	mpz_mul_2exp(analysis->at.m, analysis->at.m, bits);
	mpz_sub_ui(analysis->at.m, analysis->at.m, 1);
	return num_from_mpz(&analysis->ranges->nums, analysis->at.m, 0);
}

/* 0 or 1, or just one of them where the operand's range says so. */
static void analyze_indicator(struct analysis *analysis, ir_value value)
{
	const struct ir_module *module = analysis->module;
	struct num_pool *nums = &analysis->ranges->nums;
	const struct ir_range *z = range_of(analysis, ir_terms(module, value)->value);
	bool step = ir_op_of(module, value) == IR_STEP;
	num first = num_move(nums, &module->nums, ir_parameter(module, value, 0)), last = z->hi;
	bool always, never;

	if (!step)
		last = num_move(nums, &module->nums, ir_parameter(module, value, 1));
	always = num_compare(nums, first, z->lo) <= 0 && num_compare(nums, z->hi, last) <= 0;
	never = num_compare(nums, z->hi, first) < 0 || num_compare(nums, last, z->lo) < 0;
	set_range(analysis, value, always && !never ? NUM_ONE : NUM_ZERO,
		never ? NUM_ZERO : NUM_ONE, 0);
}

/* A field is floor(x / 2^pos) where that is known to be below 2^len. */
static void analyze_bits(struct analysis *analysis, ir_value value)
{
	const struct ir_module *module = analysis->module;
	struct num_pool *nums = &analysis->ranges->nums;
	const struct ir_range *x = range_of(analysis, ir_terms(module, value)->value);
	uint64_t pos = ir_count_parameter(module, value, 0);
	num hi = all_ones(analysis, ir_count_parameter(module, value, 1));

	if (num_sign(nums, x->lo) >= 0) {
		dyadic_set_num(&analysis->at, nums, x->hi);
		analysis->at.e -= (int64_t)pos;
		if (analysis->at.e >= 0)
			mpz_mul_2exp(
				analysis->at.m, analysis->at.m, (mp_bitcnt_t)analysis->at.e);
		else
			mpz_fdiv_q_2exp(
				analysis->at.m, analysis->at.m, (mp_bitcnt_t)-analysis->at.e);
		num whole = num_from_mpz(nums, analysis->at.m, 0);
		if (num_compare(nums, whole, hi) < 0)
			hi = whole;
	}
	set_range(analysis, value, NUM_ZERO, hi, 0);
}

enum { SEEN = 64 }; /* constants lately met: a column of labels has few */

static const struct column *column_of(struct analysis *analysis, uint32_t number, uint32_t at)
{
	const struct ir_module *module = analysis->module;
	const struct ir_table *table = &module->tables[number];
	const struct num_pool *nums = &module->nums;
	num lo, hi, seen[SEEN];
	struct column *column;

	if (!analysis->columns[number])
		analysis->columns[number] =
			mem_zero(table->column_count, sizeof **analysis->columns);
	column = &analysis->columns[number][at];
	if (column->known)
		return column;
	column->known = true;
	column->step = INT32_MAX;
	lo = hi = table->row_count ? table->columns[at][0] : NUM_ZERO;
	for (size_t i = 0; i < SEEN; i++)
		seen[i] = lo;
	for (uint32_t row = 0; row < table->row_count; row++) {
		num constant = table->columns[at][row];
		if (row && num_equal(constant, seen[constant.i % SEEN]))
			continue;
		seen[constant.i % SEEN] = constant;
		if (num_compare(nums, constant, lo) < 0)
			lo = constant;
		if (num_compare(nums, constant, hi) > 0)
			hi = constant;
		if (constant.i != NUM_ZERO.i && num_exponent(nums, constant) < column->step)
			column->step = num_exponent(nums, constant);
	}
	if (column->step == INT32_MAX)
		column->step = 0;
	column->lo = num_move(&analysis->ranges->nums, nums, lo);
	column->hi = num_move(&analysis->ranges->nums, nums, hi);
	return column;
}

/* Whether each row follows the one before it. */
static bool is_gapless(struct analysis *analysis, const struct ir_table *table)
{
	uint8_t *gaps = &analysis->gapless[table - analysis->module->tables];

	if (*gaps == GAPS_UNKNOWN) {
		*gaps = GAPS_NONE;
		for (uint32_t row = 1; row < table->row_count; row++)
			if (table->last[row - 1] + 1 != table->first[row])
				*gaps = GAPS_SOME;
	}
	return *gaps == GAPS_NONE;
}

/* Whether every value of z is in a row, so that the default of 0 is never met. */
static bool covers(struct analysis *analysis, const struct ir_table *table, ir_value z)
{
	const struct ir_range *range = range_of(analysis, z);
	const struct num_pool *nums = &analysis->ranges->nums;
	uint32_t count = table->row_count;
	ir_key lo, hi;

	return count > 0 && ir_key_from_num(nums, range->lo, &lo) &&
		ir_key_from_num(nums, range->hi, &hi) && lo >= table->first[0] &&
		hi <= table->last[count - 1] && is_gapless(analysis, table);
}

static void analyze_lookup(struct analysis *analysis, ir_value value)
{
	const struct ir_table *table = ir_table_of(analysis->module, value);
	const struct num_pool *nums = &analysis->ranges->nums;
	const struct column *column =
		column_of(analysis, ir_count_parameter(analysis->module, value, 0),
			ir_column_of(analysis->module, value));
	bool covered = covers(analysis, table, ir_terms(analysis->module, value)->value);

	set_range(analysis, value,
		!covered && num_sign(nums, column->lo) > 0 ? NUM_ZERO : column->lo,
		!covered && num_sign(nums, column->hi) < 0 ? NUM_ZERO : column->hi,
		column->step);
}

/* slope * key + offset of a row into analysis->at */
static void knot_value(struct analysis *analysis, const struct ir_table *table, uint32_t column,
	uint32_t row, ir_key key)
{
	const struct num_pool *nums = &analysis->module->nums;
	num z = ir_key_num(&analysis->ranges->nums, key);

	dyadic_set_num(&analysis->at, nums, table->columns[column + 1][row]);
	dyadic_set_num(&analysis->rise, nums, table->columns[column][row]);
	dyadic_add_product_num(
		&analysis->at, &analysis->rise, &analysis->ranges->nums, z, &analysis->scratch);
}

/* analysis->lo and hi also hold analysis->at. */
static void widen(struct analysis *analysis)
{
	if (dyadic_compare(&analysis->at, &analysis->lo, &analysis->scratch) < 0)
		dyadic_set(&analysis->lo, &analysis->at);
	if (dyadic_compare(&analysis->at, &analysis->hi, &analysis->scratch) > 0)
		dyadic_set(&analysis->hi, &analysis->at);
}

/* Bounds of knots, and 0, by those of their columns: any slope at any key, and any offset. */
static void bound_knots(struct analysis *analysis, const struct column *slope,
	const struct column *offset, ir_key least, ir_key most)
{
	struct num_pool *nums = &analysis->ranges->nums;
	num keys[] = { ir_key_num(nums, least), ir_key_num(nums, most) };
	num slopes[] = { slope->lo, slope->hi };

	for (int i = 0; i < 4; i++) {
		dyadic_set_num(&analysis->rise, nums, slopes[i / 2]);
		dyadic_set_zero(&analysis->at);
		dyadic_add_product_num(
			&analysis->at, &analysis->rise, nums, keys[i % 2], &analysis->scratch);
		widen(analysis);
	}
	dyadic_set_num(&analysis->at, nums, offset->lo);
	if (dyadic_sign(&analysis->at) < 0)
		dyadic_add(&analysis->lo, &analysis->at, &analysis->scratch);
	dyadic_set_num(&analysis->at, nums, offset->hi);
	if (dyadic_sign(&analysis->at) > 0)
		dyadic_add(&analysis->hi, &analysis->at, &analysis->scratch);
	dyadic_normalize(&analysis->lo);
	dyadic_normalize(&analysis->hi);
}

/*
 * Rows at both ends, less what the operand cannot reach. Behind the budget the bounds are
 * those of the columns: many that read a long table would take the square of the time.
 */
static void analyze_knots(struct analysis *analysis, ir_value value)
{
	const struct ir_table *table = ir_table_of(analysis->module, value);
	struct num_pool *nums = &analysis->ranges->nums;
	uint32_t number = ir_count_parameter(analysis->module, value, 0);
	uint32_t column = ir_column_of(analysis->module, value);
	const struct ir_range *z = range_of(analysis, ir_terms(analysis->module, value)->value);
	const struct column *slopes = column_of(analysis, number, column);
	const struct column *offsets = column_of(analysis, number, column + 1);
	int32_t slope = slopes->step + z->step, offset = offsets->step;
	uint32_t rows = table->row_count;
	ir_key least = -((ir_key)1 << IR_KEY_BITS), most = -least;
	bool none; /* no value so far; the default is one */

	if (!ir_key_from_num(nums, z->lo, &least) || !ir_key_from_num(nums, z->hi, &most))
		most = (ir_key)1 << IR_KEY_BITS;
	none = covers(analysis, table, ir_terms(analysis->module, value)->value);
	dyadic_set_zero(&analysis->lo);
	dyadic_set_zero(&analysis->hi);
	if (rows > analysis->row_budget) {
		if (least < table->first[0])
			least = table->first[0];
		if (most > table->last[rows - 1])
			most = table->last[rows - 1];
		if (least <= most)
			bound_knots(analysis, slopes, offsets, least, most);
		rows = 0;
	}
	analysis->row_budget -= rows;
	for (uint32_t row = 0; row < rows; row++) {
		ir_key ends[2] = { table->first[row], table->last[row] };
		if (ends[1] < least || ends[0] > most)
			continue;
		ends[0] = ends[0] < least ? least : ends[0];
		ends[1] = ends[1] > most ? most : ends[1];
		for (int i = 0; i < 2; i++) {
			knot_value(analysis, table, column, row, ends[i]);
			if (none) {
				dyadic_set(&analysis->lo, &analysis->at);
				dyadic_set(&analysis->hi, &analysis->at);
			}
			widen(analysis);
			none = false;
		}
	}
	set_range(analysis, value, dyadic_num(&analysis->lo, nums),
		dyadic_num(&analysis->hi, nums), slope < offset ? slope : offset);
}

static void analyze_match(struct analysis *analysis, ir_value value)
{
	const struct num_pool *nums = &analysis->ranges->nums;
	const struct ir_range *y =
		range_of(analysis, ir_terms(analysis->module, value)[2].value);

	set_range(analysis, value, num_sign(nums, y->lo) < 0 ? y->lo : NUM_ZERO,
		num_sign(nums, y->hi) > 0 ? y->hi : NUM_ZERO, y->step);
}

/* n times the greatest field */
static void analyze_assoc(struct analysis *analysis, ir_value value)
{
	num field = all_ones(analysis, ir_count_parameter(analysis->module, value, 2));
	uint64_t n = ir_count_parameter(analysis->module, value, 0);

	dyadic_set_num(&analysis->at, &analysis->ranges->nums, field);
	mpz_mul_ui(analysis->at.m, analysis->at.m, n);
	set_range(analysis, value, NUM_ZERO, dyadic_num(&analysis->at, &analysis->ranges->nums),
		0);
}

void analyze_derived(struct analysis *analysis, ir_value value)
{
	switch (ir_op_of(analysis->module, value)) {
	case IR_WITHIN:
	case IR_STEP:
		analyze_indicator(analysis, value);
		break;
	case IR_BITS:
		analyze_bits(analysis, value);
		break;
	case IR_LOOKUP:
		analyze_lookup(analysis, value);
		break;
	case IR_KNOTS:
		analyze_knots(analysis, value);
		break;
	case IR_MATCH:
		analyze_match(analysis, value);
		break;
	case IR_ASSOC:
		analyze_assoc(analysis, value);
		break;
	case IR_INPUT:
	case IR_RELU:
	case IR_AFFINE:
	case IR_OP_COUNT:
		break;
	}
}
