/*
 * What LLVM says of a cpu and of features.
 *
 * It has no function that tells whether it knows them: it prints a warning to standard error
 * and takes what it likes, or it ends the process. So that neither happens to memc, a
 * child process tries first.
 */
#ifndef BACKENDS_LLVM_PROBE_H
#define BACKENDS_LLVM_PROBE_H

#include "backends/llvm/target.h"

/* False with a diagnostic if no code can be made for the target's cpu and features. */
bool probe_target(const struct target *target, const struct llvm_options *options,
	struct diag_sink *sink);

#endif
