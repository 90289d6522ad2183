/*
 * Bounds of a piecewise linear function: a sum of ramps of one variable L on lo..hi.
 *
 * Ramps are added in any order; each adds its value and slope at lo, and a kink where it
 * starts or ends. The least and greatest value of the sum are then found exactly, at the
 * kinks: linear in their number, but for sorting them.
 */
#ifndef IR_KINKS_H
#define IR_KINKS_H

#include "support/dyadic.h"

struct kink {
	struct dyadic x, rise; /* the slope grows by `rise` at x */
};

struct kinks {
	struct kink *kinks;
	size_t count, room;
	struct dyadic lo, hi, value, slope; /* value and slope at lo */
	struct dyadic at, least, greatest;
	struct dyadic_scratch scratch;
};

void kinks_init(struct kinks *kinks);
void kinks_fini(struct kinks *kinks);

/* A new sum, 0 so far. */
void kinks_start(struct kinks *kinks, const struct num_pool *pool, num lo, num hi);

/* Adds weight * L. */
void kinks_add_line(struct kinks *kinks, const struct dyadic *weight);

/* Adds rise * relu(L - x), or rise * relu(x - L) if it falls. */
void kinks_add_ramp(
	struct kinks *kinks, const struct dyadic *x, const struct dyadic *rise, bool falls);

/* Sets least and greatest. */
void kinks_bound(struct kinks *kinks);

#endif
