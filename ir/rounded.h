/*
 * The literal network in an arithmetic (ir/arithmetic.h), layer by layer, and where its
 * values leave the exact ones.
 *
 * A module at the network level is borrowed and does not change. One ir_rounded serves one
 * thread.
 */
#ifndef IR_ROUNDED_H
#define IR_ROUNDED_H

#include "ir/arithmetic.h"

struct ir_rounded;

struct ir_rounded *ir_rounded_new(
	const struct ir_module *module, const struct ir_format *format);
void ir_rounded_free(struct ir_rounded *rounded);

/* The class of a grid point, or -1: that of its output, which is not rounded to an integer. */
int32_t ir_rounded_classify(struct ir_rounded *rounded, const int64_t *point);

/*
 * The same step by step: begin with the inputs, then layer after layer, the output alone as
 * the last one; false behind it.
 */
void ir_rounded_begin(struct ir_rounded *rounded, const int64_t *point);
bool ir_rounded_next(struct ir_rounded *rounded);

/* A value of the layer that was computed last, normalized; false if it is no finite number. */
bool ir_rounded_value(const struct ir_rounded *rounded, ir_value value, struct dyadic *result);

/* A value that is not the exact one. */
struct ir_departure {
	bool found;
	uint32_t layer; /* from 0; the output has the number of layers */
	ir_value value;
	bool finite;
	int64_t error; /* then 2^(error - 1) <= |value - exact value| < 2^error */
	int64_t size;  /* and the same of the exact value, or IR_DEPARTURE_ZERO */
};

#define IR_DEPARTURE_ZERO INT64_MIN

/* The first one, and the first that is off by 1/2 or more, or infinite. */
enum { DEPARTS_AT_ALL, DEPARTS_BY_HALF, DEPARTURES };

/*
 * Runs a point of the domain in both, side by side, and finds both departures, the earliest
 * in the order of layers and of neurons in a layer. The two are of one module, `exact` in the
 * exact arithmetic.
 */
void ir_rounded_depart(struct ir_rounded *rounded, struct ir_rounded *exact,
	const int64_t *point, struct ir_departure departures[DEPARTURES]);

/*
 * The layer whose rounding costs a point of the domain its class, which it has in the exact
 * arithmetic and not in the rounded one: with what was rounded before this layer and all from
 * here on exact, the class is right; with this layer rounded, too, it is not. Found by
 * bisection; there may be several.
 */
uint32_t ir_rounded_decisive(struct ir_rounded *rounded, struct ir_rounded *exact,
	const int64_t *point, int32_t class);

#endif
