#include "ir/feature.h"

#include <gmp.h>
#include <math.h>
#include <mpfr.h>
#include <string.h>

#include "support/bits.h"
#include "support/mem.h"

typedef __int128 wide; /* a product of two 63-bit numbers */

static const struct {
	const char *name, *ctype;
	uint32_t bytes;
} elements[] = {
#define X(id, name, ctype, bytes) { name, ctype, bytes },
	IR_ELEMENTS(X)
#undef X
};

const char *ir_element_name(enum ir_element element)
{
	return elements[element].name;
}

const char *ir_element_ctype(enum ir_element element)
{
	return elements[element].ctype;
}

uint32_t ir_element_bytes(enum ir_element element)
{
	return elements[element].bytes;
}

bool ir_element_is_float(enum ir_element element)
{
	return element == IR_FLOAT || element == IR_DOUBLE;
}

bool ir_element_find(const char *name, size_t length, enum ir_element *element)
{
	for (unsigned i = 0; i < IR_ELEMENT_COUNT; i++)
		if (strlen(elements[i].name) == length &&
			memcmp(elements[i].name, name, length) == 0) {
			*element = (enum ir_element)i;
			return true;
		}
	return false;
}

static bool is_signed(enum ir_element element)
{
	return element != IR_UINT8 && element != IR_UINT16;
}

int64_t ir_element_min(enum ir_element element)
{
	if (ir_element_is_float(element))
		panic("%s has no least value", ir_element_name(element));
	if (!is_signed(element))
		return 0;
	return -ir_element_max(element) - 1;
}

int64_t ir_element_max(enum ir_element element)
{
	if (ir_element_is_float(element))
		panic("%s has no greatest value", ir_element_name(element));
	return (int64_t)(UINT64_MAX >>
		(64 - 8 * ir_element_bytes(element) + is_signed(element)));
}

bool ir_feature_equal(const struct ir_feature *a, const struct ir_feature *b)
{
	return a->lo == b->lo && a->hi == b->hi && a->step.num == b->step.num &&
		a->step.den == b->step.den && a->offset.num == b->offset.num &&
		a->offset.den == b->offset.den;
}

bool ir_feature_is_plain(const struct ir_feature *feature)
{
	return feature->step.num == feature->step.den && feature->offset.num == 0;
}

static void set_int64(mpz_t z, int64_t value)
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	mpz_import(z, 1, 1, sizeof magnitude, 0, 0, &magnitude);
	if (value < 0)
		mpz_neg(z, z);
}

static int64_t get_int64(const mpz_t z)
{
	uint64_t magnitude = 0;

	mpz_export(&magnitude, NULL, 1, sizeof magnitude, 0, 0, z);
	return mpz_sgn(z) < 0 ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
}

static bool divide_and_get(const mpz_t z, const mpz_t divisor, mpz_t scratch, int64_t *result)
{
	mpz_divexact(scratch, z, divisor);
	if (mpz_sizeinbase(scratch, 2) > 62)
		return false;
	*result = get_int64(scratch);
	return true;
}

/*
 * (x - on/od) / (sn/sd) + 1/2 = (2 od sd x + sn od - 2 on sd) / (2 sn od), in lowest terms.
 */
bool ir_feature_map(const struct ir_feature *feature, struct ir_affine_map *map)
{
	mpz_t p, q, r, common, scratch;
	bool ok;

	if (ir_feature_is_plain(feature)) {
		*map = (struct ir_affine_map){ 2, 1, 2 };
		return true;
	}
	mpz_inits(p, q, r, common, scratch, NULL);
	set_int64(p, feature->offset.den);
	set_int64(r, feature->step.num);
	mpz_mul(r, r, p); /* sn od */
	set_int64(scratch, feature->step.den);
	mpz_mul(p, p, scratch);
	mpz_mul_2exp(p, p, 1);
	set_int64(q, feature->offset.num);
	mpz_mul(q, q, scratch);
	mpz_mul_2exp(q, q, 1);
	mpz_sub(q, r, q);
	mpz_mul_2exp(r, r, 1);
	mpz_gcd(common, p, q);
	mpz_gcd(common, common, r);
	ok = divide_and_get(p, common, scratch, &map->p) &&
		divide_and_get(q, common, scratch, &map->q) &&
		divide_and_get(r, common, scratch, &map->r);
	mpz_clears(p, q, r, common, scratch, NULL);
	return ok;
}

/* floor(n / r), if it fits. */
static bool divide_floor(wide n, int64_t r, int64_t *result)
{
	wide quotient = n / r;

	if (n % r < 0)
		quotient--;
	*result = (int64_t)quotient;
	return *result == quotient;
}

bool ir_affine_map_int(const struct ir_affine_map *map, int64_t x, int64_t *grid)
{
	return divide_floor((wide)x * map->p + map->q, map->r, grid);
}

/*
 * x = m * 2^e. Since q and r are integers, floor((x p + q) / r) = floor((floor(x p) + q) / r):
 * only m p is needed, of at most 115 bits, and its bits below the point can go.
 */
