/*
 * What the files of the verifier share; ir/verify.h is its public face.
 */
#ifndef IR_VERIFIER_H
#define IR_VERIFIER_H

#include "ir/extent.h"
#include "ir/ir.h"
#include "support/diag.h"

struct ir_verifier {
	const struct ir_module *module;
	struct span span;
	struct diag_sink *sink;
	bool good;
	char name[16];
};

__attribute__((format(printf, 2, 3))) void ir_fault(
	struct ir_verifier *verifier, const char *format, ...);

/* What the text form calls a value, until the next call. */
const char *ir_name_of(struct ir_verifier *verifier, ir_value value);

/* Term i of a form: its weight is not zero, and its value is behind that of the term before. */
void ir_check_term(struct ir_verifier *verifier, ir_value value, uint32_t i);

/* Tables and values of a fused module, its output among them. */
void ir_verify_fused(struct ir_verifier *verifier);

#endif
