/*
 * Any fused module as code for the engine of runtime/fused.h.
 */
#include <stdlib.h>

#include "backends/c/form.h"
#include "backends/c/frame.h"
#include "backends/c/plan.h"
#include "ir/range.h"
#include "runtime/code.h"
#include "runtime/fused_code.h"
#include "support/mem.h"

/* The keys of a table as an operand is held: of its rows, those that it can hold. */
struct keys {
	bool made;
	int64_t step;
	num least;
	uint32_t operand_limbs;

	uint32_t *rows;
	uint32_t row_count;
	uint64_t limbs, first, last;
};

enum { TEMPORARIES = 8 };

struct builder {
	struct c_plan *plan;
	const struct ir_module *module;
	struct ir_ranges ranges;
	struct c_former former;
	struct c_frame frame;
	uint32_t *last_use; /* of each value; 0: none */
	uint64_t *places;
	struct keys *keys; /* by table, as last used */

	/* places that are given back behind the instruction under way */
	struct {
		uint64_t place, limbs;
	} temporaries[TEMPORARIES];
	uint32_t temporary_count;
};

/* --- references and instructions ---------------------------------------------------- */

static uint64_t reference(uint64_t place, uint64_t limbs)
{
	return place << 20 | limbs;
}

static uint64_t value_reference(const struct builder *builder, ir_value value)
{
	return reference(builder->places[value.i], builder->former.held[value.i].limbs);
}

static uint64_t constant_reference(struct builder *builder, const mpz_t m)
{
	return mpz_sgn(m) ? c_former_constant(&builder->former, m, 0) : 0;
}

static void begin(struct builder *builder, uint64_t operation, uint64_t result)
{
	builder->former.code_count = 0;
	c_former_put(&builder->former, operation | result << 8);
}

static void end(struct builder *builder)
{
	const struct c_former *former = &builder->former;

	for (size_t i = 0; i < former->code_count; i++)
		words_add(&builder->plan->neurons, former->code[i]);
	builder->plan->steps++;
}

static uint64_t take_temporary(struct builder *builder, uint64_t limbs)
{
	uint64_t place = c_frame_take(&builder->frame, limbs);

	if (builder->temporary_count == TEMPORARIES)
		panic("an instruction with too many operands");
	builder->temporaries[builder->temporary_count].place = place;
	builder->temporaries[builder->temporary_count++].limbs = limbs;
	return place;
}

/* Puts a form of `sum` limbs that keeps `keep` of them; it is less than 0 only if signed. */
static void put_form(struct builder *builder, const struct c_form *form, int64_t step,
	uint64_t place, uint64_t sum, uint64_t keep, bool is_signed)
{
	struct c_former *former = &builder->former;

	begin(builder, MEMC_FORM, reference(place, keep));
	c_former_put(former, 0);
	c_form_put(former, form, step, sum);
	former->code[1] =
		(uint64_t)is_signed << 63 | former->term_count << 38 | keep << 19 | sum;
	end(builder);
}

/* --- how values are held ------------------------------------------------------------ */

static void num_to_mpz(const struct num_pool *nums, num n, int64_t step, mpz_t to)
{
	mpz_t view;
	int64_t e = num_view(nums, n, view) - step;

	if (e >= 0)
		mpz_mul_2exp(to, view, (mp_bitcnt_t)e);
	else
		mpz_fdiv_q_2exp(to, view, (mp_bitcnt_t)-e);
}

/* The greatest multiple of 2^step that is not above a negative lo; else 0. */
static num least_of(struct builder *builder, num lo, int64_t step)
{
	struct num_pool *nums = &builder->ranges.nums;
	num least;
	mpz_t m;

	if (num_sign(nums, lo) >= 0)
		return NUM_ZERO;
	mpz_init(m);
	num_to_mpz(nums, lo, step, m);
	least = num_from_mpz(nums, m, step);
	mpz_clear(m);
	return least;
}

