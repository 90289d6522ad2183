/*
 * The dense shape (backends/plan/dense.h) as IR: rows as vector code, and the engine of gates,
 * which reads their words (runtime/dense_code.h) as that of the C back end does. The code does
 * not grow with the network.
 *
 *   P_rows      all eager rows of a point             (dense_rows.c)
 *   P_block     the classes of a few points at once, which share the loads of weights
 *   P_gate      the value of a gate                   (dense_gates.c)
 *   P_answer    the class of a point, of its inputs and rows
 */
#ifndef BACKENDS_LLVM_DENSE_H
#define BACKENDS_LLVM_DENSE_H

#include "backends/llvm/gen.h"
#include "backends/llvm/vectors.h"

struct dense {
	struct gen *gen;
	const struct plan_dense *plan;
	struct vectors vectors;
	uint32_t lanes;                   /* inputs at once (dense_lanes()) */
	LLVMValueRef matrix, rows, gates; /* tables */
	bool planes;                      /* weights are bytes, and there are some */
	bool lazy;                        /* a gate asks for rows */
};

/* A point while it is classified: all of it on the stack of P_classify or P_block. */
struct dense_point {
	LLVMValueRef v;   /* values: inputs, eager rows, kept gates */
	LLVMValueRef x;   /* inputs as 16 bits, less the center; v itself without planes */
	LLVMValueRef sum; /* of x; 0 without planes */
};

/* max(0, sum), at most limit. */
LLVMValueRef dense_cut(struct dense *dense, LLVMValueRef sum, LLVMValueRef limit);

/* As many as the target has, but fewer where a good part of them would be idle at the end. */
uint32_t dense_lanes(const struct vectors *vectors, const struct plan_dense *plan);

/* Bytes of the matrix in their order, whatever the target's; words without planes. */
LLVMValueRef dense_matrix(struct dense *dense);

/* Inputs of a point as rows multiply them, padded with zeros: their count in P_narrow. */
uint32_t dense_length(const struct dense *dense);

/*
 * The values of rows k, k + 1, .. of one point, or of row k of several points that lie
 * dense_length() apart in x: finished, 64 bits each.
 */
enum { DENSE_SUMS = 4 };
void dense_rows(struct dense *dense, LLVMValueRef k, uint32_t rows, LLVMValueRef x,
	const LLVMValueRef *sums, uint32_t points, LLVMValueRef *values);

/* Makes P_gate: i64 (size gate, v, bits, x, sum). */
LLVMValueRef dense_gate(struct dense *dense);

/* Behind the words of a gate. */
LLVMValueRef dense_behind(struct dense *dense, LLVMValueRef gate);

#endif
