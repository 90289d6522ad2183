#include <math.h>
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

static void print_run(const struct sweep *sweep, const struct sweep_run *run)
{
	for (size_t i = 0; i < sweep->axis_count; i++)
		printf("%12s ", run->values[i]);
	printf("%-14s", run->network);
	if (!sweep_is_done(sweep, run)) {
		printf(" failed: %s\n", sweep_field(sweep, run->row, "why"));
		return;
	}
	for (size_t i = 0; i < SHOWN; i++)
		printf(" %11s", sweep_field(sweep, run->row, shown[i][0]));
	printf(" %9.1f\n", sweep_number(sweep, run, "peak_bytes") / (1 << 20));
}

/* --- slopes ------------------------------------------------------------------------------ */

static void print_slopes(const struct sweep *sweep)
{
	for (size_t i = 0; i < sweep->run_count; i += sweep_line_length(sweep, i)) {
		size_t count = sweep_line_length(sweep, i);
		double parameters = sweep_slope(sweep, i, count, "parameters");
		if (isnan(parameters))
			continue;
		printf("%s: parameters grow as points ^ %.3f, longest weight ^ %.3f, all bits "
		       "^ %.3f\n",
			sweep_line_name(sweep, i), parameters,
			sweep_slope(sweep, i, count, "greatest_fixed"),
			sweep_slope(sweep, i, count, "total_significand"));
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
		if (sweep_is_done(sweep, run))
			output_printf(out, "%s %s\n",
				axis ? run->values[0] : sweep_field(sweep, run->row, "points"),
				sweep_field(sweep, run->row, column));
		if (i + 1 == sweep->run_count || !sweep_same_line(sweep, run, run + 1))
			output_text(out, "e\n");
	}
}

/* "plot '-' title "sqrt", '-' title "depth"", and the points of each */
static void put_plot(const struct sweep *sweep, const char *column, const char *label,
	bool axis, struct output *out)
{
	const char *between = "";

	output_printf(out, "set ylabel \"%s\"\nplot ", label);
	for (size_t i = 0; i < sweep->run_count; i += sweep_line_length(sweep, i)) {
		output_printf(out, "%s'-' using 1:2 noenhanced title ", between);
		plot_text(out, sweep_line_name(sweep, i));
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
