#include "driver/plot.h"

#include <stdlib.h>
#include <string.h>

#include "driver/tool.h"

static const char *const gnuplot[] = { "gnuplot", NULL };

void plot_text(struct output *out, const char *text)
{
	output_text(out, "\"");
	for (; *text; text++)
		output_printf(out,
			(unsigned char)*text < ' ' || strchr("\"\\`", *text) ? "\\%03o" : "%c",
			*text);
	output_text(out, "\"");
}

static char *script_of(
	const char *file, unsigned charts, plot_commands *put, const void *of, size_t *size)
{
	enum { HEIGHT = 380 };
	struct output out;

	output_open_memory(&out);
	output_printf(&out,
		"set terminal svg size 680,%u font \"sans-serif,13\" background \"white\"\n"
		"set output ",
		charts * HEIGHT);
	plot_text(&out, file);
	output_printf(&out,
		"\nset multiplot layout %u,1\n"
		"set grid; set key above textcolor variable; set style data linespoints\n",
		charts);
	put(of, &out);
	return output_take(&out, size);
}

bool plot_may_write(struct target *target, const char *path)
{
	struct diag_sink *sink = &target->session->sink;

	if (!strcmp(path, "-"))
		diag_world(sink, SPAN_NONE,
			"a picture is not written to standard output; give --svg a file");
	else if (!tool_is_there(gnuplot[0]))
		diag_world(sink, SPAN_NONE,
			"there is no gnuplot to draw '%s' with; apt-get install gnuplot-nox",
			path);
	else
		return target_may_write(target, path);
	return false;
}

bool plot_write(struct session *session, const char *path, unsigned charts, plot_commands *put,
	const void *of)
{
	struct output out;
	struct tool tool;
	size_t size;
	char *text;
	bool good;

	if (!output_open(&out, path, 0666, session->outputs, &session->sink))
		return false;
	text = script_of(output_hand_over(&out), charts, put, of, &size);
	good = tool_start(&tool, session, gnuplot, false);
	if (good) {
		tool_write(&tool, text, size);
		good = tool_finish(&tool);
	}
	free(text);
	if (good)
		return output_commit(&out, &session->sink);
	diag_world(&session->sink, SPAN_NONE, "gnuplot did not draw '%s'", path);
	output_abandon(&out);
	return false;
}
