/*
 * memc inspect --svg: bits by layer, widths, and how many weights have how many bits.
 */
#include <stdlib.h>

#include "driver/inspection.h"
#include "driver/plot.h"
#include "support/mem.h"

#define U(x) ((unsigned long long)(x))

/* The layer and the columns of put_curves(). */
static void put_layers(const struct inspection *inspection, struct output *out)
{
	output_text(out, "$layers << END\n");
	for (uint32_t i = 0; i < inspection->layer_count; i++) {
		const struct inspect_row *layer = &inspection->layers[i];
		const struct ir_measures *weights = &layer->weights;
		double count = (double)(weights->parameters ? weights->parameters : 1);
		output_printf(out, "%u %llu %g %llu %llu %llu\n", i + 1,
			U(weights->greatest_fixed), (double)weights->total_fixed / count,
			U(layer->bits.proved), U(layer->bits.observed), U(weights->neurons));
	}
	output_text(out, "END\n");
}

/* Bits and the weights that have so many, of either count. */
static void put_bits(const struct inspection *inspection, struct output *out)
{
	const struct ir_measures *total = &inspection->total.weights;
	uint64_t most = total->greatest_significand > total->greatest_fixed
		? total->greatest_significand
		: total->greatest_fixed;
	uint64_t *significand = mem_zero(most + 1, sizeof *significand);
	uint64_t *fixed = mem_zero(most + 1, sizeof *fixed);

	ir_count_bits(inspection->module, significand, fixed);
	output_text(out, "$bits << END\n");
	for (uint64_t bits = 0; bits <= most; bits++)
		if (significand[bits] || fixed[bits])
			output_printf(out, "%llu %llu %llu\n", U(bits), U(significand[bits]),
				U(fixed[bits]));
	output_text(out, "END\n");
	free(significand);
	free(fixed);
}

/* Lines hide what alternates from layer to layer where there are more than a pixel shows. */
static const char *style_of(uint32_t layers)
{
	return layers > 300   ? "points pointtype 7 pointsize 0.15"
		: layers > 60 ? "lines"
			      : "linespoints";
}

/* "plot" of columns `first` to `last` of $layers. */
static void put_curves(
	const struct inspection *inspection, int first, int last, struct output *out)
{
	static const char *const titles[] = { [2] = "longest weight",
		[3] = "mean weight",
		[4] = "values, proved",
		[5] = "values, observed",
		[6] = "neurons" };

	for (int column = first; column <= last; column++)
		output_printf(out, "%s $layers using 1:%d with %s title \"%s\"",
			column == first ? "plot" : ",", column,
			style_of(inspection->layer_count), titles[column]);
	output_text(out, "\n");
}

static void put_commands(const void *of, struct output *out)
{
	const struct inspection *inspection = of;

	put_layers(inspection, out);
	put_bits(inspection, out);
	output_text(out, "set xlabel \"layer\"; set ylabel \"bits in fixed point\"\n");
	put_curves(inspection, 2, inspection->observed ? 5 : 4, out);
	output_text(out, "set ylabel \"neurons\"; set yrange [0:*]\n");
	put_curves(inspection, 6, 6, out);
	output_text(out,
		"set xlabel \"bits\"; set ylabel \"weights\"; set logscale y\n"
		"set yrange [0.7:*]\n"
		"plot $bits using 1:2 with impulses title \"as significands\","
		" $bits using ($1+0.3):3 with impulses title \"in fixed point\"\n");
}

bool inspection_plot(const struct inspection *inspection)
{
	const struct target *target = inspection->target;
	enum { CHARTS = 3 };

	return plot_write(
		target->session, target->options->svg, CHARTS, put_commands, inspection);
}