bool ir_affine_map_double(const struct ir_affine_map *map, double x, int64_t *grid)
{
	wide product;
	int exponent;

	if (!isfinite(x))
		return false;
	product = (wide)(int64_t)ldexp(frexp(x, &exponent), 53) * map->p;
	exponent -= 53;
	if (product == 0)
		exponent = 0;
	if (exponent > 0) {
		wide limit = (wide)1 << 126;
		/* a product past 2^126 over r < 2^62 does not fit 63 bits */
		if (exponent > 125 || product > limit >> exponent ||
			product < -(limit >> exponent))
			return false;
		product *= (wide)1 << exponent;
	} else {
		product >>= exponent < -126 ? 126 : -exponent;
	}
	return divide_floor(product + map->q, map->r, grid);
}

static bool in_range(const struct ir_feature *feature, int64_t grid)
{
	return grid >= feature->lo && grid <= feature->hi;
}

bool ir_feature_grid_int(const struct ir_feature *feature, int64_t x, int64_t *grid)
{
	struct ir_affine_map map;

	if (ir_feature_is_plain(feature)) {
		*grid = x;
		return in_range(feature, x);
	}
	return ir_feature_map(feature, &map) && ir_affine_map_int(&map, x, grid) &&
		in_range(feature, *grid);
}

bool ir_feature_grid_double(const struct ir_feature *feature, double x, int64_t *grid)
{
	struct ir_affine_map map;

	return ir_feature_map(feature, &map) && ir_affine_map_double(&map, x, grid) &&
		in_range(feature, *grid);
}

/* offset + grid * step as n / d. */
static void raw_fraction(const struct ir_feature *feature, int64_t grid, mpz_t n, mpz_t d)
{
	mpz_t scratch;

	mpz_init(scratch);
	set_int64(n, grid);
	set_int64(scratch, feature->step.num);
	mpz_mul(n, n, scratch);
	set_int64(scratch, feature->offset.den);
	mpz_mul(n, n, scratch);
	set_int64(d, feature->offset.num);
	set_int64(scratch, feature->step.den);
	mpz_mul(d, d, scratch);
	mpz_add(n, n, d);
	set_int64(d, feature->offset.den);
	mpz_mul(d, d, scratch);
	mpz_clear(scratch);
}

static double raw_by_gmp(const struct ir_feature *feature, int64_t grid)
{
	mpfr_t rounded;
	double result;
	mpq_t raw;

	mpq_init(raw);
	raw_fraction(feature, grid, mpq_numref(raw), mpq_denref(raw));
	mpq_canonicalize(raw);
	mpfr_init2(rounded, 53);
	mpfr_set_q(rounded, raw, MPFR_RNDN);
	result = mpfr_get_d(rounded, MPFR_RNDN);
	mpfr_clear(rounded);
	mpq_clear(raw);
	return result;
}

/* n / d rounded once: a quotient of 55 bits or more, whose last bit also stands for the rest.
 */
static double divide_rounded(uint64_t n, uint64_t d)
{
	int shift = 55 + (int)bit_length(d) - (int)bit_length(n);
	unsigned __int128 shifted;
	uint64_t quotient;

	if (!n)
		return 0;
	shift = shift < 0 ? 0 : shift;
	shifted = (unsigned __int128)n << shift;
	quotient = (uint64_t)(shifted / d);
	if (shifted % d)
		quotient |= 1;
	return ldexp((double)quotient, -shift);
}

double ir_feature_raw(const struct ir_feature *feature, int64_t grid)
{
	wide n, d, scaled;

	if (ir_feature_is_plain(feature))
		return (double)grid;
	d = (wide)feature->offset.den * feature->step.den;
	if (__builtin_mul_overflow(
		    (wide)grid * feature->step.num, feature->offset.den, &scaled) ||
		__builtin_add_overflow(
			scaled, (wide)feature->offset.num * feature->step.den, &n) ||
		n > UINT64_MAX || n < -(wide)UINT64_MAX || d > UINT64_MAX)
		return raw_by_gmp(feature, grid);
	return n < 0 ? -divide_rounded((uint64_t)-n, (uint64_t)d)
		     : divide_rounded((uint64_t)n, (uint64_t)d);
}

int64_t ir_feature_raw_int(const struct ir_feature *feature, int64_t grid)
{
	int64_t result;
	mpz_t n, d;

	if (ir_feature_is_plain(feature))
		return grid;
	mpz_inits(n, d, NULL);
	raw_fraction(feature, grid, n, d);
	mpz_mul_2exp(n, n, 1);
	mpz_add(n, n, d);
	mpz_mul_2exp(d, d, 1);
	mpz_fdiv_q(n, n, d);
	if (mpz_sizeinbase(n, 2) > 63)
		result = mpz_sgn(n) < 0 ? INT64_MIN : INT64_MAX;
	else
		result = get_int64(n);
	mpz_clears(n, d, NULL);
	return result;
}