/* Says how a value is held; returns its limbs. */
static uint32_t hold(struct builder *builder, ir_value value, int64_t step)
{
	const struct ir_range *range = &builder->ranges.of[value.i];
	struct num_pool *nums = &builder->ranges.nums;
	num least = least_of(builder, range->lo, step);
	num width = num_add(nums, range->hi, num_neg(nums, least));
	uint64_t limbs = (c_bits_at(nums, width, step) + 63) / 64;

	if (num_sign(nums, width) <= 0)
		limbs = 0;
	if (limbs >= MEMC_LIMBS_LIMIT) {
		builder->plan->too_large = true;
		limbs = 0;
	}
	builder->former.held[value.i] = (struct c_held){ step, (uint32_t)limbs, least };
	return (uint32_t)limbs;
}

/* Gives the held value a place; returns its reference. */
static uint64_t place_value(struct builder *builder, ir_value value)
{
	uint32_t limbs = builder->former.held[value.i].limbs;

	builder->places[value.i] = c_frame_take(&builder->frame, limbs);
	return reference(builder->places[value.i], limbs);
}

/* Bits of a value in two's complement. */
static uint64_t plain_bits(const struct builder *builder, ir_value value)
{
	const struct ir_range *range = &builder->ranges.of[value.i];
	uint64_t low = c_bits_at(&builder->ranges.nums, range->lo, 0);
	uint64_t high = c_bits_at(&builder->ranges.nums, range->hi, 0);

	return (low > high ? low : high) + 1;
}

/*
 * The reference of an integer value as it is, modulo 2^bits or more: its own, or that of a
 * temporary.
 */
static uint64_t plain(struct builder *builder, ir_value value, uint64_t bits)
{
	const struct c_held *held = &builder->former.held[value.i];
	const struct ir_term term = { value, NUM_ONE };
	const struct c_form form = { .terms = &term, .count = 1 };
	int64_t step = held->step < 0 ? held->step : 0;
	uint64_t limbs = (bits + (uint64_t)-step + 63) / 64, place, field;

	if (num_equal(held->least, NUM_ZERO) && held->step == 0)
		return value_reference(builder, value);
	if (limbs >= MEMC_LIMBS_LIMIT) {
		builder->plan->too_large = true;
		return 0;
	}
	place = take_temporary(builder, limbs);
	put_form(builder, &form, step, place, limbs, limbs, false);
	if (step == 0)
		return reference(place, limbs);
	/* the integer is a field of the multiple of 2^step */
	field = take_temporary(builder, (bits + 63) / 64);
	begin(builder, MEMC_BITS, reference(field, (bits + 63) / 64));
	c_former_put(&builder->former, reference(place, limbs));
	c_former_put(&builder->former, (uint64_t)-step);
	c_former_put(&builder->former, bits);
	end(builder);
	return reference(field, (bits + 63) / 64);
}

/* --- forms -------------------------------------------------------------------------- */

static struct c_form form_of(const struct builder *builder, ir_value value)
{
	return (struct c_form){ .terms = ir_terms(builder->module, value),
		.count = ir_term_count(builder->module, value),
		.bias = builder->module->nodes[value.i].bias };
}

/* A relu, or the output as if it had one: y <= 0 is no class. */
static void put_relu(struct builder *builder, ir_value value, int64_t most_step)
{
	struct num_pool *nums = &builder->ranges.nums;
	const struct ir_range *range = &builder->ranges.of[value.i];
	struct c_form form = form_of(builder, value);
	int64_t step = c_form_step(&builder->former, &form, most_step);
	bool is_signed = num_sign(nums, range->before) < 0;
	uint64_t low = is_signed ? c_bits_at(nums, range->before, step) : 0;
	uint64_t high = num_sign(nums, range->before_hi) > 0
		? c_bits_at(nums, range->before_hi, step)
		: 0;
	uint64_t keep = (high + 63) / 64, place;
	uint64_t sum = ((low > high ? low : high) + is_signed + 63) / 64;

	if (sum >= MEMC_LIMBS_LIMIT) {
		builder->plan->too_large = true;
		return;
	}
	builder->former.held[value.i] = (struct c_held){ step, (uint32_t)keep, NUM_ZERO };
	if (!keep)
		return;
	place = c_frame_take(&builder->frame, sum);
	put_form(builder, &form, step, place, sum, keep, is_signed);
	builder->places[value.i] = place;
	c_frame_give(&builder->frame, place + keep, sum - keep);
}

