/*
 * The dense shape in C: rows by plain loops that compilers make vectors of, and gates by one
 * loop over their words (runtime/dense_code.h).
 */
#include <inttypes.h>

#include "backends/c/print.h"

struct dense_printer {
	const struct plan *plan;
	const struct plan_dense *dense;
	const char *prefix, *type;
	struct output *out;
	bool gates, rows, bits; /* whether there are gates within gates, lazy rows, bits */
};

/* --- rows --------------------------------------------------------------------------- */

/* What is to be done with the sum t of a row: its place among `rows` is `row`. */
static void print_finish(const struct dense_printer *printer)
{
	output_printf(printer->out,
		"/* The value of row k, of its sum and that of the inputs. */\n"
		"static uint64_t %s_finish(size_t k, uint64_t t, uint64_t sum)\n"
		"{\n"
		"\tconst uint64_t *const row = %s_rows + k * MEMC_ROW_WORDS;\n"
		"\n"
		"\treturn memc_cut(row[0] + row[1] * sum + t, row[2]);\n"
		"}\n\n",
		printer->prefix, printer->prefix);
}

/* Sums of `rows` rows of the matrix times `points` points; one of the two is 1. */
static void print_sums(const struct dense_printer *printer, uint32_t rows, uint32_t points)
{
	const struct plan_dense *dense = printer->dense;
	uint32_t count = rows * points, length = dense->chunk * dense->chunks;
	struct output *out = printer->out;

	output_printf(out,
		"\t\tconst unsigned char *w = (const unsigned char *)%s_matrix +\n"
		"\t\t\tk * %" PRIu64 ";\n"
		"\t\tuint64_t ",
		printer->prefix, plan_dense_stride(dense));
	for (uint32_t i = 0; i < count; i++)
		output_printf(out, "%st%" PRIu32 " = 0", i ? ", " : "", i);
	output_printf(out,
		";\n"
		"\n"
		"\t\tfor (j = 0; j < %" PRIu32 "; j++, w += %" PRIu32 ") {\n"
		"\t\t\tconst int16_t *const a = x + j %% %" PRIu32 " * %" PRIu32 ";\n"
		"\t\t\tconst unsigned shift = (unsigned)(j / %" PRIu32 ") * 8;\n"
		"\t\t\tint32_t ",
		dense->planes * dense->chunks, dense->chunk, dense->chunks, dense->chunk,
		dense->chunks);
	for (uint32_t i = 0; i < count; i++)
		output_printf(out, "%ss%" PRIu32 " = 0", i ? ", " : "", i);
	output_printf(out,
		";\n"
		"\n"
		"\t\t\tfor (i = 0; i < %" PRIu32 "; i++) {\n"
		"\t\t\t\tconst int32_t b = %s[i];\n"
		"\n",
		dense->chunk, rows > 1 ? "a" : "w");
	for (uint32_t i = 0; i < count; i++)
		output_printf(out, "\t\t\t\ts%" PRIu32 " += b * %s[%" PRIu64 " + i];\n", i,
			rows > 1 ? "w" : "a",
			i * (rows > 1 ? plan_dense_stride(dense) : length));
	output_text(out, "\t\t\t}\n");
	for (uint32_t i = 0; i < count; i++)
		output_printf(
			out, "\t\t\tt%" PRIu32 " += (uint64_t)s%" PRIu32 " << shift;\n", i, i);
	output_text(out, "\t\t}\n");
}

