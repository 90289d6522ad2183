#include "frontend/construct/planes.h"

#include <stdlib.h>

#include "support/bits.h"
#include "support/cores.h"
#include "support/mem.h"

enum { BATCH = 16 }; /* planes that are evaluated together */

/* --- set up -------------------------------------------------------------------------- */

static uint64_t magnitude(int64_t x)
{
	return x < 0 ? 0 - (uint64_t)x : (uint64_t)x;
}

static bool check_bits(const struct construct_request *request, uint32_t bits)
{
	const struct dataset *dataset = request->dataset;
	uint64_t limit = UINT64_C(1) << (62 - bits), sum = 0;

	for (uint32_t k = 0; k < dataset->inputs && sum < limit; k++) {
		uint64_t lo = magnitude(dataset->features[k].lo);
		uint64_t hi = magnitude(dataset->features[k].hi);
		uint64_t more = lo > hi ? lo : hi;
		sum = more < limit ? sum + more : limit;
	}
	if (sum < limit)
		return true;
	diag_error(request->sink, request->span,
		"hyperplanes with weights of %u bits over these features take more than 62 "
		"bits; give the data set a coarser step",
		bits);
	return false;
}

/* Points by rank: a counting sort. */
static void place_points(struct planes *planes)
{
	const struct dataset *dataset = planes->dataset;
	const struct ranking *ranking = planes->ranking;
	uint32_t *rank_of = mem_zero(dataset->classes, sizeof *rank_of), at = 0;

	planes->points = mem_alloc(dataset->count, sizeof *planes->points);
	planes->first = mem_zero((size_t)ranking->count + 1, sizeof *planes->first);
	for (uint32_t r = 0; r < ranking->count; r++)
		rank_of[ranking->classes[r]] = r;
	for (uint32_t r = 0; r < ranking->count; r++) {
		planes->first[r] = at;
		for (uint64_t i = 0; i < dataset->count; i++)
			if (rank_of[dataset->labels[i]] == r)
				planes->points[at++] = (uint32_t)i;
	}
	planes->first[ranking->count] = at;
	free(rank_of);
}

bool planes_init(struct planes *planes, const struct construct_request *request,
	const struct ranking *ranking, uint32_t bits, uint64_t seed)
{
	if (!check_bits(request, bits))
		return false;
	*planes = (struct planes){ .dataset = request->dataset,
		.ranking = ranking,
		.bits = bits,
		.words = (size_t)divide_up(request->dataset->count, 64) };
	rng_init(&planes->rng, seed);
	place_points(planes);
	return true;
}

void planes_fini(struct planes *planes)
{
	free(planes->points);
	free(planes->first);
	free(planes->weights);
	free(planes->thresholds);
	free(planes->sides);
	*planes = (struct planes){ 0 };
}

/* --- values w . x -------------------------------------------------------------------- */

static void draw_weights(struct planes *planes, int64_t *weights)
{
	int64_t top = (INT64_C(1) << planes->bits) - 1;

	for (uint32_t k = 0; k < planes->dataset->inputs; k++) {
		int64_t w = (int64_t)rng_below(&planes->rng, 2 * (uint64_t)top) - top;
		weights[k] = w < 0 ? w : w + 1;
	}
}

static int64_t dot(const int64_t *w, const int64_t *x, uint32_t count)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += w[i] * x[i];
	return sum;
}

struct evaluation {
	const struct planes *planes;
	const int64_t *weights; /* count x d */
	uint32_t count;
	int64_t *values; /* count x N, by place */
};

static void evaluate_places(void *context, struct shares *shares, unsigned thread)
{
	struct evaluation *work = context;
	const struct dataset *dataset = work->planes->dataset;
	uint32_t d = dataset->inputs;
	int64_t *row = mem_alloc(d, sizeof *row);
	uint64_t first, count;

	(void)thread;
	while (shares_take(shares, &first, &count))
		for (uint64_t i = first; i < first + count; i++) {
			dataset_point(dataset, work->planes->points[i], row);
			for (uint32_t p = 0; p < work->count; p++)
				work->values[p * dataset->count + i] =
					dot(work->weights + (size_t)p * d, row, d);
		}
	free(row);
}

static void evaluate(
	const struct planes *planes, const int64_t *weights, uint32_t count, int64_t *values)
{
	struct evaluation work = { planes, weights, count, values };

	cores_run(planes->dataset->count, 512, evaluate_places, &work);
}

/* --- new planes ---------------------------------------------------------------------- */

