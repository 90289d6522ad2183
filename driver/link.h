/*
 * From the object of a classifier to a program.
 */
#ifndef DRIVER_LINK_H
#define DRIVER_LINK_H

#include "driver/session.h"

/*
 * Writes to `path` the program of an object of `size` bytes that defines memc_program
 * (runtime/program.h).
 *
 * For this machine the main program is there compiled; $CC or cc links both with its C
 * library or, without $CC and cc, ld.lld-19 or ld.lld with the one that memc holds. For
 * another machine T-gcc, T being its usual triple, compiles the main program, too. `target`
 * is a triple or NULL, for this machine.
 *
 * False with diagnostics if there is no linker, if it fails, or if the disk is full.
 */
bool link_program(struct session *session, const unsigned char *object, size_t size,
	const char *target, const char *path, bool verbose);

#endif
