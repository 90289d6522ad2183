/* Round clouds around random centers, one for each class. */
#include <stdlib.h>

#include "frontend/data/generate.h"
#include "support/mem.h"

enum { INPUTS = 2, CLASSES, NOISE, SCALE, OPTIONS };

static const struct option_row options[OPTIONS] = {
	GENERATE_OPTIONS("1000"),
	[INPUTS] = GENERATE_INPUTS("2"),
	[CLASSES] = GENERATE_CLASSES("3", 1),
	[NOISE] = GENERATE_NOISE("1/10"),
	[SCALE] = GENERATE_SCALE,
};

/* Coordinates of the centers, -1 to 1, Q40. */
static int64_t *draw_centers(struct rng *rng, size_t count)
{
	const int64_t one = (int64_t)1 << 40;
	int64_t *centers = mem_alloc(count, sizeof *centers);

	for (size_t i = 0; i < count; i++)
		centers[i] = (int64_t)rng_below(rng, 2 * (uint64_t)one + 1) - one;
	return centers;
}

static bool run(struct generator *generator, const struct canvas *canvas, uint32_t classes)
{
	uint32_t inputs = generator->load->table.inputs;
	int64_t *point = mem_alloc(inputs, sizeof *point);
	int64_t *centers = draw_centers(&generator->rng, (size_t)inputs * classes);
	bool stuck = false;

	while (!stuck && generator_runs(generator)) {
		uint32_t label = (uint32_t)generator->load->table.count % classes;
		const int64_t *center = centers + (size_t)label * inputs;
		for (uint32_t j = 0; j < inputs; j++)
			point[j] = canvas_place(canvas, &generator->rng, center[j]);
		generator_add(generator, point, label);
		stuck = generator_is_stuck(generator);
	}
	free(centers);
	free(point);
	return !stuck;
}

static bool generate_blobs(struct load *load)
{
	uint32_t classes = (uint32_t)generate_count(load, CLASSES);
	struct generator generator;
	struct canvas canvas;
	bool ok;

	if (!canvas_init(&canvas, load, NOISE, SCALE))
		return false;
	generator_init(
		&generator, load, CELL_I32, (uint32_t)generate_count(load, INPUTS), classes);
	ok = run(&generator, &canvas, classes);
	generator_fini(&generator);
	return ok;
}

const struct source source_blobs = {
	.name = "blobs",
	.kind = SOURCE_GENERATOR,
	.help = "normal clouds around random centers, one for each class",
	.options = options,
	.option_count = OPTIONS,
	.read = generate_blobs,
};
