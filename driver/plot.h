/*
 * Pictures by gnuplot, as SVG.
 */
#ifndef DRIVER_PLOT_H
#define DRIVER_PLOT_H

#include "driver/target.h"
#include "support/output.h"

/* Puts a text in quotes, so that gnuplot replaces nothing of it and no line of it ends. */
void plot_text(struct output *out, const char *text);

/* Puts what gnuplot is told for `charts` charts, one below the other. */
typedef void plot_commands(const void *of, struct output *out);

/*
 * Whether a picture may be drawn into the file, so that it can be said before the work: it is
 * one, none that is read, and gnuplot is there. False with a diagnostic.
 */
bool plot_may_write(struct target *target, const char *path);

/* Draws them into the file. False with a diagnostic if that fails; the file is then as before.
 */
bool plot_write(struct session *session, const char *path, unsigned charts, plot_commands *put,
	const void *of);

#endif
