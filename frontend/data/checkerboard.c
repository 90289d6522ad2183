/* Points of a cube, labelled by the colour of the square that they are in. */
#include <stdlib.h>

#include "frontend/data/cell.h"
#include "frontend/data/generate.h"
#include "support/mem.h"

enum { INPUTS = 2, CLASSES, SQUARES, SCALE, OPTIONS };

static const struct option_row options[OPTIONS] = {
	GENERATE_OPTIONS("1000"),
	[INPUTS] = GENERATE_INPUTS("2"),
	[CLASSES] = GENERATE_CLASSES("2", 1),
	[SQUARES] = { .name = "squares",
		.type = OPTION_COUNT,
		.fallback = "4",
		.min = 1,
		.max = 1 << 20,
		.help = "squares along each side" },
	[SCALE] = GENERATE_SCALE,
};

static bool generate_checkerboard(struct load *load)
{
	uint32_t inputs = (uint32_t)generate_count(load, INPUTS);
	uint32_t classes = (uint32_t)generate_count(load, CLASSES);
	uint64_t squares = (uint64_t)generate_count(load, SQUARES);
	int64_t scale = generate_count(load, SCALE);
	uint64_t values = 2 * (uint64_t)scale + 1;
	struct generator generator;
	int64_t *point;

	if (!generator_has_room(load, values, inputs))
		return false;
	point = mem_alloc(inputs, sizeof *point);
	generator_init(&generator, load, cell_for(-scale, scale), inputs, classes);
	while (generator_runs(&generator)) {
		uint64_t colour = 0;
		for (uint32_t j = 0; j < inputs; j++) {
			uint64_t at = rng_below(&generator.rng, values);
			point[j] = (int64_t)at - scale;
			colour += at * squares / values;
		}
		generator_add(&generator, point, (uint32_t)(colour % classes));
	}
	generator_fini(&generator);
	free(point);
	return true;
}

const struct source source_checkerboard = {
	.name = "checkerboard",
	.kind = SOURCE_GENERATOR,
	.help = "points of a cube in squares of alternating classes",
	.options = options,
	.option_count = OPTIONS,
	.read = generate_checkerboard,
};
