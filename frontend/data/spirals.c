/* Arms that wind around the origin, one for each class. */
#include "frontend/data/generate.h"

enum { CLASSES = 2, TURNS, NOISE, SCALE, OPTIONS };

static const struct option_row options[OPTIONS] = {
	GENERATE_OPTIONS("1000"),
	[CLASSES] = GENERATE_CLASSES("2", 1),
	[TURNS] = { .name = "turns",
		.type = OPTION_NUMBER,
		.fallback = "3/2",
		.help = "how often an arm goes round, 0 to 1000" },
	[NOISE] = GENERATE_NOISE("1/50"),
	[SCALE] = GENERATE_SCALE,
};

/* Radius t from 1/8 to 1 at the angle t * turns, each arm turned on by 1 / classes. */
static bool run(struct generator *generator, const struct canvas *canvas, uint32_t classes,
	int64_t turns)
{
	const uint64_t eighth = (uint64_t)1 << 37;
	struct rng *rng = &generator->rng;

	while (generator_runs(generator)) {
		uint32_t label = (uint32_t)generator->load->table.count % classes;
		int64_t radius = (int64_t)(eighth + rng_below(rng, 7 * eighth + 1));
		uint32_t turn = (uint32_t)generate_product(turns, radius, 40) +
			(uint32_t)(((uint64_t)label << 32) / classes);
		int64_t x = wave_cosine(&canvas->wave, turn);
		int64_t y = wave_sine(&canvas->wave, turn);
		int64_t point[2];

		point[0] = canvas_place(canvas, rng, generate_product(x, radius, 40));
		point[1] = canvas_place(canvas, rng, generate_product(y, radius, 40));
		generator_add(generator, point, label);
		if (generator_is_stuck(generator))
			return false;
	}
	return true;
}

static bool generate_spirals(struct load *load)
{
	uint32_t classes = (uint32_t)generate_count(load, CLASSES);
	struct generator generator;
	struct canvas canvas;
	int64_t turns;
	bool ok;

	if (!generate_number(load, TURNS, 1000, &turns) ||
		!canvas_init(&canvas, load, NOISE, SCALE))
		return false;
	generator_init(&generator, load, CELL_I32, 2, classes);
	ok = run(&generator, &canvas, classes, turns);
	generator_fini(&generator);
	return ok;
}

const struct source source_spirals = {
	.name = "spirals",
	.kind = SOURCE_GENERATOR,
	.help = "arms that wind around the origin, one for each class",
	.options = options,
	.option_count = OPTIONS,
	.read = generate_spirals,
};
