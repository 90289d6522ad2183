#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/onnx/model.h"
#include "backends/onnx/onnx.pb-c.h"
#include "ir/text.h"
#include "support/mem.h"

/* Gemm and Relu are as they are since 2020; every runtime of today reads them. */
enum { IR_VERSION = 7, OPSET = 13 };
enum { ATTRIBUTE_INT = 2 };

/* All of the message but the matrices lies in the arena. */
struct writer {
	const struct onnx_model *model;
	struct arena arena;
	Onnx__GraphProto graph;
};

static void *copy_of(struct writer *writer, const void *message, size_t size)
{
	return memcpy(arena_alloc(&writer->arena, 1, size), message, size);
}

#define COPY(writer, message) copy_of(writer, &(message), sizeof(message))

static char *text_of(struct writer *writer, const char *text)
{
	return arena_string(&writer->arena, text, strlen(text));
}

/* --- tensors -------------------------------------------------------------------------- */

/* Least significant byte first, whatever this machine has. */
static void store(const struct onnx_format *format, double x, uint8_t *to)
{
	float single = (float)x;
	uint64_t bits = 0;
	uint32_t narrow;

	if (format->bytes == sizeof single) {
		memcpy(&narrow, &single, sizeof narrow);
		bits = narrow;
	} else {
		memcpy(&bits, &x, sizeof bits);
	}
	for (uint32_t i = 0; i < format->bytes; i++)
		to[i] = (uint8_t)(bits >> 8 * i);
}

/* A tensor of zeros, one of the graph's; its bytes. */
static uint8_t *add_tensor(struct writer *writer, char *name, const int64_t *dims, size_t rank)
{
	const struct onnx_format *format = writer->model->format;
	Onnx__TensorProto tensor = ONNX__TENSOR_PROTO__INIT;
	size_t bytes = format->bytes;

	for (size_t i = 0; i < rank; i++)
		bytes *= (size_t)dims[i];
	tensor.name = name;
	tensor.n_dims = rank;
	tensor.dims = copy_of(writer, dims, rank * sizeof *dims);
	tensor.has_data_type = true;
	tensor.data_type = format->type;
	tensor.has_raw_data = true;
	tensor.raw_data = (ProtobufCBinaryData){ bytes, mem_zero(bytes, 1) };
	writer->graph.initializer[writer->graph.n_initializer++] = COPY(writer, tensor);
	return tensor.raw_data.data;
}

/* Row i of the matrix is the form of value first + i, over `columns` values from `from`. */
static void fill(const struct onnx_model *model, uint32_t first, uint32_t count, uint32_t from,
	uint32_t columns, uint8_t *matrix, uint8_t *biases)
{
	const struct ir_module *module = model->module;
	uint32_t bytes = model->format->bytes;

	for (uint32_t i = 0; i < count; i++) {
		ir_value value = { first + i };
		const struct ir_term *terms = ir_terms(module, value);
		size_t at = module->nodes[value.i].first;
		for (uint32_t k = 0; k < ir_term_count(module, value); k++) {
			size_t column = terms[k].value.i - from;
			store(model->format, model->weights[at + k],
				matrix + ((size_t)i * columns + column) * bytes);
		}
		store(model->format, model->biases[value.i], biases + (size_t)i * bytes);
	}
}

/* --- nodes ---------------------------------------------------------------------------- */

static void add_node(struct writer *writer, const char *operation, char *name, char **inputs,
	size_t count, char *result)
{
	Onnx__NodeProto node = ONNX__NODE_PROTO__INIT;
	Onnx__AttributeProto transposed = ONNX__ATTRIBUTE_PROTO__INIT;
	Onnx__AttributeProto *attribute;

	node.op_type = text_of(writer, operation);
	node.name = name;
	node.n_input = count;
	node.input = copy_of(writer, inputs, count * sizeof *inputs);
	node.n_output = 1;
	node.output = COPY(writer, result);
	if (count > 1) { /* Gemm, whose matrix has a row for each neuron */
		transposed.name = text_of(writer, "transB");
		transposed.has_type = transposed.has_i = true;
		transposed.type = ATTRIBUTE_INT;
		transposed.i = 1;
		attribute = COPY(writer, transposed);
		node.n_attribute = 1;
		node.attribute = COPY(writer, attribute);
	}
	writer->graph.node[writer->graph.n_node++] = COPY(writer, node);
}

