/*
 * Affine forms in words, for the engines of the literal network and of fused modules.
 *
 * A value v is held as the integer (v - least) / 2^step, which is never negative, in so many
 * limbs; steps and least values are folded into the shifts and the bias of the forms that
 * read it. The least value is a multiple of 2^step.
 */
#ifndef BACKENDS_PLAN_FORM_H
#define BACKENDS_PLAN_FORM_H

#include <gmp.h>

#include "backends/plan/words.h"
#include "ir/ir.h"

struct plan_held {
	int64_t step;
	uint32_t limbs; /* zero: it is always `least` */
	num least;      /* in the former's pool */
};

/* The sum of terms, which read values counted from `first`, and a bias, less `least`. */
struct plan_form {
	const struct ir_term *terms;
	uint32_t count, first;
	num bias, least;
};

struct plan_former {
	const struct ir_module *module; /* its pool has weights and biases */
	struct num_pool *nums;          /* has least values */
	struct plan_held *held;         /* by value handle */
	struct words *constants;

	uint64_t *code; /* of the form under way */
	size_t code_count, code_room;
	uint64_t term_count;

	mpz_t bias, next, scratch;
	uint64_t *limbs;
	size_t limb_room;
};

/* The module, pool and constants are borrowed. */
void plan_former_init(struct plan_former *former, const struct ir_module *module,
	struct num_pool *nums, struct words *constants);
void plan_former_fini(struct plan_former *former);

/* A word behind the code. */
void plan_former_put(struct plan_former *former, uint64_t word);

/* The word that names the constant |m| << shift, shift < 64. */
uint64_t plan_former_constant(struct plan_former *former, const mpz_t m, unsigned shift);

/* The greatest power of two, at most 2^most, that divides all terms and the bias of a form. */
int64_t plan_form_step(
	const struct plan_former *former, const struct plan_form *form, int64_t most);

/*
 * Puts the terms and the bias of a form in units of 2^step, modulo 2^(64 sum): at least one
 * word, the first of which sets the accumulator. former->term_count says how many.
 */
void plan_form_put(
	struct plan_former *former, const struct plan_form *form, int64_t step, uint64_t sum);

/* Bits of floor(|a| / 2^step). */
uint64_t plan_bits_at(const struct num_pool *nums, num a, int64_t step);

#endif
