/*
 * Few half-spaces of a cell that keep out all stored points of other classes.
 *
 * The half-space of the cell of point i against a rival j keeps out what has F_ij >= R
 * (holds.h), that is the points k with D_kj <= D_ki + floor((D_ij - R) / 50). Rivals are
 * taken greedily: each time one that keeps out the most points that none before does, where
 * one that other cells use already counts twice, since it costs no neuron of the first
 * layer.
 */
#ifndef FRONTEND_CONSTRUCT_FENCE_H
#define FRONTEND_CONSTRUCT_FENCE_H

#include "frontend/construct/distances.h"

/* The cells of one class. */
struct fence {
	const struct distances *distances;
	int64_t least; /* R */
	uint32_t label;
	uint32_t *rivals; /* indices of those that half-spaces may be against */
	uint64_t rival_count;
	uint64_t others;  /* points of other classes */
	uint64_t words;   /* 64-bit words of a row of bits */
	int64_t *squares; /* rival_count x others */
	uint64_t *out;    /* rival_count x words: what each keeps out of the cell at hand */
	int64_t *own;     /* from its point to the others */
	int64_t *rows;    /* to all points */
	uint64_t *left;   /* words: the others that nothing keeps out yet */
	uint64_t *bounds; /* by rival: no more than this can be gained by it */
};

/* Bytes that a fence takes, for a limit. */
uint64_t fence_bytes(const struct distances *distances, uint32_t label, uint64_t rivals);

/* pool: by index, whether half-spaces may be against it. Uses all cores. */
void fence_init(struct fence *fence, const struct distances *distances, uint32_t label,
	int64_t least, const bool *pool);
void fence_fini(struct fence *fence);

/*
 * The rivals of the cell of point i, into `chosen` (rival_count entries), which are marked
 * in `used` (by index); returns how many. allowed: by the number of the rival, or NULL. What
 * is allowed must keep out all points: panic if it does not. Uses all cores.
 */
uint32_t fence_cell(
	struct fence *fence, uint32_t i, const bool *allowed, bool *used, uint32_t *chosen);

#endif