static void print_planes(const struct dense_printer *printer)
{
	const struct plan_dense *dense = printer->dense;
	struct output *out = printer->out;

	output_printf(out,
		"/* All rows of a point x, whose inputs add up to sum[0]. */\n"
		"static void %s_rows_of(const int16_t *x, const uint64_t *sum, uint64_t *v)\n"
		"{\n"
		"\tsize_t k, j, i;\n"
		"\n"
		"\tfor (k = 0; k < %" PRIu32 "; k += %d) {\n",
		printer->prefix, dense->eager, PLAN_DENSE_ROWS);
	print_sums(printer, PLAN_DENSE_ROWS, 1);
	for (uint32_t i = 0; i < PLAN_DENSE_ROWS; i++)
		output_printf(out,
			"\t\tv[k + %" PRIu32 "] = %s_finish(k + %" PRIu32 ", t%" PRIu32
			", sum[0]);\n",
			i, printer->prefix, i, i);
	output_text(out, "\t}\n}\n\n");
	if (plan_dense_block(dense) == 1)
		return;
	output_printf(out,
		"/* The same of %d points, which share the loads of weights. */\n"
		"static void %s_rows_of_block(const int16_t *x, const uint64_t *sum, uint64_t "
		"*v)\n"
		"{\n"
		"\tsize_t k, j, i;\n"
		"\n"
		"\tfor (k = 0; k < %" PRIu32 "; k++) {\n",
		PLAN_DENSE_BLOCK, printer->prefix, dense->eager);
	print_sums(printer, 1, PLAN_DENSE_BLOCK);
	for (uint32_t i = 0; i < PLAN_DENSE_BLOCK; i++)
		output_printf(out,
			"\t\tv[%" PRIu32 " + k] = %s_finish(k, t%" PRIu32 ", sum[%" PRIu32
			"]);\n",
			i * dense->values, printer->prefix, i, i);
	output_text(out, "\t}\n}\n\n");
}

static void print_words_sum(const struct dense_printer *printer)
{
	output_printf(printer->out,
		"\t\tconst uint64_t *const w = %s_matrix + k * %" PRIu32 ";\n"
		"\t\tuint64_t t0 = 0;\n"
		"\n"
		"\t\tfor (i = 0; i < %" PRIu32 "; i++)\n"
		"\t\t\tt0 += w[i] * x[i];\n",
		printer->prefix, printer->dense->inputs, printer->dense->inputs);
}

static void print_words_rows(const struct dense_printer *printer)
{
	output_printf(printer->out,
		"/* All rows of a point x. */\n"
		"static void %s_rows_of(const uint64_t *x, uint64_t *v)\n"
		"{\n"
		"\tsize_t k, i;\n"
		"\n"
		"\tfor (k = 0; k < %" PRIu32 "; k++) {\n",
		printer->prefix, printer->dense->eager);
	print_words_sum(printer);
	output_printf(
		printer->out, "\t\tv[k] = %s_finish(k, t0, 0);\n\t}\n}\n\n", printer->prefix);
}

/* Rows that a gate asks for. */
static void print_lazy(const struct dense_printer *printer)
{
	bool planes = printer->dense->planes;

	output_printf(printer->out,
		"/* Adds the rows of a segment. Returns its end. */\n"
		"static size_t %s_lazy(struct memc_gate *at, const %s *x, uint64_t sum)\n"
		"{\n"
		"\tconst uint64_t *const segment = %s_gates + at->segment;\n"
		"\tconst size_t first = (size_t)segment[2];\n"
		"\tconst size_t end = first + (size_t)MEMC_SEGMENT_COUNT(segment[0]);\n"
		"\tsize_t k, %si;\n"
		"\n"
		"\tfor (k = first; k < end; k++) {\n",
		printer->prefix, planes ? "int16_t" : "uint64_t", printer->prefix,
		planes ? "j, " : "");
	if (planes)
		print_sums(printer, 1, 1);
	else
		print_words_sum(printer);
	output_printf(printer->out,
		"\t\tat->sum += segment[1] * %s_finish(k, t0, sum);\n"
		"\t\tif (memc_is_over(%s_gates, at))\n"
		"\t\t\tbreak;\n"
		"\t}\n"
		"\treturn at->segment + 3;\n"
		"}\n\n",
		printer->prefix, printer->prefix);
}

static void print_rows(const struct dense_printer *printer)
{
	const struct plan_dense *dense = printer->dense;

	if (!dense->row_count)
		return;
	print_finish(printer);
	if (dense->eager && dense->planes)
		print_planes(printer);
	else if (dense->eager)
		print_words_rows(printer);
	if (printer->rows)
		print_lazy(printer);
}

/* --- gates -------------------------------------------------------------------------- */

