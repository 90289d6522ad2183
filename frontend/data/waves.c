/* Points of a cube with real labels: the mean of a sine along each coordinate. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "frontend/data/cell.h"
#include "frontend/data/generate.h"
#include "support/mem.h"

enum { INPUTS = 2, TURNS, SCALE, OPTIONS };

static const struct option_row options[OPTIONS] = {
	GENERATE_OPTIONS("1000"),
	[INPUTS] = GENERATE_INPUTS("2"),
	[TURNS] = { .name = "turns",
		.type = OPTION_NUMBER,
		.fallback = "2",
		.help = "waves along a side, 0 to 1000" },
	[SCALE] = GENERATE_SCALE,
};

/* The mean of sin(pi * turns * x) over the coordinates, in units of 10^-6. */
static int64_t height(const struct wave *wave, const int64_t *point, uint32_t inputs,
	int64_t turns, int64_t scale)
{
	const int64_t units = 1000000;
	int64_t sum = 0;

	for (uint32_t j = 0; j < inputs; j++)
		sum += wave_sine(
			wave, (uint32_t)(int64_t)((__int128)turns * point[j] / (2 * scale)));
	return generate_product(sum / inputs, units, 40);
}

/* The index of the decimal as a label. */
static uint32_t label_of(struct table *table, int64_t height)
{
	char text[32];
	int length = snprintf(text, sizeof text, "%" PRId64 "e-6", height);

	table_declare_name(table, text, (size_t)length);
	return table_find_name(table, text, (size_t)length);
}

static void run(struct generator *generator, uint32_t inputs, int64_t turns, int64_t scale,
	int64_t *point)
{
	struct wave wave;

	wave_init(&wave);
	while (generator_runs(generator)) {
		for (uint32_t j = 0; j < inputs; j++)
			point[j] =
				(int64_t)rng_below(&generator->rng, 2 * (uint64_t)scale + 1) -
				scale;
		generator_add(generator, point,
			label_of(&generator->load->table,
				height(&wave, point, inputs, turns, scale)));
	}
}

static bool generate_waves(struct load *load)
{
	uint32_t inputs = (uint32_t)generate_count(load, INPUTS);
	int64_t scale = generate_count(load, SCALE), turns, *point;
	struct generator generator;

	if (!load->request->real) {
		diag_error(load->sink, load->request->source_span,
			"the labels of 'waves' are real: say `labels real precision 2^-10;`");
		return false;
	}
	if (!generate_number(load, TURNS, 1000, &turns) ||
		!generator_has_room(load, 2 * (uint64_t)scale + 1, inputs))
		return false;
	point = mem_alloc(inputs, sizeof *point);
	generator_init(&generator, load, cell_for(-scale, scale), inputs, 0);
	run(&generator, inputs, turns, scale, point);
	generator_fini(&generator);
	free(point);
	return true;
}

const struct source source_waves = {
	.name = "waves",
	.kind = SOURCE_GENERATOR,
	.help = "points of a cube with real labels: the mean of a sine of each coordinate",
	.options = options,
	.option_count = OPTIONS,
	.read = generate_waves,
};
