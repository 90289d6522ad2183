#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/cell.h"
#include "frontend/data/decimal.h"
#include "frontend/data/grid.h"
#include "support/mem.h"

static void survey_integers(struct grid *grid)
{
	const struct table *table = &grid->load->table;
	int64_t *row = mem_alloc(table->inputs, sizeof *row);

	for (uint64_t i = 0; i < table->count; i++) {
		cell_load(table->cell, table->cells, (size_t)i * table->inputs, table->inputs,
			row);
		for (uint32_t j = 0; j < table->inputs; j++) {
			struct column *column = &grid->columns[j];
			if (i == 0 || row[j] < column->lo)
				column->lo = row[j];
			if (i == 0 || row[j] > column->hi)
				column->hi = row[j];
		}
	}
	for (uint32_t j = 0; j < table->inputs; j++) {
		uint32_t digits = table->digits ? table->digits[j] : 0;
		grid->columns[j].raw = IR_FEATURE(INT64_MIN, INT64_MAX);
		grid->columns[j].raw.step.den = decimal_power(digits);
	}
	free(row);
}

/* The exponent of the lowest bit that is set in x, x != 0. */
static int lowest_exponent(double x)
{
	int exponent;
	int64_t bits = (int64_t)ldexp(frexp(x, &exponent), 53);

	return exponent - 53 + __builtin_ctzll((uint64_t)bits);
}

static void add_float(struct column *column, double x, bool first)
{
	if (first || x < column->least)
		column->least = x;
	if (first || x > column->greatest)
		column->greatest = x;
	if (x != 0) {
		int places = lowest_exponent(x);
		column->places = places < column->places ? places : column->places;
	}
}

static bool survey_floats(struct grid *grid)
{
	const struct table *table = &grid->load->table;
	bool ok = true, narrow = table->kind == TABLE_FLOATS;

	for (uint32_t j = 0; j < table->inputs; j++)
		grid->columns[j].places = INT_MAX;
	for (uint64_t i = 0; i < table->count && !diag_full(grid->load->sink); i++) {
		const float *floats = (const float *)table->cells + i * table->inputs;
		const double *doubles = (const double *)table->cells + i * table->inputs;
		for (uint32_t j = 0; j < table->inputs; j++) {
			double x = narrow ? (double)floats[j] : doubles[j];
			if (!isfinite(x)) {
				load_error(grid->load, grid->selection->rows[i], j + 1,
					"%g is not a finite number", x);
				ok = false;
				break;
			}
			add_float(&grid->columns[j], x, i == 0);
		}
	}
	return ok;
}

bool grid_survey(struct grid *grid)
{
	if (grid->load->table.kind != TABLE_INTEGERS)
		return survey_floats(grid);
	survey_integers(grid);
	return true;
}
