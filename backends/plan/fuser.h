/*
 * Fused modules for the engine: what the instructions of all operations are made with.
 *
 * Values are held as backends/plan/form.h says. A reference is a word of runtime/fused_code.h:
 * a place in the frame, or among the constants, and limbs.
 */
#ifndef BACKENDS_PLAN_FUSER_H
#define BACKENDS_PLAN_FUSER_H

#include <gmp.h>

#include "backends/plan/form.h"
#include "backends/plan/frame.h"
#include "backends/plan/plan.h"
#include "ir/range.h"

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

struct fuser {
	struct plan *plan;
	const struct ir_module *module;
	struct ir_ranges ranges;
	struct plan_former former;
	struct plan_frame frame;
	ir_value value;     /* under way */
	uint32_t *last_use; /* of each value; 0: none */
	uint64_t *places;
	struct keys *keys; /* by table, as last used */

	/* places that are given back behind the instruction under way */
	struct {
		uint64_t place, limbs;
	} temporaries[TEMPORARIES];
	uint32_t temporary_count;
	uint64_t bits; /* of the form under way */
};

uint64_t fuser_reference(uint64_t place, uint64_t limbs);
uint64_t fuser_value(const struct fuser *fuser, ir_value value);
uint64_t fuser_constant(struct fuser *fuser, const mpz_t m);

/* An instruction: its operation and result, words by plan_former_put(), and its end. */
void fuser_begin(struct fuser *fuser, uint64_t operation, uint64_t result);
void fuser_end(struct fuser *fuser);

/* A place that is given back behind the instructions of the value under way. */
uint64_t fuser_temporary(struct fuser *fuser, uint64_t limbs);

/*
 * Puts a form whose sum takes so many bits, and that keeps `keep` limbs of it; it is less than
 * 0 only if signed.
 */
void fuser_form(struct fuser *fuser, const struct plan_form *form, int64_t step, uint64_t place,
	uint64_t bits, uint64_t keep, bool is_signed);

/* Says how a value is held, from its range; returns its limbs. */
uint32_t fuser_hold(struct fuser *fuser, ir_value value, int64_t step);

/* Bits of a value as it is held. */
uint64_t fuser_held_bits(struct fuser *fuser, ir_value value);

/* Gives the held value a place; returns its reference. */
uint64_t fuser_place(struct fuser *fuser, ir_value value);

/* Bits of a value in two's complement. */
uint64_t fuser_bits(const struct fuser *fuser, ir_value value);

/*
 * The reference of an integer value as it is, modulo 2^bits or more: its own, or that of a
 * temporary.
 */
uint64_t fuser_plain(struct fuser *fuser, ir_value value, uint64_t bits);

/* to = floor(n / 2^step) */
void fuser_scaled(const struct num_pool *nums, num n, int64_t step, mpz_t to);

/* m = (n - least) / 2^step of the operand's holding, rounded down, or up. */
void fuser_bound(const struct fuser *fuser, const struct plan_held *held, const mpz_t n,
	bool up, mpz_t m);

/* to = (n - least) / 2^step of a value, exactly. */
void fuser_number(const struct fuser *fuser, const struct plan_held *held, num n, mpz_t to);

/* The reference of the constant 0 as a value is held. */
uint64_t fuser_zero(struct fuser *fuser, const struct plan_held *held);

/* Instructions of the operations that read tables (backends/plan/program_rows.c). */
void fuser_lookup(struct fuser *fuser, ir_value value);
void fuser_knots(struct fuser *fuser, ir_value value);

#endif
