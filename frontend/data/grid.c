#include <stdlib.h>
#include <string.h>

#include "frontend/data/cell.h"
#include "frontend/data/grid.h"
#include "support/mem.h"

static bool report_outside(const struct grid *grid, uint64_t row, uint32_t j)
{
	const struct dataset *dataset = grid->dataset;
	const struct ir_feature *feature = &dataset->features[j];

	if (grid->load->request->has_range)
		load_error(grid->load, grid->selection->rows[row], j + 1,
			"feature %u is outside the range %.9g .. %.9g of the spec", j + 1,
			ir_feature_raw(feature, feature->lo),
			ir_feature_raw(feature, feature->hi));
	else
		load_error(grid->load, grid->selection->rows[row], j + 1,
			"feature %u is too great for the step of the spec", j + 1);
	return false;
}

static bool row_in_range(const struct grid *grid, const int64_t *point, uint64_t row)
{
	for (uint32_t j = 0; j < grid->dataset->inputs; j++)
		if (point[j] < grid->dataset->features[j].lo ||
			point[j] > grid->dataset->features[j].hi)
			return report_outside(grid, row, j);
	return true;
}

/* Takes the cells of a table, in the smallest type that holds them. */
static void take_cells(struct dataset *dataset, struct table *table)
{
	size_t count = (size_t)table->count * table->inputs;
	enum cell cell = table->cell;
	int64_t lo, hi;

	if (cell != CELL_U8) {
		cell_bounds(cell, table->cells, count, &lo, &hi);
		cell = cell_for(lo, hi);
	}
	cell_convert(table->cell, cell, table->cells, count);
	dataset->cell = cell;
	dataset->cells = mem_resize(table->cells, count, cell_bytes(cell));
	table->cells = NULL;
	table->room = 0;
}

/* Only a range of the spec can exclude what was read. */
static bool check_range(const struct grid *grid)
{
	const struct table *table = &grid->load->table;
	int64_t *point = mem_alloc(table->inputs, sizeof *point);
	bool ok = true;

	for (uint64_t i = 0; i < table->count && !diag_full(grid->load->sink); i++) {
		cell_load(table->cell, table->cells, (size_t)i * table->inputs, table->inputs,
			point);
		ok &= row_in_range(grid, point, i);
	}
	free(point);
	return ok;
}

static bool map_cell(const struct grid *grid, uint64_t row, uint32_t j, int64_t *value)
{
	const struct table *table = &grid->load->table;
	size_t at = (size_t)row * table->inputs + j;
	double x;

	switch (table->kind) {
	case TABLE_INTEGERS:
		cell_load(table->cell, table->cells, at, 1, value);
		if (!ir_element_is_float(grid->dataset->element))
			return ir_affine_map_int(&grid->maps[j], *value, value);
		x = ir_feature_raw(&grid->columns[j].raw, *value);
		break;
	case TABLE_FLOATS:
		x = (double)((const float *)table->cells)[at];
		break;
	case TABLE_DOUBLES:
	default:
		x = ((const double *)table->cells)[at];
		break;
	}
	return ir_affine_map_double(&grid->maps[j], grid_as_read(grid, x), value);
}

/* Maps row after row into a new table, whose cells grow no wider than they must. */
static bool map_rows(struct grid *grid)
{
	const struct table *table = &grid->load->table;
	int64_t *point = mem_alloc(table->inputs, sizeof *point);
	struct table mapped;
	bool ok = true;

	table_init(&mapped);
	table_set_inputs(&mapped, table->inputs);
	for (uint64_t i = 0; i < table->count && !diag_full(grid->load->sink); i++) {
		bool fits = true;
		if (i % 16384 == 0)
			progress_report(
				grid->load->progress, "mapping to the grid", i, table->count);
		for (uint32_t j = 0; fits && j < table->inputs; j++)
			if (!map_cell(grid, i, j, &point[j]))
				fits = report_outside(grid, i, j);
		fits = fits && row_in_range(grid, point, i);
		if (fits && ok)
			table_add_integers(&mapped, point);
		ok &= fits;
	}
	if (ok)
		take_cells(grid->dataset, &mapped);
	table_fini(&mapped);
	free(point);
	return ok;
}

static bool run(struct grid *grid)
{
	const struct dataset_request *request = grid->load->request;
	struct table *table = &grid->load->table;
	bool survey =
		request->has_range || !table->has_element || table->kind != TABLE_INTEGERS;

	grid->plain =
		table->kind == TABLE_INTEGERS && !request->has_step && !request->has_offset;
	if (survey && !grid_survey(grid))
		return false;
	if (!grid_features(grid))
		return false;
	if (!grid->plain)
		return map_rows(grid);
	if (request->has_range && !check_range(grid))
		return false;
	take_cells(grid->dataset, table);
	return true;
}

bool grid_map(struct load *load, struct dataset *dataset, const struct selection *selection)
{
	struct table *table = &load->table;
	struct grid grid = { .load = load, .dataset = dataset, .selection = selection };
	bool ok;

	dataset->count = table->count;
	dataset->inputs = table->inputs;
	dataset->features =
		arena_alloc(&dataset->arena, table->inputs, sizeof *dataset->features);
	grid.columns = mem_zero(table->inputs, sizeof *grid.columns);
	grid.maps = mem_zero(table->inputs, sizeof *grid.maps);
	for (uint32_t j = 0; j < table->inputs; j++)
		grid.columns[j].raw = IR_FEATURE(INT64_MIN, INT64_MAX);
	ok = run(&grid);
	free(grid.columns);
	free(grid.maps);
	return ok;
}