/* An affine form, which is never less than its least value. */
static void put_affine(struct builder *builder, ir_value value)
{
	struct c_form form = form_of(builder, value);
	int64_t step = c_form_step(&builder->former, &form, INT64_MAX);
	uint32_t limbs = hold(builder, value, step);

	form.least = builder->former.held[value.i].least;
	if (!limbs)
		return;
	place_value(builder, value);
	put_form(builder, &form, step, builder->places[value.i], limbs, limbs, false);
}

/* --- comparisons and fields --------------------------------------------------------- */

/* m = (n - least) / 2^step of the operand's holding, rounded down, or up. */
static void held_bound(const struct builder *builder, const struct c_held *held, const mpz_t n,
	bool up, mpz_t m)
{
	mpz_t least;
	int64_t unit = held->step < 0 ? held->step : 0;

	mpz_init(least);
	num_to_mpz(&builder->ranges.nums, held->least, unit, least);
	mpz_mul_2exp(m, n, (mp_bitcnt_t)-unit);
	mpz_sub(m, m, least);
	if (held->step > 0 && up)
		mpz_cdiv_q_2exp(m, m, (mp_bitcnt_t)held->step);
	else if (held->step > 0)
		mpz_fdiv_q_2exp(m, m, (mp_bitcnt_t)held->step);
	mpz_clear(least);
}

static void parameter_bound(const struct builder *builder, ir_value value, uint32_t i,
	const struct c_held *held, bool up, mpz_t m)
{
	mpz_t n;

	mpz_init(n);
	num_to_mpz(&builder->module->nums, ir_parameter(builder->module, value, i), 0, n);
	held_bound(builder, held, n, up, m);
	mpz_clear(n);
}

/* within and step: whether the operand as it is held lies between two constants. */
static void put_within(struct builder *builder, ir_value value)
{
	ir_value operand = ir_terms(builder->module, value)[0].value;
	const struct c_held *held = &builder->former.held[operand.i];
	uint64_t least, most, result;
	mpz_t lo, hi;

	builder->former.held[value.i] = (struct c_held){ 0, 1, NUM_ZERO };
	result = place_value(builder, value);
	mpz_inits(lo, hi, NULL);
	parameter_bound(builder, value, 0, held, true, lo);
	if (ir_op_of(builder->module, value) == IR_WITHIN) {
		parameter_bound(builder, value, 1, held, false, hi);
	} else {
		mpz_setbit(hi, 64 * (mp_bitcnt_t)held->limbs);
		mpz_sub_ui(hi, hi, 1);
	}
	if (mpz_sgn(lo) < 0)
		mpz_set_ui(lo, 0);
	if (mpz_cmp(lo, hi) > 0) { /* nothing is 1..0 */
		mpz_set_ui(lo, 1);
		mpz_set_ui(hi, 0);
	}
	least = constant_reference(builder, lo);
	most = constant_reference(builder, hi);
	begin(builder, MEMC_WITHIN, result);
	c_former_put(&builder->former, value_reference(builder, operand));
	c_former_put(&builder->former, least);
	c_former_put(&builder->former, most);
	end(builder);
	mpz_clears(lo, hi, NULL);
}

static void put_bits(struct builder *builder, ir_value value)
{
	ir_value operand = ir_terms(builder->module, value)[0].value;
	uint64_t position = ir_count_parameter(builder->module, value, 0);
	uint64_t length = ir_count_parameter(builder->module, value, 1);
	uint64_t result, from;

	if (!hold(builder, value, 0))
		return;
	result = place_value(builder, value);
	from = plain(builder, operand, position + length);
	begin(builder, MEMC_BITS, result);
	c_former_put(&builder->former, from);
	c_former_put(&builder->former, position);
	c_former_put(&builder->former, length);
	end(builder);
}

/* --- tables ------------------------------------------------------------------------- */

