/*
 * Constructions: from labelled grid points to a memorization network.
 *
 * A construction is one file that exports one const row: its name and source, its options,
 * what it needs of the data, the numbers that describe one network of it (its parameters:
 * m, n, rho, ...), what its theorem promises as formulas in those, and a function that
 * builds. `memc help constructions` and docs/constructions.md are printed from the rows.
 *
 * A build goes: choose the parameters into report->values, call construct_plan(), which
 * evaluates the promises and refuses what would not fit in memory, then add the layers.
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

/* What a projection keeps apart. Points of one class may share a position in the latter. */
enum construct_apart {
	APART_NONE,    /* the construction does not project */
	APART_POINTS,  /* all points */
	APART_CLASSES, /* points of different classes */
};

/* What promises are about. "behind": without the first layer, the projection. */
#define CONSTRUCT_MEASURES(X) \
	X(DEPTH, "depth") \
	X(WIDTH, "width") \
	X(NEURONS, "neurons") \
	X(PARAMETERS, "parameters") \
	X(SIGNIFICAND, "significand bits") \
	X(FIXED, "fixed-point bits") \
	X(SIGNIFICAND_BEHIND, "significand bits behind the projection") \
	X(FIXED_BEHIND, "fixed-point bits behind the projection")

enum construct_measure {
#define X(id, text) MEASURE_##id,
	CONSTRUCT_MEASURES(X)
#undef X
};

const char *construct_measure_name(enum construct_measure measure);

/*
 * A formula is an expression of the language in N, d, C and the names of the parameters. Every
 * construction promises neurons and parameters, from which its size is predicted.
 */
struct promise_row {
	enum construct_measure measure;
	bool exact;          /* built == promised, else built <= promised */
	const char *formula; /* "2 + 2*m + s + n*(t*rho + 2)" */
	const char *order; /* as the theorem has it, for people: "O(sqrt(N log N))"; or NULL */
};

struct parameter_row {
	const char *name, *what; /* "m", "buckets" */
};

enum { CONSTRUCT_PROMISES = 8, CONSTRUCT_PARAMETERS = 12 };

/* A promise, and what was built. */
struct promise {
	const struct promise_row *row;
	uint64_t promised, built; /* promised is UINT64_MAX where it is greater */
};

struct construct_report {
	const struct construct *construct;
	uint64_t values[CONSTRUCT_PARAMETERS]; /* parallel to the construction's rows */
	struct promise promises[CONSTRUCT_PROMISES];
	bool planned;
};

struct construct_request {
	const struct construct *construct;
	const struct dataset *dataset;
	struct span span; /* of the construct clause, for errors */
	struct span project_span;
	const struct option_value *options; /* parallel to the construction's rows */
	const struct option_value *project; /* parallel to project_options */
	bool force;                         /* build what is larger than CONSTRUCT_BYTES, too */
	struct diag_sink *sink;
	const struct progress *progress;
};

struct construct {
	const char *name;   /* in a spec */
	const char *source; /* paper and theorem: "Vardi, Yehudai, Shamir 2022, Theorem 3.1" */
	const char *citation; /* title, where it appeared, arXiv number */
	const char *help;     /* one line */
	const char *figure; /* a few paragraphs or a drawing, 80 columns: what the layers are */
	const char *elsewhere; /* what the network answers on points that are not stored */

	const struct option_row *options;
	size_t option_count;

	enum construct_apart apart;
	uint32_t least_classes, most_classes; /* most_classes 0: any number */
	const char *instead; /* what does where there are too many or few classes, or NULL */
	const char *needs;   /* what else it needs of the data, or NULL */

	const struct parameter_row *parameters;
	size_t parameter_count;
	const struct promise_row *promises;
	size_t promise_count;

	/* Adds layers and output to a module that has inputs and classes. */
	bool (*build)(const struct construct_request *request, struct ir_module *module,
		struct construct_report *report);
};

/* All constructions, those of constructs.def; ends with NULL. */
extern const struct construct *const constructs[];

/* NULL if there is none of that name, which may have hyphens for underscores. */
const struct construct *construct_find(const char *name);

/*
 * Evaluates the promises from the parameters, before any layer is added. False with a
 * diagnostic if the network would take more than CONSTRUCT_BYTES and is not forced, or more
 * than the IR can hold at all.
 */
#define CONSTRUCT_BYTES (UINT64_C(1) << 30)
bool construct_plan(const struct construct_request *request, struct construct_report *report);

/*
 * A formula of the construction with the given data and parameters; UINT64_MAX if its value
 * is greater. One that does not evaluate to a number >= 0 is our bug: panic.
 */
uint64_t construct_formula(const struct construct *construct, const char *formula,
	const struct dataset *dataset, const uint64_t *values);

/*
 * Builds a module of the given name: inputs, classes, layers, output. On success the caller
 * ends it with ir_module_fini(). A promise that the network does not keep is a bug: panic.
 */
bool construct_network(const struct construct *construct, const char *name,
	const struct construct_request *request, struct ir_module *module,
	struct construct_report *report);

#endif
