/*
 * What back ends emit a classifier from: its tables, and the sizes of what surrounds them.
 *
 * A plan is of one of four kinds. The fast shape has a header of its own
 * (backends/plan/lookup.h), and so has the dense one (backends/plan/dense.h). Any other fused
 * module is a program: instructions on limbs in one frame (runtime/fused_code.h), which the C
 * back end hands to an engine and the LLVM back end compiles. A literal network is tables for
 * an engine of layers (runtime/code.h), or a program too.
 *
 * A value v of the module is held as the integer v / 2^step (an input as x - lo), in the
 * limbs that its proved range takes; steps are folded into the shifts of the terms that
 * read it.
 */
#ifndef BACKENDS_PLAN_PLAN_H
#define BACKENDS_PLAN_PLAN_H

#include "backends/plan/dense.h"
#include "backends/plan/lookup.h"
#include "backends/plan/words.h"
#include "ir/ir.h"
#include "ir/range.h"
#include "support/diag.h"

/* Sizes of the buffers for the values of every other layer; the inputs are even. */
struct plan_buffer {
	uint64_t limbs, width;
};

enum plan_kind { PLAN_LITERAL, PLAN_LOOKUP, PLAN_DENSE, PLAN_PROGRAM };

/*
 * Of a network of real values `module` is a copy that the plan owns, whose output is a code as
 * that of any other; what the codes stand for is in origin->levels.
 */
struct plan {
	const struct ir_module *module;
	const struct ir_module *origin; /* that was planned */
	struct ir_module *coded;        /* the copy, or NULL */
	enum plan_kind kind;
	struct plan_lookup *lookup;              /* of the fast shape */
	struct plan_dense *dense;                /* of the dense one */
	struct words layers, neurons, constants; /* of a program: values, code, constants */
	struct words features; /* runs of features, empty if there is one plain range */
	struct plan_buffer even, odd;
	uint64_t fraction;   /* the output is held as y * 2^fraction */
	uint64_t steps;      /* instructions of a program, whose frame is `even` */
	struct words owners; /* of each instruction, the handle of the value it computes */
	struct words bits;   /* of each form, the bits of its sum, in two's complement if it may
				be less than 0; 0 of other instructions */
	uint64_t output;     /* the reference of its output */
	bool too_large;
};

struct plan_options {
	/*
	 * The answer for anything but a stored point may be any class or none: the tables of a
	 * fused module become smaller, and ranges of inputs are not checked.
	 */
	bool assume_members;
	bool program;             /* a literal network, too, becomes a program */
	struct ir_ranges *ranges; /* of the module, if they are known; numbers are added */
};

/*
 * Borrows the module. NULL with a diagnostic at `span` if a classifier would take more stack
 * than PLAN_STACK_LIMIT bytes; without a sink such a plan comes too, but for its tables.
 */
#define PLAN_STACK_LIMIT (4 << 20)
struct plan *plan_new(const struct ir_module *module, const struct plan_options *options,
	struct span span, struct diag_sink *sink);
void plan_free(struct plan *plan);

/* What a classifier takes. Of a literal network, all tables but those of features are code. */
struct plan_sizes {
	uint64_t table_bytes; /* of the network, without class names and samples */
	uint64_t stack_bytes; /* an upper bound for one call of clf_classify() */

	/* table_bytes by what they hold; what labels share with positions is there */
	uint64_t weight_bytes, index_bytes, position_bytes, label_bytes, code_bytes;
	uint64_t rows; /* of the tables of a fused module */
	const char
		*form; /* "literal", "fused" (one table), "fused, dense" or "fused, general" */
};
struct plan_sizes plan_sizes(const struct plan *plan);

/* Of the plan of a module; false if there is none, since its values are too wide. */
bool plan_sizes_of(const struct ir_module *module, const struct plan_options *options,
	struct plan_sizes *sizes);

/* How features are loaded. */
enum plan_load {
	PLAN_LOAD_WHOLE, /* one plain range that the type cannot leave */
	PLAN_LOAD_RANGE, /* one plain range */
	PLAN_LOAD_RANGES,
	PLAN_LOAD_MAPS,
};
enum plan_load plan_load_of(const struct ir_module *module);

/* Stored points for clf_self_check(). */
struct samples {
	/* as the classifier reads them: input_count * ir_element_bytes() little-endian bytes */
	const unsigned char *raw;
	const int32_t *classes;
	size_t count; /* may be 0 */
};

/* --- parts of plan_new(); each sets too_large where a limit is passed ---------------- */

/* The tables of the literal network, whose ranges are found if they are NULL. */
void plan_literal(struct plan *plan, struct ir_ranges *ranges);

/* The program of any module. */
void plan_program(struct plan *plan);

/* The words of plan->features, as runtime/map.h has them, where there is more than a range. */
void plan_features(struct plan *plan);

#endif
