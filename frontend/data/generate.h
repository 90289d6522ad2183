/*
 * What the generators share: distinct points, and random shapes in integer arithmetic.
 *
 * The same seed gives the same points on every machine: sines and the tables of the normal
 * distribution come from MPFR, and everything after that is integer arithmetic. Numbers
 * called Q40 are multiples of 2^-40.
 */
#ifndef FRONTEND_DATA_GENERATE_H
#define FRONTEND_DATA_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "frontend/data/rowset.h"
#include "frontend/data/source.h"
#include "support/rng.h"

/* Option rows; every generator has n and seed first. */
enum generate_option { GENERATE_N, GENERATE_SEED };

#define GENERATE_OPTIONS(default_n) \
	[GENERATE_N] = { .name = "n", \
		.type = OPTION_COUNT, \
		.fallback = default_n, \
		.min = 1, \
		.max = (int64_t)TABLE_ROWS_MAX, \
		.help = "points, all of them different" }, \
	[GENERATE_SEED] = { .name = "seed", \
		.type = OPTION_COUNT, \
		.fallback = "1", \
		.min = 0, \
		.max = INT64_MAX, \
		.help = "of the random numbers" }

#define GENERATE_INPUTS(default_inputs) \
	{ \
		.name = "inputs", .type = OPTION_COUNT, .fallback = default_inputs, .min = 1, \
		.max = TABLE_INPUTS_MAX, .help = "features of a point" \
	}

#define GENERATE_CLASSES(default_classes, least) \
	{ \
		.name = "classes", .type = OPTION_COUNT, .fallback = default_classes, \
		.min = least, .max = TABLE_LABELS_MAX, .help = "number of classes" \
	}

#define GENERATE_SCALE \
	{ \
		.name = "scale", .type = OPTION_COUNT, .fallback = "10000", .min = 1, \
		.max = 1 << 20, .help = "grid steps to the unit of length" \
	}

#define GENERATE_NOISE(default_noise) \
	{ \
		.name = "noise", .type = OPTION_NUMBER, .fallback = default_noise, \
		.help = "standard deviation of a coordinate, in units of length, 0 to 10" \
	}

struct generator {
	struct load *load;
	struct rng rng;
	struct rowset set;
	uint64_t wanted;
	uint64_t misses; /* points in a row that were there already */
};

/* Features of `inputs` cells; classes 0..classes-1 get their numbers as names. */
void generator_init(struct generator *generator, struct load *load, enum cell cell,
	uint32_t inputs, uint32_t classes);
void generator_fini(struct generator *generator);

/* True until as many points were added as were wanted. */
bool generator_runs(const struct generator *generator);

/* Adds a point unless it is there already. */
void generator_add(struct generator *generator, const int64_t *point, uint32_t label);

/*
 * True if so many points in a row were there already that the shape must be full: an error
 * is reported.
 */
bool generator_is_stuck(struct generator *generator);

/* An error unless `values` to the power `inputs` is at least n: there are enough points. */
bool generator_has_room(struct load *load, uint64_t values, uint32_t inputs);

/* The value of a COUNT option. */
int64_t generate_count(const struct load *load, size_t option);

/*
 * The value of a NUMBER option between 0 and `most`, times 2^32, in *value; an error if it
 * is outside.
 */
bool generate_number(struct load *load, size_t option, int64_t most, int64_t *value);

/* The sine of parts of a turn. */
enum { WAVE_QUARTER = 1024 };
struct wave {
	int64_t sine[WAVE_QUARTER + 1]; /* of a quarter turn, Q40 */
};
void wave_init(struct wave *wave);

/* Of turn / 2^32 turns, Q40; an interpolated value, off by 3e-7 at most. */
int64_t wave_sine(const struct wave *wave, uint32_t turn);
int64_t wave_cosine(const struct wave *wave, uint32_t turn);

/* The normal distribution by a ziggurat (Marsaglia and Tsang 2000) of 256 layers. */
enum { NORMAL_LAYERS = 256 };
struct normal {
	int64_t edge[NORMAL_LAYERS + 1];    /* x of each layer, Q40, falling */
	int64_t density[NORMAL_LAYERS + 1]; /* exp(-x^2 / 2) there, Q40 */
};
void normal_init(struct normal *normal);

/* A normal deviate, Q40. */
int64_t normal_next(const struct normal *normal, struct rng *rng);

/* Shapes with noise, in units of length. */
struct canvas {
	struct wave wave;
	struct normal normal;
	int64_t scale; /* grid steps to the unit */
	int64_t noise; /* 2^-32 grid steps */
};

/* False with a diagnostic if an option is out of bounds. */
bool canvas_init(struct canvas *canvas, struct load *load, size_t noise, size_t scale);

/* A coordinate in units of length, Q40, with its noise, in grid steps. */
int64_t canvas_place(const struct canvas *canvas, struct rng *rng, int64_t unit);

/* a * b * 2^-shift to the nearest integer, for |a * b| < 2^126. */
int64_t generate_product(int64_t a, int64_t b, unsigned shift);

#endif
