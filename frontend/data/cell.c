#include "frontend/data/cell.h"

size_t cell_bytes(enum cell cell)
{
	static const unsigned char bytes[] = { 1, 1, 2, 2, 4, 8 };

	return bytes[cell];
}

enum cell cell_for(int64_t lo, int64_t hi)
{
	if (lo >= 0 && hi <= UINT8_MAX)
		return CELL_U8;
	if (lo >= INT8_MIN && hi <= INT8_MAX)
		return CELL_I8;
	if (lo >= 0 && hi <= UINT16_MAX)
		return CELL_U16;
	if (lo >= INT16_MIN && hi <= INT16_MAX)
		return CELL_I16;
	if (lo >= INT32_MIN && hi <= INT32_MAX)
		return CELL_I32;
	return CELL_I64;
}

void cell_load(enum cell cell, const void *cells, size_t first, size_t count, int64_t *values)
{
	switch (cell) {
#define X(id, type) \
	case id: { \
		const type *from = (const type *)cells + first; \
		for (size_t i = 0; i < count; i++) \
			values[i] = from[i]; \
		break; \
	}
		CELL_TYPES(X)
#undef X
	}
}

void cell_store(enum cell cell, void *cells, size_t first, size_t count, const int64_t *values)
{
	switch (cell) {
#define X(id, type) \
	case id: { \
		type *to = (type *)cells + first; \
		for (size_t i = 0; i < count; i++) \
			to[i] = (type)values[i]; \
		break; \
	}
		CELL_TYPES(X)
#undef X
	}
}

void cell_bounds(enum cell cell, const void *cells, size_t count, int64_t *lo, int64_t *hi)
{
	switch (cell) {
#define X(id, type) \
	case id: { \
		const type *from = cells; \
		type least = from[0], greatest = from[0]; \
		for (size_t i = 1; i < count; i++) { \
			least = from[i] < least ? from[i] : least; \
			greatest = from[i] > greatest ? from[i] : greatest; \
		} \
		*lo = least; \
		*hi = greatest; \
		break; \
	}
		CELL_TYPES(X)
#undef X
	}
}

/*
 * In blocks: a block is loaded whole before it is stored, and the blocks run backward when
 * cells grow, so that no cell is overwritten before it is read.
 */
void cell_convert(enum cell from, enum cell to, void *cells, size_t count)
{
	enum { BLOCK = 1024 };
	int64_t values[BLOCK];
	size_t blocks = (count + BLOCK - 1) / BLOCK;

	if (from == to)
		return;
	for (size_t i = 0; i < blocks; i++) {
		size_t block = cell_bytes(to) > cell_bytes(from) ? blocks - 1 - i : i;
		size_t first = block * BLOCK;
		size_t length = count - first < BLOCK ? count - first : BLOCK;
		cell_load(from, cells, first, length, values);
		cell_store(to, cells, first, length, values);
	}
}
