/*
 * What a network needs of its numbers: how many stored points survive in an arithmetic that
 * rounds (ir/arithmetic.h), what becomes of the others, and the least significand in which all
 * survive.
 */
#ifndef DRIVER_PRECISION_H
#define DRIVER_PRECISION_H

#include "driver/spread.h"
#include "driver/target.h"
#include "ir/rounded.h"

/* The literal network of --engine; NULL with diagnostics if the options or a .mir have none. */
const struct ir_module *precision_module(struct target *target);

/* Whether there are stored points to try in it, too; if not, a diagnostic. */
bool precision_has_points(struct target *target);

/* About the seconds that a point takes in an arithmetic, on one core. */
double precision_seconds(const struct ir_module *module, const struct ir_format *format);

/* The same in bits:P, with as many bits as the longest weight has. */
double precision_point_seconds(const struct target *target);

/* The answer to each point of a sample in an arithmetic. */
void precision_try(struct target *target, const struct spread *tried,
	const struct ir_format *format, int32_t *answers);

/* A stored point that has another class in the arithmetic, or none. */
struct failure {
	uint64_t point;
	int32_t answer;
	bool traced; /* the rest is there */
	struct ir_departure departures[DEPARTURES];
	uint32_t decisive; /* the layer */
};

struct precision {
	struct target *target;
	const struct ir_module *module;
	struct ir_format format;
	struct spread tried;
	struct failure *failures; /* in the order of the points */
	uint64_t failure_count, unknown, traced;
};

/*
 * Tries stored points in the arithmetic of --engine, and traces those that fail: all with
 * --full, else as many as some seconds allow, spread evenly.
 */
void precision_init(struct precision *precision, struct target *target);
void precision_fini(struct precision *precision);

/* The least P, up to which all in a sample survive in bits:P. */
struct least_bits {
	struct spread tried;
	uint32_t bits;  /* 0: there is none */
	uint64_t point; /* that fails with one bit less, if bits > 1 */
	int32_t answer; /* then */
};

/* As many stored points as precision_least() can try in some seconds; all with --full. */
struct spread precision_sample(const struct target *target);

/*
 * By bisection for one point after another: where a point fails, the P that it needs is
 * found, and all others are tried again. In the end all survive with P, and the last one for
 * which P grew fails with P - 1; with fewer bits still, that one might survive.
 */
struct least_bits precision_least(struct target *target, struct spread tried);

#endif
