#include "backends/onnx/rows.h"

#include <stdlib.h>

#include "backends/onnx/tensor.h"
#include "support/dyadic.h"
#include "support/mem.h"

static void set_diagonal(struct rows *rows, num weight, num bias)
{
	rows->diagonal = true;
	rows->term_count = 0;
	rows->weights = mem_resize(rows->weights, rows->width, sizeof *rows->weights);
	rows->biases = mem_resize(rows->biases, rows->width, sizeof *rows->biases);
	for (uint32_t j = 0; j < rows->width; j++) {
		rows->weights[j] = weight;
		rows->biases[j] = bias;
	}
}

void rows_init(struct rows *rows, struct ir_module *module, size_t size, num weight, num bias,
	num unit)
{
	*rows = (struct rows){
		.module = module, .size = size, .unit = unit, .width = module->input_count
	};
	set_diagonal(rows, weight, bias);
}

void rows_fini(struct rows *rows)
{
	free(rows->biases);
	free(rows->weights);
	free(rows->terms);
	free(rows->ends);
}

static num scaled(struct num_pool *pool, num n, num factor)
{
	return num_equal(factor, NUM_ONE) ? n : num_mul(pool, n, factor);
}

/* --- forms ---------------------------------------------------------------------------- */

/* weight * source j as one or two terms. */
static uint32_t source_terms(
	const struct rows *rows, uint32_t j, num weight, struct ir_term *terms)
{
	struct num_pool *pool = &rows->module->nums;

	if (num_equal(weight, NUM_ZERO))
		return 0;
	terms[0] = (struct ir_term){ { rows->first + j * (1 + rows->paired) }, weight };
	if (!rows->paired)
		return 1;
	terms[1] = (struct ir_term){ { terms[0].value.i + 1 }, num_neg(pool, weight) };
	return 2;
}

static size_t begin_of(const struct rows *rows, uint32_t j)
{
	return j ? rows->ends[j - 1] : 0;
}

static num shifted(const struct rows *rows, num n, bool negative, int64_t exponent)
{
	struct num_pool *pool = &rows->module->nums;

	if (negative)
		n = num_neg(pool, n);
	return exponent ? num_shift(pool, n, exponent) : n;
}

uint32_t rows_form(const struct rows *rows, uint32_t j, bool negative, int64_t exponent,
	struct ir_term *terms, num *bias)
{
	uint32_t count = 0;

	*bias = shifted(rows, rows->biases[j], negative, exponent);
	if (rows->diagonal)
		return source_terms(
			rows, j, shifted(rows, rows->weights[j], negative, exponent), terms);
	for (size_t at = begin_of(rows, j); at < rows->ends[j]; at++)
		terms[count++] = (struct ir_term){ rows->terms[at].value,
			shifted(rows, rows->terms[at].weight, negative, exponent) };
	return count;
}

uint32_t rows_longest(const struct rows *rows)
{
	size_t longest = 2;

	for (uint32_t j = 0; j < rows->width && !rows->diagonal; j++)
		if (rows->ends[j] - begin_of(rows, j) > longest)
			longest = rows->ends[j] - begin_of(rows, j);
	return (uint32_t)longest;
}

static void lower(int64_t *step, const struct rows *rows, num n, int64_t by)
{
	const struct num_pool *pool = &rows->module->nums;

	if (num_sign(pool, n) && num_exponent(pool, n) + by < *step)
		*step = num_exponent(pool, n) + by;
}

int64_t rows_step(const struct rows *rows)
{
	int64_t step = INT64_MAX;

	for (uint32_t j = 0; j < rows->width; j++) {
		lower(&step, rows, rows->biases[j], 0);
		if (rows->diagonal)
			lower(&step, rows, rows->weights[j], rows->step);
	}
	for (size_t at = 0; at < rows->term_count; at++)
		lower(&step, rows, rows->terms[at].weight, rows->step);
	return step == INT64_MAX ? 0 : step;
}

/* --- layers --------------------------------------------------------------------------- */

/* Two neurons for each row, and then so many terms more. */
static const char *too_large(const struct rows *rows, uint64_t terms)
{
	uint64_t total =
		rows->module->term_count + 2 * (rows->term_count + rows->width) + terms;

	if (total > ROWS_TERM_LIMIT)
		return "the network would have more than 2^27 weights";
	if (total > ROWS_TERMS_SHARED + rows->size)
		return "the network would have more weights than 2^25 and the bytes of the "
		       "file";
	if (rows_step(rows) < -IR_BITS_LIMIT)
		return "the values of the network would take more than 2^24 bits";
	return NULL;
}