static void key_to_mpz(ir_key key, mpz_t to)
{
	ir_key size = key < 0 ? -key : key;

	mpz_set_ui(to, (unsigned long)(size >> 64));
	mpz_mul_2exp(to, to, 64);
	mpz_add_ui(to, to, (unsigned long)size);
	if (key < 0)
		mpz_neg(to, to);
}

/* Adds m modulo 2^(64 limbs) to an array. */
static void add_limbs(struct words *array, const mpz_t m, uint64_t limbs)
{
	mpz_t word;

	mpz_init(word);
	mpz_fdiv_r_2exp(word, m, (mp_bitcnt_t)(64 * limbs));
	for (uint64_t i = 0; i < limbs; i++)
		words_add(array, mpz_getlimbn(word, (mp_size_t)i));
	mpz_clear(word);
}

/* The place of an array among the constants. */
static uint64_t array_place(struct builder *builder, struct words *array)
{
	uint64_t place = array->count
		? words_intern(&builder->plan->constants, array->words, array->count)
		: 0;

	words_fini(array);
	return place;
}

/* First and last key of row i as the operand is held; false if it can hold none of them. */
static bool held_row(const struct builder *builder, const struct ir_table *table, uint32_t i,
	const struct c_held *held, mpz_t first, mpz_t last)
{
	mpz_t key;

	mpz_init(key);
	key_to_mpz(table->first[i], key);
	held_bound(builder, held, key, true, first);
	key_to_mpz(table->last[i], key);
	held_bound(builder, held, key, false, last);
	if (mpz_sgn(first) < 0)
		mpz_set_ui(first, 0);
	if (mpz_sgn(last) >= 0 && mpz_sizeinbase(last, 2) > 64 * (size_t)held->limbs) {
		mpz_set_ui(last, 0);
		mpz_setbit(last, 64 * (mp_bitcnt_t)held->limbs);
		mpz_sub_ui(last, last, 1);
	}
	mpz_clear(key);
	return mpz_cmp(first, last) <= 0;
}

static void make_keys(struct builder *builder, const struct ir_table *table,
	const struct c_held *held, struct keys *keys)
{
	struct words firsts = { 0 }, lasts = { 0 };
	mpz_t first, last;

	free(keys->rows);
	*keys = (struct keys){ true, held->step, held->least, held->limbs,
		mem_alloc(table->row_count, sizeof *keys->rows), 0, 1, 0, 0 };
	mpz_inits(first, last, NULL);
	for (uint32_t i = 0; i < table->row_count; i++)
		if (held_row(builder, table, i, held, first, last)) {
			keys->rows[keys->row_count++] = i;
			if (mpz_size(last) > keys->limbs)
				keys->limbs = mpz_size(last);
		}
	for (uint32_t i = 0; i < keys->row_count; i++) {
		held_row(builder, table, keys->rows[i], held, first, last);
		add_limbs(&firsts, first, keys->limbs);
		add_limbs(&lasts, last, keys->limbs);
	}
	keys->first = array_place(builder, &firsts);
	keys->last = array_place(builder, &lasts);
	mpz_clears(first, last, NULL);
}

static const struct keys *keys_of(struct builder *builder, ir_value value)
{
	ir_value operand = ir_terms(builder->module, value)[0].value;
	const struct c_held *held = &builder->former.held[operand.i];
	struct keys *keys = &builder->keys[ir_count_parameter(builder->module, value, 0)];

	if (!keys->made || keys->step != held->step || keys->operand_limbs != held->limbs ||
		!num_equal(keys->least, held->least))
		make_keys(builder, ir_table_of(builder->module, value), held, keys);
	return keys;
}

/* to = (n - least) / 2^step of a value, exactly. */
static void held_number(
	const struct builder *builder, const struct c_held *held, num n, mpz_t to)
{
	mpz_t least;

	mpz_init(least);
	num_to_mpz(&builder->module->nums, n, held->step, to);
	num_to_mpz(&builder->ranges.nums, held->least, held->step, least);
	mpz_sub(to, to, least);
	mpz_clear(least);
}

