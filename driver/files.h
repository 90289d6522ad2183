/*
 * Whole files, read for the commands that take texts.
 */
#ifndef DRIVER_FILES_H
#define DRIVER_FILES_H

#include <stddef.h>

#include "support/diag.h"

/* The bytes of a file ("-": standard input), malloc'ed; NULL with a diagnostic. */
char *file_read(const char *path, size_t *size, struct diag_sink *sink);

#endif
