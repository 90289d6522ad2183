/*
 * Networks as data for other tools: whole as JSON, and as graphs; and as a page for people.
 *
 * docs/export.md and docs/report.md are the manuals. Modules of either level.
 */
#ifndef BACKENDS_REPORT_REPORT_H
#define BACKENDS_REPORT_REPORT_H

#include "ir/ir.h"
#include "support/diag.h"
#include "support/output.h"

/* Everything that the text form holds; numbers are exact, as strings. */
void report_json(const struct ir_module *module, struct output *out);

/*
 * The way back: JSON begins with "{", behind white space. Initializes *module, which is yet to
 * be verified, and which the caller ends; on failure false, with diagnostics that name `path`.
 */
bool report_is_json(const char *bytes, size_t size);
bool report_read_json(struct ir_module *module, const char *path, const char *bytes,
	size_t size, struct diag_sink *sink);

/*
 * A graph in the language of Graphviz: every value if there are at most REPORT_DOT_VALUES of
 * them, else every run of layers of one stage, or every kind of operation.
 */
enum { REPORT_DOT_VALUES = 400 };
void report_dot(const struct ir_module *module, struct output *out);

/*
 * A page to read in a browser, which needs nothing else: measures, and the network itself up
 * to a text of REPORT_HTML_TEXT bytes. `data` is what memc inspect says of the module, compact
 * (driver/inspection.h), `points` stored points to try: arrays of JSON.
 */
enum { REPORT_HTML_TEXT = 8 << 20 };
struct report_page {
	const struct ir_module *module;
	const char *data, *points;
};
void report_html(const struct report_page *page, struct output *out);

/*
 * A page of the same kind for memc sweep: its rows, CSV, and `data`, JSON that says what they
 * are of (driver/sweep_html.c).
 */
void report_sweep(const char *data, const char *csv, struct output *out);

#endif
