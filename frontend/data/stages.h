/*
 * The stages between a source and a data set, in order. dataset_load() runs them.
 *
 * Rows are selected by a list of their numbers in the table, ascending; the stages take
 * numbers off it, and it becomes the data set's `rows` in the end.
 */
#ifndef FRONTEND_DATA_STAGES_H
#define FRONTEND_DATA_STAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "frontend/data/dataset.h"
#include "frontend/data/source.h"

struct selection {
	uint32_t *rows; /* malloc'ed */
	uint64_t count;
};

/*
 * Names the classes: by the spec's list, else by the data (integers in ascending order,
 * texts by first appearance), and drops those that `only` does not keep. Turns the table's
 * labels into classes and selects the rows whose class is kept.
 */
bool classes_name(struct load *load, struct dataset *dataset, struct selection *selection);

/*
 * The same of real labels: their levels become the table's labels, and all rows are selected.
 */
bool levels_name(struct load *load, struct dataset *dataset, struct selection *selection);

/* Shuffles the labels of the selected rows, then splits and limits them. */
bool filter_rows(struct load *load, struct selection *selection);

/* Moves the selected rows to the front of the table, with their labels. */
void filter_compact(struct load *load, const struct selection *selection);

/*
 * Decides the mapping, ranges and element type of every feature and turns the table's rows
 * into grid points. Row i of the table is source row selection->rows[i].
 */
bool grid_map(struct load *load, struct dataset *dataset, const struct selection *selection);

/*
 * Merges equal points; equal points of different classes are errors that name both. The
 * rows of the points that stay are in selection.
 */
bool merge_points(struct load *load, struct dataset *dataset, struct selection *selection);

/* The digest of what a network would be built from. */
void digest_dataset(struct dataset *dataset);

#endif
