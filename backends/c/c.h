/*
 * The C back end: portable C99 from a module.
 *
 * Writes the header and the source of a classifier (docs/emitted-c.md is the contract).
 * The same module gives the same bytes on every machine.
 */
#ifndef BACKENDS_C_C_H
#define BACKENDS_C_C_H

#include "backends/plan/plan.h"
#include "ir/ir.h"
#include "ir/measure.h"
#include "support/output.h"

struct c_options {
	const char *prefix; /* a C identifier: clf gives clf_classify and CLF_INPUTS */
	const char *header; /* the name that the source includes: "clf.h"; NULL: none, since
			       the header's text stands before it */

	/* Of the literal network, for the comment on top; NULL: of the plan's module. */
	const struct ir_measures *literal;

	const struct samples *samples; /* NULL: none */
	bool assume_members;           /* for the comment of the header */
};

/* True if the prefix is an identifier of C and C++ and not a keyword of either. */
bool c_prefix_is_valid(const char *prefix);

/*
 * The same text for all that is made of a network, by any back end and at any level: a folder
 * may hold C and an object of one classifier.
 */
void c_emit_header(
	const struct ir_module *module, const struct c_options *options, struct output *out);

/* Of a plan that is too large, an #error. */
void c_emit_source(
	const struct plan *plan, const struct c_options *options, struct output *out);

/*
 * The main program of a standalone classifier (runtime/main.c and what belongs to it) and its
 * constant memc_program: to be compiled together with the source above.
 */
void c_emit_main(
	const struct ir_module *module, const struct c_options *options, struct output *out);

/* The same main program without the constant, for an object that defines it. */
void c_emit_runtime(struct output *out);

#endif
