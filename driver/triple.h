/*
 * Names of machines: "aarch64-unknown-linux-gnu", or how else a user, LLVM or a compiler
 * writes it.
 */
#ifndef DRIVER_TRIPLE_H
#define DRIVER_TRIPLE_H

#include <stdbool.h>

#include "support/arena.h"

/*
 * As compilers and packages are called: without a vendor, one architecture for those that the
 * same compiler serves, "aarch64-linux-gnu" or "arm-linux-gnueabihf". In the arena.
 */
const char *triple_usual(const char *triple, struct arena *arena);

/* Whether a usual triple names a system that can run programs: Linux. */
bool triple_has_system(const char *usual);

#endif
