#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "driver/plot.h"
#include "driver/sweep.h"

/* --- the table --------------------------------------------------------------------------- */

/* Of the columns, those that people look at first. */
static const char *const shown[][2] = {
	{ "points", "points" },
	{ "depth", "depth" },
	{ "width", "width" },
	{ "parameters", "parameters" },
	{ "greatest_fixed", "fixed" },
	{ "total_significand", "total bits" },
	{ "operations", "-O2" },
	{ "table_bytes", "bytes" },
	{ "build_seconds", "build s" },
	{ "optimize_seconds", "optimize s" },
};
enum { SHOWN = sizeof shown / sizeof *shown };

static double number_of(
	const struct sweep *sweep, const struct sweep_run *run, const char *column)
{
	const char *text = sweep_field(sweep, run->row, column);

	return text && *text ? atof(text) : 0;
}

static bool is_done(const struct sweep *sweep, const struct sweep_run *run)
{
	const char *result = sweep_field(sweep, run->row, "result");

	return result && !strcmp(result, "done");
}

static void print_run(const struct sweep *sweep, const struct sweep_run *run)
{
	for (size_t i = 0; i < sweep->axis_count; i++)
		printf("%12s ", run->values[i]);
	printf("%-14s", run->network);
	if (!is_done(sweep, run)) {
		printf(" failed: %s\n", sweep_field(sweep, run->row, "why"));
		return;
	}
	for (size_t i = 0; i < SHOWN; i++)
		printf(" %11s", sweep_field(sweep, run->row, shown[i][0]));
	printf(" %9.1f\n", number_of(sweep, run, "peak_bytes") / (1 << 20));
}

/* --- slopes ------------------------------------------------------------------------------ */

/* Whether two runs differ in the first axis alone. */
static bool same_line(
	const struct sweep *sweep, const struct sweep_run *a, const struct sweep_run *b)
{
	for (size_t i = 1; i < sweep->axis_count; i++)
		if (strcmp(a->values[i], b->values[i]))
			return false;
	return a->network_index == b->network_index;
}

/* How many runs of a line there are, of which `first` is one; they are neighbours. */
static size_t line_length(const struct sweep *sweep, size_t first)
{
	size_t last = first + 1;

	while (last < sweep->run_count &&
		same_line(sweep, &sweep->runs[first], &sweep->runs[last]))
		last++;
	return last - first;
}

/* The least squares slope of log(column) along log(points); NAN if there is none. */
static double slope(const struct sweep *sweep, size_t first, size_t count, const char *column)
{
	double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;

	for (size_t i = first; i < first + count; i++) {
		const struct sweep_run *run = &sweep->runs[i];
		double x = number_of(sweep, run, "points"), y = number_of(sweep, run, column);
		if (!is_done(sweep, run) || x <= 0 || y <= 0)
			continue;
		x = log(x), y = log(y);
		n++, sx += x, sy += y, sxx += x * x, sxy += x * y;
	}
	return n * sxx - sx * sx > 1e-9 ? (n * sxy - sx * sy) / (n * sxx - sx * sx) : NAN;
}

static const char *line_name(const struct sweep *sweep, size_t first)
{
	const struct sweep_run *run = &sweep->runs[first];
	const char *text = run->network;

	for (size_t i = 1; i < sweep->axis_count; i++)
		text = arena_printf(&sweep->session->arena, "%s, %s = %s", text,
			sweep->axes[i].name, run->values[i]);
	return text;
}

static void print_slopes(const struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->run_count; i += line_length(sweep, i)) {
		size_t count = line_length(sweep, i);
		double parameters = slope(sweep, i, count, "parameters");
		if (isnan(parameters))
			continue;
		printf("%s: parameters grow as points ^ %.3f, longest weight ^ %.3f, all bits "
		       "^ %.3f\n",
			line_name(sweep, i), parameters,
			slope(sweep, i, count, "greatest_fixed"),
			slope(sweep, i, count, "total_significand"));
	}
}

void sweep_show(const struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->axis_count; i++)
		printf("%12s ", sweep->axes[i].name);
	printf("%-14s", "network");
	for (size_t i = 0; i < SHOWN; i++)
		printf(" %11s", shown[i][1]);
	printf(" %9s\n", "peak MiB");
	for (size_t i = 0; i < sweep->run_count; i++)
		print_run(sweep, &sweep->runs[i]);
	print_slopes(sweep);
}

/* --- the picture ------------------------------------------------------------------------- */

/* Whether the values of the first axis are numbers, to be drawn along. */
static bool is_numeric(const struct sweep *sweep)
{
	for (size_t i = 0; sweep->axis_count && i < sweep->axes[0].count; i++)
		if (strspn(sweep->axes[0].values[i], "0123456789.") !=
			strlen(sweep->axes[0].values[i]))
			return false;
	return sweep->axis_count > 0;
}

/* The points of each line, behind its end an "e". */
static void put_points(
	const struct sweep *sweep, const char *column, bool axis, struct output *out)
{
	for (size_t i = 0; i < sweep->run_count; i++) {
		const struct sweep_run *run = &sweep->runs[i];
		if (is_done(sweep, run))
			output_printf(out, "%s %s\n",
				axis ? run->values[0] : sweep_field(sweep, run->row, "points"),
				sweep_field(sweep, run->row, column));
		if (i + 1 == sweep->run_count || !same_line(sweep, run, run + 1))
			output_text(out, "e\n");
	}
}

/* "plot '-' title "sqrt", '-' title "depth"", and the points of each */
static void put_plot(const struct sweep *sweep, const char *column, const char *label,
	bool axis, struct output *out)
{
	const char *between = "";

	output_printf(out, "set ylabel \"%s\"\nplot ", label);
	for (size_t i = 0; i < sweep->run_count; i += line_length(sweep, i)) {
		output_printf(out, "%s'-' using 1:2 noenhanced title ", between);
		plot_text(out, line_name(sweep, i));
		between = ", ";
	}
	output_text(out, "\n");
	put_points(sweep, column, axis, out);
}

static void put_commands(const void *of, struct output *out)
{
	const struct sweep *sweep = of;
	bool axis = is_numeric(sweep);

	output_text(out, "set logscale xy; set xlabel noenhanced ");
	plot_text(out, axis ? sweep->axes[0].name : "points");
	output_text(out, "\n");
	put_plot(sweep, "parameters", "parameters", axis, out);
	put_plot(sweep, "greatest_fixed", "bits of the longest weight", axis, out);
}

bool sweep_plot(struct sweep *sweep, const char *path)
{
	enum { CHARTS = 2 };

	return plot_write(sweep->session, path, CHARTS, put_commands, sweep);
}
