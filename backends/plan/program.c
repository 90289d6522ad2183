/*
 * Any fused module as code for the engine of runtime/fused.h.
 */
#include <stdlib.h>

#include "backends/plan/fuser.h"
#include "runtime/code.h"
#include "runtime/fused_code.h"
#include "support/mem.h"

/* --- forms -------------------------------------------------------------------------- */

static struct plan_form form_of(const struct fuser *fuser, ir_value value)
{
	return (struct plan_form){ .terms = ir_terms(fuser->module, value),
		.count = ir_term_count(fuser->module, value),
		.bias = fuser->module->nodes[value.i].bias };
}

/* A relu, or the output as if it had one: y <= 0 is no class. */
static void put_relu(struct fuser *fuser, ir_value value, int64_t most_step)
{
	struct num_pool *nums = &fuser->ranges.nums;
	const struct ir_range *range = &fuser->ranges.of[value.i];
	struct plan_form form = form_of(fuser, value);
	int64_t step = plan_form_step(&fuser->former, &form, most_step);
	bool is_signed = num_sign(nums, range->before) < 0;
	uint64_t low = is_signed ? plan_bits_at(nums, range->before, step) : 0;
	uint64_t high = num_sign(nums, range->before_hi) > 0
		? plan_bits_at(nums, range->before_hi, step)
		: 0;
	uint64_t bits = (low > high ? low : high) + is_signed;
	uint64_t keep = (high + 63) / 64, sum = (bits + 63) / 64, place;

	if (sum >= MEMC_LIMBS_LIMIT) {
		fuser->plan->too_large = true;
		return;
	}
	fuser->former.held[value.i] = (struct plan_held){ step, (uint32_t)keep, NUM_ZERO };
	if (!keep)
		return;
	place = plan_frame_take(&fuser->frame, sum);
	fuser_form(fuser, &form, step, place, bits, keep, is_signed);
	fuser->places[value.i] = place;
	plan_frame_give(&fuser->frame, place + keep, sum - keep);
}

/* An affine form, which is never less than its least value. */
static void put_affine(struct fuser *fuser, ir_value value)
{
	struct plan_form form = form_of(fuser, value);
	int64_t step = plan_form_step(&fuser->former, &form, INT64_MAX);
	uint32_t limbs = fuser_hold(fuser, value, step);

	form.least = fuser->former.held[value.i].least;
	if (!limbs)
		return;
	fuser_place(fuser, value);
	fuser_form(fuser, &form, step, fuser->places[value.i], fuser_held_bits(fuser, value),
		limbs, false);
}

/* --- comparisons and fields --------------------------------------------------------- */

static void parameter_bound(const struct fuser *fuser, ir_value value, uint32_t i,
	const struct plan_held *held, bool up, mpz_t m)
{
	mpz_t n;

	mpz_init(n);
	fuser_scaled(&fuser->module->nums, ir_parameter(fuser->module, value, i), 0, n);
	fuser_bound(fuser, held, n, up, m);
	mpz_clear(n);
}

