#include <mpfr.h>

#include "frontend/data/generate.h"

enum { PRECISION = 53, FRACTION = 40 };

/* To the nearest multiple of 2^-40; ends the number. */
static int64_t take_fixed(mpfr_t x)
{
	int64_t result;

	mpfr_mul_2ui(x, x, FRACTION, MPFR_RNDN);
	mpfr_rint(x, x, MPFR_RNDN);
	result = (int64_t)mpfr_get_d(x, MPFR_RNDN);
	mpfr_clear(x);
	return result;
}

void wave_init(struct wave *wave)
{
	for (unsigned i = 0; i <= WAVE_QUARTER; i++) {
		mpfr_t x;
		mpfr_init2(x, PRECISION);
		mpfr_const_pi(x, MPFR_RNDN);
		mpfr_mul_ui(x, x, i, MPFR_RNDN);
		mpfr_div_ui(x, x, 2 * WAVE_QUARTER, MPFR_RNDN);
		mpfr_sin(x, x, MPFR_RNDN);
		wave->sine[i] = take_fixed(x);
	}
}

int64_t wave_sine(const struct wave *wave, uint32_t turn)
{
	uint32_t quarter = turn >> 30, rest = turn & 0x3fffffff, index;
	int64_t value;

	if (quarter & 1)
		rest = 0x40000000 - rest;
	index = rest >> 20;
	value = wave->sine[index];
	if (index < WAVE_QUARTER)
		value += generate_product(wave->sine[index + 1] - value, rest & 0xfffff, 20);
	return quarter & 2 ? -value : value;
}

int64_t wave_cosine(const struct wave *wave, uint32_t turn)
{
	return wave_sine(wave, turn + 0x40000000);
}

/* exp(-x^2 / 2). */
static void set_density(mpfr_t result, const mpfr_t x)
{
	mpfr_sqr(result, x, MPFR_RNDN);
	mpfr_div_2ui(result, result, 1, MPFR_RNDN);
	mpfr_neg(result, result, MPFR_RNDN);
	mpfr_exp(result, result, MPFR_RNDN);
}

static const double tail_edge = 0x1.d3bb48209ad33p+1; /* 3.65415..., where the tail begins */

/* Of the lowest layer with its tail, and so of each: r f(r) + sqrt(pi/2) erfc(r / sqrt 2). */
static void set_layer_area(mpfr_t area, const mpfr_t edge)
{
	mpfr_t tail, root;

	mpfr_inits2(PRECISION, tail, root, NULL);
	mpfr_sqrt_ui(root, 2, MPFR_RNDN);
	mpfr_div(tail, edge, root, MPFR_RNDN);
	mpfr_erfc(tail, tail, MPFR_RNDN);
	mpfr_const_pi(root, MPFR_RNDN);
	mpfr_div_2ui(root, root, 1, MPFR_RNDN);
	mpfr_sqrt(root, root, MPFR_RNDN);
	mpfr_mul(tail, tail, root, MPFR_RNDN);
	set_density(area, edge);
	mpfr_mul(area, area, edge, MPFR_RNDN);
	mpfr_add(area, area, tail, MPFR_RNDN);
	mpfr_clears(tail, root, NULL);
}

static int64_t fixed_copy(const mpfr_t x)
{
	mpfr_t copy;

	mpfr_init2(copy, PRECISION);
	mpfr_set(copy, x, MPFR_RNDN);
	return take_fixed(copy);
}

/* x_0 = area / f(r), x_1 = r, f(x_(i+1)) = f(x_i) + area / x_i, down to x_256 = 0. */
void normal_init(struct normal *normal)
{
	mpfr_t x, f, area, height;

	mpfr_inits2(PRECISION, x, f, area, height, NULL);
	mpfr_set_d(x, tail_edge, MPFR_RNDN);
	set_layer_area(area, x);
	set_density(f, x);
	mpfr_div(height, area, f, MPFR_RNDN);
	normal->edge[0] = fixed_copy(height);
	normal->density[0] = 0;
	for (unsigned i = 1; i < NORMAL_LAYERS; i++) {
		normal->edge[i] = fixed_copy(x);
		normal->density[i] = fixed_copy(f);
		mpfr_div(height, area, x, MPFR_RNDN);
		mpfr_add(f, f, height, MPFR_RNDN);
		if (mpfr_cmp_ui(f, 1) >= 0)
			break;
		mpfr_log(x, f, MPFR_RNDN);
		mpfr_mul_si(x, x, -2, MPFR_RNDN);
		mpfr_sqrt(x, x, MPFR_RNDN);
	}
	normal->edge[NORMAL_LAYERS] = 0;
	normal->density[NORMAL_LAYERS] = (int64_t)1 << FRACTION;
	mpfr_clears(x, f, area, height, NULL);
}

/* -log of a uniform number in (0, 1], over `divisor`, Q40. */
static int64_t exponential(struct rng *rng, double divisor)
{
	mpfr_t x;

	mpfr_init2(x, PRECISION);
	mpfr_set_d(x, 1 - rng_unit(rng), MPFR_RNDN);
	mpfr_log(x, x, MPFR_RNDN);
	mpfr_neg(x, x, MPFR_RNDN);
	mpfr_div_d(x, x, divisor, MPFR_RNDN);
	return take_fixed(x);
}

/* Beyond the edge (Marsaglia 1964). */
static int64_t tail(struct rng *rng, int64_t edge)
{
	int64_t a, b;

	do {
		a = exponential(rng, tail_edge);
		b = exponential(rng, 1);
	} while (2 * b < generate_product(a, a, FRACTION));
	return edge + a;
}

/* True if a point of a layer's corner lies under the curve. */
static bool under_curve(
	const struct normal *normal, unsigned layer, int64_t at, struct rng *rng)
{
	int64_t low = normal->density[layer], high = normal->density[layer + 1];
	int64_t y = low + generate_product(high - low, (int64_t)(rng_next(rng) >> 24), 40);
	mpfr_t x;

	mpfr_init2(x, PRECISION);
	mpfr_set_d(x, (double)at, MPFR_RNDN);
	mpfr_div_2ui(x, x, FRACTION, MPFR_RNDN);
	set_density(x, x);
	return y < take_fixed(x);
}

int64_t normal_next(const struct normal *normal, struct rng *rng)
{
	for (;;) {
		uint64_t bits = rng_next(rng);
		unsigned layer = bits & (NORMAL_LAYERS - 1);
		bool negative = bits >> 8 & 1;
		int64_t x = generate_product(normal->edge[layer], (int64_t)(bits >> 14), 50);

		if (x >= normal->edge[layer + 1]) {
			if (layer == 0)
				x = tail(rng, normal->edge[1]);
			else if (!under_curve(normal, layer, x, rng))
				continue;
		}
		return negative ? -x : x;
	}
}

bool canvas_init(struct canvas *canvas, struct load *load, size_t noise, size_t scale)
{
	if (!generate_number(load, noise, 10, &canvas->noise))
		return false;
	canvas->scale = generate_count(load, scale);
	canvas->noise *= canvas->scale;
	wave_init(&canvas->wave);
	normal_init(&canvas->normal);
	return true;
}

int64_t canvas_place(const struct canvas *canvas, struct rng *rng, int64_t unit)
{
	int64_t deviation = canvas->noise ? normal_next(&canvas->normal, rng) : 0;
	int64_t noise = generate_product(deviation, canvas->noise, 40);

	return generate_product(generate_product(unit, canvas->scale, 8) + noise, 1, 32);
}
