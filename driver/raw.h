/*
 * Raw rows: features as a classifier reads them, packed elements of the network's type in
 * the byte order of this machine; and how they become grid points and are made of them.
 */
#ifndef DRIVER_RAW_H
#define DRIVER_RAW_H

#include <stdbool.h>

#include "frontend/data/dataset.h"
#include "ir/ir.h"

/* The rows of one network. */
struct raw_form {
	const struct ir_module *module; /* borrowed */
	size_t row_bytes;
	struct ir_affine_map *maps; /* of the features */
	bool plain;                 /* elements are integers and grid values themselves */
};

void raw_form_init(struct raw_form *form, const struct ir_module *module);
void raw_form_fini(struct raw_form *form);

/* The grid point of a row; false if it is outside the domain. */
bool raw_to_point(const struct raw_form *form, const void *row, int64_t *point);

/* The row that is nearest to a grid point: not every grid value has a raw one. */
void raw_of_point(const struct raw_form *form, const int64_t *point, void *row);

/* An integer as an element, the nearest that the type has; false if it is not the same. */
bool raw_store(enum ir_element element, int64_t x, void *to);

/* From packed elements, least significant byte first, to this machine's order, and back. */
void raw_swap(enum ir_element element, void *elements, size_t count);

/* Points of a data set as rows of a network, whose features may differ from the set's. */
struct raw_source {
	const struct raw_form *form;
	const struct dataset *dataset; /* with as many inputs as the network */
	bool same;                     /* features and element are those of the network */
	bool packed;                   /* its cells are the rows */
};

void raw_source_init(
	struct raw_source *source, const struct raw_form *form, const struct dataset *dataset);

/*
 * Writes the row of point i; false if it is outside the network's domain, and the row all
 * zeros. In the domain of a network that a spec describes every grid point has a row.
 */
bool raw_source_row(const struct raw_source *source, uint64_t i, int64_t *point, void *row);

#endif
