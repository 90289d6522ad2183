/*
 * Operations that read tables: lookup and knots.
 */
#include <stdlib.h>

#include "backends/plan/fuser.h"
#include "runtime/fused_code.h"
#include "support/mem.h"

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
static uint64_t array_place(struct fuser *fuser, struct words *array)
{
	uint64_t place = array->count
		? words_intern(&fuser->plan->constants, array->words, array->count)
		: 0;

	words_fini(array);
	return place;
}

/* First and last key of row i as the operand is held; false if it can hold none of them. */
static bool held_row(const struct fuser *fuser, const struct ir_table *table, uint32_t i,
	const struct plan_held *held, mpz_t first, mpz_t last)
{
	mpz_t key;

	mpz_init(key);
	key_to_mpz(table->first[i], key);
	fuser_bound(fuser, held, key, true, first);
	key_to_mpz(table->last[i], key);
	fuser_bound(fuser, held, key, false, last);
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

static void make_keys(struct fuser *fuser, const struct ir_table *table,
	const struct plan_held *held, struct keys *keys)
{
	struct words firsts = { 0 }, lasts = { 0 };
	mpz_t first, last;

	free(keys->rows);
	*keys = (struct keys){ true, held->step, held->least, held->limbs,
		mem_alloc(table->row_count, sizeof *keys->rows), 0, 1, 0, 0 };
	mpz_inits(first, last, NULL);
	for (uint32_t i = 0; i < table->row_count; i++)
		if (held_row(fuser, table, i, held, first, last)) {
			keys->rows[keys->row_count++] = i;
			if (mpz_size(last) > keys->limbs)
				keys->limbs = mpz_size(last);
		}
	for (uint32_t i = 0; i < keys->row_count; i++) {
		held_row(fuser, table, keys->rows[i], held, first, last);
		add_limbs(&firsts, first, keys->limbs);
		add_limbs(&lasts, last, keys->limbs);
	}
	keys->first = array_place(fuser, &firsts);
	keys->last = array_place(fuser, &lasts);
	mpz_clears(first, last, NULL);
}

static const struct keys *keys_of(struct fuser *fuser, ir_value value)
{
	ir_value operand = ir_terms(fuser->module, value)[0].value;
	const struct plan_held *held = &fuser->former.held[operand.i];
	struct keys *keys = &fuser->keys[ir_count_parameter(fuser->module, value, 0)];

	if (!keys->made || keys->step != held->step || keys->operand_limbs != held->limbs ||
		!num_equal(keys->least, held->least))
		make_keys(fuser, ir_table_of(fuser->module, value), held, keys);
	return keys;
}

static int64_t least_exponent(const struct fuser *fuser, const num *column, uint32_t count,
	int64_t more, int64_t most)
{
	const struct num_pool *nums = &fuser->module->nums;

	for (uint32_t i = 0; i < count; i++)
		if (num_sign(nums, column[i]) && num_exponent(nums, column[i]) + more < most)
			most = num_exponent(nums, column[i]) + more;
	return most;
}

static void put_row_search(struct fuser *fuser, ir_value value, const struct keys *keys)
{
	struct plan_former *former = &fuser->former;

	plan_former_put(former, fuser_value(fuser, ir_terms(fuser->module, value)[0].value));
	plan_former_put(former, keys->row_count);
	plan_former_put(former, keys->limbs);
	plan_former_put(former, keys->first);
	plan_former_put(former, keys->last);
}

void fuser_lookup(struct fuser *fuser, ir_value value)
{
	const struct ir_table *table = ir_table_of(fuser->module, value);
	const num *column = table->columns[ir_column_of(fuser->module, value)];
	int64_t step = least_exponent(fuser, column, table->row_count, 0, INT64_MAX);
	uint32_t limbs = fuser_hold(fuser, value, step == INT64_MAX ? 0 : step);
	const struct plan_held *held = &fuser->former.held[value.i];
	const struct keys *keys;
	struct words array = { 0 };
	uint64_t result, place, zero;
	mpz_t m;

	if (!limbs)
		return;
	result = fuser_place(fuser, value);
	keys = keys_of(fuser, value);
	mpz_init(m);
	for (uint32_t i = 0; i < keys->row_count; i++) {
		fuser_number(fuser, held, column[keys->rows[i]], m);
		add_limbs(&array, m, limbs);
	}
	mpz_clear(m);
	place = array_place(fuser, &array);
	zero = fuser_zero(fuser, held);
	fuser_begin(fuser, MEMC_LOOKUP, result);
	put_row_search(fuser, value, keys);
	plan_former_put(&fuser->former, place);
	plan_former_put(&fuser->former, zero);
	fuser_end(fuser);
}

/*
 * Slope and offset of row i for an operand and a result as they are held:
 * (slope * (u * 2^s + least) + offset - least') / 2^s'.
 */
static void held_line(const struct fuser *fuser, const struct plan_held *from,
	const struct plan_held *to, num slope, num offset, mpz_t line[2])
{
	const struct num_pool *nums = &fuser->module->nums;
	mpz_t least;

	mpz_init(least);
	fuser_scaled(nums, slope, to->step - from->step, line[0]);
	fuser_scaled(&fuser->ranges.nums, from->least, from->step, least);
	fuser_number(fuser, to, offset, line[1]);
	mpz_addmul(line[1], line[0], least);
	mpz_clear(least);
}

void fuser_knots(struct fuser *fuser, ir_value value)
{
	const struct ir_module *module = fuser->module;
	const struct ir_table *table = ir_table_of(module, value);
	const num *slopes = table->columns[ir_column_of(module, value)];
	const num *offsets = table->columns[ir_column_of(module, value) + 1];
	const struct plan_held *from = &fuser->former.held[ir_terms(module, value)[0].value.i];
	int64_t step = least_exponent(fuser, slopes, table->row_count, from->step, INT64_MAX);
	struct words slope = { 0 }, offset = { 0 };
	const struct keys *keys;
	uint64_t result, slope_place, offset_place, zero;
	uint32_t limbs;
	mpz_t line[2];

	step = least_exponent(fuser, offsets, table->row_count, 0, step);
	limbs = fuser_hold(fuser, value, step == INT64_MAX ? 0 : step);
	if (!limbs)
		return;
	result = fuser_place(fuser, value);
	keys = keys_of(fuser, value);
	mpz_inits(line[0], line[1], NULL);
	for (uint32_t i = 0; i < keys->row_count; i++) {
		held_line(fuser, from, &fuser->former.held[value.i], slopes[keys->rows[i]],
			offsets[keys->rows[i]], line);
		add_limbs(&slope, line[0], limbs);
		add_limbs(&offset, line[1], limbs);
	}
	mpz_clears(line[0], line[1], NULL);
	slope_place = array_place(fuser, &slope);
	offset_place = array_place(fuser, &offset);
	zero = fuser_zero(fuser, &fuser->former.held[value.i]);
	fuser_begin(fuser, MEMC_KNOTS, result);
	put_row_search(fuser, value, keys);
	plan_former_put(&fuser->former, slope_place);
	plan_former_put(&fuser->former, offset_place);
	plan_former_put(&fuser->former, zero);
	fuser_end(fuser);
}
