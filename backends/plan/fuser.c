#include "backends/plan/fuser.h"

#include "runtime/code.h"
#include "runtime/fused_code.h"
#include "support/mem.h"

/* --- references and instructions ---------------------------------------------------- */

uint64_t fuser_reference(uint64_t place, uint64_t limbs)
{
	return place << 20 | limbs;
}

uint64_t fuser_value(const struct fuser *fuser, ir_value value)
{
	return fuser_reference(fuser->places[value.i], fuser->former.held[value.i].limbs);
}

uint64_t fuser_constant(struct fuser *fuser, const mpz_t m)
{
	return mpz_sgn(m) ? plan_former_constant(&fuser->former, m, 0) : 0;
}

void fuser_begin(struct fuser *fuser, uint64_t operation, uint64_t result)
{
	fuser->former.code_count = 0;
	plan_former_put(&fuser->former, operation | result << 8);
}

void fuser_end(struct fuser *fuser)
{
	const struct plan_former *former = &fuser->former;

	for (size_t i = 0; i < former->code_count; i++)
		words_add(&fuser->plan->neurons, former->code[i]);
	words_add(&fuser->plan->owners, fuser->value.i);
	words_add(&fuser->plan->bits, fuser->bits);
	fuser->bits = 0;
	fuser->plan->steps++;
}

uint64_t fuser_temporary(struct fuser *fuser, uint64_t limbs)
{
	uint64_t place = plan_frame_take(&fuser->frame, limbs);

	if (fuser->temporary_count == TEMPORARIES)
		panic("an instruction with too many operands");
	fuser->temporaries[fuser->temporary_count].place = place;
	fuser->temporaries[fuser->temporary_count++].limbs = limbs;
	return place;
}

void fuser_form(struct fuser *fuser, const struct plan_form *form, int64_t step, uint64_t place,
	uint64_t bits, uint64_t keep, bool is_signed)
{
	struct plan_former *former = &fuser->former;
	uint64_t sum = (bits + 63) / 64;

	fuser->bits = bits;
	fuser_begin(fuser, MEMC_FORM, fuser_reference(place, keep));
	plan_former_put(former, 0);
	plan_form_put(former, form, step, sum);
	former->code[1] =
		(uint64_t)is_signed << 63 | former->term_count << 38 | keep << 19 | sum;
	fuser_end(fuser);
}

/* --- how values are held ------------------------------------------------------------ */

void fuser_scaled(const struct num_pool *nums, num n, int64_t step, mpz_t to)
{
	mpz_t view;
	int64_t e = num_view(nums, n, view) - step;

	if (e >= 0)
		mpz_mul_2exp(to, view, (mp_bitcnt_t)e);
	else
		mpz_fdiv_q_2exp(to, view, (mp_bitcnt_t)-e);
}

/* The greatest multiple of 2^step that is not above a negative lo; else 0. */
static num least_of(struct fuser *fuser, num lo, int64_t step)
{
	struct num_pool *nums = &fuser->ranges.nums;
	num least;
	mpz_t m;

	if (num_sign(nums, lo) >= 0)
		return NUM_ZERO;
	mpz_init(m);
	fuser_scaled(nums, lo, step, m);
	least = num_from_mpz(nums, m, step);
	mpz_clear(m);
	return least;
}

/* Bits of the greatest number that a value is held as. */
static uint64_t held_bits(
	struct fuser *fuser, const struct ir_range *range, num least, int64_t step)
{
	struct num_pool *nums = &fuser->ranges.nums;
	num width = num_add(nums, range->hi, num_neg(nums, least));

	return num_sign(nums, width) > 0 ? plan_bits_at(nums, width, step) : 0;
}

uint64_t fuser_held_bits(struct fuser *fuser, ir_value value)
{
	const struct plan_held *held = &fuser->former.held[value.i];

	return held_bits(fuser, &fuser->ranges.of[value.i], held->least, held->step);
}

