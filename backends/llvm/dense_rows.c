/*
 * Rows of a dense module: a matrix of bytes times inputs of 16 bits, several rows or points at
 * once, or of whole words.
 */
#include <stdlib.h>

#include "backends/llvm/dense.h"
#include "backends/llvm/word.h"
#include "runtime/dense_code.h"
#include "support/mem.h"

/* --- how they lie in memory ----------------------------------------------------------- */

/*
 * Bytes of a chunk: a multiple of the lanes. Only a chunk that is the only one may end with
 * zeros for that: others are so many that sums still fit.
 */
static uint32_t chunk_of(const struct dense *dense)
{
	return (dense->plan->chunk + dense->lanes - 1) / dense->lanes * dense->lanes;
}

uint32_t dense_lanes(const struct vectors *vectors, const struct plan_dense *plan)
{
	enum { SHARE = 8 };
	uint32_t lanes = vectors->lanes ? vectors->lanes : 1;
	uint32_t idle = plan->chunks == 1 ? plan->chunk / SHARE : 0;

	while (lanes > 1 && (lanes - plan->chunk % lanes) % lanes > idle)
		lanes /= 2;
	return lanes;
}

uint32_t dense_length(const struct dense *dense)
{
	return dense->planes ? chunk_of(dense) * dense->plan->chunks : dense->plan->inputs;
}

/* Bytes of a row. */
static uint64_t stride_of(const struct dense *dense)
{
	return (uint64_t)dense->plan->planes * dense_length(dense);
}

LLVMValueRef dense_matrix(struct dense *dense)
{
	const struct plan_dense *plan = dense->plan;
	size_t parts = (size_t)plan->row_count * plan->planes * plan->chunks, from = 0;
	uint32_t chunk = chunk_of(dense);
	unsigned char *bytes;
	LLVMValueRef table;

	if (!dense->planes)
		return gen_words(dense->gen, "matrix", &plan->matrix);
	bytes = mem_zero(parts, chunk);
	for (size_t part = 0; part < parts; part++)
		for (uint32_t i = 0; i < plan->chunk; i++, from++)
			bytes[part * chunk + i] =
				(unsigned char)(plan->matrix.words[from / 8] >> 8 * (from % 8));
	table = vectors_table(gen_table(dense->gen, "matrix", bytes, parts * chunk, 1));
	free(bytes);
	return table;
}

/* --- sums ----------------------------------------------------------------------------- */

LLVMValueRef dense_cut(struct dense *dense, LLVMValueRef sum, LLVMValueRef limit)
{
	sum = gen_max(dense->gen, sum, gen_i64(dense->gen, 0), true);
	return gen_min(dense->gen, sum, limit, false);
}

/* The value of row k, of its sum t and that of the inputs. */
static LLVMValueRef finish(
	struct dense *dense, LLVMValueRef k, LLVMValueRef t, LLVMValueRef sum)
{
	struct gen *gen = dense->gen;
	LLVMValueRef at = word_op(gen, LLVMMul, k, gen_size(gen, MEMC_ROW_WORDS)), words[3];

	for (uint32_t i = 0; i < MEMC_ROW_WORDS; i++)
		words[i] = word_get(
			gen, dense->rows, word_op(gen, LLVMAdd, at, gen_size(gen, i)), "row");
	t = word_op(gen, LLVMAdd, t, words[0]);
	t = word_op(gen, LLVMAdd, t, word_op(gen, LLVMMul, words[1], sum));
	return dense_cut(dense, t, words[2]);
}

/* --- bytes ---------------------------------------------------------------------------- */

