/*
 * Values of dense modules and their forms in machine integers.
 */
#include "backends/plan/denser.h"
#include "support/mem.h"

/* --- numbers ------------------------------------------------------------------------ */

static int64_t take(struct denser *denser, const mpz_t m)
{
	if (mpz_sizeinbase(m, 2) <= 62)
		return mpz_get_si(m);
	denser->fits = false;
	return 0;
}

/* n / 2^step, rounded down. */
static int64_t scale(struct denser *denser, const struct num_pool *nums, num n, int64_t step)
{
	mpz_t view;
	int64_t e = num_view(nums, n, view) - step;

	if (mpz_sgn(view) == 0)
		return 0;
	if (e > 64) {
		denser->fits = false;
		return 0;
	}
	if (e >= 0)
		mpz_mul_2exp(denser->scaled, view, (mp_bitcnt_t)e);
	else
		mpz_fdiv_q_2exp(denser->scaled, view, (mp_bitcnt_t)-e);
	return take(denser, denser->scaled);
}

/* Adds a * b to *sum; *most is the sum of magnitudes. */
static void add_product(
	struct denser *denser, int64_t a, int64_t b, __int128 *sum, __int128 *most)
{
	__int128 product = (__int128)a * b;

	*sum += product;
	*most += product < 0 ? -product : product;
	if (*most >= DENSE_LIMIT)
		denser->fits = false;
}

/* --- how values are held ------------------------------------------------------------ */

ir_value denser_terms(const struct denser *denser, ir_value value)
{
	if (ir_op_of(denser->module, value) == IR_STEP) {
		ir_value operand = ir_terms(denser->module, value)[0].value;
		if (denser->values[operand.i].kind == DENSE_THROUGH)
			return operand;
	}
	return value;
}

/* The greatest step, at most `most`, of all that a form adds. */
static int64_t form_step(const struct denser *denser, ir_value value, int64_t most)
{
	const struct num_pool *nums = &denser->module->nums;
	const struct ir_term *terms = ir_terms(denser->module, value);
	num bias = denser->module->nodes[value.i].bias;
	int64_t step = most;

	if (num_sign(nums, bias) && num_exponent(nums, bias) < step)
		step = num_exponent(nums, bias);
	for (uint32_t i = 0; i < ir_term_count(denser->module, value); i++) {
		int64_t e = num_exponent(nums, terms[i].weight) +
			denser->values[terms[i].value.i].step;
		step = e < step ? e : step;
	}
	return step == INT64_MAX ? 0 : step;
}

static void hold_form(struct denser *denser, ir_value value)
{
	enum { STEPS = 1 << 20 };
	const struct ir_range *range = &denser->ranges.of[value.i];
	const struct num_pool *nums = &denser->ranges.nums;
	struct dense_value *held = &denser->values[value.i];
	bool is_output = value.i == ir_output(denser->module).i;
	int64_t step = form_step(denser, value, is_output ? 0 : INT64_MAX);

	if (step < -STEPS || step > STEPS) {
		denser->fits = false;
		return;
	}
	held->step = (int32_t)step;
	/* the output, too, is cut off at 0, which is no class */
	if (ir_op_of(denser->module, value) == IR_AFFINE && !is_output)
		held->least = scale(denser, nums, range->lo, step);
	held->most = scale(denser, nums, range->hi, step) - held->least;
	if (held->most < 0)
		held->most = 0;
	if (held->most >= DENSE_LIMIT)
		denser->fits = false;
}

void denser_hold(struct denser *denser, ir_value value)
{
	const struct ir_module *module = denser->module;
	struct dense_value *held = &denser->values[value.i];

	switch (ir_op_of(module, value)) {
	case IR_INPUT:
		held->least = module->features[value.i].lo;
		held->most = (int64_t)ir_feature_span(&module->features[value.i]);
		if (held->least < -DENSE_LIMIT || held->least > DENSE_LIMIT ||
			ir_feature_span(&module->features[value.i]) > DENSE_LIMIT)
			denser->fits = false;
		break;
	case IR_RELU:
	case IR_AFFINE:
		hold_form(denser, value);
		break;
	case IR_STEP:
	case IR_WITHIN:
		held->most = 1;
		break;
	case IR_BITS:
	case IR_LOOKUP:
	case IR_KNOTS:
	case IR_MATCH:
	case IR_ASSOC:
		denser->fits = false;
		break;
	case IR_OP_COUNT:
		panic("no operation");
	}
}

