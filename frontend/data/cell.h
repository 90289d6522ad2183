/*
 * Cells: integers packed in the smallest type that holds all of them.
 *
 * Every function here takes an array of cells and its type; indices count cells, not bytes.
 */
#ifndef FRONTEND_DATA_CELL_H
#define FRONTEND_DATA_CELL_H

#include <stddef.h>
#include <stdint.h>

#include "frontend/data/dataset.h"

#define CELL_TYPES(X) \
	X(CELL_U8, uint8_t) \
	X(CELL_I8, int8_t) \
	X(CELL_U16, uint16_t) \
	X(CELL_I16, int16_t) \
	X(CELL_I32, int32_t) \
	X(CELL_I64, int64_t)

size_t cell_bytes(enum cell cell);

/* The smallest type that holds lo..hi, unsigned before signed. */
enum cell cell_for(int64_t lo, int64_t hi);

/* Cells first..first+count-1 as integers, and back (every value must fit). */
void cell_load(enum cell cell, const void *cells, size_t first, size_t count, int64_t *values);
void cell_store(enum cell cell, void *cells, size_t first, size_t count, const int64_t *values);

/* Least and greatest of `count` cells, count >= 1. */
void cell_bounds(enum cell cell, const void *cells, size_t count, int64_t *lo, int64_t *hi);

/*
 * Changes the type of `count` cells in place; every value must fit, and the array must have
 * room for the wider of the two types.
 */
void cell_convert(enum cell from, enum cell to, void *cells, size_t count);

#endif
