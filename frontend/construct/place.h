/*
 * place: runs of consecutive keys, each shifted as a whole so that all keys come to lie apart
 * in a smaller range (Park, Lee, Yun and Shin, arXiv 2010.13363).
 *
 * A run of n keys can be placed among M others if it has more than n M places to choose from.
 * Runs are taken as long as they still fit somewhere in a window of places; the search keeps
 * one bit for each place, so that a key costs a few hundred word operations. About
 * N^2 / (2 range ln(window)) runs come out: N^(2/3) for a range of N^(4/3).
 */
#ifndef FRONTEND_CONSTRUCT_PLACE_H
#define FRONTEND_CONSTRUCT_PLACE_H

#include "frontend/construct/project.h"

struct run {
	position first; /* its least key */
	uint64_t place; /* where that goes; the others keep their distance from it */
};

/*
 * Places ascending unique keys into 0..range-1, range >= 2 * count; malloc'ed runs. The keys
 * become their places and are no longer sorted.
 */
struct run *place(
	struct projected *keys, uint64_t count, uint64_t range, uint64_t seed, uint64_t *runs);

#endif