static int64_t least_exponent(const struct builder *builder, const num *column, uint32_t count,
	int64_t more, int64_t most)
{
	const struct num_pool *nums = &builder->module->nums;

	for (uint32_t i = 0; i < count; i++)
		if (num_sign(nums, column[i]) && num_exponent(nums, column[i]) + more < most)
			most = num_exponent(nums, column[i]) + more;
	return most;
}

static void put_row_search(struct builder *builder, ir_value value, const struct keys *keys)
{
	struct c_former *former = &builder->former;

	c_former_put(
		former, value_reference(builder, ir_terms(builder->module, value)[0].value));
	c_former_put(former, keys->row_count);
	c_former_put(former, keys->limbs);
	c_former_put(former, keys->first);
	c_former_put(former, keys->last);
}

/* The reference of the constant 0 as a value is held. */
static uint64_t held_zero(struct builder *builder, const struct c_held *held)
{
	uint64_t result;
	mpz_t m;

	mpz_init(m);
	held_number(builder, held, NUM_ZERO, m);
	result = constant_reference(builder, m);
	mpz_clear(m);
	return result;
}

static void put_lookup(struct builder *builder, ir_value value)
{
	const struct ir_table *table = ir_table_of(builder->module, value);
	const num *column = table->columns[ir_column_of(builder->module, value)];
	int64_t step = least_exponent(builder, column, table->row_count, 0, INT64_MAX);
	uint32_t limbs = hold(builder, value, step == INT64_MAX ? 0 : step);
	const struct c_held *held = &builder->former.held[value.i];
	const struct keys *keys;
	struct words array = { 0 };
	uint64_t result, place, zero;
	mpz_t m;

	if (!limbs)
		return;
	result = place_value(builder, value);
	keys = keys_of(builder, value);
	mpz_init(m);
	for (uint32_t i = 0; i < keys->row_count; i++) {
		held_number(builder, held, column[keys->rows[i]], m);
		add_limbs(&array, m, limbs);
	}
	mpz_clear(m);
	place = array_place(builder, &array);
	zero = held_zero(builder, held);
	begin(builder, MEMC_LOOKUP, result);
	put_row_search(builder, value, keys);
	c_former_put(&builder->former, place);
	c_former_put(&builder->former, zero);
	end(builder);
}

/*
 * Slope and offset of row i for an operand and a result as they are held:
 * (slope * (u * 2^s + least) + offset - least') / 2^s'.
 */
static void held_line(const struct builder *builder, const struct c_held *from,
	const struct c_held *to, num slope, num offset, mpz_t line[2])
{
	const struct num_pool *nums = &builder->module->nums;
	mpz_t least;

	mpz_init(least);
	num_to_mpz(nums, slope, to->step - from->step, line[0]);
	num_to_mpz(&builder->ranges.nums, from->least, from->step, least);
	held_number(builder, to, offset, line[1]);
	mpz_addmul(line[1], line[0], least);
	mpz_clear(least);
}

static void put_knots(struct builder *builder, ir_value value)
{
	const struct ir_module *module = builder->module;
	const struct ir_table *table = ir_table_of(module, value);
	const num *slopes = table->columns[ir_column_of(module, value)];
	const num *offsets = table->columns[ir_column_of(module, value) + 1];
	const struct c_held *from = &builder->former.held[ir_terms(module, value)[0].value.i];
	int64_t step = least_exponent(builder, slopes, table->row_count, from->step, INT64_MAX);
	struct words slope = { 0 }, offset = { 0 };
	const struct keys *keys;
	uint64_t result, slope_place, offset_place, zero;
	uint32_t limbs;
	mpz_t line[2];

	step = least_exponent(builder, offsets, table->row_count, 0, step);
	limbs = hold(builder, value, step == INT64_MAX ? 0 : step);
	if (!limbs)
		return;
	result = place_value(builder, value);
	keys = keys_of(builder, value);
	mpz_inits(line[0], line[1], NULL);
	for (uint32_t i = 0; i < keys->row_count; i++) {
		held_line(builder, from, &builder->former.held[value.i], slopes[keys->rows[i]],
			offsets[keys->rows[i]], line);
		add_limbs(&slope, line[0], limbs);
		add_limbs(&offset, line[1], limbs);
	}
	mpz_clears(line[0], line[1], NULL);
	slope_place = array_place(builder, &slope);
	offset_place = array_place(builder, &offset);
	zero = held_zero(builder, &builder->former.held[value.i]);
	begin(builder, MEMC_KNOTS, result);
	put_row_search(builder, value, keys);
	c_former_put(&builder->former, slope_place);
	c_former_put(&builder->former, offset_place);
	c_former_put(&builder->former, zero);
	end(builder);
}

