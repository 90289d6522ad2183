#include "ir/eval.h"

#include "support/mem.h"

/* One operation under way: where its operands are, and where its result goes. */
struct eval {
	const struct ir_module *module;
	ir_value value;
	const struct dyadic *values;
	struct dyadic *result;
	struct dyadic_scratch *scratch;
};

static const struct dyadic *operand(const struct eval *eval, uint32_t i)
{
	return &eval->values[ir_terms(eval->module, eval->value)[i].value.i];
}

static num parameter(const struct eval *eval, uint32_t i)
{
	return ir_parameter(eval->module, eval->value, i);
}

static uint32_t count_parameter(const struct eval *eval, uint32_t i)
{
	return ir_count_parameter(eval->module, eval->value, i);
}

void ir_eval_form(const struct ir_module *module, ir_value value, const struct dyadic *values,
	uint32_t first, struct dyadic *result, struct dyadic_scratch *scratch)
{
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value);
	num bias = module->nodes[value.i].bias;

	if (count == 1 && num_equal(terms->weight, NUM_ONE) && num_equal(bias, NUM_ZERO)) {
		dyadic_set(result, &values[terms->value.i - first]); /* a value carried on */
		return;
	}
	dyadic_set_num(result, &module->nums, bias);
	for (uint32_t i = 0; i < count; i++) {
		const struct dyadic *from = &values[terms[i].value.i - first];
		if (dyadic_sign(from) != 0)
			dyadic_add_product_num(
				result, from, &module->nums, terms[i].weight, scratch);
	}
	dyadic_normalize(result);
}

/* --- comparisons -------------------------------------------------------------------- */

static int compare_with(const struct eval *eval, const struct dyadic *a, num constant)
{
	struct dyadic view; /* borrows the pool's limbs, so nothing to clear */

	view.e = num_view(&eval->module->nums, constant, view.m);
	return dyadic_compare(a, &view, eval->scratch);
}

static void within(const struct eval *eval)
{
	const struct dyadic *z = operand(eval, 0);

	dyadic_set_int(eval->result,
		compare_with(eval, z, parameter(eval, 0)) >= 0 &&
			compare_with(eval, z, parameter(eval, 1)) <= 0);
}

static void step(const struct eval *eval)
{
	dyadic_set_int(
		eval->result, compare_with(eval, operand(eval, 0), parameter(eval, 0)) >= 0);
}

static void match(const struct eval *eval)
{
	if (dyadic_compare(operand(eval, 0), operand(eval, 1), eval->scratch) == 0)
		dyadic_set(eval->result, operand(eval, 2));
	else
		dyadic_set_zero(eval->result);
}

/* --- bit fields --------------------------------------------------------------------- */

/* field = floor(x / 2^pos) mod 2^len; never a number longer than x or 2^len. */
static void get_field(mpz_t field, const struct dyadic *x, uint64_t pos, uint64_t len)
{
	int64_t shift = x->e - (int64_t)pos;

	if (shift >= (int64_t)len) {
		mpz_set_ui(field, 0);
	} else if (shift <= 0) {
		mpz_fdiv_q_2exp(field, x->m, (mp_bitcnt_t)-shift);
		mpz_fdiv_r_2exp(field, field, len);
	} else {
		mpz_fdiv_r_2exp(field, x->m, len - (uint64_t)shift);
		mpz_mul_2exp(field, field, (mp_bitcnt_t)shift);
	}
}

static void bits(const struct eval *eval)
{
	get_field(eval->result->m, operand(eval, 0), count_parameter(eval, 0),
		count_parameter(eval, 1));
	eval->result->e = 0;
	dyadic_normalize(eval->result);
}

/* The same of an integer from >= 0, in time that does not grow with what it skips. */
static void get_slot(mpz_t field, const mpz_t from, uint64_t pos, uint32_t len)
{
	size_t skip = pos / GMP_NUMB_BITS, size = mpz_size(from);
	uint32_t offset = pos % GMP_NUMB_BITS;
	size_t need = ((uint64_t)offset + len + GMP_NUMB_BITS - 1) / GMP_NUMB_BITS;
	mpz_t view;

	if (skip >= size) {
		mpz_set_ui(field, 0);
		return;
	}
	if (need > size - skip)
		need = size - skip;
	mpz_roinit_n(view, mpz_limbs_read(from) + skip, (mp_size_t)need);
	mpz_tdiv_q_2exp(field, view, offset);
	mpz_tdiv_r_2exp(field, field, len);
}

