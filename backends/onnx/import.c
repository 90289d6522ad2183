#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/onnx/importer.h"
#include "support/mem.h"

bool importer_fail(struct importer *importer, const char *format, ...)
{
	const Onnx__NodeProto *node = importer->node;
	struct place place = { .path = importer->file->path };
	char text[512];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	if (node)
		diag_error_at(importer->sink, place, "node %zu '%s', %s: %s", importer->number,
			importer_shown(importer, node->name),
			importer_shown(importer, node->op_type), text);
	else
		diag_error_at(importer->sink, place, "%s", text);
	return false;
}

const char *importer_shown(struct importer *importer, const char *text)
{
	enum { LONGEST = 60 };
	size_t length = text ? strnlen(text, LONGEST) : 0;
	char *copy = arena_string(&importer->arena, text ? text : "", length);

	for (char *at = copy; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return copy;
}

/* --- the graph ------------------------------------------------------------------------ */

/* The operators that are imported are as they are now since then. */
static bool check_opset(struct importer *importer)
{
	enum { OLDEST = 7 };
	const Onnx__ModelProto *model = importer->model;

	for (size_t i = 0; i < model->n_opset_import; i++) {
		const Onnx__OperatorSetIdProto *opset = model->opset_import[i];
		if (opset->domain && *opset->domain && strcmp(opset->domain, "ai.onnx"))
			continue;
		if (opset->version >= OLDEST)
			return true;
		return importer_fail(importer,
			"it is of operator set %lld; memc imports set 7 and newer ones",
			(long long)opset->version);
	}
	return importer_fail(importer, "it names no operator set of ONNX");
}

/* The only input that is no constant. */
static const Onnx__ValueInfoProto *input_of(struct importer *importer)
{
	const Onnx__GraphProto *graph = importer->graph;
	const Onnx__ValueInfoProto *input = NULL;
	size_t count = 0;

	for (size_t i = 0; i < graph->n_input; i++) {
		const char *name = graph->input[i]->name;
		if (name && importer_constant(importer, name))
			continue;
		input = graph->input[i];
		count++;
	}
	if (count == 1 && input->name)
		return input;
	importer_fail(
		importer, "the graph has %zu inputs; memc imports networks of one", count);
	return NULL;
}

/* The values of a row, all dimensions behind that of the batch; 0 with a diagnostic. */
static uint32_t read_shape(struct importer *importer, const Onnx__ValueInfoProto *input)
{
	const Onnx__TypeProto__Tensor *tensor = input->type ? input->type->tensor_type : NULL;
	const Onnx__TensorShapeProto *shape = tensor ? tensor->shape : NULL;
	const char *name = importer_shown(importer, input->name);
	int64_t width = 1;

	if (!tensor ||
		(tensor->elem_type != TENSOR_FLOAT && tensor->elem_type != TENSOR_DOUBLE))
		importer_fail(importer, "the input '%s' is of %s; float32 or float64 is wanted",
			name,
			tensor ? tensor_type_name(tensor->elem_type) : "no tensor's type");
	else if (!shape || shape->n_dim < 2)
		importer_fail(importer,
			"the input '%s' has no shape of a batch of rows, like N x 784", name);
	else {
		for (size_t i = 1; i < shape->n_dim && width; i++) {
			int64_t dim = shape->dim[i]->dim_value;
			width = dim < 1 || dim > IR_INPUTS_LIMIT / width ? 0 : width * dim;
		}
		importer->batch = shape->dim[0]->dim_value;
		importer->rank = shape->n_dim - 1;
		if (width)
			return (uint32_t)width;
		importer_fail(importer,
			"behind its first one, the dimensions of the input '%s' are not fixed "
			"numbers of at most 2^20 values",
			name);
	}
	return 0;
}

static bool import_nodes(struct importer *importer)
{
	const Onnx__GraphProto *graph = importer->graph;

	for (size_t i = 0; i < graph->n_node; i++) {
		importer->node = graph->node[i];
		importer->number = i + 1;
		if (importer->node->op_type && !strcmp(importer->node->op_type, "Constant"))
			continue;
		if (!importer_node(importer))
			return false;
	}
	importer->node = NULL;
	if (graph->n_output != 1)
		return importer_fail(importer,
			"the graph has %zu outputs; memc imports networks "
			"of one",
			graph->n_output);
	if (graph->output[0]->name && !strcmp(graph->output[0]->name, importer->value))
		return importer->rank == 1 ||
			importer_fail(importer, "the output has %zu dimensions; 2 are wanted",
				importer->rank + 1);
	return importer_fail(importer, "the output '%s' is not what the last node computes",
		importer_shown(importer, graph->output[0]->name));
}

/* --- classes -------------------------------------------------------------------------- */

static void name_classes(struct importer *importer, uint32_t count)
{
	const char **names = arena_alloc(&importer->arena, count, sizeof *names);

	for (uint32_t i = 0; i < count; i++)
		names[i] = arena_printf(&importer->arena, "%u", i);
	ir_set_classes(importer->module, count, names);
}

static bool decide(struct importer *importer, bool own)
{
	enum { CLASSES = 1024 };
	struct rows *rows = &importer->rows;
	const char *fault = NULL;

	if (own && rows->width != 1)
		return importer_fail(
			importer, "the output has %u values; memc writes one", rows->width);
	if (rows->width > CLASSES)
		return importer_fail(importer,
			"the output has %u values; the greatest is found among at most 1024",
			rows->width);
	if (rows_step(rows) < -IR_BITS_LIMIT)
		return importer_fail(importer, "its values take more than 2^24 bits");
	if (own) {
		rows_output(rows);
		return true;
	}
	name_classes(importer, rows->width == 1 ? 2 : rows->width);
	if (rows->width == 1)
		rows_decide_sign(rows);
	else
		fault = rows_decide_greatest(rows);
	return !fault || importer_fail(importer, "%s", fault);
}

/* --- the model ------------------------------------------------------------------------ */

static bool import_graph(struct importer *importer)
{
	const Onnx__ValueInfoProto *input;
	uint32_t width;
	bool own, good;

	if (!check_opset(importer) || !importer_collect(importer))
		return false;
	input = input_of(importer);
	width = input ? read_shape(importer, input) : 0;
	if (!width || !importer_begin(importer, width, &own))
		return false;
	importer->value = input->name;
	good = import_nodes(importer) && decide(importer, own);
	rows_fini(&importer->rows);
	if (!good)
		ir_module_fini(importer->module);
	return good;
}

static void *allocate(void *data, size_t size)
{
	(void)data;
	return mem_alloc(size, 1);
}

static void release(void *data, void *pointer)
{
	(void)data;
	free(pointer);
}

bool onnx_import(struct ir_module *module, const struct onnx_file *file, struct diag_sink *sink)
{
	ProtobufCAllocator allocator = { allocate, release, NULL };
	struct importer importer = { .file = file, .sink = sink, .module = module };
	bool good;

	arena_init(&importer.arena);
	importer.model = onnx__model_proto__unpack(&allocator, file->size, file->bytes);
	importer.graph = importer.model ? importer.model->graph : NULL;
	if (!importer.model)
		good = importer_fail(&importer, "it is no ONNX model, or is damaged");
	else if (!importer.graph)
		good = importer_fail(&importer, "it holds no graph; is it an ONNX model?");
	else
		good = import_graph(&importer);
	if (importer.model)
		onnx__model_proto__free_unpacked(importer.model, &allocator);
	arena_fini(&importer.arena);
	return good;
}