/* --- match and assoc ---------------------------------------------------------------- */

/* The reference of y in a holding that has 0, which *held becomes. */
static uint64_t with_zero(struct builder *builder, ir_value y, struct c_held *held)
{
	const struct ir_term term = { y, NUM_ONE };
	const struct c_form form = { .terms = &term, .count = 1 };
	const struct num_pool *nums = &builder->ranges.nums;
	uint64_t limbs, place;

	*held = builder->former.held[y.i];
	if (num_sign(nums, held->least) <= 0)
		return value_reference(builder, y);
	held->least = NUM_ZERO;
	limbs = (c_bits_at(nums, builder->ranges.of[y.i].hi, held->step) + 63) / 64;
	held->limbs = (uint32_t)limbs;
	place = take_temporary(builder, limbs);
	put_form(builder, &form, held->step, place, limbs, limbs, false);
	return reference(place, limbs);
}

static void put_match(struct builder *builder, ir_value value)
{
	const struct ir_term *terms = ir_terms(builder->module, value);
	uint64_t a_bits = plain_bits(builder, terms[0].value);
	uint64_t b_bits = plain_bits(builder, terms[1].value);
	uint64_t bits = a_bits > b_bits ? a_bits : b_bits;
	uint64_t a = plain(builder, terms[0].value, bits);
	uint64_t b = plain(builder, terms[1].value, bits);
	struct c_held held;
	uint64_t y = with_zero(builder, terms[2].value, &held);
	uint64_t zero = held_zero(builder, &held), result;

	if (MEMC_CONSTANT_LIMBS(zero) > held.limbs)
		held.limbs = (uint32_t)MEMC_CONSTANT_LIMBS(zero);
	builder->former.held[value.i] = held;
	result = place_value(builder, value);
	begin(builder, MEMC_MATCH, result);
	c_former_put(&builder->former, a);
	c_former_put(&builder->former, b);
	c_former_put(&builder->former, y);
	c_former_put(&builder->former, zero);
	end(builder);
}

static void put_assoc(struct builder *builder, ir_value value)
{
	const struct ir_module *module = builder->module;
	const struct ir_term *terms = ir_terms(module, value);
	uint64_t slots = ir_count_parameter(module, value, 0);
	uint64_t length = ir_count_parameter(module, value, 1);
	uint64_t bits = ir_count_parameter(module, value, 2);
	uint64_t key_bits = plain_bits(builder, terms[0].value);
	uint64_t key, u, w, result;

	if (!hold(builder, value, 0))
		return;
	result = place_value(builder, value);
	/* a negative key has bits above those of a field */
	key = plain(builder, terms[0].value, key_bits > length ? key_bits : length + 1);
	u = plain(builder, terms[1].value, slots * length);
	w = plain(builder, terms[2].value, slots * bits);
	begin(builder, MEMC_ASSOC, result);
	c_former_put(&builder->former, key);
	c_former_put(&builder->former, u);
	c_former_put(&builder->former, w);
	c_former_put(&builder->former, slots);
	c_former_put(&builder->former, length);
	c_former_put(&builder->former, bits);
	end(builder);
}

/* --- all together ------------------------------------------------------------------- */