/* The forms of `count` values from `first` over `columns` values from `from`, called `x`. */
static void add_gemm(struct writer *writer, uint32_t first, uint32_t count, uint32_t from,
	uint32_t columns, uint32_t number, char *x, char *name, char *result)
{
	char *weights = arena_printf(&writer->arena, "w%u", number);
	char *bias = arena_printf(&writer->arena, "b%u", number);
	const int64_t dims[] = { count, columns };
	uint8_t *matrix = add_tensor(writer, weights, dims, 2);
	uint8_t *biases = add_tensor(writer, bias, dims, 1);

	fill(writer->model, first, count, from, columns, matrix, biases);
	add_node(writer, "Gemm", name, (char *[]){ x, weights, bias }, 3, result);
}

static void add_layers(struct writer *writer)
{
	const struct ir_module *module = writer->model->module;
	struct arena *arena = &writer->arena;
	uint32_t from = 0, columns = module->input_count;
	char *x = text_of(writer, "x");

	for (uint32_t i = 0; i < module->layer_count; i++) {
		const struct ir_layer *layer = &module->layers[i];
		const char *stage = module->stages[layer->stage];
		char *sums = arena_printf(arena, "s%u", i + 1);
		char *values = arena_printf(arena, "h%u", i + 1);
		add_gemm(writer, layer->first, layer->count, from, columns, i + 1, x,
			arena_printf(arena, "%s/%u", stage, i + 1), sums);
		add_node(writer, "Relu", arena_printf(arena, "%s/%u/relu", stage, i + 1), &sums,
			1, values);
		from = layer->first;
		columns = layer->count;
		x = values;
	}
	add_gemm(writer, ir_output(module).i, 1, from, columns, module->layer_count + 1, x,
		text_of(writer, "output"), text_of(writer, "y"));
}

/* --- the graph and the model ---------------------------------------------------------- */

/* Any number of rows of so many values. */
static Onnx__ValueInfoProto **value_info(struct writer *writer, const char *name, int64_t width)
{
	Onnx__TensorShapeProto__Dimension rows = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__INIT;
	Onnx__TensorShapeProto__Dimension columns = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__INIT;
	Onnx__TensorShapeProto shape = ONNX__TENSOR_SHAPE_PROTO__INIT;
	Onnx__TypeProto__Tensor tensor = ONNX__TYPE_PROTO__TENSOR__INIT;
	Onnx__TypeProto type = ONNX__TYPE_PROTO__INIT;
	Onnx__ValueInfoProto info = ONNX__VALUE_INFO_PROTO__INIT, *copy;
	Onnx__TensorShapeProto__Dimension *dims[2];

	rows.dim_param = text_of(writer, "N");
	columns.has_dim_value = true;
	columns.dim_value = width;
	dims[0] = COPY(writer, rows);
	dims[1] = COPY(writer, columns);
	shape.n_dim = 2;
	shape.dim = COPY(writer, dims);
	tensor.has_elem_type = true;
	tensor.elem_type = writer->model->format->type;
	tensor.shape = COPY(writer, shape);
	type.tensor_type = COPY(writer, tensor);
	info.name = text_of(writer, name);
	info.type = COPY(writer, type);
	copy = COPY(writer, info);
	return COPY(writer, copy);
}

static void build_graph(struct writer *writer)
{
	const struct ir_module *module = writer->model->module;
	size_t layers = module->layer_count;

	onnx__graph_proto__init(&writer->graph);
	writer->graph.name = text_of(writer, module->name);
	writer->graph.node =
		arena_alloc(&writer->arena, 2 * layers + 1, sizeof *writer->graph.node);
	writer->graph.initializer =
		arena_alloc(&writer->arena, 2 * layers + 2, sizeof *writer->graph.initializer);
	writer->graph.n_input = writer->graph.n_output = 1;
	writer->graph.input = value_info(writer, "x", module->input_count);
	writer->graph.output = value_info(writer, "y", 1);
	add_layers(writer);
}