uint32_t fuser_hold(struct fuser *fuser, ir_value value, int64_t step)
{
	const struct ir_range *range = &fuser->ranges.of[value.i];
	num least = least_of(fuser, range->lo, step);
	uint64_t limbs = (held_bits(fuser, range, least, step) + 63) / 64;

	if (limbs >= MEMC_LIMBS_LIMIT) {
		fuser->plan->too_large = true;
		limbs = 0;
	}
	fuser->former.held[value.i] = (struct plan_held){ step, (uint32_t)limbs, least };
	return (uint32_t)limbs;
}

uint64_t fuser_place(struct fuser *fuser, ir_value value)
{
	uint32_t limbs = fuser->former.held[value.i].limbs;

	fuser->places[value.i] = plan_frame_take(&fuser->frame, limbs);
	return fuser_reference(fuser->places[value.i], limbs);
}

uint64_t fuser_bits(const struct fuser *fuser, ir_value value)
{
	const struct ir_range *range = &fuser->ranges.of[value.i];
	uint64_t low = plan_bits_at(&fuser->ranges.nums, range->lo, 0);
	uint64_t high = plan_bits_at(&fuser->ranges.nums, range->hi, 0);

	return (low > high ? low : high) + 1;
}

uint64_t fuser_plain(struct fuser *fuser, ir_value value, uint64_t bits)
{
	const struct plan_held *held = &fuser->former.held[value.i];
	const struct ir_term term = { value, NUM_ONE };
	const struct plan_form form = { .terms = &term, .count = 1 };
	int64_t step = held->step < 0 ? held->step : 0;
	uint64_t limbs = (bits + (uint64_t)-step + 63) / 64, place, field;

	if (num_equal(held->least, NUM_ZERO) && held->step == 0)
		return fuser_value(fuser, value);
	if (limbs >= MEMC_LIMBS_LIMIT) {
		fuser->plan->too_large = true;
		return 0;
	}
	place = fuser_temporary(fuser, limbs);
	fuser_form(fuser, &form, step, place, 64 * limbs, limbs, false);
	if (step == 0)
		return fuser_reference(place, limbs);
	/* the integer is a field of the multiple of 2^step */
	field = fuser_temporary(fuser, (bits + 63) / 64);
	fuser_begin(fuser, MEMC_BITS, fuser_reference(field, (bits + 63) / 64));
	plan_former_put(&fuser->former, fuser_reference(place, limbs));
	plan_former_put(&fuser->former, (uint64_t)-step);
	plan_former_put(&fuser->former, bits);
	fuser_end(fuser);
	return fuser_reference(field, (bits + 63) / 64);
}

/* --- constants as values are held --------------------------------------------------- */

void fuser_bound(const struct fuser *fuser, const struct plan_held *held, const mpz_t n,
	bool up, mpz_t m)
{
	mpz_t least;
	int64_t unit = held->step < 0 ? held->step : 0;

	mpz_init(least);
	fuser_scaled(&fuser->ranges.nums, held->least, unit, least);
	mpz_mul_2exp(m, n, (mp_bitcnt_t)-unit);
	mpz_sub(m, m, least);
	if (held->step > 0 && up)
		mpz_cdiv_q_2exp(m, m, (mp_bitcnt_t)held->step);
	else if (held->step > 0)
		mpz_fdiv_q_2exp(m, m, (mp_bitcnt_t)held->step);
	mpz_clear(least);
}

void fuser_number(const struct fuser *fuser, const struct plan_held *held, num n, mpz_t to)
{
	mpz_t least;

	mpz_init(least);
	fuser_scaled(&fuser->module->nums, n, held->step, to);
	fuser_scaled(&fuser->ranges.nums, held->least, held->step, least);
	mpz_sub(to, to, least);
	mpz_clear(least);
}

uint64_t fuser_zero(struct fuser *fuser, const struct plan_held *held)
{
	uint64_t result;
	mpz_t m;

	mpz_init(m);
	fuser_number(fuser, held, NUM_ZERO, m);
	result = fuser_constant(fuser, m);
	mpz_clear(m);
	return result;
}
