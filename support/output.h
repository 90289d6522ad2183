/*
 * Atomic output: a file appears whole or not at all.
 *
 * An output collects bytes in a temporary file beside its target and takes the target's
 * name only when output_commit() succeeds. "-" is standard output. output_open_memory()
 * collects in memory instead, for tests and for texts that are parts of others. Write
 * errors are remembered and reported once, by output_commit().
 */
#ifndef SUPPORT_OUTPUT_H
#define SUPPORT_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/diag.h"

struct output {
	char *path;      /* the target, NULL in memory */
	char *temporary; /* what is written, NULL in memory or for "-" */
	int fd;
	int error; /* the first errno */
	char *bytes;
	size_t count, room;
	struct output_set *set;
	uint32_t slot;
};

/*
 * The temporary files that a process has under way, so that a signal handler can remove
 * them: output_set_unlink() calls unlink() only. A set of zeros is ready to use.
 */
enum { OUTPUT_SET_SLOTS = 8 };
struct output_set {
	char *volatile temporary[OUTPUT_SET_SLOTS];
};
void output_set_unlink(struct output_set *set);

/* set may be NULL. Returns false with a diagnostic when the folder cannot be written. */
bool output_open(struct output *out, const char *path, unsigned mode, struct output_set *set,
	struct diag_sink *sink);
void output_open_memory(struct output *out);

/*
 * A private file in $TMPDIR or /tmp with `name` in its own, for a tool to read: written by
 * output_finish(), named by output_hand_over() and removed by output_abandon().
 */
bool output_open_scratch(struct output *out, const char *name, unsigned mode,
	struct output_set *set, struct diag_sink *sink);

/*
 * Writes out all bytes, without renaming: of several outputs that belong together, each is
 * finished before the first is committed. False with a diagnostic; abandon it then.
 */
bool output_finish(struct output *out, struct diag_sink *sink);

/* Finishes and renames; on failure removes what was written. Either way ends the output. */
bool output_commit(struct output *out, struct diag_sink *sink);

/* Ends the output and removes what was written. */
void output_abandon(struct output *out);

/* What was collected in memory, with a closing zero byte; freed with free(). */
char *output_take(struct output *out, size_t *count);

/*
 * The name of the temporary file, for a tool that writes it itself: from here on nothing
 * else may be put out. output_commit() or output_abandon() still ends it.
 */
const char *output_hand_over(struct output *out);

void output_bytes(struct output *out, const void *bytes, size_t count);
void output_text(struct output *out, const char *text);
void output_printf(struct output *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void output_u64(struct output *out, uint64_t value);

/* "0x" and sixteen digits. */
void output_hex(struct output *out, uint64_t value);

#endif