/* within and step: whether the operand as it is held lies between two constants. */
static void put_within(struct fuser *fuser, ir_value value)
{
	ir_value operand = ir_terms(fuser->module, value)[0].value;
	const struct plan_held *held = &fuser->former.held[operand.i];
	uint64_t least, most, result;
	mpz_t lo, hi;

	fuser->former.held[value.i] = (struct plan_held){ 0, 1, NUM_ZERO };
	result = fuser_place(fuser, value);
	mpz_inits(lo, hi, NULL);
	parameter_bound(fuser, value, 0, held, true, lo);
	if (ir_op_of(fuser->module, value) == IR_WITHIN) {
		parameter_bound(fuser, value, 1, held, false, hi);
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
	least = fuser_constant(fuser, lo);
	most = fuser_constant(fuser, hi);
	fuser_begin(fuser, MEMC_WITHIN, result);
	plan_former_put(&fuser->former, fuser_value(fuser, operand));
	plan_former_put(&fuser->former, least);
	plan_former_put(&fuser->former, most);
	fuser_end(fuser);
	mpz_clears(lo, hi, NULL);
}

static void put_bits(struct fuser *fuser, ir_value value)
{
	ir_value operand = ir_terms(fuser->module, value)[0].value;
	uint64_t position = ir_count_parameter(fuser->module, value, 0);
	uint64_t length = ir_count_parameter(fuser->module, value, 1);
	uint64_t result, from;

	if (!fuser_hold(fuser, value, 0))
		return;
	result = fuser_place(fuser, value);
	from = fuser_plain(fuser, operand, position + length);
	fuser_begin(fuser, MEMC_BITS, result);
	plan_former_put(&fuser->former, from);
	plan_former_put(&fuser->former, position);
	plan_former_put(&fuser->former, length);
	fuser_end(fuser);
}

/* --- match and assoc ---------------------------------------------------------------- */

/* The reference of y in a holding that has 0, which *held becomes. */
static uint64_t with_zero(struct fuser *fuser, ir_value y, struct plan_held *held)
{
	const struct ir_term term = { y, NUM_ONE };
	const struct plan_form form = { .terms = &term, .count = 1 };
	const struct num_pool *nums = &fuser->ranges.nums;
	uint64_t bits, limbs, place;

	*held = fuser->former.held[y.i];
	if (num_sign(nums, held->least) <= 0)
		return fuser_value(fuser, y);
	held->least = NUM_ZERO;
	bits = plan_bits_at(nums, fuser->ranges.of[y.i].hi, held->step);
	limbs = (bits + 63) / 64;
	held->limbs = (uint32_t)limbs;
	place = fuser_temporary(fuser, limbs);
	fuser_form(fuser, &form, held->step, place, bits, limbs, false);
	return fuser_reference(place, limbs);
}

static void put_match(struct fuser *fuser, ir_value value)
{
	const struct ir_term *terms = ir_terms(fuser->module, value);
	uint64_t a_bits = fuser_bits(fuser, terms[0].value);
	uint64_t b_bits = fuser_bits(fuser, terms[1].value);
	uint64_t bits = a_bits > b_bits ? a_bits : b_bits;
	uint64_t a = fuser_plain(fuser, terms[0].value, bits);
	uint64_t b = fuser_plain(fuser, terms[1].value, bits);
	struct plan_held held;
	uint64_t y = with_zero(fuser, terms[2].value, &held);
	uint64_t zero = fuser_zero(fuser, &held), result;

	if (MEMC_CONSTANT_LIMBS(zero) > held.limbs)
		held.limbs = (uint32_t)MEMC_CONSTANT_LIMBS(zero);
	fuser->former.held[value.i] = held;
	result = fuser_place(fuser, value);
	fuser_begin(fuser, MEMC_MATCH, result);
	plan_former_put(&fuser->former, a);
	plan_former_put(&fuser->former, b);
	plan_former_put(&fuser->former, y);
	plan_former_put(&fuser->former, zero);
	fuser_end(fuser);
}

static void put_assoc(struct fuser *fuser, ir_value value)
{
	const struct ir_module *module = fuser->module;
	const struct ir_term *terms = ir_terms(module, value);
	uint64_t slots = ir_count_parameter(module, value, 0);
	uint64_t length = ir_count_parameter(module, value, 1);
	uint64_t bits = ir_count_parameter(module, value, 2);
	uint64_t key_bits = fuser_bits(fuser, terms[0].value);
	uint64_t key, u, w, result;

	if (!fuser_hold(fuser, value, 0))
		return;
	result = fuser_place(fuser, value);
	/* a negative key has bits above those of a field */
	key = fuser_plain(fuser, terms[0].value, key_bits > length ? key_bits : length + 1);
	u = fuser_plain(fuser, terms[1].value, slots * length);
	w = fuser_plain(fuser, terms[2].value, slots * bits);
	fuser_begin(fuser, MEMC_ASSOC, result);
	plan_former_put(&fuser->former, key);
	plan_former_put(&fuser->former, u);
	plan_former_put(&fuser->former, w);
	plan_former_put(&fuser->former, slots);
	plan_former_put(&fuser->former, length);
	plan_former_put(&fuser->former, bits);
	fuser_end(fuser);
}

/* --- all together ------------------------------------------------------------------- */

static void put_value(struct fuser *fuser, ir_value value)
{
	switch (ir_op_of(fuser->module, value)) {
	case IR_INPUT:
		break;
	case IR_RELU:
		put_relu(fuser, value, INT64_MAX);
		break;
	case IR_AFFINE:
		if (value.i == ir_output(fuser->module).i)
			put_relu(fuser, value, 0);
		else
			put_affine(fuser, value);
		break;
	case IR_WITHIN:
	case IR_STEP:
		put_within(fuser, value);
		break;
	case IR_BITS:
		put_bits(fuser, value);
		break;
	case IR_LOOKUP:
		fuser_lookup(fuser, value);
		break;
	case IR_KNOTS:
		fuser_knots(fuser, value);
		break;
	case IR_MATCH:
		put_match(fuser, value);
		break;
	case IR_ASSOC:
		put_assoc(fuser, value);
		break;
	case IR_OP_COUNT:
		panic("no operation");
	}
}

/* Gives back what the instructions of a value needed: temporaries, and operands at the end. */
static void give_back(struct fuser *fuser, ir_value value)
{
	const struct ir_term *terms = ir_terms(fuser->module, value);

	while (fuser->temporary_count) {
		fuser->temporary_count--;
		plan_frame_give(&fuser->frame, fuser->temporaries[fuser->temporary_count].place,
			fuser->temporaries[fuser->temporary_count].limbs);
	}
	for (uint32_t i = 0; i < ir_term_count(fuser->module, value); i++) {
		uint32_t operand = terms[i].value.i;
		if (fuser->last_use[operand] != value.i)
			continue;
		fuser->last_use[operand] = 0; /* an operand may stand there twice */
		plan_frame_give(&fuser->frame, fuser->places[operand],
			fuser->former.held[operand].limbs);
	}
}

/* Backwards, so that what only unused values read is not used either. */
static void find_uses(struct fuser *fuser)
{
	const struct ir_module *module = fuser->module;
	uint32_t output = ir_output(module).i;

	for (uint32_t i = output + 1; i-- > module->input_count;) {
		const struct ir_term *terms = ir_terms(module, (ir_value){ i });
		if (i != output && !fuser->last_use[i])
			continue;
		for (uint32_t j = 0; j < ir_term_count(module, (ir_value){ i }); j++)
			if (!fuser->last_use[terms[j].value.i])
				fuser->last_use[terms[j].value.i] = i;
	}
}

static void hold_inputs(struct fuser *fuser)
{
	const struct ir_module *module = fuser->module;

	for (uint32_t i = 0; i < module->input_count; i++) {
		const struct ir_feature *feature = &module->features[i];
		fuser->former.held[i] = (struct plan_held){ 0, feature->hi > feature->lo,
			num_from_int(&fuser->ranges.nums, feature->lo) };
		fuser->places[i] = plan_frame_take(&fuser->frame, 1);
	}
}

static void put_values(struct fuser *fuser)
{
	uint32_t output = ir_output(fuser->module).i;

	for (uint32_t i = fuser->module->input_count; i <= output && !fuser->plan->too_large;
		i++) {
		ir_value value = { i };
		if (i != output && !fuser->last_use[i])
			continue;
		fuser->value = value;
		put_value(fuser, value);
		give_back(fuser, value);
	}
}

void plan_program(struct plan *plan)
{
	const struct ir_module *module = plan->module;
	struct fuser fuser = { .plan = plan, .module = module };
	uint32_t output = ir_output(module).i;

	ir_ranges_init(&fuser.ranges, module);
	plan_former_init(&fuser.former, module, &fuser.ranges.nums, &plan->constants);
	fuser.last_use = mem_zero(module->node_count, sizeof *fuser.last_use);
	fuser.places = mem_zero(module->node_count, sizeof *fuser.places);
	fuser.keys = mem_zero(module->table_count, sizeof *fuser.keys);
	find_uses(&fuser);
	hold_inputs(&fuser);
	put_values(&fuser);
	for (uint32_t i = 0; i < output; i++)
		words_add(&plan->layers, fuser_value(&fuser, (ir_value){ i }));
	plan->output = fuser_value(&fuser, ir_output(module));
	if (fuser.former.held[output].step < 0)
		plan->fraction = (uint64_t)-fuser.former.held[output].step;
	plan->even.limbs = fuser.frame.size;
	for (uint32_t i = 0; i < module->table_count; i++)
		free(fuser.keys[i].rows);
	free(fuser.keys);
	free(fuser.last_use);
	free(fuser.places);
	plan_frame_fini(&fuser.frame);
	plan_former_fini(&fuser.former);
	ir_ranges_fini(&fuser.ranges);
}
