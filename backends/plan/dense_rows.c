/*
 * Rows of the matrix.
 *
 * Inputs of at most 16 bits, which compilers multiply by bytes in pairs (pmaddwd): weights are
 * bytes above the least weight of their row, in as many planes as that takes, and the sum of
 * the inputs times the least weight is added. Other inputs and weights: whole words.
 */
#include <stdlib.h>

#include "backends/plan/denser.h"
#include "runtime/dense_code.h"
#include "support/mem.h"

enum { PLANES = 3, LANES = 16, HALF = 1 << 15 };

struct rower {
	struct denser *denser;
	struct dense_form form;
	int64_t *weights; /* of the row under way, by input */
	int64_t least, greatest;
};

/* Reads the weights of a row; one of zeros has none. */
static void take_row(struct rower *rower, uint32_t row)
{
	struct denser *denser = rower->denser;
	uint32_t inputs = denser->dense->inputs, value = denser->rows[row];

	for (uint32_t i = 0; i < inputs; i++)
		rower->weights[i] = 0;
	rower->least = rower->greatest = 0;
	rower->form.count = 0;
	rower->form.bias = 0;
	rower->form.unit = false;
	if (value < inputs)
		return;
	denser_form(denser, (ir_value){ value }, &rower->form);
	rower->least = INT64_MAX;
	rower->greatest = INT64_MIN;
	for (size_t i = 0; i < rower->form.count; i++)
		rower->weights[rower->form.terms[i].value] = rower->form.terms[i].weight;
	for (uint32_t i = 0; i < inputs; i++) {
		int64_t weight = rower->weights[i];
		rower->least = weight < rower->least ? weight : rower->least;
		rower->greatest = weight > rower->greatest ? weight : rower->greatest;
	}
}

/* Sets chunks; false if inputs are too wide. */
static bool set_chunks(struct plan_dense *dense, int64_t most)
{
	uint32_t magnitude = (uint32_t)(most < HALF ? most : HALF), fit;

	if (most > UINT16_MAX)
		return false;
	dense->center = most < HALF ? 0 : HALF;
	fit = (uint32_t)INT32_MAX / (255 * (magnitude + !magnitude)) / LANES * LANES;
	dense->chunks = (dense->inputs + fit - 1) / fit;
	dense->chunk = (dense->inputs + dense->chunks - 1) / dense->chunks;
	dense->chunk = (dense->chunk + LANES - 1) / LANES * LANES;
	return true;
}

/* How rows are multiplied. */
static void choose_planes(struct rower *rower)
{
	struct plan_dense *dense = rower->denser->dense;
	int64_t most = 0;
	uint64_t span = 0;

	for (uint32_t i = 0; i < dense->inputs; i++)
		if (rower->denser->values[i].most > most)
			most = rower->denser->values[i].most;
	for (uint32_t i = 0; i < dense->row_count; i++) {
		take_row(rower, i);
		if ((uint64_t)(rower->greatest - rower->least) > span)
			span = (uint64_t)(rower->greatest - rower->least);
	}
	dense->planes = 1;
	while (dense->planes <= PLANES && span >> 8 * dense->planes)
		dense->planes++;
	if (dense->planes > PLANES || !set_chunks(dense, most))
		dense->planes = 0;
}

static void put_planes(struct rower *rower)
{
	struct plan_dense *dense = rower->denser->dense;
	uint32_t length = dense->chunk * dense->chunks;

	for (uint32_t plane = 0; plane < dense->planes; plane++)
		for (uint32_t i = 0; i < length; i += 8) {
			uint64_t word = 0;
			for (uint32_t j = i; j < i + 8 && j < dense->inputs; j++) {
				uint64_t weight = (uint64_t)(rower->weights[j] - rower->least);
				word |= (weight >> 8 * plane & 255) << 8 * (j - i);
			}
			words_add(&dense->matrix, word);
		}
}

static void put_row(struct rower *rower, uint32_t row)
{
	struct plan_dense *dense = rower->denser->dense;
	uint64_t bias;

	take_row(rower, row);
	bias = (uint64_t)rower->form.bias;
	if (dense->planes) {
		for (uint32_t i = 0; i < dense->inputs; i++)
			bias += dense->center * (uint64_t)rower->weights[i];
		put_planes(rower);
	} else {
		for (uint32_t i = 0; i < dense->inputs; i++)
			words_add(&dense->matrix, (uint64_t)rower->weights[i]);
	}
	words_add(&dense->rows, bias);
	words_add(&dense->rows, dense->planes ? (uint64_t)rower->least : 0);
	words_add(&dense->rows, rower->form.unit ? 1 : UINT64_MAX);
}

void denser_put_rows(struct denser *denser)
{
	struct rower rower = { .denser = denser };

	if (!denser->dense->row_count)
		return;
	rower.weights = mem_alloc(denser->dense->inputs, sizeof *rower.weights);
	choose_planes(&rower);
	for (uint32_t i = 0; i < denser->dense->row_count && denser->fits; i++)
		put_row(&rower, i);
	free(rower.weights);
	free(rower.form.terms);
}
