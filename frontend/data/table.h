/*
 * Tables: the raw rows of a data set, as a source read them.
 *
 * A table holds `count` rows of `inputs` cells, row by row: integers in a type that grows
 * with what is added, or binary floats. A column of decimals is a column of integers and
 * the number of decimal places that they share. Beside each row stands its label, an index
 * into the label texts in order of first appearance.
 *
 * The table owns its arrays; sources append to them and never take them away.
 */
#ifndef FRONTEND_DATA_TABLE_H
#define FRONTEND_DATA_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frontend/data/dataset.h"
#include "support/arena.h"

/* More than these are refused by every source: row numbers have 32 bits. */
#define TABLE_ROWS_MAX ((uint64_t)UINT32_MAX - 1)
#define TABLE_INPUTS_MAX ((uint32_t)IR_INPUTS_LIMIT)
#define TABLE_LABELS_MAX ((uint32_t)1 << 24)

enum table_kind { TABLE_INTEGERS, TABLE_FLOATS, TABLE_DOUBLES };

struct table {
	uint64_t count;
	uint32_t inputs;
	enum table_kind kind;
	enum cell cell; /* of TABLE_INTEGERS */
	unsigned char *cells;
	size_t room; /* bytes */

	bool has_element; /* the file itself says that features have this type */
	enum ir_element element;

	int64_t lo, hi;  /* of what was added by table_add_...(), or wider */
	uint8_t *digits; /* decimal places of each column; NULL: none */

	uint64_t *lines; /* in the file, of each row; NULL: row 0 is line 1 */
	size_t line_room;
	uint32_t *columns; /* in the file, of each feature; NULL: feature 0 is column 1 */
	uint32_t label_column;

	uint32_t *labels; /* of each row, an index into names */
	uint64_t label_count;
	size_t label_room;
	const char **names;  /* the distinct label texts */
	uint64_t *name_rows; /* the first row of each */
	uint32_t name_count;
	size_t name_room, name_row_room;
	uint32_t *slots; /* open addressing, name + 1; a power of two long */
	size_t slot_count;

	struct arena arena; /* owns names and column arrays */
};

void table_init(struct table *table);
void table_fini(struct table *table);

/* Before the first row. */
void table_set_inputs(struct table *table, uint32_t inputs);

/* Bytes of a row. */
size_t table_row_bytes(const struct table *table);

/* Room for `rows` more rows; returns where the first of them starts. */
void *table_reserve(struct table *table, uint64_t rows);

/* Appends a row; the cell type grows as needed. */
void table_add_integers(struct table *table, const int64_t *row);

/*
 * The same for decimals: cells of a column are brought to the same number of places. On
 * failure returns false, with *column (from 0) the one whose numbers no longer fit 63 bits
 * at that number of places.
 */
bool table_add_decimals(struct table *table, const struct decimal *row, uint32_t *column);

/* The line of the next row. */
void table_add_line(struct table *table, uint64_t line);

/*
 * Appends the label of the next row. Returns false when there would be more than
 * TABLE_LABELS_MAX distinct labels.
 */
bool table_add_label(struct table *table, const char *text, size_t length);
bool table_add_label_integer(struct table *table, int64_t label);

/* The same by the index of a name that is there. */
void table_add_label_index(struct table *table, uint32_t index);

/* The index of a label text, or UINT32_MAX. */
uint32_t table_find_name(const struct table *table, const char *text, size_t length);

/* Makes an index for a label text that no row may have. */
bool table_declare_name(struct table *table, const char *text, size_t length);

#endif
