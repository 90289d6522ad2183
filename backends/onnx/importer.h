/*
 * Private to the ONNX back end: a model that is being imported.
 */
#ifndef BACKENDS_ONNX_IMPORTER_H
#define BACKENDS_ONNX_IMPORTER_H

#include "backends/onnx/onnx.h"
#include "backends/onnx/rows.h"
#include "backends/onnx/tensor.h"

/* A tensor that does not depend on the input: an initializer, or what a Constant gives. */
struct constant {
	const char *name;
	const Onnx__TensorProto *tensor;
};

struct importer {
	const struct onnx_file *file;
	struct diag_sink *sink;
	struct arena arena;
	Onnx__ModelProto *model;
	const Onnx__GraphProto *graph;
	struct constant *constants; /* by name */
	size_t constant_count;

	/* The graph is a chain: one value at a time, of `rank` dimensions behind that of the
	 * batch. */
	const char *value;
	int64_t batch; /* 0: any */
	size_t rank;
	struct rows rows;
	struct ir_module *module;

	const Onnx__NodeProto *node; /* under way, and its number from 1; NULL: none */
	size_t number;
};

/* An error about the node under way, if there is one, or else the file. False. */
bool importer_fail(struct importer *importer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A text of the file, as it may be printed; "" for NULL. */
const char *importer_shown(struct importer *importer, const char *text);

/* Collects the constants. False with diagnostics. */
bool importer_collect(struct importer *importer);

/* NULL if there is none of that name. */
const Onnx__TensorProto *importer_constant(const struct importer *importer, const char *name);

/* The node under way: rows and value become what it computes. False with diagnostics. */
bool importer_node(struct importer *importer);

/*
 * Begins the module and its rows, for `width` inputs, as the file says itself or the command
 * line does. *own: it is a file of memc's, and the output of the model that of a network.
 */
bool importer_begin(struct importer *importer, uint32_t width, bool *own);

#endif
