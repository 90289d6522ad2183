/*
 * A network that classifies raw rows (driver/raw.h) in this process, many at a time and on
 * the cores there are: by machine code that LLVM makes, or by the exact interpreter in a memc
 * without LLVM. Both give the same answers. With --engine it is the arithmetic that this
 * names, and the module is the literal network.
 */
#ifndef DRIVER_CLASSIFIER_H
#define DRIVER_CLASSIFIER_H

#include "driver/options.h"
#include "driver/raw.h"

struct classifier;

/* Without a network as yet. */
struct classifier *classifier_new(struct session *session, const struct options *options);
void classifier_free(struct classifier *classifier);

/*
 * Makes code for the module, which is borrowed; `behind`: in a thread, and until it is there
 * the interpreter gives the answers. False with diagnostics, as for a cpu that LLVM does not
 * know.
 */
bool classifier_build(struct classifier *classifier, const struct ir_module *module,
	struct span span, bool behind);

/* Waits for the code. False with diagnostics if there is none for a reason that is a fault. */
bool classifier_wait(struct classifier *classifier);

/* What gives the answers, for people. */
const char *classifier_name(const struct classifier *classifier);

/* The rows that it reads. */
const struct raw_form *classifier_form(const struct classifier *classifier);

/* How many cores are used for so many rows. */
unsigned classifier_cores(const struct classifier *classifier, uint64_t rows);

/* out[i] = class of row i, or -1. One call at a time. */
void classifier_run(
	struct classifier *classifier, const void *rows, uint64_t count, int32_t *out);

#endif
