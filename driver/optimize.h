/*
 * Passes on a module, and what --print-after, --time and -v tell of them.
 */
#ifndef DRIVER_OPTIMIZE_H
#define DRIVER_OPTIMIZE_H

#include "driver/options.h"
#include "ir/ir.h"
#include "ir/pass.h"

/* What each pass did, in order; freed with free(records). */
struct pass_list {
	struct pass_record *records;
	uint32_t count;
	size_t room;
};

/*
 * Runs the passes of a list that ends with NULL; they are a phase of the session of the given
 * name, and are added to `ran` unless that is NULL. A pass that --print-after names prints to
 * standard error.
 */
void optimize(struct session *session, const struct options *options, struct ir_module *module,
	const struct pass *const *list, const char *phase, struct pass_list *ran);

/* "2 operations: 1 relu, 1 lookup; 1 table of 149 rows"; owned by the session. */
const char *optimize_counts(struct session *session, const struct ir_module *module);

#endif
