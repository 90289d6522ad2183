/*
 * Files by name: what the commands that take texts read whole.
 */
#ifndef DRIVER_FILES_H
#define DRIVER_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "support/diag.h"

/* The bytes of a file ("-": standard input), malloc'ed; NULL with a diagnostic. */
char *file_read(const char *path, size_t *size, struct diag_sink *sink);

/* Whether a path ends in a suffix such as ".mir", which is not all of it. */
bool file_has_suffix(const char *path, const char *suffix);

/* Whether both paths are there and name one regular file. */
bool file_is_same(const char *a, const char *b);

#endif
