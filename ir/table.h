/*
 * Tables: constants by intervals of an integer.
 *
 * A row spans the keys first..last, both included; rows ascend and do not overlap. Each
 * column holds one constant a row, a handle into the pool of the module that owns the
 * table. `lookup` gives the constant of the row that holds its operand, and 0 where no row
 * does; `knots` reads two neighbouring columns, a slope and an offset. Both include the
 * operation's default of 0 for keys in no row.
 */
#ifndef IR_TABLE_H
#define IR_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/num.h"

/* Keys are integers of magnitude below 2^126, so that differences of them fit. */
__extension__ typedef __int128 ir_key;
enum { IR_KEY_BITS = 126 };

/* A table without rows has no more columns than this: a text holds what it asks for. */
enum { IR_TABLE_BARE_COLUMNS = 16 };

struct ir_table {
	ir_key *first, *last; /* row_count of each */
	uint32_t row_count;
	num **columns; /* column_count arrays of row_count constants */
	uint32_t column_count;
	size_t row_room, column_room;
};

/* A table of zeros is ready to use. */
void ir_table_fini(struct ir_table *table);
void ir_table_copy(struct ir_table *table, const struct ir_table *from);

/* A row behind the others; before any column. */
void ir_table_add_row(struct ir_table *table, ir_key first, ir_key last);

/* A new column, its constants to be filled in; returns its number. */
uint32_t ir_table_add_column(struct ir_table *table);

/* The same with constants that the table takes over, row_count of them. */
uint32_t ir_table_take_column(struct ir_table *table, num *constants);

/* The row that holds the key, or row_count. */
uint32_t ir_table_find(const struct ir_table *table, ir_key key);

/* Whether two tables have the same rows, whatever their columns hold. */
bool ir_table_same_rows(const struct ir_table *a, const struct ir_table *b);

/* An integer constant as a key; false, and *key as it was, if it is none or too long. */
bool ir_key_from_num(const struct num_pool *pool, num n, ir_key *key);

/* The same for m * 2^e, where m is odd or e is not negative. */
bool ir_key_from_mpz(const mpz_t m, int64_t e, ir_key *key);
num ir_key_num(struct num_pool *pool, ir_key key);

#endif
