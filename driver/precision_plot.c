#include "driver/precision_plot.h"

#include "driver/plot.h"
#include "driver/survival.h"

static double share(const struct survival *survival, uint64_t survive)
{
	return 100 * (double)survive / (double)survival->tried.count;
}

static void put_commands(const void *of, struct output *out)
{
	const struct survival *survival = of;

	output_text(out, "$bits << END\n");
	for (uint32_t i = 0; i < survival->count; i++)
		output_printf(out, "%u %g\n", survival->at[i].bits,
			share(survival, survival->at[i].survive));
	output_printf(out, "END\n$floats << END\n24 %g\n53 %g\nEND\n",
		share(survival, survival->float32), share(survival, survival->float64));
	output_text(out,
		"set xlabel \"P, bits of a significand\"; set xrange [0:*]\n"
		"set ylabel \"% of stored points that survive\"; set yrange [0:105]\n"
		"plot $bits using 1:2 title \"bits:P\","
		" $floats using 1:2 with points pointtype 7 title \"float32, float64\"");
	if (survival->least.bits)
		output_printf(out,
			", '-' using 1:2 with impulses dashtype 2 title \"all survive in "
			"bits:%u\"\n"
			"%u 100\ne",
			survival->least.bits, survival->least.bits);
	output_text(out, "\n");
}

bool precision_plot(struct target *target)
{
	enum { CHARTS = 1 };
	const char *path = target->options->svg;
	struct survival survival;

	if (!survival_measure(&survival, target)) {
		diag_world(&target->session->sink, SPAN_NONE,
			"'%s' is not drawn: one point takes too long in bits:P; --full waits",
			path);
		return false;
	}
	return plot_write(target->session, path, CHARTS, put_commands, &survival);
}
