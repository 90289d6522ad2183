/*
 * Pictures by gnuplot, as SVG.
 */
#ifndef DRIVER_PLOT_H
#define DRIVER_PLOT_H

#include "driver/session.h"
#include "support/output.h"

/* Puts a text, in the quotes in which gnuplot replaces nothing. */
void plot_text(struct output *out, const char *text);

/* Puts what gnuplot is told for `charts` charts, one below the other. */
typedef void plot_commands(const void *of, struct output *out);

/* Draws them into the file. False with a diagnostic if that fails; the file is then as before.
 */
bool plot_write(struct session *session, const char *path, unsigned charts,
	plot_commands *commands, const void *of);

#endif
