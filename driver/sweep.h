/*
 * memc sweep: one network after the other, over values of params of its spec.
 *
 * A run is one network for one value of each -D. Runs are processes of their own, as many at a
 * time as there are cores, and a run that fails is a row that says why. A row is a line of
 * CSV: the values, the network, "done" or "failed", the columns of memc inspect and those of
 * sweep_row.c, and the reason of a failure.
 */
#ifndef DRIVER_SWEEP_H
#define DRIVER_SWEEP_H

#include <stdio.h>

#include "driver/target.h"
#include "support/output.h"

/* A param and the texts that it takes in turn. */
struct sweep_axis {
	const char *name;
	const char **values;
	size_t count;
};

struct sweep_run {
	const char **values; /* one of each axis */
	const char *network; /* its name */
	uint32_t network_index;
	const char *key; /* what its row begins with, the comma behind it too */
	char *row;       /* without its line end; NULL: not yet done */
};

struct sweep {
	struct session *session;
	const struct options *options;
	const char *spec_sha256;
	const char *header; /* the names of all columns, comma-separated */
	struct sweep_axis *axes;
	size_t axis_count;
	struct sweep_run *runs; /* the first axis changes fastest */
	size_t run_count;
};

/*
 * "100,1000", "1..10", "1..10 by 2", "100..100000 by *10", or any expression of the language.
 * False with a diagnostic that names the param.
 */
bool sweep_axis_parse(
	struct sweep_axis *axis, const struct spec_define *define, struct session *session);

/* --- rows (sweep_row.c) -------------------------------------------------------------- */

/* The names of all columns and the rows, a line each. */
void sweep_put_csv(const struct sweep *sweep, struct output *out);

/* The header, of the axes; the session's. */
const char *sweep_header(const struct sweep *sweep);

/* The key of a run: its values, network and spec; the session's. */
const char *sweep_key(const struct sweep *sweep, const struct sweep_run *run);

/* In a process of its own: builds and measures the network of a run, and prints its columns. */
void sweep_measure(const struct sweep *sweep, const struct sweep_run *run, FILE *out);

/*
 * What is in a row under a column that is no param, up to the next comma; NULL if there is no
 * such column or the row has not so many. The session's.
 */
const char *sweep_field(const struct sweep *sweep, const char *row, const char *column);

/* --- processes (sweep_work.c) -------------------------------------------------------- */

/* Fills in the rows that are missing, and shows each to `done`. False with a diagnostic. */
bool sweep_work(
	struct sweep *sweep, void (*done)(void *context, const char *row), void *context);

/* --- lines (sweep_lines.c) ----------------------------------------------------------- */

/* Whether a run was no failure; what it has in a column, 0 if nothing. */
bool sweep_is_done(const struct sweep *sweep, const struct sweep_run *run);
double sweep_number(const struct sweep *sweep, const struct sweep_run *run, const char *column);

/* Whether two runs differ in the first axis alone: they are of one line. */
bool sweep_same_line(
	const struct sweep *sweep, const struct sweep_run *a, const struct sweep_run *b);

/* How many runs of a line there are, of which `first` is one; they are neighbours. */
size_t sweep_line_length(const struct sweep *sweep, size_t first);

/* "sqrt, seed = 7": its network and the values of the other axes; the session's. */
const char *sweep_line_name(const struct sweep *sweep, size_t first);

/* The least squares slope of log(column) along log(points); NAN if there is none. */
double sweep_slope(const struct sweep *sweep, size_t first, size_t count, const char *column);

/* --- what is shown of it (sweep_show.c) ---------------------------------------------- */

/* The rows, and the slopes of logarithms against the number of points, for people. */
void sweep_show(const struct sweep *sweep);

/* Parameters and bits against the first axis, by gnuplot. False with a diagnostic. */
bool sweep_plot(struct sweep *sweep, const char *path);

/* The page of docs/sweep.md, from rows that are all there (sweep_html.c). */
void sweep_html(const struct sweep *sweep, struct output *out);

#endif
