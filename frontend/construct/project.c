#include "frontend/construct/project.h"

#include <stdlib.h>
#include <string.h>

#include "support/bits.h"
#include "support/mem.h"
#include "support/rng.h"

__extension__ typedef __int128 wide;

enum { GREATEST_BITS = 62, TRIES = 8 };

const struct option_row project_options[PROJECT_OPTIONS] = {
	[PROJECT_SEED] = { .name = "seed",
		.type = OPTION_COUNT,
		.fallback = "1",
		.max = INT64_MAX,
		.help = "seed of the random projection" },
	[PROJECT_BITS] = { .name = "bits",
		.type = OPTION_COUNT,
		.min = 1,
		.max = GREATEST_BITS,
		.help = "bits of its weights; without it, about the least that keeps all "
			"points "
			"apart" },
};

/* A point under its projection before b is known, and where it came from. */
struct image {
	wide z;
	uint32_t point;
};

struct search {
	const struct dataset *dataset;
	enum construct_apart apart;
	int64_t *weights; /* a */
	int64_t *row;
	struct image *images;
	uint64_t collisions;
	uint32_t pair[2]; /* two points that collide, if any do */
};

uint32_t position_bits(position value)
{
	uint64_t high = (uint64_t)(value >> 64);

	return high ? 64 + bit_length(high) : bit_length((uint64_t)value);
}

num position_num(struct num_pool *pool, position z)
{
	uint64_t words[2] = { (uint64_t)z, (uint64_t)(z >> 64) };
	mpz_t m;
	num result;

	mpz_init(m);
	mpz_import(m, 2, -1, sizeof words[0], 0, 0, words);
	result = num_from_mpz(pool, m, 0);
	mpz_clear(m);
	return result;
}

/* By position, points of one position in their own order: the same on every machine. */
static int compare_images(const void *a, const void *b)
{
	const struct image *x = a, *y = b;

	if (x->z != y->z)
		return (x->z > y->z) - (x->z < y->z);
	return (x->point > y->point) - (x->point < y->point);
}

/* Bits of the widest feature, as a magnitude and as a span of its range. */
static uint32_t feature_bits(const struct dataset *dataset)
{
	uint64_t greatest = 1;

	for (uint32_t i = 0; i < dataset->inputs; i++) {
		const struct ir_feature *feature = &dataset->features[i];
		uint64_t lo =
			feature->lo < 0 ? 0 - (uint64_t)feature->lo : (uint64_t)feature->lo;
		uint64_t hi =
			feature->hi < 0 ? 0 - (uint64_t)feature->hi : (uint64_t)feature->hi;
		greatest |= lo | hi;
	}
	return bit_length(greatest);
}

static int64_t dot_narrow(const int64_t *a, const int64_t *x, uint32_t count)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += a[i] * x[i];
	return sum;
}

static wide dot_wide(const int64_t *a, const int64_t *x, uint32_t count)
{
	wide sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += (wide)a[i] * x[i];
	return sum;
}

/*
 * Neighbours that share a position and must not. Where only classes are kept apart, points
 * of one position are in runs, so two of different classes have neighbours that are, too.
 */
static void count_collisions(struct search *search)
{
	const uint32_t *labels = search->dataset->labels;

	search->collisions = 0;
	for (uint64_t i = 1; i < search->dataset->count; i++) {
		uint32_t a = search->images[i - 1].point, b = search->images[i].point;

		if (search->images[i].z != search->images[i - 1].z ||
			(search->apart == APART_CLASSES && labels[a] == labels[b]))
			continue;
		search->pair[0] = a;
		search->pair[1] = b;
		search->collisions++;
	}
}

/* Projects all points by search->weights and sorts them; counts collisions. */
static void try_weights(struct search *search, bool narrow, const struct progress *progress)
{
	const struct dataset *dataset = search->dataset;

	for (uint64_t i = 0; i < dataset->count; i++) {
		dataset_point(dataset, i, search->row);
		search->images[i].point = (uint32_t)i;
		if (narrow)
			search->images[i].z =
				dot_narrow(search->weights, search->row, dataset->inputs);
		else
			search->images[i].z =
				dot_wide(search->weights, search->row, dataset->inputs);
		if (i % 4096 == 0)
			progress_report(progress, "projecting", i, dataset->count);
	}
	qsort(search->images, dataset->count, sizeof *search->images, compare_images);
	count_collisions(search);
}

/* How much wider than N the domain is projected: one in so many meets a stored position. */
enum { STRANGERS = 1024 };

/*
 * About the first B that may do: stored points spread over N^2 / 8 positions, and the whole
 * domain, whose steps add up to `steps`, over N * STRANGERS.
 */
