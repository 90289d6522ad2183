#include <stdlib.h>
#include <string.h>

#include "backends/onnx/importer.h"

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct constant *)a)->name, ((const struct constant *)b)->name);
}

static void add(struct importer *importer, const char *name, const Onnx__TensorProto *tensor)
{
	importer->constants[importer->constant_count++] =
		(struct constant){ name ? name : "", tensor };
}

/* The tensor of a Constant. */
static bool add_node(struct importer *importer, const Onnx__NodeProto *node)
{
	const Onnx__AttributeProto *attribute =
		node->n_attribute == 1 ? node->attribute[0] : NULL;

	if (node->n_output != 1 || !attribute || !attribute->t || !attribute->name ||
		strcmp(attribute->name, "value"))
		return importer_fail(importer, "its only attribute is not a tensor 'value'");
	add(importer, node->output[0], attribute->t);
	return true;
}

static bool add_nodes(struct importer *importer)
{
	const Onnx__GraphProto *graph = importer->graph;
	bool good = true;

	for (size_t i = 0; i < graph->n_node && good; i++) {
		importer->node = graph->node[i];
		importer->number = i + 1;
		if (importer->node->op_type && !strcmp(importer->node->op_type, "Constant"))
			good = add_node(importer, importer->node);
	}
	importer->node = NULL;
	return good;
}

bool importer_collect(struct importer *importer)
{
	const Onnx__GraphProto *graph = importer->graph;

	if (graph->n_sparse_initializer)
		return importer_fail(importer, "it has sparse initializers");
	importer->constants = arena_alloc(&importer->arena,
		graph->n_initializer + graph->n_node, sizeof *importer->constants);
	for (size_t i = 0; i < graph->n_initializer; i++)
		add(importer, graph->initializer[i]->name, graph->initializer[i]);
	if (!add_nodes(importer))
		return false;
	qsort(importer->constants, importer->constant_count, sizeof *importer->constants,
		by_name);
	for (size_t i = 1; i < importer->constant_count; i++)
		if (!by_name(&importer->constants[i - 1], &importer->constants[i]))
			return importer_fail(importer, "it has two constants '%s'",
				importer_shown(importer, importer->constants[i].name));
	return true;
}

const Onnx__TensorProto *importer_constant(const struct importer *importer, const char *name)
{
	struct constant key = { name, NULL };
	const struct constant *found = importer->constant_count
		? bsearch(&key, importer->constants, importer->constant_count, sizeof key,
			  by_name)
		: NULL;

	return found ? found->tensor : NULL;
}
