/*
 * Input: the bytes of a data file, gunzipped on the way where it is compressed.
 *
 * Whatever goes wrong is reported once, to the sink; after that reads return nothing.
 */
#ifndef FRONTEND_DATA_INPUT_H
#define FRONTEND_DATA_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frontend/data/source.h"
#include "support/diag.h"

struct gzFile_s;

struct input {
	struct gzFile_s *file;
	const char *path;
	struct load *load;
	char *what;    /* "reading train-images", for progress */
	uint64_t size; /* of the file, compressed; 0: not known */
	uint64_t told; /* bytes read when progress was last reported */
	uint64_t read; /* bytes delivered */
	bool failed;
};

/* The path is borrowed; span is where the spec names it. False with a diagnostic. */
bool input_open(struct input *in, struct load *load, const char *path, struct span span);
void input_close(struct input *in);

/*
 * Reads up to `size` bytes. Fewer than that only at the end of the file or after a failure
 * (in->failed).
 */
size_t input_read(struct input *in, void *bytes, size_t size);

/*
 * Appends up to `size` bytes to *bytes, which grows only as they arrive: a size that a
 * header claims costs nothing. Returns how many came.
 */
size_t input_append(
	struct input *in, unsigned char **bytes, size_t *room, size_t count, size_t size);

/* True at the end of the file; false if there is more or after a failure. */
bool input_ended(struct input *in);

/* An error about the file as a whole. */
void input_error(struct input *in, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
