/*
 * Private to the ONNX back end: what an imported model has computed so far.
 *
 * That is a vector of affine forms, the rows, over the values of the newest layer, the sources.
 * A network has no value that is affine, so that a second map can follow a first one only
 * where the rows are diagonal: row j is one weight times source j, and a bias. Other rows
 * are closed first: a layer of pairs relu(r), relu(-r), whose differences are the sources
 * then.
 *
 * All rows may be a common multiple of what the model computes: biases that are added are
 * multiplied by it, weights are not.
 */
#ifndef BACKENDS_ONNX_ROWS_H
#define BACKENDS_ONNX_ROWS_H

#include "ir/ir.h"

struct rows {
	struct ir_module *module;
	size_t size;    /* of the file */
	num unit;       /* the multiple */
	uint32_t first; /* the value of source 0 */
	bool paired;    /* source j is value first + 2j less the one behind it */
	int64_t step;   /* 2^step divides every source */
	uint32_t width; /* number of rows */
	num *biases;
	bool diagonal;
	num *weights;          /* of a diagonal */
	struct ir_term *terms; /* of rows that are not; those of row j end before ends[j] */
	size_t *ends;
	size_t term_count, term_room;
};

/*
 * More terms, of all rows and layers, are refused; and so many, and one more for each byte of
 * the file, since nodes may share a tensor.
 */
#define ROWS_TERM_LIMIT (UINT64_C(1) << 27)
#define ROWS_TERMS_SHARED (UINT64_C(1) << 25)

/* So many sources at most, twice as many values. */
#define ROWS_WIDTH_LIMIT (UINT32_C(1) << 23)

/* w(i, j) = factor * at(tensor, i * row_stride + j * column_stride) */
struct matrix {
	const struct tensor *tensor;
	uint32_t rows, columns;
	size_t row_stride, column_stride;
	num factor;
};

/* Row j is weight * input j + bias, for the inputs of the module; of a file of `size` bytes. */
void rows_init(struct rows *rows, struct ir_module *module, size_t size, num weight, num bias,
	num unit);
void rows_fini(struct rows *rows);

/*
 * rows = matrix * rows, where matrix->columns is the width. Like those below that add a layer,
 * it returns what is in the way ("it has more than ..."), or NULL.
 */
const char *rows_multiply(struct rows *rows, const struct matrix *matrix, const char *stage);

/* rows += factor * addend, which has one entry or as many as there are rows. */
void rows_add(struct rows *rows, const struct tensor *addend, num factor);

/* A layer relu(row). */
const char *rows_relu(struct rows *rows, const char *stage);

/* A layer of pairs, if the rows are not diagonal. */
const char *rows_make_diagonal(struct rows *rows, const char *stage);

/* 2^exponent divides every row, at every input. */
int64_t rows_step(const struct rows *rows);

/*
 * The terms of row j times 2^exponent (-2^exponent), in the order of the values; `terms` has
 * room for them. Returns their number and sets the bias.
 */
uint32_t rows_form(const struct rows *rows, uint32_t j, bool negative, int64_t exponent,
	struct ir_term *terms, num *bias);

/* The most terms of a row. */
uint32_t rows_longest(const struct rows *rows);

/* The output of the network is row 0. */
void rows_output(struct rows *rows);

/*
 * The output of the network is 1 where the only row is not positive, else 2; or 1 plus the
 * number of the greatest row, of equal ones the first. Exact: rows are multiples of a power
 * of two, 2^s, and relu(t) - relu(t - 1) is 1 where t = (a - b) / 2^s is positive, else 0.
 */
void rows_decide_sign(struct rows *rows);
const char *rows_decide_greatest(struct rows *rows);

#endif
