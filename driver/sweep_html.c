/*
 * memc sweep --html: its rows as CSV and what is known of all of them, on one page.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/report/json.h"
#include "backends/report/report.h"
#include "driver/sweep.h"

/* What the charts show, and the slopes are of. */
static const char *const measures[][2] = {
	{ "parameters", "parameters" },
	{ "total_significand", "bits of all weights" },
	{ "greatest_fixed", "bits of the longest weight, in fixed point" },
	{ "neurons", "neurons" },
	{ "depth", "depth: layers" },
	{ "table_bytes", "bytes of tables of the C" },
	{ "build_seconds", "seconds to build" },
	{ "optimize_seconds", "seconds to optimize" },
	{ "peak_bytes", "bytes of memory, at most" },
};
enum { MEASURES = sizeof measures / sizeof *measures };

static json_t *measure_names(void)
{
	json_t *array = json_array();

	for (size_t i = 0; i < MEASURES; i++)
		json_array_append_new(array,
			json_pack("{s:s, s:s}", "column", measures[i][0], "title",
				measures[i][1]));
	return array;
}

static json_t *axes(const struct sweep *sweep)
{
	json_t *array = json_array(), *values;

	for (size_t i = 0; i < sweep->axis_count; i++) {
		values = json_array();
		for (size_t k = 0; k < sweep->axes[i].count; k++)
			json_array_append_new(values, report_text(sweep->axes[i].values[k]));
		json_array_append_new(array,
			json_pack("{s:o, s:o}", "name", report_text(sweep->axes[i].name),
				"values", values));
	}
	return array;
}

static json_t *line(const struct sweep *sweep, size_t first, size_t count)
{
	json_t *slopes = json_object();

	for (size_t i = 0; i < MEASURES; i++) {
		double slope = sweep_slope(sweep, first, count, measures[i][0]);
		json_object_set_new(slopes, measures[i][0],
			isfinite(slope) ? json_real(slope) : json_null());
	}
	return json_pack("{s:o, s:I, s:I, s:o}", "name",
		report_text(sweep_line_name(sweep, first)), "first", (json_int_t)first, "count",
		(json_int_t)count, "slopes", slopes);
}

static json_t *lines(const struct sweep *sweep)
{
	json_t *array = json_array();
	size_t count;

	for (size_t i = 0; i < sweep->run_count; i += count) {
		count = sweep_line_length(sweep, i);
		json_array_append_new(array, line(sweep, i, count));
	}
	return array;
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void sweep_html(const struct sweep *sweep, struct output *out)
{
	json_t *all = json_pack("{s:s, s:i, s:s, s:o, s:o, s:o, s:o, s:o}", "schema",
		"memc sweep", "version", 1, "memc", MEMC_VERSION, "spec",
		report_text(file_name(sweep->options->file)), "spec_sha256",
		report_text(sweep->spec_sha256), "axes", axes(sweep), "measures",
		measure_names(), "lines", lines(sweep));
	char *data = json_dumps(all, JSON_COMPACT | JSON_REAL_PRECISION(6)), *csv;
	struct output rows;

	output_open_memory(&rows);
	sweep_put_csv(sweep, &rows);
	csv = output_take(&rows, NULL);
	report_sweep(data, csv, out);
	json_decref(all);
	free(data);
	free(csv);
}