/* A layer of relu(row), and relu(-row) behind it if they are pairs. */
static const char *add_layer(struct rows *rows, const char *stage, bool paired)
{
	const char *fault = too_large(rows, 0);
	struct ir_term *terms;
	uint32_t first = rows->module->node_count;
	num bias;

	if (fault)
		return fault;
	terms = mem_alloc(rows_longest(rows), sizeof *terms);
	ir_layer_begin(rows->module, stage);
	for (uint32_t j = 0; j < rows->width; j++)
		for (int negative = 0; negative <= (int)paired; negative++) {
			uint32_t count = rows_form(rows, j, negative, 0, terms, &bias);
			ir_neuron(rows->module, terms, count, bias);
		}
	free(terms);
	rows->step = rows_step(rows);
	rows->first = first;
	rows->paired = paired;
	set_diagonal(rows, NUM_ONE, NUM_ZERO);
	return NULL;
}

const char *rows_relu(struct rows *rows, const char *stage)
{
	return add_layer(rows, stage, false);
}

const char *rows_make_diagonal(struct rows *rows, const char *stage)
{
	return rows->diagonal ? NULL : add_layer(rows, stage, true);
}

void rows_output(struct rows *rows)
{
	struct ir_term *terms = mem_alloc(rows_longest(rows), sizeof *terms);
	num bias;
	uint32_t count = rows_form(rows, 0, false, 0, terms, &bias);

	ir_set_output(rows->module, terms, count, bias);
	free(terms);
}

/* --- maps ----------------------------------------------------------------------------- */

static void append(struct rows *rows, const struct ir_term *terms, uint32_t count)
{
	rows->terms = mem_grow(
		rows->terms, &rows->term_room, rows->term_count + count, sizeof *rows->terms);
	for (uint32_t i = 0; i < count; i++)
		rows->terms[rows->term_count++] = terms[i];
}

/*
 * Row i of the matrix times the diagonal: its terms are appended, its bias returned, of which
 * partial sums are no numbers of the module.
 */
static num multiply_row(struct rows *rows, const struct matrix *matrix, uint32_t i)
{
	struct num_pool *pool = &rows->module->nums;
	struct dyadic_scratch scratch;
	struct dyadic sum, weight;
	struct ir_term terms[2];
	num bias;

	dyadic_init(&sum);
	dyadic_init(&weight);
	dyadic_scratch_init(&scratch);

	for (uint32_t j = 0; j < matrix->columns; j++) {
		double x = tensor_at(
			matrix->tensor, i * matrix->row_stride + j * matrix->column_stride);
		num w;
		if (x == 0)
			continue;
		w = scaled(pool, num_of_double(pool, x), matrix->factor);
		append(rows, terms,
			source_terms(rows, j, scaled(pool, w, rows->weights[j]), terms));
		if (num_equal(rows->biases[j], NUM_ZERO))
			continue;
		dyadic_set_num(&weight, pool, w);
		dyadic_add_product_num(&sum, &weight, pool, rows->biases[j], &scratch);
	}
	dyadic_normalize(&sum);
	bias = dyadic_num(&sum, pool);
	dyadic_clear(&sum);
	dyadic_clear(&weight);
	dyadic_scratch_clear(&scratch);
	return bias;
}

const char *rows_multiply(struct rows *rows, const struct matrix *matrix, const char *stage)
{
	const char *fault = too_large(rows, UINT64_C(2) * matrix->rows * matrix->columns);
	num *biases;

	if (!fault)
		fault = rows_make_diagonal(rows, stage);
	if (fault)
		return fault;
	biases = mem_alloc(matrix->rows, sizeof *biases);
	rows->ends = mem_resize(rows->ends, matrix->rows, sizeof *rows->ends);
	for (uint32_t i = 0; i < matrix->rows; i++) {
		biases[i] = multiply_row(rows, matrix, i);
		rows->ends[i] = rows->term_count;
	}
	free(rows->biases);
	rows->biases = biases;
	rows->width = matrix->rows;
	rows->diagonal = false;
	return NULL;
}

void rows_add(struct rows *rows, const struct tensor *addend, num factor)
{
	struct num_pool *pool = &rows->module->nums;

	factor = num_mul(pool, factor, rows->unit);
	for (uint32_t j = 0; j < rows->width; j++) {
		num n = num_of_double(pool, tensor_at(addend, addend->count == 1 ? 0 : j));
		rows->biases[j] = num_add(pool, rows->biases[j], scaled(pool, n, factor));
	}
}
