/* Points drawn from a box, labels drawn at random: nothing to learn, only to memorize. */
#include <inttypes.h>
#include <stdlib.h>

#include "frontend/data/cell.h"
#include "frontend/data/generate.h"
#include "support/mem.h"

enum { INPUTS = 2, CLASSES, LO, HI, OPTIONS };

static const struct option_row options[OPTIONS] = {
	GENERATE_OPTIONS("1000"),
	[INPUTS] = GENERATE_INPUTS("2"),
	[CLASSES] = GENERATE_CLASSES("2", 1),
	[LO] = { .name = "lo",
		.type = OPTION_COUNT,
		.fallback = "-32768",
		.min = -((int64_t)1 << 62),
		.max = (int64_t)1 << 62,
		.help = "least coordinate" },
	[HI] = { .name = "hi",
		.type = OPTION_COUNT,
		.fallback = "32767",
		.min = -((int64_t)1 << 62),
		.max = (int64_t)1 << 62,
		.help = "greatest coordinate" },
};

static bool generate_uniform(struct load *load)
{
	uint32_t inputs = (uint32_t)generate_count(load, INPUTS);
	uint32_t classes = (uint32_t)generate_count(load, CLASSES);
	int64_t lo = generate_count(load, LO), hi = generate_count(load, HI);
	uint64_t values = (uint64_t)hi - (uint64_t)lo + 1;
	struct generator generator;
	int64_t *point;

	if (hi < lo) {
		load_option_error(load, HI, "`hi` %" PRId64 " is below `lo` %" PRId64, hi, lo);
		return false;
	}
	if (!generator_has_room(load, values, inputs))
		return false;
	point = mem_alloc(inputs, sizeof *point);
	generator_init(&generator, load, cell_for(lo, hi), inputs, classes);
	while (generator_runs(&generator)) {
		for (uint32_t j = 0; j < inputs; j++)
			point[j] = (int64_t)((uint64_t)lo + rng_below(&generator.rng, values));
		generator_add(&generator, point, (uint32_t)rng_below(&generator.rng, classes));
	}
	generator_fini(&generator);
	free(point);
	return true;
}

const struct source source_uniform = {
	.name = "uniform",
	.kind = SOURCE_GENERATOR,
	.help = "random points of a box with random labels",
	.options = options,
	.option_count = OPTIONS,
	.read = generate_uniform,
};