/* Element `index` of bytes or halves, as vectors of 32 bits. */
static LLVMValueRef load_wide(struct dense *dense, LLVMTypeRef element, uint32_t bytes,
	LLVMValueRef base, LLVMValueRef index)
{
	struct gen *gen = dense->gen;
	uint32_t lanes = dense->lanes;
	LLVMValueRef from = gen_at(gen, element, base, index, "at");
	LLVMValueRef value =
		LLVMBuildLoad2(gen->builder, vectors_type(element, lanes), from, "load");
	LLVMTypeRef wide = vectors_type(gen->i32, lanes);

	/* chunks are made of so many */
	LLVMSetAlignment(value, lanes * bytes);
	return bytes == 1 ? LLVMBuildZExt(gen->builder, value, wide, "wide")
			  : LLVMBuildSExt(gen->builder, value, wide, "wide");
}

/* sum + products, in half as many lanes where pairs are added (see parts.c). */
static LLVMValueRef add_products(
	struct dense *dense, LLVMValueRef sum, LLVMValueRef a, LLVMValueRef b)
{
	struct gen *gen = dense->gen;
	uint32_t half = dense->lanes / 2;
	LLVMValueRef products = LLVMBuildNSWMul(gen->builder, a, b, "products");

	if (dense->vectors.pairs && half)
		products = LLVMBuildNSWAdd(gen->builder,
			vectors_pick(gen, products, NULL, 0, 2, half),
			vectors_pick(gen, products, NULL, 1, 2, half), "pairs");
	return LLVMBuildNSWAdd(gen->builder, sum, products, "sum");
}

static LLVMValueRef no_sum(struct dense *dense)
{
	uint32_t lanes = dense->lanes;

	if (dense->vectors.pairs && lanes > 1)
		lanes /= 2;
	return LLVMConstNull(vectors_type(dense->gen->i32, lanes));
}

/* The sum of all lanes. */
static LLVMValueRef total_of(struct dense *dense, LLVMValueRef sum)
{
	struct gen *gen = dense->gen;

	sum = vectors_fold(gen, sum, 1);
	if (LLVMGetTypeKind(LLVMTypeOf(sum)) == LLVMVectorTypeKind)
		sum = LLVMBuildExtractElement(gen->builder, sum, gen_i32(gen, 0), "total");
	return gen_to(gen, sum, gen->i64, true);
}

/* The sums of one chunk: of bytes at `w` and inputs at `x`, with what lies behind each. */
static void add_chunk(struct dense *dense, LLVMValueRef w, uint32_t rows, LLVMValueRef x,
	uint32_t points, LLVMValueRef *totals)
{
	struct gen *gen = dense->gen;
	uint32_t lanes = dense->lanes, count = rows * points;
	struct gen_loop loop =
		gen_loop_begin(gen, gen_size(gen, chunk_of(dense) / lanes), "chunk");
	LLVMValueRef now[DENSE_SUMS], a[DENSE_SUMS], b[DENSE_SUMS], at;

	for (uint32_t i = 0; i < count; i++)
		now[i] = gen_loop_value(gen, &loop, no_sum(dense), "sum");
	at = word_op(gen, LLVMMul, loop.i, gen_size(gen, lanes));
	for (uint32_t i = 0; i < rows; i++)
		a[i] = load_wide(dense, gen->i8, 1, w,
			word_op(gen, LLVMAdd, at, gen_size(gen, i * stride_of(dense))));
	for (uint32_t i = 0; i < points; i++)
		b[i] = load_wide(dense, gen->i16, 2, x,
			word_op(gen, LLVMAdd, at,
				gen_size(gen, (uint64_t)i * dense_length(dense))));
	for (uint32_t i = 0; i < count; i++)
		gen_loop_carry(
			&loop, now[i], add_products(dense, now[i], b[i / rows], a[i % rows]));
	gen_loop_end(gen, &loop);
	for (uint32_t i = 0; i < count; i++)
		totals[i] = total_of(dense, gen_loop_result(&loop, now[i]));
}

