/*
 * The layers of a literal network in JSON, and the output of either level.
 */
#include <string.h>

#include "backends/report/reader.h"
#include "ir/lex.h"

static void check_op(struct reader *reader, const struct cursor *at, enum ir_op wanted)
{
	struct cursor op = reader_member(reader, at, "op");
	const char *name = reader_text(reader, &op, "the name of an operation");

	if (strcmp(name, ir_op_name(wanted)))
		reader_fail(reader, &op, "expected \"%s\", found \"%.40s\"", ir_op_name(wanted),
			name);
}

static void read_neuron(struct reader *reader, const struct cursor *at, struct scope scope)
{
	num bias;

	if (!reader_object(reader, at, reader_form_members))
		return;
	check_op(reader, at, IR_RELU);
	bias = reader_form(reader, at, scope);
	if (!reader->failed)
		reader_define(reader, at,
			ir_neuron(reader->module, reader->terms, (uint32_t)reader->term_count,
				bias));
}

static void begin_layer(struct reader *reader, const struct cursor *at)
{
	enum { STAGES = 1000 }; /* as in the text form */
	struct cursor stage = reader_member(reader, at, "stage");
	const char *name = reader_text(reader, &stage, "the layer's stage, a word");

	if (!ir_lex_is(name, IR_TOKEN_WORD))
		reader_expected(
			reader, &stage, "a word of letters, digits and _, like \"select\"");
	if (!reader->failed)
		ir_layer_begin(reader->module, name);
	if (reader->module->stage_count > STAGES)
		reader_fail(reader, &stage, "there are layers of over %d stages", STAGES);
}

/* The first one reads inputs, each other one the layer before. */
static struct scope scope_of_next(const struct ir_module *module)
{
	const struct ir_layer *last = NULL;

	if (module->level == IR_LEVEL_FUSED)
		return (struct scope){ 0, module->node_count };
	if (!module->layer_count)
		return (struct scope){ 0, module->input_count };
	last = &module->layers[module->layer_count - 1];
	return (struct scope){ last->first, last->first + last->count };
}

static void read_layer(struct reader *reader, const struct cursor *at)
{
	static const char *const members[] = { "stage", "neurons", NULL };
	struct scope scope = scope_of_next(reader->module);
	struct cursor neurons;
	size_t count;

	if (!reader_object(reader, at, members))
		return;
	begin_layer(reader, at);
	neurons = reader_member(reader, at, "neurons");
	count = reader_array(reader, &neurons, "an array of neurons");
	if (!count)
		reader_fail(reader, &neurons, "a layer has one neuron or more");
	for (size_t i = 0; i < count && !reader->failed; i++) {
		struct cursor neuron = reader_element(&neurons, i);
		read_neuron(reader, &neuron, scope);
	}
}

void reader_layers(struct reader *reader, const struct cursor *file)
{
	struct cursor layers = reader_member(reader, file, "layers");
	size_t count = reader_array(reader, &layers, "an array of layers");

	for (size_t i = 0; i < count && !reader->failed; i++) {
		struct cursor layer = reader_element(&layers, i);
		read_layer(reader, &layer);
	}
}

void reader_output(struct reader *reader, const struct cursor *file)
{
	struct cursor output = reader_member(reader, file, "output");
	struct scope scope;
	num bias;

	if (reader->failed || !reader_object(reader, &output, reader_form_members))
		return;
	scope = scope_of_next(reader->module);
	check_op(reader, &output, IR_AFFINE);
	bias = reader_form(reader, &output, scope);
	if (!reader->failed)
		ir_set_output(
			reader->module, reader->terms, (uint32_t)reader->term_count, bias);
}
