/*
 * memc inspect --html: what is known of a network, and some of its points, on one page.
 */
#include <stdlib.h>

#include "backends/report/json.h"
#include "backends/report/report.h"
#include "driver/inspection.h"
#include "support/mem.h"

/* Stored points on a page, and about their coordinates. */
enum { POINTS = 64, COORDINATES = 1 << 16 };

static uint64_t sample_size(const struct dataset *dataset)
{
	uint64_t count = COORDINATES / dataset->inputs;

	if (count > POINTS)
		count = POINTS;
	if (count < 1)
		count = 1;
	return count < dataset->count ? count : dataset->count;
}

/* {"number": from 0, "label": class or level, "grid": [coordinates]} */
static json_t *point(const struct dataset *dataset, uint64_t number, int64_t *grid)
{
	json_t *coordinates = json_array();

	dataset_point(dataset, number, grid);
	for (uint32_t i = 0; i < dataset->inputs; i++)
		json_array_append_new(coordinates, json_integer(grid[i]));
	return json_pack("{s:I, s:I, s:o}", "number", (json_int_t)number, "label",
		(json_int_t)dataset->labels[number], "grid", coordinates);
}

/* Spread evenly; none of a .mir file. */
static char *points(const struct target *target)
{
	const struct dataset *dataset = &target->dataset;
	uint64_t count = target->has_dataset ? sample_size(dataset) : 0;
	int64_t *grid = mem_alloc(target->module.input_count, sizeof *grid);
	json_t *array = json_array();
	char *text;

	for (uint64_t i = 0; i < count; i++)
		json_array_append_new(array,
			point(dataset,
				(uint64_t)((double)i * (double)dataset->count / (double)count),
				grid));
	text = json_dumps(array, JSON_COMPACT);
	json_decref(array);
	free(grid);
	return text;
}

void inspection_html(struct inspection *inspection)
{
	struct target *target = inspection->target;
	struct session *session = target->session;
	struct output out, data;
	char *json, *sample;

	if (!target_may_write(target, target->options->html) ||
		!output_open(
			&out, target->options->html, 0666, session->outputs, &session->sink))
		return;
	output_open_memory(&data);
	inspection_json(inspection, &data, true);
	json = output_take(&data, NULL);
	sample = points(target);
	report_html(&(struct report_page){ inspection->module, json, sample }, &out);
	free(json);
	free(sample);
	output_commit(&out, &session->sink);
}