/* The module's head: classes, inputs, digests, in the text form of a network that is empty. */
static char *head_of(struct writer *writer)
{
	const struct ir_module *module = writer->model->module;
	struct ir_module head;
	struct output out;
	size_t size;
	char *text, *copy;

	ir_module_init(&head, module->name);
	ir_set_inputs(&head, module->element, module->input_count, module->features);
	if (module->levels)
		ir_declare_levels(&head, module->levels);
	else
		ir_set_classes(&head, module->class_count, module->class_names);
	head.spec_sha256 = module->spec_sha256;
	head.points_sha256 = module->points_sha256;
	ir_set_output(&head, NULL, 0, NUM_ZERO);
	output_open_memory(&out);
	ir_print(&head, &out);
	text = output_take(&out, &size);
	copy = arena_string(&writer->arena, text, size);
	free(text);
	ir_module_fini(&head);
	return copy;
}

static const char *meaning_of(const struct ir_module *module)
{
	return module->levels
		? "y is the value, if it is a level of memc.network; else x is no stored point"
		: "y is 1 for the first class of memc.network, 2 for the second, and so on; if "
		  "it is none of these integers, x is no stored point";
}

static void add_notes(
	struct writer *writer, const struct onnx_notes *notes, Onnx__ModelProto *message)
{
	const char *entries[][2] = {
		{ "memc.version", MEMC_VERSION },
		{ "memc.network", head_of(writer) },
		{ "memc.output", meaning_of(writer->model->module) },
		{ "memc.exact", notes->exact },
		{ "memc.spec", notes->spec },
	};
	enum { ENTRIES = sizeof entries / sizeof *entries };

	message->metadata_props =
		arena_alloc(&writer->arena, ENTRIES, sizeof *message->metadata_props);
	for (size_t i = 0; i < ENTRIES; i++) {
		Onnx__StringStringEntryProto entry = ONNX__STRING_STRING_ENTRY_PROTO__INIT;
		if (!entries[i][1])
			continue;
		entry.key = text_of(writer, entries[i][0]);
		entry.value = text_of(writer, entries[i][1]);
		message->metadata_props[message->n_metadata_props++] = COPY(writer, entry);
	}
}

static void build_model(
	struct writer *writer, const struct onnx_notes *notes, Onnx__ModelProto *message)
{
	Onnx__OperatorSetIdProto opset = ONNX__OPERATOR_SET_ID_PROTO__INIT, *copy;

	onnx__model_proto__init(message);
	message->has_ir_version = true;
	message->ir_version = IR_VERSION;
	message->producer_name = text_of(writer, "memc");
	message->producer_version = text_of(writer, MEMC_VERSION);
	opset.domain = text_of(writer, "");
	opset.has_version = true;
	opset.version = OPSET;
	copy = COPY(writer, opset);
	message->n_opset_import = 1;
	message->opset_import = COPY(writer, copy);
	build_graph(writer);
	message->graph = &writer->graph;
	add_notes(writer, notes, message);
}

void onnx_model_write(
	const struct onnx_model *model, const struct onnx_notes *notes, struct output *out)
{
	struct writer writer = { .model = model };
	Onnx__ModelProto message;
	uint8_t *bytes;
	size_t size;

	arena_init(&writer.arena);
	build_model(&writer, notes, &message);
	size = onnx__model_proto__get_packed_size(&message);
	bytes = mem_alloc(size, 1);
	onnx__model_proto__pack(&message, bytes);
	output_bytes(out, bytes, size);
	free(bytes);
	for (size_t i = 0; i < writer.graph.n_initializer; i++)
		free(writer.graph.initializer[i]->raw_data.data);
	arena_fini(&writer.arena);
}
