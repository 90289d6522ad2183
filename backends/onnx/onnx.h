/*
 * ONNX: literal networks as models of Gemm and Relu, and such models as networks.
 *
 * A model is what is written: a network whose weights are rounded to a precision, dense,
 * layer by layer. It reads the integers that the network reads, as floating point numbers, and
 * its output is the network's (ir/ir.h). Gemm leaves open in which order it sums; a model is
 * exact where every sum is, in any order. docs/onnx.md is the manual of both directions.
 */
#ifndef BACKENDS_ONNX_ONNX_H
#define BACKENDS_ONNX_ONNX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/ir.h"
#include "support/diag.h"
#include "support/output.h"

enum onnx_precision { ONNX_FLOAT32, ONNX_FLOAT64 };

/* "float32" */
const char *onnx_precision_name(enum onnx_precision precision);
bool onnx_precision_find(const char *name, enum onnx_precision *precision);

/* Entries of all matrices and biases beyond which a model is written only by force. */
#define ONNX_DENSE_LIMIT (UINT64_C(1) << 26)

struct onnx_model;

/*
 * The module is borrowed. NULL with diagnostics at `span` if it has no layers, is too large, or
 * a weight is beyond the precision's greatest number.
 */
struct onnx_model *onnx_model_new(const struct ir_module *module, enum onnx_precision precision,
	bool force, struct span span, struct diag_sink *sink);
void onnx_model_free(struct onnx_model *model);

/* Weights and biases that are not what they were. */
uint64_t onnx_model_rounded(const struct onnx_model *model);

/*
 * Whether it is proved that the model gives the network's output on every input of the
 * domain, in whatever order it sums: no weight is rounded, and for each neuron the sum of the
 * greatest |w v| and |b| is at most 2^(p + s), where p is the precision's bits and 2^s
 * divides every product and the bias. So each partial sum is a multiple of 2^s with at most p
 * bits.
 */
bool onnx_model_is_exact(const struct onnx_model *model);

/* What the file says of itself beside the network. */
struct onnx_notes {
	const char *spec;  /* the text of the spec in UTF-8, or NULL */
	const char *exact; /* on which inputs the output is the network's */
};

void onnx_model_write(
	const struct onnx_model *model, const struct onnx_notes *notes, struct output *out);

/* A file to import, and what it does not say of its inputs. */
struct onnx_file {
	const char *path; /* for diagnostics */
	const void *bytes;
	size_t size;
	const char *inputs; /* "uint8 in 0..255", as a .mir file has them; NULL: none given */
	struct ir_ratio scale; /* > 0, by which the model's inputs are multiples of these */
};

/*
 * The network of a model that is a chain of Gemm, MatMul, Add, Relu and what changes only
 * shapes, exactly: its real function where the inputs are scale * (offset + step * x) for a
 * grid point x. Of several outputs the greatest is the class, of one its sign; a file that
 * memc wrote gives its own network. Initializes *module, which is yet to be verified, and which
 * the caller ends; on failure false, with diagnostics.
 */
bool onnx_import(
	struct ir_module *module, const struct onnx_file *file, struct diag_sink *sink);

#endif
