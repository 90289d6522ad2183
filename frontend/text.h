/*
 * Texts: the files of a spec in memory.
 */
#ifndef FRONTEND_TEXT_H
#define FRONTEND_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "support/diag.h"

struct text {
	char *bytes; /* malloc'ed, a closing zero byte behind them */
	size_t size;
	dev_t device; /* with the inode what tells one file from another */
	ino_t inode;
};

/*
 * Reads a whole file, "-" being standard input. On failure false with a diagnostic at
 * `span`, and nothing to free.
 */
bool text_read(struct text *text, const char *path, struct span span, struct diag_sink *sink);

/* path, or folder/path if it is relative and the folder is not "". In the arena. */
const char *text_resolve(struct arena *arena, const char *folder, const char *path);

/* The folder part of a path: "" or what stands before the last slash. */
const char *text_folder(struct arena *arena, const char *path);

#endif
