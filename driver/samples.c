#include "driver/samples.h"

#include "driver/spread.h"

struct samples samples_take(const struct target *target)
{
	enum { MOST = 64, BYTES = 1 << 16 };
	const struct dataset *dataset = &target->dataset;
	struct arena *arena = &target->session->arena;
	struct spread spread = { .dataset = dataset };
	unsigned char *raw;
	int32_t *classes;
	int64_t *point;
	size_t row;

	if (!target->has_dataset)
		return (struct samples){ 0 };
	row = (size_t)dataset->inputs * ir_element_bytes(dataset->element);
	spread.count = BYTES / row < MOST ? BYTES / row : MOST;
	if (spread.count > dataset->count)
		spread.count = dataset->count;
	point = arena_alloc(arena, dataset->inputs, sizeof *point);
	raw = arena_alloc(arena, spread.count, row);
	classes = arena_alloc(arena, spread.count, sizeof *classes);
	for (uint64_t i = 0; i < spread.count; i++) {
		uint64_t index = spread_index(&spread, i);
		dataset_point(dataset, index, point);
		dataset_raw(dataset, point, raw + i * row);
		classes[i] = (int32_t)dataset->labels[index];
	}
	return (struct samples){ raw, classes, spread.count };
}
