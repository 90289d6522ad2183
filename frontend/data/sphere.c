/*
 * Points of a cube; class 0 is inside a ball, class 1 outside. The ball's squared radius is
 * the mean squared distance of the cube's points to the center, so that each class gets
 * about half of them for any number of inputs.
 */
#include <stdlib.h>

#include "frontend/data/cell.h"
#include "frontend/data/generate.h"
#include "support/mem.h"

enum { INPUTS = 2, SCALE, OPTIONS };

static const struct option_row options[OPTIONS] = {
	GENERATE_OPTIONS("1000"),
	[INPUTS] = GENERATE_INPUTS("3"),
	[SCALE] = GENERATE_SCALE,
};

static bool generate_sphere(struct load *load)
{
	uint32_t inputs = (uint32_t)generate_count(load, INPUTS);
	int64_t scale = generate_count(load, SCALE);
	uint64_t values = 2 * (uint64_t)scale + 1;
	struct generator generator;
	int64_t *point;

	if (!generator_has_room(load, values, inputs))
		return false;
	point = mem_alloc(inputs, sizeof *point);
	generator_init(&generator, load, cell_for(-scale, scale), inputs, 2);
	while (generator_runs(&generator)) {
		int64_t squares = 0;
		for (uint32_t j = 0; j < inputs; j++) {
			point[j] = (int64_t)rng_below(&generator.rng, values) - scale;
			squares += point[j] * point[j];
		}
		generator_add(&generator, point, squares > inputs * scale * scale / 3);
	}
	generator_fini(&generator);
	free(point);
	return true;
}

const struct source source_sphere = {
	.name = "sphere",
	.kind = SOURCE_GENERATOR,
	.help = "points of a cube, inside and outside of a ball",
	.options = options,
	.option_count = OPTIONS,
	.read = generate_sphere,
};
