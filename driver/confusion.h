/*
 * Confusion tables: what a network answered to the rows of each class.
 *
 * Rows of the table are the true classes: those of the network that the data set has, in the
 * network's order, then those that only the data set has. Columns are the answers: the
 * classes of the network, and "unknown". Only cells that are not zero are held, so that
 * memory grows with the rows that were classified and not with the square of the classes.
 */
#ifndef DRIVER_CONFUSION_H
#define DRIVER_CONFUSION_H

#include <stdint.h>
#include <stdio.h>

#include "frontend/data/dataset.h"
#include "ir/ir.h"

struct confusion_cell {
	uint32_t row, column;
	uint64_t count;
};

struct confusion {
	const struct ir_module *module; /* borrowed, as are the names */
	uint32_t rows, columns;         /* columns: the network's classes and "unknown" */
	const char **names;             /* of the rows */
	int32_t *classes;               /* of the rows: the network's class, or -1 */
	struct confusion_cell *cells;   /* by row and column */
	size_t cell_count;
	uint64_t all, right, unknown;
};

/* Counts found[i], a class of the module or -1, against the label of point i. */
void confusion_init(struct confusion *confusion, const struct ir_module *module,
	const struct dataset *dataset, const int32_t *found);
void confusion_fini(struct confusion *confusion);

/*
 * The table in aligned columns where it fits a page; of a wider one the columns have numbers
 * for names, and of one that is wider still only the most frequent confusions are printed.
 */
void confusion_print(const struct confusion *confusion, FILE *stream);

/* The whole table as comma-separated values, whatever its size. */
void confusion_print_csv(const struct confusion *confusion, FILE *stream);

#endif
