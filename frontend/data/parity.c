/* Bit vectors, labelled by whether they have an odd number of ones: xor for two inputs. */
#include <stdlib.h>

#include "frontend/data/generate.h"
#include "support/mem.h"

enum { INPUTS = 2, OPTIONS };
enum { ALL_INPUTS = 24 };

static const struct option_row options[OPTIONS] = {
	[GENERATE_N] = { .name = "n",
		.type = OPTION_COUNT,
		.min = 1,
		.max = (int64_t)TABLE_ROWS_MAX,
		.help = "points, all of them different; not set: all there are, for up to 24 "
			"inputs" },
	[GENERATE_SEED] = { .name = "seed",
		.type = OPTION_COUNT,
		.fallback = "1",
		.min = 0,
		.max = INT64_MAX,
		.help = "of the random numbers, where n is set" },
	[INPUTS] = GENERATE_INPUTS("2"),
};

static uint32_t set_bits(int64_t *point, uint32_t inputs, struct rng *rng, uint64_t number)
{
	uint64_t bits = number, ones = 0;

	for (uint32_t j = 0; j < inputs; j++) {
		if (rng && j % 64 == 0)
			bits = rng_next(rng);
		point[j] = (int64_t)(bits >> j % 64 & 1);
		ones += (uint64_t)point[j];
	}
	return (uint32_t)(ones & 1);
}

static bool generate_parity(struct load *load)
{
	uint32_t inputs = (uint32_t)generate_count(load, INPUTS);
	bool all = !load_option(load, GENERATE_N)->set;
	struct generator generator;
	int64_t *point;

	if (all && inputs > ALL_INPUTS) {
		load_option_error(
			load, INPUTS, "all points of %u bits are too many; give `n`", inputs);
		return false;
	}
	if (!all && !generator_has_room(load, 2, inputs))
		return false;
	point = mem_alloc(inputs, sizeof *point);
	generator_init(&generator, load, CELL_U8, inputs, 2);
	if (all)
		generator.wanted = (uint64_t)1 << inputs;
	while (generator_runs(&generator)) {
		uint32_t odd =
			set_bits(point, inputs, all ? NULL : &generator.rng, load->table.count);
		generator_add(&generator, point, odd);
	}
	generator_fini(&generator);
	free(point);
	return true;
}

const struct source source_parity = {
	.name = "parity",
	.kind = SOURCE_GENERATOR,
	.help = "bit vectors with an even or odd number of ones",
	.options = options,
	.option_count = OPTIONS,
	.read = generate_parity,
};
