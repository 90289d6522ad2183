#include "backends/c/c.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backends/c/embed.h"
#include "backends/c/print.h"
#include "support/mem.h"

#ifndef MEMC_VERSION
#error "MEMC_VERSION is not set"
#endif

/* --- one emission ------------------------------------------------------------------- */

/* What all parts of a file are written from. */
struct writer {
	const struct ir_module *module;
	const struct c_options *options;
	const struct plan *plan; /* not for the main program */
	const char *prefix;
	char *upper; /* the prefix for macros */
	struct output *out;
};

static void writer_init(struct writer *writer, const struct ir_module *module,
	const struct c_options *options, struct output *out)
{
	*writer = (struct writer){
		.module = module, .options = options, .prefix = options->prefix, .out = out
	};
	writer->upper = mem_string(options->prefix, strlen(options->prefix));
	for (char *at = writer->upper; *at; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
}

static void writer_fini(struct writer *writer)
{
	free(writer->upper);
}

/* The operations that the code was made from. */
static void print_code(const struct writer *writer)
{
	const struct ir_module *module = writer->module;
	uint64_t counts[IR_OP_COUNT] = { 0 }, rows = 0;
	const char *between = " ";

	if (module->level != IR_LEVEL_FUSED)
		return;
	for (uint32_t i = module->input_count; i + 1 < module->node_count; i++)
		counts[ir_op_of(module, (ir_value){ i })]++;
	for (uint32_t i = 0; i < module->table_count; i++)
		rows += module->tables[i].row_count;
	output_text(writer->out, " * code     fused:");
	for (int op = 0; op < IR_OP_COUNT; op++)
		if (counts[op]) {
			output_printf(writer->out, "%s%" PRIu64 " %s", between, counts[op],
				ir_op_name((enum ir_op)op));
			between = ", ";
		}
	if (rows)
		output_printf(writer->out, "%s%" PRIu64 " rows", between, rows);
	output_printf(writer->out, "%s\n",
		writer->plan->kind == PLAN_PROGRAM ? " (by the general engine)" : "");
	if (writer->plan->lookup && writer->plan->lookup->members)
		output_text(writer->out, " *          for stored points only\n");
}

/* What the network is, whatever is made of it. */
static void print_network(const struct writer *writer)
{
	const struct ir_module *module = writer->module;
	struct ir_measures measures =
		writer->options->literal ? *writer->options->literal : ir_measure(module);
	struct output *out = writer->out;

	output_printf(out,
		"/*\n"
		" * A memorization network with exact weights, by memc %s.\n"
		" *\n",
		MEMC_VERSION);
	if (module->spec_sha256)
		output_printf(out, " * spec     sha256 %s\n", module->spec_sha256);
	if (module->points_sha256)
		output_printf(out, " * points   sha256 %s\n", module->points_sha256);
	output_printf(out,
		" * network  depth %" PRIu64 ", width %" PRIu64 ", %" PRIu64
		" neurons, %" PRIu64 " parameters\n"
		" * weights  %" PRIu64 " bits in all, at most %" PRIu64
		" (significand), %" PRIu64 " (fixed point)\n",
		measures.depth, measures.width, measures.neurons, measures.parameters,
		measures.total_significand, measures.greatest_significand,
		measures.greatest_fixed);
}

static void print_about(const struct writer *writer)
{
	struct plan_sizes sizes = plan_sizes(writer->plan);

	print_network(writer);
	print_code(writer);
	output_printf(writer->out,
		" * tables   %" PRIu64 " bytes\n"
		" * stack    at most %" PRIu64 " bytes in a call\n"
		" */\n",
		sizes.table_bytes, sizes.stack_bytes);
}

/* --- the header --------------------------------------------------------------------- */

static void print_class_prototypes(const struct writer *writer)
{
	output_printf(writer->out,
		"/* NULL outside 0..%s_CLASSES-1. */\n"
		"const char *%s_class_name(int c);\n"
		"\n",
		writer->upper, writer->prefix);
}

static void print_value_prototypes(const struct writer *writer)
{
	const char *prefix = writer->prefix;
	const char *type = ir_element_ctype(writer->module->element);

	output_printf(writer->out,
		"/*\n"
		" * The value at x, exactly: a class is a level here, and that of level c is c "
		"* "
		"%s_PRECISION\n"
		" * above that of level 0. Not a number, which differs from itself: not a "
		"stored "
		"point.\n"
		" */\n"
		"double %s_value(const %s x[%s_INPUTS]);\n"
		"void %s_value_batch(const %s *x, size_t rows, double *out);\n"
		"\n"
		"/* Not a number outside 0..%s_CLASSES-1. */\n"
		"double %s_level_value(int c);\n"
		"\n",
		writer->upper, prefix, type, writer->upper, prefix, type, writer->upper,
		prefix);
}

static void print_prototypes(const struct writer *writer)
{
	const char *prefix = writer->prefix;
	const char *type = ir_element_ctype(writer->module->element);

	output_printf(writer->out,
		"#ifdef __cplusplus\n"
		"extern \"C\" {\n"
		"#endif\n"
		"\n"
		"/* The class of x, 0..%s_CLASSES-1, or -1: not a stored point. */\n"
		"int %s_classify(const %s x[%s_INPUTS]);\n"
		"\n"
		"/* The classes of `rows` points, one behind the other in x. */\n"
		"void %s_classify_batch(const %s *x, size_t rows, int32_t *out);\n"
		"\n",
		writer->upper, prefix, type, writer->upper, prefix, type);
	if (writer->module->levels)
		print_value_prototypes(writer);
	else
		print_class_prototypes(writer);
	output_printf(writer->out,
		"#ifdef %s_SELF_CHECK\n"
		"/* How many of %zu points stored with the code get a wrong class. */\n"
		"int %s_self_check(void);\n"
		"#endif\n"
		"\n"
		"#ifdef __cplusplus\n"
		"}\n"
		"#endif\n",
		writer->upper, writer->options->samples ? writer->options->samples->count : 0,
		prefix);
}

static void print_precision(const struct writer *writer)
{
	output_printf(writer->out, "#define %s_PRECISION ", writer->upper);
	c_print_step(writer->module->levels, writer->out);
	output_text(writer->out, "\n");
}

void c_emit_header(
	const struct ir_module *module, const struct c_options *options, struct output *out)
{
	struct writer writer;

	writer_init(&writer, module, options, out);
	print_network(&writer);
	if (options->assume_members)
		output_text(out, " * code     for stored points only\n");
	output_printf(out,
		" */\n"
		"#ifndef %s_CLASSIFIER_H\n"
		"#define %s_CLASSIFIER_H\n"
		"\n"
		"#include <stddef.h>\n"
		"#include <stdint.h>\n"
		"\n"
		"#define %s_ABI_VERSION 1\n"
		"#define %s_INPUTS %" PRIu32 "\n"
		"#define %s_CLASSES %" PRIu32 "\n",
		writer.upper, writer.upper, writer.upper, writer.upper, module->input_count,
		writer.upper, module->class_count);
	if (module->levels)
		print_precision(&writer);
	output_text(out, "\n");
	print_prototypes(&writer);
	output_text(out, "\n#endif\n");
	writer_fini(&writer);
}

/* --- the source --------------------------------------------------------------------- */

static void print_include(const struct writer *writer)
{
	if (writer->options->header)
		output_printf(writer->out, "#include \"%s\"\n\n", writer->options->header);
}

static void print_includes(const struct writer *writer)
{
	struct output *out = writer->out;
	enum plan_load load = plan_load_of(writer->module);

	print_include(writer);
	if (writer->plan->lookup || writer->plan->dense) {
		if (writer->plan->lookup)
			embed_print(embed_touch_h, out);
		if (load == PLAN_LOAD_MAPS)
			embed_print(embed_wide_h, out);
	} else {
		embed_print(embed_wide_h, out);
		embed_print(embed_limb_h, out);
		embed_print(embed_code_h, out);
		embed_print(embed_form_h, out);
	}
	if (writer->plan->kind == PLAN_LITERAL)
		embed_print(embed_literal_h, out);
	if (writer->plan->kind == PLAN_PROGRAM) {
		embed_print(embed_fused_code_h, out);
		embed_print(embed_fused_h, out);
	}
	if (writer->plan->kind == PLAN_DENSE) {
		embed_print(embed_dense_code_h, out);
		embed_print(embed_dense_h, out);
		if (writer->plan->dense->bit_words)
			embed_print(embed_dense_bits_h, out);
	}
	if (load == PLAN_LOAD_MAPS)
		embed_print(embed_map_h, out);
	if (ir_element_is_float(writer->module->element))
		embed_print(embed_real_h, out);
}

static void print_tables(const struct writer *writer)
{
	const struct plan *plan = writer->plan;

	output_printf(writer->out,
		"/* An attribute for every table, such as a section. */\n"
		"#ifndef %s_TABLE_ATTR\n"
		"#define %s_TABLE_ATTR\n"
		"#endif\n\n",
		writer->upper, writer->upper);
	if (plan->kind == PLAN_LITERAL || plan->kind == PLAN_PROGRAM) {
		bool literal = plan->kind == PLAN_LITERAL;
		c_print_words(&plan->layers, writer->upper, writer->prefix,
			literal ? "layers" : "values", writer->out);
		c_print_words(&plan->neurons, writer->upper, writer->prefix,
			literal ? "neurons" : "code", writer->out);
		c_print_words(&plan->constants, writer->upper, writer->prefix, "constants",
			writer->out);
	}
	if (plan->features.count)
		c_print_words(&plan->features, writer->upper, writer->prefix, "features",
			writer->out);
}

static void print_literal(const struct writer *writer)
{
	const struct plan *plan = writer->plan;
	const char *prefix = writer->prefix;
	const char *type = ir_element_ctype(writer->module->element);

	output_printf(writer->out,
		"int %s_classify(const %s x[%s_INPUTS])\n"
		"{\n"
		"\tuint64_t even_limbs[%" PRIu64 "], odd_limbs[%" PRIu64 "];\n"
		"\tuint32_t even_starts[%" PRIu64 "], odd_starts[%" PRIu64 "];\n"
		"\tstruct memc_values even, odd;\n"
		"\tstruct memc_network net;\n"
		"\n"
		"\tif (!%s_load(x, even_limbs))\n"
		"\t\treturn -1;\n"
		"\teven.limbs = even_limbs;\n"
		"\teven.starts = even_starts;\n"
		"\todd.limbs = odd_limbs;\n"
		"\todd.starts = odd_starts;\n"
		"\tnet.layers = %s_layers;\n"
		"\tnet.neurons = %s_neurons;\n"
		"\tnet.constants = %s_constants;\n"
		"\treturn memc_literal(\n"
		"\t\t&net, %" PRIu32 ", %" PRIu32 ", %" PRIu64 ", %s_CLASSES, &even, &odd);\n"
		"}\n\n",
		prefix, type, writer->upper, plan->even.limbs + !plan->even.limbs,
		plan->odd.limbs + !plan->odd.limbs, plan->even.width + 1, plan->odd.width + 1,
		prefix, prefix, prefix, prefix, writer->module->layer_count + 1,
		writer->module->input_count, plan->fraction, writer->upper);
}

/*
 * The limbs of the output come out of a volatile variable: if there are none, a compiler would
 * know that no point has a class, and make a batch a call of memset.
 */
static void print_fused(const struct writer *writer)
{
	const struct plan *plan = writer->plan;
	const char *prefix = writer->prefix;

	output_printf(writer->out,
		"int %s_classify(const %s x[%s_INPUTS])\n"
		"{\n"
		"\tconst volatile size_t limbs = %" PRIu64 ";\n"
		"\tuint64_t frame[%" PRIu64 "];\n"
		"\tstruct memc_fused net;\n"
		"\n"
		"\tif (!%s_load(x, frame))\n"
		"\t\treturn -1;\n"
		"\tnet.values = %s_values;\n"
		"\tnet.constants = %s_constants;\n"
		"\tnet.frame = frame;\n"
		"\tmemc_fused(&net, %s_code, %" PRIu64 ");\n"
		"\treturn memc_class(frame + %" PRIu64 ", limbs, %" PRIu64 ", %s_CLASSES);\n"
		"}\n\n",
		prefix, ir_element_ctype(writer->module->element), writer->upper,
		plan->output & 0xfffff, plan->even.limbs, prefix, prefix, prefix, prefix,
		plan->steps, plan->output >> 20, plan->fraction, writer->upper);
}

static void print_classify(const struct writer *writer)
{
	const char *prefix = writer->prefix;

	c_print_load(writer->plan, prefix, writer->out);
	if (writer->plan->kind == PLAN_LITERAL)
		print_literal(writer);
	else
		print_fused(writer);
	output_printf(writer->out,
		"void %s_classify_batch(const %s *x, size_t rows, int32_t *out)\n"
		"{\n"
		"\tsize_t i;\n"
		"\n"
		"\tfor (i = 0; i < rows; i++)\n"
		"\t\tout[i] = %s_classify(x + i * %s_INPUTS);\n"
		"}\n\n",
		prefix, ir_element_ctype(writer->module->element), prefix, writer->upper);
}

void c_emit_source(const struct plan *plan, const struct c_options *options, struct output *out)
{
	struct writer writer;

	writer_init(&writer, plan->module, options, out);
	writer.plan = plan;
	print_about(&writer);
	if (plan->too_large) {
		output_printf(out, "#error \"a call would take more than %d MiB of stack\"\n",
			PLAN_STACK_LIMIT >> 20);
	} else {
		print_includes(&writer);
		print_tables(&writer);
		if (plan->lookup)
			c_print_lookup(
				plan->lookup, plan->module, writer.upper, writer.prefix, out);
		else if (plan->dense)
			c_print_dense(plan, writer.upper, writer.prefix, out);
		else
			print_classify(&writer);
		if (plan->origin->levels)
			c_print_values(plan->origin, writer.prefix, writer.upper, out);
		else
			c_print_names(plan->module, writer.prefix, writer.upper, out);
		c_print_self_check(plan->module, options, writer.upper, out);
	}
	writer_fini(&writer);
}
