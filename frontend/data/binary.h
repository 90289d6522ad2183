/*
 * Binary arrays: rows of numbers of one machine type, as IDX and NPY files hold them.
 */
#ifndef FRONTEND_DATA_BINARY_H
#define FRONTEND_DATA_BINARY_H

#include <stdbool.h>
#include <stdint.h>

#include "frontend/data/input.h"
#include "frontend/data/source.h"

enum binary_type {
	BINARY_U8,
	BINARY_I8,
	BINARY_U16,
	BINARY_I16,
	BINARY_U32,
	BINARY_I32,
	BINARY_U64,
	BINARY_I64,
	BINARY_FLOAT,
	BINARY_DOUBLE,
};

struct binary_shape {
	enum binary_type type;
	bool big_endian;
	bool by_columns; /* column after column (Fortran order) */
	uint64_t rows, columns;
};

/*
 * Checks that a shape is one a table can have; `columns` counts the features and, if
 * label_last, the label.
 */
bool binary_check_shape(struct input *in, const struct binary_shape *shape, bool label_last);

/*
 * Reads the array, to the end of the file, into the load's table. label_last: the last
 * column is the label. False with diagnostics if it is cut short or longer than its shape.
 */
bool binary_read(
	struct load *load, struct input *in, const struct binary_shape *shape, bool label_last);

/* Reads rows * columns labels. */
bool binary_read_labels(struct load *load, struct input *in, const struct binary_shape *shape);

#endif
