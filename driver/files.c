#include "driver/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/mem.h"

char *file_read(const char *path, size_t *size, struct diag_sink *sink)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "rb") : stdin;
	char *bytes = NULL;
	size_t room = 0, got;
	int error = errno;

	*size = 0;
	if (file) {
		do {
			bytes = mem_grow(bytes, &room, *size + 65536, 1);
			got = fread(bytes + *size, 1, room - *size, file);
			*size += got;
		} while (got > 0);
		error = ferror(file) ? errno : 0;
		if (file != stdin)
			fclose(file);
		if (!error)
			return bytes;
	}
	diag_world(sink, SPAN_NONE, "cannot read '%s': %s", path, strerror(error));
	free(bytes);
	return NULL;
}

bool file_has_suffix(const char *path, const char *suffix)
{
	size_t n = strlen(path), m = strlen(suffix);

	return m && n > m && !strcmp(path + n - m, suffix);
}

bool file_is_same(const char *a, const char *b)
{
	struct stat first, second;

	return stat(a, &first) == 0 && stat(b, &second) == 0 && S_ISREG(first.st_mode) &&
		first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}
