/*
 * Exact squared distances between stored points.
 *
 * The points are taken class by class, in the order of the data set within one, so that the
 * points of a class are a run of indices and those of other classes are what lies before
 * and behind it. "Index" below counts in this order. The matrix of all distances is never
 * held: whoever needs rows of it asks for them, a few at a time.
 *
 * Coordinates are stored relative to the least one of their feature. With s_f the span of
 * feature f, every squared distance and every inner product is at most the sum of s_f^2,
 * and everything is an int64_t if that is below 2^DISTANCES_BITS. Where it is below 2^31, as
 * it is for images of bytes, coordinates have 16 bits and their products are summed in 32.
 */
#ifndef FRONTEND_CONSTRUCT_DISTANCES_H
#define FRONTEND_CONSTRUCT_DISTANCES_H

#include "frontend/data/dataset.h"

/* Leaves room for 102 times a distance, and a sum of two such numbers. */
enum { DISTANCES_BITS = 55 };

struct distances {
	uint64_t count;
	uint32_t inputs;
	uint32_t classes;  /* those that have points; real labels are few of their levels */
	uint32_t *numbers; /* in the data set, of each class, ascending */
	uint64_t *first;   /* class c is first[c]..first[c + 1]-1; classes + 1 entries */
	uint64_t *points;  /* by index: the point of the data set */
	uint32_t *labels;  /* by index: its class, 0 .. classes - 1 */

	uint64_t stride; /* of a row of coordinates */
	int16_t *narrow; /* one of the two is NULL */
	int64_t *wide;
	int64_t *squares; /* by index: |x|^2 of the stored coordinates */
};

/*
 * False, and nothing to free, if distances may take more than DISTANCES_BITS bits or there
 * are 2^32 points. On success the caller ends it with distances_fini(); the data set may
 * end before.
 */
bool distances_init(struct distances *distances, const struct dataset *dataset);
void distances_fini(struct distances *distances);

/* |x_i - x_k|^2 */
int64_t distances_between(const struct distances *distances, uint64_t i, uint64_t k);

/* What distances_rows() is best asked for at a time. */
enum { DISTANCES_ROWS = 8 };

/*
 * Of the points i..i+rows-1 to the points first..last-1: into[r * distances->count + k] is
 * that between i + r and k. The other entries are left alone.
 */
void distances_rows(const struct distances *distances, uint64_t i, uint64_t rows,
	uint64_t first, uint64_t last, int64_t *into);

/* The same to all points of other classes than `label`, which the points i.. have. */
void distances_opposite(const struct distances *distances, uint64_t i, uint64_t rows,
	uint32_t label, int64_t *into);

#endif
