/*
 * Engines: the ways to run a network, each of which must give the same classes.
 */
#ifndef DRIVER_ENGINES_H
#define DRIVER_ENGINES_H

#include "driver/classify.h"
#include "driver/target.h"

enum engine_kind {
	ENGINE_INTERPRETER, /* the exact one */
	ENGINE_LLVM,        /* machine code in this process */
	ENGINE_C,           /* a program by the system's C compiler */
};

struct engine {
	const char *name;
	enum engine_kind kind;
	int level; /* -O */
};

/* The fastest first: what the others are compared with. */
enum { ENGINES = 3 * LEVELS };
extern const struct engine engines[ENGINES];

/* Points by number: count of them, their grid coordinates by `point`. */
struct points {
	uint64_t count;
	classify_point *point;
	const void *context;
};

/* Why the engine cannot be used here, or NULL. */
const char *engine_is_missing(struct target *target, const struct engine *engine);

struct engine_run; /* an engine with a network */

/* Compiles what is to be compiled. NULL with diagnostics. */
struct engine_run *engine_start(struct target *target, const struct engine *engine);
void engine_end(struct engine_run *run);

/* About how many of `count` points take so many seconds on one core, at least 16. */
uint64_t engine_sample(
	struct target *target, const struct engine *engine, double seconds, uint64_t count);

/* out[i] = class of point i, or -1. False with diagnostics. */
bool engine_classify(struct engine_run *run, const struct points *points, int32_t *out);

#endif
