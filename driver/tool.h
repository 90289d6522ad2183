/*
 * Other programs that memc runs: C compilers and linkers.
 */
#ifndef DRIVER_TOOL_H
#define DRIVER_TOOL_H

#include <sys/types.h>

#include "driver/session.h"

struct tool {
	struct session *session;
	const char *name;
	pid_t child;
	int input; /* its standard input */
};

/* Whether it could be run: a path, or a name to be found on PATH. */
bool tool_is_there(const char *name);

/*
 * Starts words[0], which is looked for on PATH, with a pipe for standard input; the words
 * end with NULL. False with errno if it cannot be run. One at a time: a signal that ends
 * memc ends the tool, too, so that it leaves no file behind.
 */
bool tool_start(
	struct tool *tool, struct session *session, const char *const *words, bool verbose);

/* A tool that ends early does not read all of it; its exit status tells. */
void tool_write(const struct tool *tool, const char *text, size_t size);

/* Ends its input and waits for it. True if it succeeded; else it has said why. */
bool tool_finish(struct tool *tool);

#endif
