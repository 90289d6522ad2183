/*
 * Private to the ONNX back end: constant tensors of a model.
 */
#ifndef BACKENDS_ONNX_TENSOR_H
#define BACKENDS_ONNX_TENSOR_H

#include "backends/onnx/onnx.pb-c.h"
#include "support/num.h"

/* TensorProto.DataType */
enum tensor_type { TENSOR_FLOAT = 1, TENSOR_INT64 = 7, TENSOR_DOUBLE = 11 };

enum { TENSOR_RANK = 8 };

/* Borrows the message. */
struct tensor {
	const Onnx__TensorProto *message;
	enum tensor_type type;
	size_t count, rank;
	int64_t dims[TENSOR_RANK];
};

/* What is wrong with the message ("its data is in another file"), or NULL. */
const char *tensor_init(struct tensor *tensor, const Onnx__TensorProto *message);

/* Entry i of a tensor of floats or doubles. */
double tensor_at(const struct tensor *tensor, size_t i);

/* Entry i of a tensor of integers. */
int64_t tensor_int_at(const struct tensor *tensor, size_t i);

/* Whether all entries are finite numbers. */
bool tensor_is_finite(const struct tensor *tensor);

/* "float16": of a number of TensorProto.DataType. */
const char *tensor_type_name(int32_t type);

/* A finite double, exactly. */
num num_of_double(struct num_pool *pool, double x);

#endif
