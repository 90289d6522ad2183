/*
 * The system's C compiler: from emitted C to a program.
 */
#ifndef DRIVER_TOOLCHAIN_H
#define DRIVER_TOOLCHAIN_H

#include "driver/session.h"
#include "ir/ir.h"

/*
 * Writes the standalone program of a module to `path`, compiled by $CC or `cc`, which reads
 * the source from a pipe. False with diagnostics if there is no compiler or it fails.
 */
bool toolchain_program(struct session *session, const struct ir_module *module,
	bool assume_members, const char *prefix, const char *path, bool verbose);

/* $CC or "cc". */
const char *toolchain_compiler(void);

/* Says why the compiler could not be run: errno. False. */
bool toolchain_missing(struct session *session, const char *compiler);

#endif
