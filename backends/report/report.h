/*
 * Networks as data for other tools: whole as JSON, and as graphs.
 *
 * docs/export.md is the manual of both. Modules of either level.
 */
#ifndef BACKENDS_REPORT_REPORT_H
#define BACKENDS_REPORT_REPORT_H

#include "ir/ir.h"
#include "support/output.h"

/* Everything that the text form holds; numbers are exact, as strings. */
void report_json(const struct ir_module *module, struct output *out);

/*
 * A graph in the language of Graphviz: every value if there are at most REPORT_DOT_VALUES of
 * them, else every run of layers of one stage, or every kind of operation.
 */
enum { REPORT_DOT_VALUES = 400 };
void report_dot(const struct ir_module *module, struct output *out);

#endif
