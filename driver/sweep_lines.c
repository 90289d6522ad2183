#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "driver/sweep.h"

double sweep_number(const struct sweep *sweep, const struct sweep_run *run, const char *column)
{
	const char *text = sweep_field(sweep, run->row, column);

	return text && *text ? atof(text) : 0;
}

bool sweep_is_done(const struct sweep *sweep, const struct sweep_run *run)
{
	const char *result = sweep_field(sweep, run->row, "result");

	return result && !strcmp(result, "done");
}

bool sweep_same_line(
	const struct sweep *sweep, const struct sweep_run *a, const struct sweep_run *b)
{
	for (size_t i = 1; i < sweep->axis_count; i++)
		if (strcmp(a->values[i], b->values[i]))
			return false;
	return a->network_index == b->network_index;
}

size_t sweep_line_length(const struct sweep *sweep, size_t first)
{
	size_t last = first + 1;

	while (last < sweep->run_count &&
		sweep_same_line(sweep, &sweep->runs[first], &sweep->runs[last]))
		last++;
	return last - first;
}

double sweep_slope(const struct sweep *sweep, size_t first, size_t count, const char *column)
{
	double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;

	for (size_t i = first; i < first + count; i++) {
		const struct sweep_run *run = &sweep->runs[i];
		double x = sweep_number(sweep, run, "points"),
		       y = sweep_number(sweep, run, column);
		if (!sweep_is_done(sweep, run) || x <= 0 || y <= 0)
			continue;
		x = log(x), y = log(y);
		n++, sx += x, sy += y, sxx += x * x, sxy += x * y;
	}
	return n * sxx - sx * sx > 1e-9 ? (n * sxy - sx * sy) / (n * sxx - sx * sx) : NAN;
}

const char *sweep_line_name(const struct sweep *sweep, size_t first)
{
	const struct sweep_run *run = &sweep->runs[first];
	const char *text = run->network;

	for (size_t i = 1; i < sweep->axis_count; i++)
		text = arena_printf(&sweep->session->arena, "%s, %s = %s", text,
			sweep->axes[i].name, run->values[i]);
	return text;
}
