#include "frontend/data/dataset.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/data/cell.h"
#include "frontend/data/source.h"
#include "frontend/data/stages.h"
#include "ir/level.h"
#include "support/mem.h"

static bool read_table(struct load *load)
{
	struct table *table = &load->table;

	if (!load->request->source->read(load) || load_has_failed(load))
		return false;
	if (table->count != table->label_count || !table->inputs)
		panic("source %s: %llu rows, %llu labels, %u inputs",
			load->request->source->name, (unsigned long long)table->count,
			(unsigned long long)table->label_count, table->inputs);
	return true;
}

/* From a table to a data set; the arrays move from one to the other. */
static bool finish(struct load *load, struct dataset *dataset, struct selection *selection)
{
	dataset->rows_read = load->table.count;
	if (!(load->request->real ? levels_name : classes_name)(load, dataset, selection) ||
		!filter_rows(load, selection))
		return false;
	filter_compact(load, selection);
	dataset->rows_kept = selection->count;
	if (!grid_map(load, dataset, selection))
		return false;
	dataset->labels = load->table.labels;
	load->table.labels = NULL;
	if (!merge_points(load, dataset, selection))
		return false;
	dataset->cells = mem_resize(dataset->cells, (size_t)dataset->count * dataset->inputs,
		cell_bytes(dataset->cell));
	dataset->labels =
		mem_resize(dataset->labels, (size_t)dataset->count, sizeof *dataset->labels);
	dataset->rows = mem_alloc((size_t)dataset->count, sizeof *dataset->rows);
	for (uint64_t i = 0; i < dataset->count; i++)
		dataset->rows[i] = (uint64_t)selection->rows[i] + 1;
	digest_dataset(dataset);
	return true;
}

bool dataset_load(struct dataset *dataset, const struct dataset_request *request,
	struct diag_sink *sink, const struct progress *progress)
{
	struct load load = { .request = request, .sink = sink, .progress = progress };
	struct selection selection = { 0 };
	bool ok;

	*dataset = (struct dataset){ 0 };
	if (diag_full(sink)) /* where loops give up early */
		return false;
	load.errors = diag_count(sink);
	arena_init(&dataset->arena);
	arena_init(&load.arena);
	table_init(&load.table);
	ok = read_table(&load) && finish(&load, dataset, &selection);
	free(selection.rows);
	table_fini(&load.table);
	arena_fini(&load.arena);
	if (!ok)
		dataset_fini(dataset);
	return ok;
}

void dataset_fini(struct dataset *dataset)
{
	free(dataset->cells);
	free(dataset->labels);
	free(dataset->rows);
	arena_fini(&dataset->arena);
	*dataset = (struct dataset){ 0 };
}

void dataset_point(const struct dataset *dataset, uint64_t i, int64_t *point)
{
	cell_load(dataset->cell, dataset->cells, (size_t)i * dataset->inputs, dataset->inputs,
		point);
}

const char *dataset_label(const struct dataset *dataset, uint32_t label, char *text)
{
	if (dataset->levels)
		return ir_level_text(dataset->levels, (int32_t)label, text);
	return dataset->class_names[label];
}

static uint64_t float_bits(double x)
{
	float narrow = (float)x;
	uint32_t bits;

	memcpy(&bits, &narrow, sizeof bits);
	return bits;
}

static uint64_t double_bits(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits;
}

static uint64_t integer_bits(
	enum ir_element element, const struct ir_feature *feature, int64_t grid)
{
	int64_t x = ir_feature_raw_int(feature, grid);
	int64_t lo = ir_element_min(element), hi = ir_element_max(element);

	return (uint64_t)(x < lo ? lo : x > hi ? hi : x);
}

void dataset_raw(const struct dataset *dataset, const int64_t *point, unsigned char *bytes)
{
	uint32_t size = ir_element_bytes(dataset->element);

	for (uint32_t j = 0; j < dataset->inputs; j++) {
		const struct ir_feature *feature = &dataset->features[j];
		uint64_t bits;

		if (dataset->element == IR_FLOAT)
			bits = float_bits(ir_feature_raw(feature, point[j]));
		else if (dataset->element == IR_DOUBLE)
			bits = double_bits(ir_feature_raw(feature, point[j]));
		else
			bits = integer_bits(dataset->element, feature, point[j]);
		for (uint32_t k = 0; k < size; k++, bits >>= 8)
			*bytes++ = (unsigned char)bits;
	}
}
