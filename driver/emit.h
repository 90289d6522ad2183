/*
 * Kinds of output: how a built network becomes a file.
 */
#ifndef DRIVER_EMIT_H
#define DRIVER_EMIT_H

#include "driver/target.h"

struct emit_kind {
	const char *name;   /* "program", "c", "ir" */
	const char *suffix; /* of its files */
	int level;          /* without -O */
	bool (*emit)(struct target *target, const struct ir_module *module, const char *path);
};

/* NULL if there is none of that name. */
const struct emit_kind *emit_kind_find(const char *name);

/* Without --emit, a path says by its suffix what is wanted. */
const char *emit_kind_of_path(const char *path);

/* "out/clf.c" gives "out/clf.h"; owned by the session. */
const char *emit_header_path(const struct target *target, const char *path);

struct emit_job {
	const char *kind, *path;
	uint32_t network;
};

/*
 * A Make dependency file: every output of the jobs, and every file that was read for them.
 * Its path is that of -MF, or the first output's with ".d".
 */
bool depfile_write(struct target *target, const struct emit_job *jobs, size_t count);

#endif
