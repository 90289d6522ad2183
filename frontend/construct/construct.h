/*
 * Constructions: from labelled grid points to a memorization network.
 *
 * A construction is one file that exports one const row. It builds a network-level module
 * from a data set with the building blocks of this folder, and says what its theorem
 * promises of it.
 */
#ifndef FRONTEND_CONSTRUCT_CONSTRUCT_H
#define FRONTEND_CONSTRUCT_CONSTRUCT_H

#include "frontend/data/dataset.h"
#include "frontend/option.h"
#include "ir/ir.h"
#include "ir/measure.h"
#include "support/diag.h"
#include "support/progress.h"

/* How features become one integer: z = relu(a . x + b). The option rows of `project`. */
enum project_option { PROJECT_SEED, PROJECT_BITS, PROJECT_OPTIONS };
extern const struct option_row project_options[PROJECT_OPTIONS];

/* A promise of the theorem, beside what was built. */
struct promise {
	const char *measure; /* "depth", "width", "significand bits", "fixed-point bits" */
	const char *formula; /* "1 + 2m + 1 + n(2 rho + 2) + 1" */
	uint64_t promised, built;
	bool exact; /* built == promised is promised, else built <= promised */
};

enum { PROMISES = 8, PARAMETERS = 8 };
struct construct_report {
	struct promise promises[PROMISES];
	uint32_t promise_count;
	struct {
		const char *name, *what; /* "m", "buckets" */
		uint64_t value;
	} parameters[PARAMETERS];
	uint32_t parameter_count;
};

struct construct_request {
	const struct dataset *dataset;
	struct span span; /* of the construct clause, for errors */
	struct span project_span;
	const struct option_value *options; /* parallel to the construction's rows */
	const struct option_value *project; /* parallel to project_options */
	struct diag_sink *sink;
	const struct progress *progress;
};

struct construct {
	const char *name;   /* in a spec */
	const char *source; /* paper and theorem */
	const char *help;
	const struct option_row *options;
	size_t option_count;

	/* Adds layers and output to a module that has inputs and classes. */
	bool (*build)(const struct construct_request *request, struct ir_module *module,
		struct construct_report *report);
};

/* All constructions; ends with NULL. */
extern const struct construct *const constructs[];

/* NULL if there is none of that name. */
const struct construct *construct_find(const char *name);

/*
 * Builds a module of the given name: inputs, classes, layers, output. On success the caller
 * ends it with ir_module_fini(). A promise that the network does not keep is a bug: panic.
 */
bool construct_network(const struct construct *construct, const char *name,
	const struct construct_request *request, struct ir_module *module,
	struct construct_report *report);

#endif