/* To the first gate of a segment, or back to the gate that reads one. */
static void print_moves(const struct dense_printer *printer)
{
	output_printf(printer->out,
		"\t\tif (!at->segment) {\n"
		"\t\t\tconst size_t next = memc_behind(%s_gates, at->gate);\n"
		"\t\t\tconst uint64_t value = memc_value(%s_gates, at);\n"
		"\n"
		"\t\t\tif (at == stack)\n"
		"\t\t\t\treturn value;\n"
		"\t\t\tat--;\n"
		"\t\t\tat->sum += %s_gates[at->segment + 1] * value;\n"
		"\t\t\tif (--at->rest && !memc_is_over(%s_gates, at))\n"
		"\t\t\t\tmemc_begin(++at, %s_gates, next);\n"
		"\t\t\telse\n"
		"\t\t\t\tmemc_next(at, %s_gates, at->segment + 3);\n"
		"\t\t\tcontinue;\n"
		"\t\t}\n",
		printer->prefix, printer->prefix, printer->prefix, printer->prefix,
		printer->prefix, printer->prefix);
	output_printf(printer->out,
		"\t\tif (MEMC_SEGMENT_KIND(%s_gates[at->segment]) == MEMC_GATES) {\n"
		"\t\t\tconst size_t first = (size_t)%s_gates[at->segment + 2];\n"
		"\n"
		"\t\t\tat->rest = MEMC_SEGMENT_COUNT(%s_gates[at->segment]);\n"
		"\t\t\tmemc_begin(++at, %s_gates, first);\n"
		"\t\t\tcontinue;\n"
		"\t\t}\n",
		printer->prefix, printer->prefix, printer->prefix, printer->prefix);
}

/* The arguments that gates need besides v, or their declarations. */
static void print_arguments(const struct dense_printer *printer, bool declare)
{
	const char *type = printer->dense->planes ? "int16_t" : "uint64_t";

	if (printer->bits)
		output_printf(printer->out, ", %sbits", declare ? "const uint64_t *" : "");
	if (!printer->rows)
		return;
	if (declare)
		output_printf(printer->out, ", const %s *x, uint64_t sum", type);
	else
		output_text(printer->out, ", x, sum");
}

/* What is added where a segment is of the kind: a call with the prefix in it. */
static void print_kind(const struct dense_printer *printer, const char *kind,
	const char *before, const char *behind)
{
	output_printf(printer->out,
		"if (MEMC_SEGMENT_KIND(%s_gates[at->segment]) == %s)\n"
		"\t\t\tend = %s%s%s;\n"
		"\t\telse ",
		printer->prefix, kind, before, printer->prefix, behind);
}

static void print_gate(const struct dense_printer *printer)
{
	struct output *out = printer->out;
	const char *prefix = printer->prefix;

	output_printf(out,
		"/* The value of a gate. */\n"
		"static uint64_t %s_gate(size_t gate, const uint64_t *v",
		prefix);
	print_arguments(printer, true);
	output_printf(out,
		")\n"
		"{\n"
		"\tstruct memc_gate stack[%" PRIu32 "];\n"
		"\tstruct memc_gate *at = stack;\n"
		"\tsize_t end;\n"
		"\n"
		"\tmemc_begin(at, %s_gates, gate);\n"
		"\tfor (;;) {\n",
		printer->dense->depth, prefix);
	if (printer->gates)
		print_moves(printer);
	else
		output_printf(out,
			"\t\tif (!at->segment)\n"
			"\t\t\treturn memc_value(%s_gates, at);\n",
			prefix);
	output_text(out, "\t\t");
	if (printer->bits)
		print_kind(printer, "MEMC_BITS_SET", "memc_bits_set(at, ", "_gates, bits)");
	if (printer->rows)
		print_kind(printer, "MEMC_ROWS", "", "_lazy(at, x, sum)");
	output_printf(out,
		"%send = memc_leaves(at, %s_gates, v);\n"
		"\t\tmemc_next(at, %s_gates, end);\n"
		"\t}\n"
		"}\n\n",
		printer->bits || printer->rows ? "\n\t\t\t" : "", prefix, prefix);
}

/* --- a point ------------------------------------------------------------------------ */

/* The class that the output stands for. */
static void print_class(const struct dense_printer *printer)
{
	uint64_t fraction = printer->dense->fraction;
	uint32_t last = printer->dense->values - 1;
	struct output *out = printer->out;

	if (fraction >= 62) {
		output_text(out, "\treturn -1;\n");
		return;
	}
	if (fraction)
		output_printf(out,
			"\tif (v[%" PRIu32 "] & 0x%" PRIx64 ")\n"
			"\t\treturn -1;\n"
			"\tv[%" PRIu32 "] >>= %" PRIu64 ";\n",
			last, (UINT64_C(1) << fraction) - 1, last, fraction);
	output_printf(out,
		"\treturn v[%" PRIu32 "] - 1 < %" PRIu32 " ? (int)(v[%" PRIu32 "] - 1) : -1;\n",
		last, printer->plan->module->class_count, last);
}