/* key = x, if that can be a field of `len` bits. */
static bool get_key(mpz_t key, const struct dyadic *x, uint32_t len)
{
	if (dyadic_sign(x) < 0 || x->e < 0)
		return false;
	if (dyadic_sign(x) > 0 && (uint64_t)x->e + mpz_sizeinbase(x->m, 2) > len)
		return false;
	mpz_mul_2exp(key, x->m, (mp_bitcnt_t)x->e);
	return true;
}

static void assoc(const struct eval *eval)
{
	uint32_t n = count_parameter(eval, 0), rho = count_parameter(eval, 1);
	uint32_t c = count_parameter(eval, 2);
	mpz_ptr field = eval->scratch->product, sum = eval->result->m;
	mpz_t key, u, w;

	dyadic_set_zero(eval->result);
	mpz_inits(key, u, w, NULL);
	if (get_key(key, operand(eval, 0), rho)) {
		get_field(u, operand(eval, 1), 0, (uint64_t)n * rho);
		get_field(w, operand(eval, 2), 0, (uint64_t)n * c);
		for (uint32_t i = 0; i < n; i++) {
			get_slot(field, u, (uint64_t)rho * i, rho);
			if (mpz_cmp(field, key) != 0)
				continue;
			get_slot(field, w, (uint64_t)c * i, c);
			mpz_add(sum, sum, field);
		}
	}
	mpz_clears(key, u, w, NULL);
	dyadic_normalize(eval->result);
}

/* --- tables ------------------------------------------------------------------------- */

/* The row that holds z; false if none does. */
static bool find_row(const struct eval *eval, const struct dyadic *z, uint32_t *row)
{
	const struct ir_table *table = ir_table_of(eval->module, eval->value);
	ir_key key;

	if (!ir_key_from_mpz(z->m, z->e, &key))
		return false;
	*row = ir_table_find(table, key);
	return *row < table->row_count;
}

static num cell(const struct eval *eval, uint32_t column, uint32_t row)
{
	return ir_table_of(eval->module, eval->value)->columns[column][row];
}

static void lookup(const struct eval *eval)
{
	uint32_t column = ir_column_of(eval->module, eval->value), row;

	if (find_row(eval, operand(eval, 0), &row))
		dyadic_set_num(eval->result, &eval->module->nums, cell(eval, column, row));
	else
		dyadic_set_zero(eval->result);
}

static void knots(const struct eval *eval)
{
	const struct num_pool *nums = &eval->module->nums;
	uint32_t column = ir_column_of(eval->module, eval->value), row;

	if (!find_row(eval, operand(eval, 0), &row)) {
		dyadic_set_zero(eval->result);
		return;
	}
	dyadic_set_num(eval->result, nums, cell(eval, column + 1, row));
	dyadic_add_product_num(
		eval->result, operand(eval, 0), nums, cell(eval, column, row), eval->scratch);
	dyadic_normalize(eval->result);
}

void ir_eval(const struct ir_module *module, ir_value value, const struct dyadic *values,
	struct dyadic *result, struct dyadic_scratch *scratch)
{
	struct eval eval = { module, value, values, result, scratch };

	switch (ir_op_of(module, value)) {
	case IR_RELU:
		ir_eval_form(module, value, values, 0, result, scratch);
		if (dyadic_sign(result) < 0)
			dyadic_set_zero(result);
		return;
	case IR_AFFINE:
		ir_eval_form(module, value, values, 0, result, scratch);
		return;
	case IR_WITHIN:
		within(&eval);
		return;
	case IR_STEP:
		step(&eval);
		return;
	case IR_BITS:
		bits(&eval);
		return;
	case IR_LOOKUP:
		lookup(&eval);
		return;
	case IR_KNOTS:
		knots(&eval);
		return;
	case IR_MATCH:
		match(&eval);
		return;
	case IR_ASSOC:
		assoc(&eval);
		return;
	case IR_INPUT:
	case IR_OP_COUNT:
		break;
	}
	panic("value %u has no operation", value.i);
}
