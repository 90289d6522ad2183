/* Points in line: (0, 1) -> "odd"; */
#include <string.h>

#include "frontend/data/source.h"

static bool read_points(struct load *load)
{
	const struct dataset_request *request = load->request;
	struct table *table = &load->table;
	bool ok = true;

	if (!request->point_count) {
		diag_error(load->sink, request->source_span, "there are no points");
		return false;
	}
	table_set_inputs(table, request->points[0].count);
	for (size_t i = 0; i < request->point_count && !diag_full(load->sink); i++) {
		const struct inline_point *point = &request->points[i];
		uint32_t column;
		if (point->count != table->inputs || !point->count) {
			load_error(load, i, 0, "a point of %u coordinates; the first has %u",
				point->count, table->inputs);
			ok = false;
		} else if (!table_add_decimals(table, point->coordinates, &column)) {
			load_error(load, i, 0,
				"coordinate %u has too many digits beside the other points",
				column + 1);
			ok = false;
		} else {
			ok &= table_add_label(table, point->label, strlen(point->label));
		}
	}
	return ok;
}

const struct source source_points = {
	.name = "points",
	.kind = SOURCE_POINTS,
	.help = "points in line, each with the name of its class",
	.read = read_points,
};
