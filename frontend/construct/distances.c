#include "frontend/construct/distances.h"

#include <stdlib.h>

#include "support/mem.h"

__extension__ typedef unsigned __int128 wide;

enum {
	LANES = 32, /* a row is a multiple of this, so that the compiler uses vectors */
	GROUP = 4,  /* points that are multiplied with one in turn */
	BLOCK = 16, /* points that stay in the cache while rows pass over them */
};

/* The least and greatest coordinate of each feature. */
static void find_spans(const struct dataset *dataset, int64_t *low, int64_t *high)
{
	int64_t *point = mem_alloc(dataset->inputs, sizeof *point);

	for (uint64_t i = 0; i < dataset->count; i++) {
		dataset_point(dataset, i, point);
		for (uint32_t f = 0; f < dataset->inputs; f++) {
			if (i == 0 || point[f] < low[f])
				low[f] = point[f];
			if (i == 0 || point[f] > high[f])
				high[f] = point[f];
		}
	}
	free(point);
}

/* The sum of s_f^2, or 2^DISTANCES_BITS if it is not less; the greatest span. */
static uint64_t sum_spans(
	uint32_t inputs, const int64_t *low, const int64_t *high, uint64_t *greatest)
{
	const wide limit = (wide)1 << DISTANCES_BITS;
	wide sum = 0;

	*greatest = 0;
	for (uint32_t f = 0; f < inputs; f++) {
		uint64_t span = (uint64_t)high[f] - (uint64_t)low[f];
		if (span > *greatest)
			*greatest = span;
		sum += (wide)span * span;
		if (sum >= limit)
			return (uint64_t)limit;
	}
	return (uint64_t)sum;
}

/* The order of the indices: a counting sort by class, of those that have points. */
static void sort_classes(struct distances *distances, const struct dataset *dataset)
{
	uint64_t *sizes = mem_zero(dataset->classes, sizeof *sizes), at = 0, *next;
	uint32_t *ranks = mem_alloc(dataset->classes, sizeof *ranks);

	for (uint64_t i = 0; i < dataset->count; i++)
		distances->classes += sizes[dataset->labels[i]]++ == 0;
	distances->first = mem_alloc((size_t)distances->classes + 1, sizeof(uint64_t));
	distances->numbers = mem_alloc(distances->classes, sizeof(uint32_t));
	next = mem_alloc(distances->classes, sizeof *next);
	for (uint32_t c = 0, r = 0; c < dataset->classes; c++) {
		if (!sizes[c])
			continue;
		distances->first[r] = next[r] = at;
		distances->numbers[r] = c;
		at += sizes[c];
		ranks[c] = r++;
	}
	distances->first[distances->classes] = at;
	for (uint64_t i = 0; i < dataset->count; i++) {
		uint32_t rank = ranks[dataset->labels[i]];
		distances->points[next[rank]] = i;
		distances->labels[next[rank]++] = rank;
	}
	free(sizes);
	free(ranks);
	free(next);
}

static void take_points(
	struct distances *distances, const struct dataset *dataset, const int64_t *low)
{
	int64_t *point = mem_alloc(dataset->inputs, sizeof *point);

	for (uint64_t i = 0; i < distances->count; i++) {
		int64_t square = 0;
		dataset_point(dataset, distances->points[i], point);
		for (uint32_t f = 0; f < dataset->inputs; f++) {
			int64_t value = (int64_t)((uint64_t)point[f] - (uint64_t)low[f]);
			square += value * value;
			if (distances->narrow)
				distances->narrow[i * distances->stride + f] = (int16_t)value;
			else
				distances->wide[i * distances->stride + f] = value;
		}
		distances->squares[i] = square;
	}
	free(point);
}