/* The gates that are kept, and the class. */
static void print_answer(const struct dense_printer *printer)
{
	const struct plan_dense *dense = printer->dense;
	const char *prefix = printer->prefix;
	struct output *out = printer->out;

	output_printf(out,
		"/* The class of a point, of its inputs and rows. */\n"
		"static int %s_answer(uint64_t *v",
		prefix);
	if (printer->rows)
		output_printf(out, ", const %s *x, uint64_t sum",
			dense->planes ? "int16_t" : "uint64_t");
	output_text(out, ")\n{\n\tsize_t gate = 0, i;\n");
	if (dense->bit_words)
		output_printf(out,
			"\tuint64_t bits[%" PRIu32 "];\n"
			"\n"
			"\tmemc_pack(v + %" PRIu32 ", %" PRIu32 ", bits);",
			dense->bit_words, dense->inputs, dense->eager);
	output_printf(out,
		"\n"
		"\tfor (i = %" PRIu32 "; i < %" PRIu32 "; i++) {\n"
		"\t\tv[i] = %s_gate(gate, v",
		dense->inputs + dense->eager, dense->values, prefix);
	print_arguments(printer, false);
	output_printf(out, ");\n\t\tgate = memc_behind(%s_gates, gate);\n\t}\n", prefix);
	print_class(printer);
	output_text(out, "}\n\n");
}

/*
 * Inputs as 16 bits, where the bytes of a word of weights lie in memory: in order, or the other
 * way round.
 */
static void print_narrow(const struct dense_printer *printer)
{
	const struct plan_dense *dense = printer->dense;
	uint32_t length = dense->chunk * dense->chunks;
	struct output *out = printer->out;

	output_printf(out,
		"/* Inputs as rows multiply them: eight by eight in the order of a word's "
		"bytes.\n"
		" * Returns their sum. */\n"
		"static uint64_t %s_narrow(const uint64_t *v, int16_t *x)\n"
		"{\n"
		"\tconst uint64_t one = 1;\n"
		"\tconst size_t turn = *(const unsigned char *)&one ? 0 : 7;\n"
		"\tuint64_t sum = 0;\n"
		"\tsize_t i;\n"
		"\n"
		"\tfor (i = 0; i < %" PRIu32 "; i++) {\n",
		printer->prefix, dense->inputs);
	if (dense->center)
		output_printf(out,
			"\t\tx[i ^ turn] = (int16_t)((int32_t)v[i] - %" PRIu32 ");\n"
			"\t\tsum += v[i] - %" PRIu32 ";\n",
			dense->center, dense->center);
	else
		output_text(out,
			"\t\tx[i ^ turn] = (int16_t)v[i];\n"
			"\t\tsum += v[i];\n");
	output_text(out, "\t}\n");
	if (length > dense->inputs)
		output_printf(out,
			"\tfor (; i < %" PRIu32 "; i++)\n"
			"\t\tx[i ^ turn] = 0;\n",
			length);
	output_text(out, "\treturn sum;\n}\n\n");
}

static void print_classify(const struct dense_printer *printer)
{
	const struct plan_dense *dense = printer->dense;
	const char *prefix = printer->prefix;
	bool narrow = dense->planes && dense->row_count;
	struct output *out = printer->out;

	output_printf(out,
		"int %s_classify(const %s x[%" PRIu32 "])\n{\n\tuint64_t v[%" PRIu32 "];\n",
		prefix, printer->type, dense->inputs, dense->values);
	if (narrow)
		output_printf(out, "\tuint64_t sum;\n\tint16_t narrow[%" PRIu32 "];\n",
			dense->chunk * dense->chunks);
	output_printf(out, "\n\tif (!%s_load(x, v))\n\t\treturn -1;\n", prefix);
	if (narrow)
		output_printf(out, "\tsum = %s_narrow(v, narrow);\n", prefix);
	if (dense->eager && narrow)
		output_printf(out, "\t%s_rows_of(narrow, &sum, v + %" PRIu32 ");\n", prefix,
			dense->inputs);
	else if (dense->eager)
		output_printf(
			out, "\t%s_rows_of(v, v + %" PRIu32 ");\n", prefix, dense->inputs);
	output_printf(out, "\treturn %s_answer(v%s);\n}\n\n", prefix,
		!printer->rows   ? ""
			: narrow ? ", narrow, sum"
				 : ", v, 0");
}

