#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/grid.h"

/* A binary column whose step is inferred has at most so many steps over its range. */
#define SHORT_RANGE 0x1p24

static double ratio_value(struct ir_ratio ratio)
{
	struct ir_feature feature = { 0, 0, { 1, 1 }, ratio };

	return ir_feature_raw(&feature, 0);
}

double grid_as_read(const struct grid *grid, double x)
{
	return grid->dataset->element == IR_FLOAT ? (double)(float)x : x;
}

static enum ir_element smallest_integer(int64_t lo, int64_t hi)
{
	for (unsigned i = 0; i < IR_FLOAT; i++)
		if (lo >= ir_element_min((enum ir_element)i) &&
			hi <= ir_element_max((enum ir_element)i))
			return (enum ir_element)i;
	return IR_INT64;
}

static void column_bounds(const struct grid *grid, int64_t *lo, int64_t *hi)
{
	*lo = *hi = 0;
	for (uint32_t j = 0; j < grid->dataset->inputs; j++) {
		const struct column *column = &grid->columns[j];
		*lo = column->lo < *lo ? column->lo : *lo;
		*hi = column->hi > *hi ? column->hi : *hi;
	}
}

/* Steps and offsets of integers and decimals: as given, else one unit of the last place. */
static void set_steps(struct grid *grid)
{
	const struct dataset_request *request = grid->load->request;

	for (uint32_t j = 0; j < grid->dataset->inputs; j++) {
		struct ir_feature *feature = &grid->dataset->features[j];
		*feature = IR_FEATURE(0, 0);
		if (request->has_step)
			feature->step = request->step;
		else
			feature->step.den = grid->columns[j].raw.step.den;
		if (request->has_offset)
			feature->offset = request->offset;
	}
}

static bool step_error(const struct grid *grid, const char *text)
{
	const struct dataset_request *request = grid->load->request;

	diag_error(grid->load->sink,
		request->has_step ? request->step_span : request->source_span, "%s", text);
	return false;
}

static bool fill_maps(struct grid *grid)
{
	for (uint32_t j = 0; j < grid->dataset->inputs; j++)
		if (!ir_feature_map(&grid->dataset->features[j], &grid->maps[j]))
			return step_error(grid,
				"the step and the offset have too many digits for exact "
				"arithmetic; give shorter ones");
	return true;
}

static bool range_error(const struct grid *grid)
{
	diag_error(grid->load->sink, grid->load->request->range_span,
		"the range of integer features goes from an integer to an integer");
	return false;
}

/*
 * Types of 8 and 16 bits: whatever the type holds may come. Wider ones would make for
 * needlessly wide networks: what was seen, unless the spec says more.
 */
static bool integer_features(struct grid *grid)
{
	const struct dataset_request *request = grid->load->request;
	const struct table *table = &grid->load->table;
	struct dataset *dataset = grid->dataset;
	int64_t lo, hi;
	bool whole;

	column_bounds(grid, &lo, &hi);
	if (request->has_range) {
		if (request->range_lo.den != 1 || request->range_hi.den != 1)
			return range_error(grid);
		lo = request->range_lo.num;
		hi = request->range_hi.num;
	}
	dataset->element = table->has_element && !request->has_range ? table->element
								     : smallest_integer(lo, hi);
	whole = !request->has_range && ir_element_bytes(dataset->element) <= 2;
	if (whole) {
		lo = ir_element_min(dataset->element);
		hi = ir_element_max(dataset->element);
	}
	for (uint32_t j = 0; j < dataset->inputs; j++) {
		struct ir_feature *feature = &dataset->features[j];
		bool seen = !whole && !request->has_range;
		if (!ir_affine_map_int(
			    &grid->maps[j], seen ? grid->columns[j].lo : lo, &feature->lo) ||
			!ir_affine_map_int(
				&grid->maps[j], seen ? grid->columns[j].hi : hi, &feature->hi))
			return step_error(grid,
				"the step is too small for the range of "
				"the features: give a coarser one");
	}
	return true;
}

/* Multiples of 2^(the result) are what a dyadic ratio is; false for another fraction. */
static bool dyadic_exponent(struct ir_ratio ratio, int *exponent)
{
	if (ratio.den & (ratio.den - 1))
		return false;
	*exponent = (ratio.num ? __builtin_ctzll((uint64_t)ratio.num) : 63) -
		__builtin_ctzll((uint64_t)ratio.den);
	return true;
}

/*
 * True if every grid value lo..hi, turned into a raw value, rounded to `bits` bits and
 * mapped back, is itself: half a step exceeds the rounding error, or nothing is rounded.
 */
