/*
 * The text form of a module (.mir): docs/ir.md is its manual.
 *
 * print, parse, print gives the same bytes.
 */
#ifndef IR_TEXT_H
#define IR_TEXT_H

#include "ir/ir.h"
#include "ir/range.h"
#include "support/diag.h"
#include "support/output.h"

void ir_print(const struct ir_module *module, struct output *out);

/* The same; lines[handle] becomes the line that defines the value, from 1. */
void ir_print_lines(const struct ir_module *module, struct output *out, uint32_t *lines);

/*
 * The same, each value followed by what is proved of it, as a comment: its interval, the
 * power of two that divides it, and the bits of value / step. ranges may be NULL.
 */
void ir_print_facts(
	const struct ir_module *module, const struct ir_ranges *ranges, struct output *out);

/*
 * Reads a registered source (support/diag.h) of `size` bytes. On success initializes
 * *module, which the caller ends; on failure false, with diagnostics.
 */
bool ir_parse(struct ir_module *module, uint32_t source, const char *text, size_t size,
	struct diag_sink *sink);

#endif