/* clf_block(): so many points at once, but one by one if any of them is out of range. */
static void print_block(const struct dense_printer *printer)
{
	const struct plan_dense *dense = printer->dense;
	uint32_t length = dense->chunk * dense->chunks;
	const char *prefix = printer->prefix;
	struct output *out = printer->out;

	output_printf(out,
		"/* Returns 0, and does nothing, if a point is out of range. */\n"
		"static int %s_block(const %s *x, int32_t *out)\n"
		"{\n"
		"\tuint64_t v[%" PRIu32 "];\n"
		"\tuint64_t sum[%d];\n"
		"\tint16_t narrow[%" PRIu32 "];\n"
		"\tsize_t i;\n"
		"\n"
		"\tfor (i = 0; i < %d; i++) {\n"
		"\t\tif (!%s_load(x + i * %" PRIu32 ", v + i * %" PRIu32 "))\n"
		"\t\t\treturn 0;\n"
		"\t\tsum[i] = %s_narrow(v + i * %" PRIu32 ", narrow + i * %" PRIu32 ");\n"
		"\t}\n"
		"\t%s_rows_of_block(narrow, sum, v + %" PRIu32 ");\n"
		"\tfor (i = 0; i < %d; i++)\n"
		"\t\tout[i] = %s_answer(v + i * %" PRIu32,
		prefix, printer->type, PLAN_DENSE_BLOCK * dense->values, PLAN_DENSE_BLOCK,
		PLAN_DENSE_BLOCK * length, PLAN_DENSE_BLOCK, prefix, dense->inputs,
		dense->values, prefix, dense->values, length, prefix, dense->inputs,
		PLAN_DENSE_BLOCK, prefix, dense->values);
	if (printer->rows)
		output_printf(out, ", narrow + i * %" PRIu32 ", sum[i]", length);
	output_text(out, ");\n\treturn 1;\n}\n\n");
}

static void print_batch(const struct dense_printer *printer)
{
	const char *prefix = printer->prefix;
	uint32_t block = plan_dense_block(printer->dense);
	uint32_t inputs = printer->dense->inputs;
	struct output *out = printer->out;

	output_printf(out,
		"void %s_classify_batch(const %s *x, size_t rows, int32_t *out)\n"
		"{\n"
		"\tsize_t i%s;\n"
		"\n",
		prefix, printer->type, block > 1 ? " = 0, end" : "");
	if (block > 1)
		output_printf(out,
			"\twhile (i < rows) {\n"
			"\t\tend = rows - i < %" PRIu32 " ? rows : i + %" PRIu32 ";\n"
			"\t\tif (end - i == %" PRIu32 " && %s_block(x + i * %" PRIu32
			", out + i))\n"
			"\t\t\ti = end;\n"
			"\t\tfor (; i < end; i++)\n"
			"\t\t\tout[i] = %s_classify(x + i * %" PRIu32 ");\n"
			"\t}\n"
			"}\n\n",
			block, block, block, prefix, inputs, prefix, inputs);
	else
		output_printf(out,
			"\tfor (i = 0; i < rows; i++)\n"
			"\t\tout[i] = %s_classify(x + i * %" PRIu32 ");\n"
			"}\n\n",
			prefix, inputs);
}

void c_print_dense(
	const struct plan *plan, const char *upper, const char *prefix, struct output *out)
{
	const struct plan_dense *dense = plan->dense;
	struct dense_printer printer = { plan, dense, prefix,
		ir_element_ctype(plan->module->element), out, .gates = dense->depth > 1,
		.rows = dense->row_count > dense->eager, .bits = dense->bit_words };

	if (dense->row_count) {
		c_print_words(&dense->matrix, upper, prefix, "matrix", out);
		c_print_words(&dense->rows, upper, prefix, "rows", out);
	}
	c_print_words(&dense->gates, upper, prefix, "gates", out);
	c_print_load(plan, prefix, out);
	print_rows(&printer);
	print_gate(&printer);
	print_answer(&printer);
	if (dense->planes && dense->row_count)
		print_narrow(&printer);
	print_classify(&printer);
	if (plan_dense_block(dense) > 1)
		print_block(&printer);
	print_batch(&printer);
}
