/*
 * Passes: rewrites of a module that keep its class on every input of the declared box.
 *
 * A pass is one const row. It proves each rewrite from ranges and integrality, and leaves
 * alone what it cannot prove; it never looks at stages or names. What it needs to know of
 * the module (facts) the manager computes before it runs, and drops afterwards if the module
 * has changed. Then it verifies the module, too: a malformed one is a bug, and a panic. The
 * result of any pass is at the fused level, and a function of the module alone: where one
 * changed nothing, it is not run again before another did.
 */
#ifndef IR_PASS_H
#define IR_PASS_H

#include "ir/ir.h"
#include "ir/range.h"

enum {
	IR_HAS_RANGES = 1 << 0, /* pass_context.ranges */
};

struct pass_context {
	struct ir_module *module;
	struct ir_ranges ranges; /* valid where `has` says so */
	unsigned has;
	uint32_t idle; /* passes that leave the module as it is: bit i for passes[i] */
};

struct pass {
	const char *name, *help;
	void (*run)(struct pass_context *context);
	unsigned needs;
};

/* A fact that the pass finds it needs, before it changes the module. */
void pass_need(struct pass_context *context, unsigned facts);

/* All passes, in the order of the manual; ends with NULL. */
extern const struct pass *const passes[];

/* NULL if there is none of that name. */
const struct pass *pass_find(const char *name);

/* The passes of level 0, 1 or 2 (-O0, -O1, -O2), in order; ends with NULL. The drawing is in
 * ir/pass.c. */
const struct pass *const *passes_of_level(int level);

/* What one pass did, for --time. Operations are the values that are not inputs. */
struct pass_record {
	const char *name;
	double seconds; /* the facts that it needed and the verifier among them */
	uint64_t before, after;
};

struct pass_observer {
	/* Called after each pass, with facts computed for printing; may be NULL. */
	void (*after)(void *context, const struct pass *pass, const struct ir_module *module,
		const struct ir_ranges *ranges);
	bool (*wants)(void *context, const struct pass *pass); /* whether to call `after` */
	void (*done)(void *context, const struct pass_record *record); /* may be NULL */
	void *context;
};

/* Runs the passes of a list that ends with NULL. observer may be NULL. */
void passes_run(struct ir_module *module, const struct pass *const *list,
	const struct pass_observer *observer);

#endif
