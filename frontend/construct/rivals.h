/*
 * Rivals of a point: the nearest stored points of other classes.
 *
 * L_k is the squared distance of point k to the nearest of them. What decides whether the
 * cell of a point i (cells.c) holds k are only those of i's class with D_ki < L_k, and of the
 * others only those nearer than 13/12 D_ki: see holds.c. So it is enough to know, for each
 * k, the rivals j with 12 D_kj < 13 L_k, which are few, whatever N is.
 */
#ifndef FRONTEND_CONSTRUCT_RIVALS_H
#define FRONTEND_CONSTRUCT_RIVALS_H

#include "frontend/construct/distances.h"
#include "support/progress.h"

struct rival {
	int64_t square; /* D_kj */
	uint32_t index; /* j */
};

struct rivals {
	int64_t nearest;    /* L_k */
	struct rival *list; /* ascending by distance, then index */
	uint32_t count;
	bool all; /* the list is complete: no more than RIVALS_MOST meet the condition */
};

/* Longer lists are cut, so that memory stays a multiple of N. */
enum { RIVALS_MOST = 256 };

/*
 * Of every index; there are at least two classes that have points. Ended by
 * rivals_free(). Uses all cores.
 */
struct rivals *rivals_new(const struct distances *distances, const struct progress *progress);
void rivals_free(struct rivals *rivals, uint64_t count);

/* R: the least squared distance between points of different classes. */
int64_t rivals_least(const struct rivals *rivals, uint64_t count);

#endif
