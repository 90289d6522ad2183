/*
 * Tabulate: from weighted indicators of one integer to a column of a table.
 *
 * What is added up is a step function of a key: `weight` on first..last, for any number of
 * intervals that may overlap. tabulate_finish() makes it a column; functions with the same
 * rows share a table.
 */
#ifndef IR_PASS_TABULATE_H
#define IR_PASS_TABULATE_H

#include "ir/rewrite.h"

struct interval {
	ir_key first, last;
	num weight;
};

struct tabulator {
	struct interval *intervals; /* of the sum under way */
	size_t count, room;
	uint64_t *hashes; /* of the rows of each table of the module */
	size_t hash_count, hash_room;
};

void tabulator_fini(struct tabulator *tabulator);

void tabulate_start(struct tabulator *tabulator);
void tabulate_add(struct tabulator *tabulator, ir_key first, ir_key last, num weight);

/* Adds weight times a column of a table. */
void tabulate_add_column(struct tabulator *tabulator, struct ir_module *module,
	const struct ir_table *table, uint32_t column, num weight);

/*
 * The sum as a lookup of z, a new value, which is to be multiplied by *scale. Constants are
 * integers without a common power of two. If `compact`, rows of 0 are left out and
 * neighbours of one constant are joined. False if the sum is 0 everywhere.
 */
bool tabulate_finish(struct tabulator *tabulator, struct ir_module *module, ir_value z,
	bool compact, ir_value *value, num *scale);

#endif
