#include <stdlib.h>
#include <string.h>

#include "backends/report/report.h"
#include "ir/measure.h"
#include "support/mem.h"

#define U(x) ((unsigned long long)(x))

struct drawing {
	const struct ir_module *module;
	struct output *out;
	struct arena arena; /* of texts of numbers */
};

static void put_quoted(struct output *out, const char *text)
{
	output_text(out, "\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			output_text(out, "\\");
		output_bytes(out, text, 1);
	}
	output_text(out, "\"");
}

/* A weight that is short as it is, a longer one by its bits. */
static const char *weight_text(struct drawing *drawing, num weight)
{
	const struct num_pool *nums = &drawing->module->nums;

	if (num_fixed_bits(nums, weight) > 20)
		return arena_printf(&drawing->arena, "%s%llu bits",
			num_sign(nums, weight) < 0 ? "-" : "",
			U(num_significand_bits(nums, weight)));
	return num_text(nums, weight, &drawing->arena);
}

/* --- every value ------------------------------------------------------------------------- */

static void put_edges(struct drawing *drawing, uint32_t value)
{
	const struct ir_module *module = drawing->module;
	const struct ir_term *terms = ir_terms(module, (ir_value){ value });
	const struct ir_op_row *row = &ir_ops[ir_op_of(module, (ir_value){ value })];
	uint32_t count = row->form ? ir_term_count(module, (ir_value){ value }) : row->values;

	for (uint32_t i = 0; i < count; i++) {
		output_printf(drawing->out, "  v%u -> v%u", terms[i].value.i, value);
		if (row->form && !num_equal(terms[i].weight, NUM_ONE))
			output_printf(drawing->out, " [label=\"%s\"]",
				weight_text(drawing, terms[i].weight));
		output_text(drawing->out, ";\n");
	}
}

/* "relu", and its bias below */
static void put_node(struct drawing *drawing, uint32_t value)
{
	const struct ir_module *module = drawing->module;
	enum ir_op op = ir_op_of(module, (ir_value){ value });
	num bias = module->nodes[value].bias;
	bool is_output = value == ir_output(module).i;

	output_printf(drawing->out, "  v%u [label=\"%%%u\\n%s", value,
		value - module->input_count, is_output ? "output" : ir_op_name(op));
	if (ir_ops[op].form && !num_equal(bias, NUM_ZERO))
		output_printf(drawing->out, "\\nbias %s", weight_text(drawing, bias));
	if (op == IR_LOOKUP || op == IR_KNOTS)
		output_printf(drawing->out, "\\n%u rows",
			ir_table_of(module, (ir_value){ value })->row_count);
	output_printf(drawing->out, "\"%s];\n", is_output ? ", shape=box" : "");
	put_edges(drawing, value);
	arena_reset(&drawing->arena);
}

static void put_inputs(struct drawing *drawing)
{
	output_text(drawing->out, "  node [shape=plain];\n");
	for (uint32_t i = 0; i < drawing->module->input_count; i++)
		output_printf(drawing->out, "  v%u [label=\"x%u\"];\n", i, i);
	output_text(drawing->out, "  node [shape=ellipse];\n");
}

/* Layers are frames around their neurons. */
static void put_values(struct drawing *drawing)
{
	const struct ir_module *module = drawing->module;
	uint32_t next = module->input_count;

	put_inputs(drawing);
	for (uint32_t i = 0; i < module->layer_count; i++) {
		const struct ir_layer *layer = &module->layers[i];
		output_printf(drawing->out, "  subgraph cluster_%u {\n  label=", i + 1);
		put_quoted(drawing->out,
			arena_printf(
				&drawing->arena, "%u %s", i + 1, module->stages[layer->stage]));
		output_text(drawing->out, ";\n");
		for (uint32_t k = 0; k < layer->count; k++)
			output_printf(drawing->out, "  v%u;\n", layer->first + k);
		output_text(drawing->out, "  }\n");
	}
	for (; next < module->node_count; next++)
		put_node(drawing, next);
}

/* --- a summary --------------------------------------------------------------------------- */

static void put_run(
	struct drawing *drawing, uint32_t run, const char *name, uint32_t first, uint32_t count)
{
	struct ir_measures sizes = ir_measure_layers(drawing->module, first, count);

	output_printf(drawing->out, "  r%u [label=", run);
	put_quoted(drawing->out, name);
	output_printf(drawing->out,
		" + \"\\n%u layer%s, width %llu\\n%llu neurons, %llu parameters\\nlongest "
		"weight "
		"%llu bits\"];\n",
		count, count == 1 ? "" : "s", U(sizes.width), U(sizes.neurons),
		U(sizes.parameters), U(sizes.greatest_significand));
	if (run)
		output_printf(drawing->out, "  r%u -> r%u;\n", run - 1, run);
}

/* Neighbours of one stage are one node. */
static void put_stages(struct drawing *drawing)
{
	const struct ir_module *module = drawing->module;
	uint32_t run = 0;

	output_printf(drawing->out, "  r0 [label=\"%u inputs\"];\n", module->input_count);
	for (uint32_t first = 0, end; first < module->layer_count; first = end) {
		uint32_t stage = module->layers[first].stage;
		for (end = first + 1; end < module->layer_count; end++)
			if (module->layers[end].stage != stage)
				break;
		put_run(drawing, ++run, module->stages[stage], first, end - first);
	}
	put_run(drawing, run + 1, "output", module->layer_count, 1);
}

/* How many values of one kind read values of another. */
static void put_kinds(struct drawing *drawing)
{
	const struct ir_module *module = drawing->module;
	struct ir_op_count count = ir_count_ops(module);
	uint64_t(*reads)[IR_OP_COUNT] = mem_zero(IR_OP_COUNT, sizeof *reads);

	for (uint32_t i = module->input_count; i < module->node_count; i++) {
		ir_value value = { i };
		const struct ir_op_row *row = &ir_ops[ir_op_of(module, value)];
		uint32_t terms = row->form ? ir_term_count(module, value) : row->values;
		for (uint32_t k = 0; k < terms; k++)
			reads[ir_op_of(module, ir_terms(module, value)[k].value)]
			     [ir_op_of(module, value)]++;
	}
	for (int op = 0; op < IR_OP_COUNT; op++)
		if (count.of[op])
			output_printf(drawing->out, "  o%d [label=\"%llu %s\"];\n", op,
				U(count.of[op]), ir_op_name((enum ir_op)op));
	for (int from = 0; from < IR_OP_COUNT; from++)
		for (int to = 0; to < IR_OP_COUNT; to++)
			if (reads[from][to])
				output_printf(drawing->out, "  o%d -> o%d [label=\"%llu\"];\n",
					from, to, U(reads[from][to]));
	free(reads);
}

void report_dot(const struct ir_module *module, struct output *out)
{
	struct drawing drawing = { .module = module, .out = out };

	arena_init(&drawing.arena);
	output_text(out, "digraph ");
	put_quoted(out, module->name);
	output_text(out, " {\n  rankdir=LR;\n  node [shape=box];\n");
	if (module->node_count <= REPORT_DOT_VALUES)
		put_values(&drawing);
	else if (module->level == IR_LEVEL_NETWORK)
		put_stages(&drawing);
	else
		put_kinds(&drawing);
	output_text(out, "}\n");
	arena_fini(&drawing.arena);
}
