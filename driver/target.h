/*
 * What a command works on: a network of a spec, with its data set, or a .mir file.
 */
#ifndef DRIVER_TARGET_H
#define DRIVER_TARGET_H

#include "driver/optimize.h"
#include "driver/options.h"
#include "frontend/construct/construct.h"
#include "ir/ir.h"
#include "ir/measure.h"

enum { LEVELS = 3 }; /* -O0, -O1, -O2 */

struct target {
	struct session *session;
	const struct options *options;

	struct spec spec; /* used if the file is no network */
	bool has_spec;
	char *text; /* of a .mir file, and of standard input */
	size_t size;
	uint32_t source; /* of a .mir file, for spans */

	const struct spec_network *network; /* NULL for a .mir file */
	struct dataset dataset;
	bool has_dataset;
	struct ir_module module; /* the literal network, or the .mir file's */
	bool has_module;
	struct ir_measures literal; /* of the module, which may end before the target */
	struct ir_module optimized[LEVELS];
	bool has_optimized[LEVELS];
	struct pass_list passes[LEVELS]; /* that ran for them */
	struct construct_report report;
};

/*
 * Reads the spec, or parses and verifies the .mir file; what standard input is, its first
 * words tell. End it even on failure.
 */
bool target_open(struct target *target, struct session *session, const struct options *options);

/* The same, for a command that takes networks only: "-" and any name but one in .mem is one. */
bool target_open_network(
	struct target *target, struct session *session, const struct options *options);

/* The same, for commands that take no .mir file. */
bool target_open_spec(
	struct target *target, struct session *session, const struct options *options);
void target_fini(struct target *target);

/* False, with a diagnostic, if what is at `path` is read for the spec: it is no output then. */
bool target_may_write(struct target *target, const char *path);

/* Loads the data set and builds the network of this index; a network before it is ended. */
bool target_build(struct target *target, uint32_t network);

/* The index of the network that --network names, or the only one. */
bool target_pick(struct target *target, uint32_t *network);

/* The name of a network of the spec, or that of the .mir file. */
const char *target_network_name(const struct target *target, uint32_t network);

/* Where faults of the network that was built are shown. */
struct span target_span(const struct target *target);

/* The options of the network that a .mir or spec command builds: open, pick and build. */
bool target_open_and_build(
	struct target *target, struct session *session, const struct options *options);

/*
 * The built network at a level: as it was built at -O0, else optimized, which is done once
 * for a network and level. Valid until the next build.
 */
const struct ir_module *target_module(struct target *target, int level);

/* Ends the literal network, which has no more use, and optimizes it in place. */
const struct ir_module *target_last_module(struct target *target, int level);

/* The level that -O says, or `otherwise`. */
int target_level(const struct target *target, int otherwise);

/*
 * Checks the expectations on the built network; `memorized` counts the stored points that
 * it classifies right.
 */
bool target_expect(struct target *target, uint64_t memorized);

/*
 * How many of `count` points the exact interpreter can take in about `seconds`; up to
 * `least` if that takes no more than ten times as long, and one in any case.
 */
uint64_t target_sample(
	const struct ir_module *module, double seconds, double least, uint64_t count);

#endif