/* Adds the plane of the values w . x, or, turned, that of the values -w . x. */
static void add_plane(struct planes *planes, const int64_t *weights, const int64_t *values,
	int64_t threshold, bool turned)
{
	uint32_t d = planes->dataset->inputs, at = planes->count++;
	uint64_t *sides;

	planes->weights = mem_grow(planes->weights, &planes->weight_room,
		(size_t)planes->count * d, sizeof *planes->weights);
	planes->thresholds = mem_grow(planes->thresholds, &planes->threshold_room,
		planes->count, sizeof *planes->thresholds);
	planes->sides = mem_grow(planes->sides, &planes->side_room,
		planes->count * planes->words, sizeof *planes->sides);
	for (uint32_t k = 0; k < d; k++)
		planes->weights[(size_t)at * d + k] =
			(int32_t)(turned ? -weights[k] : weights[k]);
	planes->thresholds[at] = turned ? 1 - threshold : threshold;
	sides = planes->sides + at * planes->words;
	for (size_t i = 0; i < planes->words; i++)
		sides[i] = 0;
	for (uint64_t i = 0; i < planes->dataset->count; i++)
		if ((values[i] >= threshold) != turned)
			sides[i / 64] |= UINT64_C(1) << i % 64;
}

/* Whether the plane the other way round separates more pairs. */
static bool is_better_turned(
	const struct planes *planes, const int64_t *values, int64_t threshold)
{
	uint64_t upper[2] = { 0 }, all = planes->dataset->count, here = 0, turned = 0;

	for (uint64_t i = 0; i < all; i++)
		upper[0] += values[i] >= threshold;
	for (uint32_t r = 1; r < planes->ranking->count; r++) {
		uint64_t size = planes->first[r + 1] - planes->first[r];
		upper[1] = 0;
		for (uint32_t i = planes->first[r]; i < planes->first[r + 1]; i++)
			upper[1] += values[i] >= threshold;
		here += (size - upper[1]) * (upper[0] - upper[1]);
		turned += upper[1] * (all - size - (upper[0] - upper[1]));
	}
	return turned > here;
}

/* A threshold uniform over lo + 1 .. hi */
static int64_t draw_threshold(struct planes *planes, int64_t lo, int64_t hi)
{
	return lo + 1 + (int64_t)rng_below(&planes->rng, (uint64_t)(hi - lo));
}

static void take_random(struct planes *planes, const int64_t *weights, const int64_t *values)
{
	int64_t lo = values[0], hi = values[0], threshold;

	for (uint64_t i = 1; i < planes->dataset->count; i++) {
		lo = values[i] < lo ? values[i] : lo;
		hi = values[i] > hi ? values[i] : hi;
	}
	if (lo == hi)
		return; /* it has all points on one side, wherever it lies */
	threshold = draw_threshold(planes, lo, hi);
	add_plane(planes, weights, values, threshold,
		is_better_turned(planes, values, threshold));
}

void planes_draw(struct planes *planes, uint32_t count, const struct progress *progress)
{
	uint32_t d = planes->dataset->inputs;
	int64_t *weights = mem_alloc((size_t)BATCH * d, sizeof *weights);
	int64_t *values = mem_alloc(BATCH * planes->dataset->count, sizeof *values);

	for (uint32_t done = 0; done < count; done += BATCH) {
		uint32_t now = count - done < BATCH ? count - done : BATCH;
		progress_report(progress, "drawing hyperplanes", done, count);
		for (uint32_t p = 0; p < now; p++)
			draw_weights(planes, weights + (size_t)p * d);
		evaluate(planes, weights, now, values);
		for (uint32_t p = 0; p < now; p++)
			take_random(planes, weights + (size_t)p * d,
				values + p * planes->dataset->count);
	}
	free(weights);
	free(values);
}

void planes_draw_between(struct planes *planes, uint32_t lower, uint32_t upper)
{
	const struct dataset *dataset = planes->dataset;
	uint32_t d = dataset->inputs;
	int64_t *points = mem_alloc((size_t)d * 2, sizeof *points), from, to;
	int64_t *weights = mem_alloc(d, sizeof *weights);
	int64_t *values = mem_alloc(dataset->count, sizeof *values);

	dataset_point(dataset, planes->points[lower], points);
	dataset_point(dataset, planes->points[upper], points + d);
	do {
		draw_weights(planes, weights);
		from = dot(weights, points, d);
		to = dot(weights, points + d, d);
	} while (from == to); /* at most every second time */
	evaluate(planes, weights, 1, values);
	if (from < to)
		add_plane(planes, weights, values, draw_threshold(planes, from, to), false);
	else
		add_plane(planes, weights, values, draw_threshold(planes, to, from), true);
	free(points);
	free(weights);
	free(values);
}

uint64_t *planes_rows(const struct planes *planes, size_t *row_words)
{
	size_t width = (size_t)divide_up(planes->count, 64);
	uint64_t *rows = mem_zero(planes->dataset->count * width + 1, sizeof *rows);

	for (uint32_t k = 0; k < planes->count; k++)
		for (uint32_t i = 0; i < planes->dataset->count; i++)
			rows[i * width + k / 64] |= (uint64_t)planes_side(planes, k, i)
				<< k % 64;
	*row_words = width;
	return rows;
}
