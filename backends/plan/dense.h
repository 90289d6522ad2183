/*
 * The dense shape: forms of the inputs, and gates over them.
 *
 * A fused module has it if it holds nothing but relu, affine, step and within, and every value
 * and partial sum fits 62 bits. It is computed in three parts:
 *
 *   inputs   v[0..inputs): as read, less their least values
 *   rows     v[inputs..inputs + eager): dense forms of the inputs, a matrix times a vector.
 *            A row that one gate alone reads is not computed ahead (it is lazy)
 *   gates    v[inputs + eager..values): what several others read, in order; the last one is the
 *            output, y * 2^fraction. Other gates are computed where they are read
 *
 * Every value is held as the integer (v - least) / 2^step, which is never negative. So all of
 * them, affine forms too, are relu(sum), or [sum > 0] for step and within.
 *
 * A gate is relu(bias + sum of weights times values >= 0). Its terms of negative weight come
 * last: once its sum is not positive there, it stays so, and the gate is 0 (exit). What only
 * this gate reads need then not be known. Forms of at most two values, leaves, are never kept
 * but computed wherever they are read.
 *
 * The words of rows and gates are described in runtime/dense_code.h. Both back ends read them.
 */
#ifndef BACKENDS_PLAN_DENSE_H
#define BACKENDS_PLAN_DENSE_H

#include "backends/plan/words.h"
#include "ir/ir.h"

/* Eager rows are a multiple of this, with rows of zeros at the end. */
enum { PLAN_DENSE_ROWS = 4 };

/* Gates of one another's, at most (a deeper one is computed ahead). */
enum { PLAN_DENSE_DEPTH = 16 };

struct plan_dense {
	uint32_t inputs;

	/*
	 * Rows. In planes of bytes, if there are any: weight j of a row is offset + the sum of
	 * 256^p times byte j of plane p; inputs are multiplied less `center`, in 16 bits, and
	 * so many at a time (chunk) that sums fit 31 bits. Else in whole words.
	 */
	uint32_t planes;        /* 1..3, or 0: words */
	uint32_t chunk, chunks; /* chunk * chunks >= inputs bytes in a plane; chunk % 16 = 0 */
	uint32_t center;
	uint32_t eager, row_count; /* lazy rows are eager..row_count */
	struct words matrix;       /* byte j is bits 8 (j % 8).. of word j / 8 */
	struct words rows;         /* MEMC_ROW_WORDS a row */

	uint32_t bit_words; /* eager rows as bits, if a gate reads them so; else 0 */

	struct words gates;
	uint32_t roots;  /* the gates that are kept; they stand first, one behind the other */
	uint32_t depth;  /* most gates under way at once, at least 1 */
	uint32_t values; /* inputs + eager + roots */
	uint64_t fraction;
};

/* NULL if the module has another shape. */
struct plan_dense *plan_dense_new(const struct ir_module *module);
void plan_dense_free(struct plan_dense *dense);

/* Rows of features that a batch has in one block: 1 or PLAN_DENSE_BLOCK. */
enum { PLAN_DENSE_BLOCK = 4 };
uint32_t plan_dense_block(const struct plan_dense *dense);

/* Bytes of a row in the matrix. */
static inline uint64_t plan_dense_stride(const struct plan_dense *dense)
{
	return dense->planes ? (uint64_t)dense->planes * dense->chunk * dense->chunks
			     : 8 * (uint64_t)dense->inputs;
}

#endif