static uint32_t first_bits(const struct dataset *dataset, uint32_t span)
{
	position steps = 0;
	uint32_t pairs, wanted, bits = 1;

	for (uint32_t i = 0; i < dataset->inputs; i++)
		steps += (uint64_t)dataset->features[i].hi - (uint64_t)dataset->features[i].lo;
	pairs = position_bits((position)dataset->count * (dataset->count - 1) / 2);
	wanted = position_bits((position)dataset->count * STRANGERS);
	if (pairs > span + 2)
		bits = pairs - span - 2;
	if (wanted + 1 > position_bits(steps) + bits)
		bits = wanted + 1 - position_bits(steps);
	return bits;
}

static bool give_up(
	const struct construct_request *request, const struct search *search, uint32_t bits)
{
	const struct dataset *dataset = request->dataset;

	diag_error(request->sink, request->project_span,
		"no projection with weights of %u bits keeps %s %llu points apart (%d tries, "
		"%llu "
		"collisions in the last one); give more bits or another seed",
		bits, search->apart == APART_CLASSES ? "the classes of" : "all",
		(unsigned long long)dataset->count, TRIES,
		(unsigned long long)search->collisions);
	diag_note(request->sink, request->project_span,
		"rows %llu and %llu project to one value",
		(unsigned long long)dataset->rows[search->pair[0]],
		(unsigned long long)dataset->rows[search->pair[1]]);
	return false;
}

/*
 * Draws weights until no two points collide: B grows by about the bits that the collisions
 * ask for, unless the spec fixed it.
 */
static bool find_weights(
	const struct construct_request *request, struct search *search, uint32_t *bits)
{
	const struct option_value *options = request->project;
	const struct dataset *dataset = search->dataset;
	bool fixed = options[PROJECT_BITS].set;
	uint32_t span = feature_bits(dataset), sum_bits = bit_length(dataset->inputs);
	uint32_t b = fixed ? (uint32_t)options[PROJECT_BITS].count : first_bits(dataset, span);
	struct rng rng;

	rng_init(&rng, (uint64_t)options[PROJECT_SEED].count);
	for (int failed = 0;;) {
		if (span + b + sum_bits > 120 || b > GREATEST_BITS) {
			diag_error(request->sink, request->project_span,
				"the projection would need more than 120 bits: features of %u "
				"bits, "
				"weights of %u; give the data set a coarser step",
				span, b);
			return false;
		}
		for (uint32_t i = 0; i < dataset->inputs; i++)
			search->weights[i] = (int64_t)rng_below(&rng, UINT64_C(1) << b);
		try_weights(search, span + b + sum_bits <= 62, request->progress);
		*bits = b;
		if (search->collisions == 0)
			return true;
		if (fixed && ++failed == TRIES)
			return give_up(request, search, b);
		if (!fixed)
			b += bit_length(search->collisions) > 1
				? bit_length(search->collisions) - 1
				: 1;
	}
}

/* z = relu(a . x - least + 1) */
static struct form add_layer(struct ir_module *module, const struct search *search, wide least)
{
	uint32_t inputs = search->dataset->inputs, count = 0;
	struct ir_term *terms = mem_alloc(inputs, sizeof *terms);
	struct form z = FORM_ZERO;
	num bias;

	for (uint32_t i = 0; i < inputs; i++)
		if (search->weights[i])
			terms[count++] = (struct ir_term){ ir_input(i),
				num_from_int(&module->nums, search->weights[i]) };
	bias = least > 0
		? num_neg(&module->nums, position_num(&module->nums, (position)(least - 1)))
		: position_num(&module->nums, (position)(1 - least));
	ir_layer_begin(module, "project");
	form_add_value(module, &z, ir_neuron(module, terms, count, bias), NUM_ONE);
	free(terms);
	return z;
}

static void take_points(struct projection *projection, const struct search *search)
{
	const struct dataset *dataset = search->dataset;
	wide least = search->images[0].z;

	projection->count = dataset->count;
	projection->points = mem_alloc(dataset->count, sizeof *projection->points);
	for (uint64_t i = 0; i < dataset->count; i++)
		projection->points[i] = (struct projected){
			.z = (position)(search->images[i].z - least + 1),
			.label = dataset->labels[search->images[i].point],
		};
	projection->range = projection->points[dataset->count - 1].z + 1;
	projection->range_bits = position_bits(projection->range - 1);
}

bool project(const struct construct_request *request, struct ir_module *module,
	struct projection *projection, struct form *z)
{
	const struct dataset *dataset = request->dataset;
	struct search search = { .dataset = dataset, .apart = request->construct->apart };
	bool good;

	*projection = (struct projection){ 0 };
	search.weights = mem_alloc(dataset->inputs, sizeof *search.weights);
	search.row = mem_alloc(dataset->inputs, sizeof *search.row);
	search.images = mem_alloc(dataset->count, sizeof *search.images);
	good = find_weights(request, &search, &projection->bits);
	if (good) {
		take_points(projection, &search);
		*z = add_layer(module, &search, search.images[0].z);
	}
	free(search.weights);
	free(search.row);
	free(search.images);
	return good;
}

void projection_fini(struct projection *projection)
{
	free(projection->points);
	*projection = (struct projection){ 0 };
}
