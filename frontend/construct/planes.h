/*
 * planes: hyperplanes that separate the classes of a data set.
 *
 * A plane has integer weights w and a threshold t; a point x is on its upper side if
 * w . x >= t, else on the lower one. A pair of points x, y, where x has a rank >= 1 and y
 * another rank, is separated if x is on the lower and y on the upper side of a plane: in
 * this order, which is what the neurons of frontend/construct/guards.h need.
 *
 * Planes are random: weights uniform in -(2^B - 1) .. 2^B - 1 without 0, the threshold
 * uniform over the values of w . x (Dirksen, Finke, Genzel 2024, Algorithm 1, on the grid),
 * in that one of both directions that separates more pairs. Where all but a few pairs are
 * separated, more planes are drawn under the condition that they separate a certain pair.
 */
#ifndef FRONTEND_CONSTRUCT_PLANES_H
#define FRONTEND_CONSTRUCT_PLANES_H

#include "frontend/construct/construct.h"
#include "frontend/construct/decide.h"
#include "support/rng.h"

/* Drawn at first, and with those between pairs. */
enum { PLANES_FIRST = 1 << 16, PLANES_MOST = 1 << 17, PLANES_BITS = 24 };

struct planes {
	const struct dataset *dataset;
	const struct ranking *ranking;
	uint32_t *points; /* at each place: points by rank, then as in the data */
	uint32_t *first;  /* places of rank r: first[r] .. first[r + 1] - 1 */
	uint32_t bits;    /* B */
	struct rng rng;

	uint32_t count;
	int32_t *weights;    /* d of each plane */
	int64_t *thresholds; /* of each plane */
	uint64_t *sides;     /* of each plane `words` words, a bit for each place: upper side */
	size_t words;
	size_t weight_room, threshold_room, side_room;
};

/* The ranking must outlive them. False with a diagnostic if w . x might not fit 62 bits. */
bool planes_init(struct planes *planes, const struct construct_request *request,
	const struct ranking *ranking, uint32_t bits, uint64_t seed);
void planes_fini(struct planes *planes);

/* Draws so many random planes. */
void planes_draw(struct planes *planes, uint32_t count, const struct progress *progress);

/* Draws a plane that has these places on its sides. Their points must be different. */
void planes_draw_between(struct planes *planes, uint32_t lower, uint32_t upper);

/*
 * Draws planes until all pairs are separated, checked on every pair. False with a diagnostic
 * when PLANES_MOST are not enough.
 */
bool planes_separate(struct planes *planes, const struct construct_request *request);

/* Of each place `row_words` words, a bit for each plane: upper side. malloc'ed */
uint64_t *planes_rows(const struct planes *planes, size_t *row_words);

static inline bool planes_side(const struct planes *planes, uint32_t plane, uint32_t place)
{
	return planes->sides[plane * planes->words + place / 64] >> place % 64 & 1;
}

#endif