static void put_value(struct builder *builder, ir_value value)
{
	switch (ir_op_of(builder->module, value)) {
	case IR_INPUT:
		break;
	case IR_RELU:
		put_relu(builder, value, INT64_MAX);
		break;
	case IR_AFFINE:
		if (value.i == ir_output(builder->module).i)
			put_relu(builder, value, 0);
		else
			put_affine(builder, value);
		break;
	case IR_WITHIN:
	case IR_STEP:
		put_within(builder, value);
		break;
	case IR_BITS:
		put_bits(builder, value);
		break;
	case IR_LOOKUP:
		put_lookup(builder, value);
		break;
	case IR_KNOTS:
		put_knots(builder, value);
		break;
	case IR_MATCH:
		put_match(builder, value);
		break;
	case IR_ASSOC:
		put_assoc(builder, value);
		break;
	case IR_OP_COUNT:
		panic("no operation");
	}
}

/* Gives back what the instructions of a value needed: temporaries, and operands at the end. */
static void give_back(struct builder *builder, ir_value value)
{
	const struct ir_term *terms = ir_terms(builder->module, value);

	while (builder->temporary_count) {
		builder->temporary_count--;
		c_frame_give(&builder->frame,
			builder->temporaries[builder->temporary_count].place,
			builder->temporaries[builder->temporary_count].limbs);
	}
	for (uint32_t i = 0; i < ir_term_count(builder->module, value); i++) {
		uint32_t operand = terms[i].value.i;
		if (builder->last_use[operand] != value.i)
			continue;
		builder->last_use[operand] = 0; /* an operand may stand there twice */
		c_frame_give(&builder->frame, builder->places[operand],
			builder->former.held[operand].limbs);
	}
}

/* Backwards, so that what only unused values read is not used either. */
static void find_uses(struct builder *builder)
{
	const struct ir_module *module = builder->module;
	uint32_t output = ir_output(module).i;

	for (uint32_t i = output + 1; i-- > module->input_count;) {
		const struct ir_term *terms = ir_terms(module, (ir_value){ i });
		if (i != output && !builder->last_use[i])
			continue;
		for (uint32_t j = 0; j < ir_term_count(module, (ir_value){ i }); j++)
			if (!builder->last_use[terms[j].value.i])
				builder->last_use[terms[j].value.i] = i;
	}
}

static void hold_inputs(struct builder *builder)
{
	const struct ir_module *module = builder->module;

	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		builder->former.held[i] = (struct c_held){ 0, feature->hi > feature->lo,
			num_from_int(&builder->ranges.nums, feature->lo) };
		builder->places[i] = c_frame_take(&builder->frame, 1);
	}
}

static void put_values(struct builder *builder)
{
	uint32_t output = ir_output(builder->module).i;

	for (uint32_t i = builder->module->input_count;
		i <= output && !builder->plan->too_large; i++) {
		ir_value value = { i };
		if (i != output && !builder->last_use[i])
			continue;
		put_value(builder, value);
		give_back(builder, value);
	}
}

void c_plan_fused(struct c_plan *plan)
{
	const struct ir_module *module = plan->module;
	struct builder builder = { .plan = plan, .module = module };
	uint32_t output = ir_output(module).i;

	ir_ranges_init(&builder.ranges, module);
	c_former_init(&builder.former, module, &builder.ranges.nums, &plan->constants);
	builder.last_use = mem_zero(module->node_count, sizeof *builder.last_use);
	builder.places = mem_zero(module->node_count, sizeof *builder.places);
	builder.keys = mem_zero(module->table_count, sizeof *builder.keys);
	find_uses(&builder);
	hold_inputs(&builder);
	put_values(&builder);
	for (uint32_t i = 0; i < output; i++)
		words_add(&plan->layers, value_reference(&builder, (ir_value){ i }));
	plan->output = value_reference(&builder, ir_output(module));
	if (builder.former.held[output].step < 0)
		plan->fraction = (uint64_t)-builder.former.held[output].step;
	plan->even.limbs = builder.frame.size;
	for (uint32_t i = 0; i < module->table_count; i++)
		free(builder.keys[i].rows);
	free(builder.keys);
	free(builder.last_use);
	free(builder.places);
	c_frame_fini(&builder.frame);
	c_former_fini(&builder.former);
	ir_ranges_fini(&builder.ranges);
}