bool distances_init(struct distances *distances, const struct dataset *dataset)
{
	int64_t *low = mem_alloc(dataset->inputs, sizeof *low);
	int64_t *high = mem_alloc(dataset->inputs, sizeof *high);
	uint64_t sum, greatest;
	bool narrow;

	find_spans(dataset, low, high);
	sum = sum_spans(dataset->inputs, low, high, &greatest);
	free(high);
	if (sum >> DISTANCES_BITS || dataset->count > UINT32_MAX) {
		free(low);
		return false;
	}
	narrow = sum <= INT32_MAX && greatest <= INT16_MAX;
	*distances = (struct distances){
		.count = dataset->count,
		.inputs = dataset->inputs,
		.points = mem_alloc(dataset->count, sizeof(uint64_t)),
		.labels = mem_alloc(dataset->count, sizeof(uint32_t)),
		.stride = narrow ? ((uint64_t)dataset->inputs + LANES - 1) / LANES * LANES
				 : dataset->inputs,
		.squares = mem_alloc(dataset->count, sizeof(int64_t)),
	};
	/* a group at the end reads rows that are not there */
	if (narrow)
		distances->narrow = mem_zero(
			(dataset->count + GROUP - 1) * distances->stride, sizeof(int16_t));
	else
		distances->wide =
			mem_alloc(dataset->count * distances->stride, sizeof(int64_t));
	sort_classes(distances, dataset);
	take_points(distances, dataset, low);
	free(low);
	return true;
}

void distances_fini(struct distances *distances)
{
	free(distances->first);
	free(distances->numbers);
	free(distances->points);
	free(distances->labels);
	free(distances->narrow);
	free(distances->wide);
	free(distances->squares);
	*distances = (struct distances){ 0 };
}

static int32_t narrow_product(const int16_t *a, const int16_t *b, uint64_t stride)
{
	int32_t sum = 0;

	for (uint64_t i = 0; i < stride; i += LANES)
		for (uint64_t k = 0; k < LANES; k++)
			sum += (int32_t)a[i + k] * b[i + k];
	return sum;
}

/* Of a with each point of a group. */
static void group_products(const int16_t *a, const int16_t *b, uint64_t stride, int32_t *sums)
{
	const int16_t *c = b + stride, *d = c + stride, *e = d + stride;
	int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;

	for (uint64_t i = 0; i < stride; i += LANES)
		for (uint64_t k = 0; k < LANES; k++) {
			int32_t value = a[i + k];
			s0 += value * b[i + k];
			s1 += value * c[i + k];
			s2 += value * d[i + k];
			s3 += value * e[i + k];
		}
	sums[0] = s0;
	sums[1] = s1;
	sums[2] = s2;
	sums[3] = s3;
}

static int64_t wide_product(const int64_t *a, const int64_t *b, uint64_t stride)
{
	int64_t sum = 0;

	for (uint64_t i = 0; i < stride; i++)
		sum += a[i] * b[i];
	return sum;
}

int64_t distances_between(const struct distances *distances, uint64_t i, uint64_t k)
{
	uint64_t stride = distances->stride;
	int64_t product = distances->narrow ? narrow_product(distances->narrow + i * stride,
						      distances->narrow + k * stride, stride)
					    : wide_product(distances->wide + i * stride,
						      distances->wide + k * stride, stride);

	return distances->squares[i] + distances->squares[k] - 2 * product;
}

/* One row: of point i to the points first..last-1 of a block. */
static void narrow_row(const struct distances *distances, uint64_t i, uint64_t first,
	uint64_t last, int64_t *row)
{
	const int64_t *squares = distances->squares;
	uint64_t stride = distances->stride;
	int32_t sums[GROUP];

	for (uint64_t k = first; k < last; k += GROUP) {
		group_products(distances->narrow + i * stride, distances->narrow + k * stride,
			stride, sums);
		for (uint64_t g = 0; g < GROUP && k + g < last; g++)
			row[k + g] = squares[i] + squares[k + g] - 2 * (int64_t)sums[g];
	}
}

void distances_rows(const struct distances *distances, uint64_t i, uint64_t rows,
	uint64_t first, uint64_t last, int64_t *into)
{
	for (uint64_t block = first; block < last; block += BLOCK) {
		uint64_t end = last - block < BLOCK ? last : block + BLOCK;
		for (uint64_t r = 0; r < rows; r++) {
			int64_t *row = into + r * distances->count;
			if (distances->narrow) {
				narrow_row(distances, i + r, block, end, row);
				continue;
			}
			for (uint64_t k = block; k < end; k++)
				row[k] = distances_between(distances, i + r, k);
		}
	}
}

void distances_opposite(const struct distances *distances, uint64_t i, uint64_t rows,
	uint32_t label, int64_t *into)
{
	distances_rows(distances, i, rows, 0, distances->first[label], into);
	distances_rows(distances, i, rows, distances->first[label + 1], distances->count, into);
}