/* The same of all chunks of a plane. */
static void add_plane(struct dense *dense, LLVMValueRef w, uint32_t rows, LLVMValueRef x,
	uint32_t points, LLVMValueRef *t)
{
	struct gen *gen = dense->gen;
	LLVMValueRef now[DENSE_SUMS], totals[DENSE_SUMS], at;
	struct gen_loop loop;

	if (dense->plan->chunks == 1) {
		add_chunk(dense, w, rows, x, points, t);
		return;
	}
	loop = gen_loop_begin(gen, gen_size(gen, dense->plan->chunks), "plane");
	for (uint32_t i = 0; i < rows * points; i++)
		now[i] = gen_loop_value(gen, &loop, gen_i64(gen, 0), "t");
	at = word_op(gen, LLVMMul, loop.i, gen_size(gen, chunk_of(dense)));
	add_chunk(dense, gen_at(gen, gen->i8, w, at, "weights"), rows,
		gen_at(gen, gen->i16, x, at, "inputs"), points, totals);
	for (uint32_t i = 0; i < rows * points; i++)
		gen_loop_carry(&loop, now[i], word_op(gen, LLVMAdd, now[i], totals[i]));
	gen_loop_end(gen, &loop);
	for (uint32_t i = 0; i < rows * points; i++)
		t[i] = gen_loop_result(&loop, now[i]);
}

/* t[i] = the sums over all planes. */
static void add_bytes(struct dense *dense, LLVMValueRef k, uint32_t rows, LLVMValueRef x,
	uint32_t points, LLVMValueRef *t)
{
	struct gen *gen = dense->gen;
	LLVMValueRef w = gen_at(gen, gen->i8, dense->matrix,
		word_op(gen, LLVMMul, k, gen_size(gen, stride_of(dense))), "weights");
	LLVMValueRef totals[DENSE_SUMS];

	for (uint32_t i = 0; i < rows * points; i++)
		t[i] = gen_i64(gen, 0);
	for (uint32_t plane = 0; plane < dense->plan->planes; plane++) {
		uint64_t first = (uint64_t)plane * dense_length(dense);
		add_plane(dense, gen_at(gen, gen->i8, w, gen_size(gen, first), "plane"), rows,
			x, points, totals);
		for (uint32_t i = 0; i < rows * points; i++)
			t[i] = word_op(gen, LLVMAdd, t[i],
				word_op(gen, LLVMShl, totals[i], gen_i64(gen, 8 * plane)));
	}
}

/* --- words ---------------------------------------------------------------------------- */

static LLVMValueRef add_words(struct dense *dense, LLVMValueRef k, LLVMValueRef x)
{
	struct gen *gen = dense->gen;
	LLVMValueRef inputs = gen_size(gen, dense->plan->inputs), product;
	LLVMValueRef w = gen_at(
		gen, gen->i64, dense->matrix, word_op(gen, LLVMMul, k, inputs), "weights");
	struct gen_loop loop = gen_loop_begin(gen, inputs, "words");
	LLVMValueRef t = gen_loop_value(gen, &loop, gen_i64(gen, 0), "t");

	product = word_op(
		gen, LLVMMul, word_get(gen, w, loop.i, "w"), word_get(gen, x, loop.i, "x"));
	gen_loop_carry(&loop, t, word_op(gen, LLVMAdd, t, product));
	gen_loop_end(gen, &loop);
	return gen_loop_result(&loop, t);
}

void dense_rows(struct dense *dense, LLVMValueRef k, uint32_t rows, LLVMValueRef x,
	const LLVMValueRef *sums, uint32_t points, LLVMValueRef *values)
{
	struct gen *gen = dense->gen;

	if (!dense->planes) {
		values[0] = finish(dense, k, add_words(dense, k, x), sums[0]);
		return;
	}
	add_bytes(dense, k, rows, x, points, values);
	for (uint32_t i = 0; i < rows * points; i++)
		values[i] = finish(dense, word_op(gen, LLVMAdd, k, gen_size(gen, i % rows)),
			values[i], sums[i / rows]);
}