/* --- forms -------------------------------------------------------------------------- */

static void add_term(struct dense_form *form, uint32_t value, int64_t weight)
{
	form->terms = mem_grow(form->terms, &form->room, form->count + 1, sizeof *form->terms);
	form->terms[form->count++] = (struct dense_term){ value, weight };
}

/* The form of a relu or affine value. */
static void take_form(struct denser *denser, ir_value value, struct dense_form *form)
{
	const struct ir_module *module = denser->module;
	const struct ir_term *terms = ir_terms(module, value);
	const struct dense_value *held = &denser->values[value.i];
	__int128 most = 0, sum = 0;

	add_product(denser,
		scale(denser, &module->nums, module->nodes[value.i].bias, held->step), 1, &sum,
		&most);
	add_product(denser, held->least, -1, &sum, &most);
	for (uint32_t i = 0; i < ir_term_count(module, value) && denser->fits; i++) {
		const struct dense_value *from = &denser->values[terms[i].value.i];
		int64_t weight = scale(denser, &module->nums, terms[i].weight,
			(int64_t)held->step - from->step);
		__int128 ignored = 0;
		add_product(denser, weight, from->least, &sum, &most);
		add_product(denser, weight, from->most, &ignored, &most);
		add_term(form, terms[i].value.i, weight);
	}
	form->bias = (int64_t)sum;
}

/* A parameter of step or within as its operand is held, rounded up, within -1..most + 1. */
static int64_t take_bound(
	struct denser *denser, ir_value value, uint32_t i, const struct dense_value *operand)
{
	const struct num_pool *nums = &denser->module->nums;
	num bound = ir_parameter(denser->module, value, i);
	mpz_t view;
	int64_t e = num_view(nums, bound, view) - operand->step, result;

	if (e > 64)
		return mpz_sgn(view) < 0 ? -1 : operand->most + 1;
	if (e >= 0)
		mpz_mul_2exp(denser->scaled, view, (mp_bitcnt_t)e);
	else
		mpz_cdiv_q_2exp(denser->scaled, view, (mp_bitcnt_t)-e);
	if (mpz_sizeinbase(denser->scaled, 2) > 62)
		return mpz_sgn(view) < 0 ? -1 : operand->most + 1;
	result = mpz_get_si(denser->scaled) - operand->least;
	return result < -1 ? -1 : result > operand->most ? operand->most + 1 : result;
}

/* within: above, below or between. The last is not rounded up but down. */
static void take_within(struct denser *denser, ir_value value, struct dense_form *form)
{
	ir_value operand = ir_terms(denser->module, value)[0].value;
	const struct dense_value *held = &denser->values[operand.i];
	const struct num_pool *nums = &denser->module->nums;
	num hi = ir_parameter(denser->module, value, 1);
	int64_t first = take_bound(denser, value, 0, held);
	int64_t last = take_bound(denser, value, 1, held);
	bool exact = num_sign(nums, hi) == 0 || num_exponent(nums, hi) >= held->step;

	if (last <= held->most && !exact)
		last--;
	form->bias = 1 - first;
	form->unit = true;
	if (first > last || last < 0) {
		form->bias = 0; /* nothing */
	} else if (last >= held->most) {
		add_term(form, operand.i, 1);
	} else if (first <= 0) {
		form->bias = last + 1;
		add_term(form, operand.i, -1);
	} else {
		form->unit = false;
		form->between = true;
		form->bias = first;
		form->last = last;
		add_term(form, operand.i, 1);
	}
}

void denser_form(struct denser *denser, ir_value value, struct dense_form *form)
{
	ir_value from = denser_terms(denser, value);

	form->count = 0;
	form->bias = 0;
	form->unit = form->between = false;
	switch (ir_op_of(denser->module, value)) {
	case IR_RELU:
	case IR_AFFINE:
		take_form(denser, value, form);
		break;
	case IR_STEP:
		form->unit = true;
		if (from.i == value.i) {
			from = ir_terms(denser->module, value)[0].value;
			add_term(form, from.i, 1);
		} else {
			take_form(denser, from, form);
		}
		form->bias += 1 - take_bound(denser, value, 0, &denser->values[from.i]);
		break;
	case IR_WITHIN:
		take_within(denser, value, form);
		break;
	case IR_INPUT:
	case IR_BITS:
	case IR_LOOKUP:
	case IR_KNOTS:
	case IR_MATCH:
	case IR_ASSOC:
	case IR_OP_COUNT:
		panic("no form");
	}
}
