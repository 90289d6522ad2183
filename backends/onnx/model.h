/*
 * Private to the ONNX back end: a network with rounded weights.
 */
#ifndef BACKENDS_ONNX_MODEL_H
#define BACKENDS_ONNX_MODEL_H

#include "backends/onnx/onnx.h"

/* What a floating point type holds: numbers m * 2^e with |m| <= 2^bits, least <= e. */
struct onnx_format {
	const char *name;
	int bits, least, greatest; /* all numbers are below 2^greatest */
	int type;                  /* TensorProto.DataType */
	uint32_t bytes;
};

extern const struct onnx_format onnx_formats[];

struct onnx_model {
	const struct ir_module *module;
	const struct onnx_format *format;
	double *weights; /* by index of the module's term */
	double *biases;  /* by value handle */
	uint64_t rounded;
};

#endif
