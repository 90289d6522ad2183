/*
 * The C back end: portable C99 from a module.
 *
 * Writes the header and the source of a classifier (docs/emitted-c.md is the contract).
 * The same module gives the same bytes on every machine.
 *
 * A plan holds the tables and sizes of the emitted code. c_plan_new() makes it once for
 * header, source and reports; it borrows the module. The functions that emit make one of
 * their own where the options have none.
 */
#ifndef BACKENDS_C_C_H
#define BACKENDS_C_C_H

#include "ir/ir.h"
#include "ir/measure.h"
#include "support/diag.h"
#include "support/output.h"

struct c_plan;

struct c_options {
	const char *prefix; /* a C identifier: clf gives clf_classify and CLF_INPUTS */
	const char *header; /* the name that the source includes: "clf.h"; NULL: none, since
			       the header's text stands before it */

	const struct c_plan *plan; /* of this module; may be NULL */
	bool assume_members;       /* as for c_plan_new(), where there is no plan */

	/* Of the literal network, for the comment on top; NULL: of the module. */
	const struct ir_measures *literal;

	/*
	 * For clf_self_check(): the raw features of points as the classifier reads them
	 * (input_count * ir_element_bytes() little-endian bytes each), and their classes.
	 */
	const unsigned char *samples;
	const int32_t *sample_classes;
	size_t sample_count; /* may be 0 */
};

/* True if the prefix is an identifier of C and C++ and not a keyword of either. */
bool c_prefix_is_valid(const char *prefix);

/*
 * NULL with a diagnostic at `span` if a classifier would take more stack than
 * C_STACK_LIMIT bytes (c_emit_source then writes an #error).
 *
 * With assume_members the answer for anything but a stored point may be any class or none:
 * the tables of a fused module become smaller, and ranges of inputs are not checked.
 */
#define C_STACK_LIMIT (4 << 20)
struct c_plan *c_plan_new(const struct ir_module *module, bool assume_members, struct span span,
	struct diag_sink *sink);
void c_plan_free(struct c_plan *plan);

/* What a classifier takes. Of a literal network, all tables but those of features are code. */
struct c_sizes {
	uint64_t table_bytes; /* of the network, without class names and samples */
	uint64_t stack_bytes; /* an upper bound for one call of clf_classify() */

	/* table_bytes by what they hold; what labels share with positions is there */
	uint64_t weight_bytes, index_bytes, position_bytes, label_bytes, code_bytes;
	uint64_t rows;    /* of the tables of a fused module */
	const char *form; /* "literal", "fused" (one table) or "fused, general" */
};
struct c_sizes c_plan_sizes(const struct c_plan *plan);

void c_emit_header(
	const struct ir_module *module, const struct c_options *options, struct output *out);
void c_emit_source(
	const struct ir_module *module, const struct c_options *options, struct output *out);

/*
 * The main program of a standalone classifier (runtime/main.c and what belongs to it) and its
 * constant memc_program: to be compiled together with the source above.
 */
void c_emit_main(
	const struct ir_module *module, const struct c_options *options, struct output *out);

/* The same main program without the constant, for an object that defines it. */
void c_emit_runtime(struct output *out);

#endif
