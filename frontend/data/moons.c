/* Two half circles that reach into each other: (cos t, sin t) and (1 - cos t, 1/2 - sin t). */
#include "frontend/data/generate.h"

enum { NOISE = 2, SCALE, OPTIONS };

static const struct option_row options[OPTIONS] = {
	GENERATE_OPTIONS("1000"),
	[NOISE] = GENERATE_NOISE("1/10"),
	[SCALE] = GENERATE_SCALE,
};

static bool run(struct generator *generator, const struct canvas *canvas)
{
	const int64_t one = (int64_t)1 << 40;
	struct rng *rng = &generator->rng;

	while (generator_runs(generator)) {
		uint32_t label = (uint32_t)generator->load->table.count & 1;
		uint32_t turn = (uint32_t)rng_below(rng, (uint64_t)1 << 31);
		int64_t x = wave_cosine(&canvas->wave, turn);
		int64_t y = wave_sine(&canvas->wave, turn);
		int64_t point[2];

		point[0] = canvas_place(canvas, rng, label ? one - x : x);
		point[1] = canvas_place(canvas, rng, label ? one / 2 - y : y);
		generator_add(generator, point, label);
		if (generator_is_stuck(generator))
			return false;
	}
	return true;
}

static bool generate_moons(struct load *load)
{
	struct generator generator;
	struct canvas canvas;
	bool ok;

	if (!canvas_init(&canvas, load, NOISE, SCALE))
		return false;
	generator_init(&generator, load, CELL_I32, 2, 2);
	ok = run(&generator, &canvas);
	generator_fini(&generator);
	return ok;
}

const struct source source_moons = {
	.name = "moons",
	.kind = SOURCE_GENERATOR,
	.help = "two half circles that reach into each other",
	.options = options,
	.option_count = OPTIONS,
	.read = generate_moons,
};