static bool survives(const struct ir_feature *feature, int bits)
{
	double low = fabs(ir_feature_raw(feature, feature->lo));
	double high = fabs(ir_feature_raw(feature, feature->hi));
	double most = low > high ? low : high, step = ratio_value(feature->step);
	int exponent, of_step, of_offset;

	if (most == 0)
		return true;
	frexp(most, &exponent); /* most < 2^exponent */
	if (ldexp(1, exponent - bits) < step * (1 - 0x1p-10))
		return true;
	if (!dyadic_exponent(feature->step, &of_step) ||
		!dyadic_exponent(feature->offset, &of_offset))
		return false;
	if (of_offset < of_step)
		of_step = of_offset;
	return most <= ldexp(1, bits + of_step);
}

/* The raw range of a column, as the classifier would read its ends. */
static void raw_bounds(const struct grid *grid, uint32_t j, double *lo, double *hi)
{
	const struct dataset_request *request = grid->load->request;
	const struct column *column = &grid->columns[j];

	if (request->has_range) {
		*lo = ratio_value(request->range_lo);
		*hi = ratio_value(request->range_hi);
	} else if (grid->load->table.kind == TABLE_INTEGERS) {
		*lo = ir_feature_raw(&column->raw, column->lo);
		*hi = ir_feature_raw(&column->raw, column->hi);
	} else {
		*lo = column->least;
		*hi = column->greatest;
	}
	*lo = grid_as_read(grid, *lo);
	*hi = grid_as_read(grid, *hi);
}

static bool grid_range(const struct grid *grid, uint32_t j, struct ir_feature *feature)
{
	double lo, hi;

	if (grid->plain && !grid->load->request->has_range) {
		feature->lo = grid->columns[j].lo;
		feature->hi = grid->columns[j].hi;
		return true;
	}
	raw_bounds(grid, j, &lo, &hi);
	return ir_affine_map_double(&grid->maps[j], lo, &feature->lo) &&
		ir_affine_map_double(&grid->maps[j], hi, &feature->hi);
}

/* Tries an element type; returns the number of the first feature that it does not suit. */
static uint32_t try_element(struct grid *grid, enum ir_element element)
{
	struct dataset *dataset = grid->dataset;
	uint32_t j;

	dataset->element = element;
	for (j = 0; j < dataset->inputs; j++) {
		struct ir_feature *feature = &dataset->features[j];
		if (!grid_range(grid, j, feature) ||
			!survives(feature, element == IR_FLOAT ? 24 : 53))
			break;
	}
	return j;
}

static bool real_features(struct grid *grid)
{
	uint32_t inputs = grid->dataset->inputs, column;

	if (try_element(grid, IR_FLOAT) == inputs)
		return true;
	column = try_element(grid, IR_DOUBLE);
	if (column == inputs)
		return true;
	load_error(grid->load, grid->selection->rows[0], column + 1,
		"feature %u has more steps over its range than a double tells apart; give a "
		"coarser `step`",
		column + 1);
	return false;
}

static bool dyadic_error(const struct grid *grid, uint32_t j, int places)
{
	const struct column *column = &grid->columns[j];

	load_error(grid->load, grid->selection->rows[0], j + 1,
		"feature %u goes from %.9g to %.9g in steps of 2^%d: memc infers a binary step "
		"only up to 2^24 steps; give a `step`, such as `step 1/1000;`",
		j + 1, column->least, column->greatest, places);
	return false;
}

/*
 * The greatest power of two that divides all values; not more than 1 as long as that is
 * short, so that integers stay what they are.
 */
static bool dyadic_steps(struct grid *grid)
{
	for (uint32_t j = 0; j < grid->dataset->inputs; j++) {
		const struct column *column = &grid->columns[j];
		struct ir_feature *feature = &grid->dataset->features[j];
		double range = column->greatest - column->least;
		int places = column->places;

		if (places > 0 && range <= SHORT_RANGE)
			places = 0;
		if (places < -62 || places > 62 || range > ldexp(SHORT_RANGE, places))
			return dyadic_error(grid, j, places);
		if (places < 0)
			feature->step.den = (int64_t)1 << -places;
		else
			feature->step.num = (int64_t)1 << places;
	}
	return true;
}

bool grid_features(struct grid *grid)
{
	const struct table *table = &grid->load->table;
	bool integers = table->kind == TABLE_INTEGERS;

	set_steps(grid);
	if (!integers && !grid->load->request->has_step && !dyadic_steps(grid))
		return false;
	if (!fill_maps(grid))
		return false;
	return integers && !table->digits ? integer_features(grid) : real_features(grid);
}
