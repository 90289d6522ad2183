/*
 * Features: what a classifier reads, and how that becomes a point of the integer grid.
 *
 * A raw feature x maps to the grid as g = floor((x - offset) / step + 1/2), in exact
 * arithmetic: no rounding but that one. Inputs whose g is outside lo..hi, and floats that
 * are not finite, are outside the domain: no stored point, class -1.
 */
#ifndef IR_FEATURE_H
#define IR_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The types of raw features, smallest first. */
#define IR_ELEMENTS(X) \
	X(UINT8, "uint8", "uint8_t", 1) \
	X(INT8, "int8", "int8_t", 1) \
	X(UINT16, "uint16", "uint16_t", 2) \
	X(INT16, "int16", "int16_t", 2) \
	X(INT32, "int32", "int32_t", 4) \
	X(INT64, "int64", "int64_t", 8) \
	X(FLOAT, "float", "float", 4) \
	X(DOUBLE, "double", "double", 8)

enum ir_element {
#define X(id, name, ctype, bytes) IR_##id,
	IR_ELEMENTS(X)
#undef X
};
#define IR_ELEMENT_COUNT 8

const char *ir_element_name(enum ir_element element);  /* "uint8" */
const char *ir_element_ctype(enum ir_element element); /* "uint8_t" */
uint32_t ir_element_bytes(enum ir_element element);
bool ir_element_is_float(enum ir_element element);

/* False if no element has this name. */
bool ir_element_find(const char *name, size_t length, enum ir_element *element);

/* Integer elements only: the values the type holds. */
int64_t ir_element_min(enum ir_element element);
int64_t ir_element_max(enum ir_element element);

/* A fraction in lowest terms, den > 0. */
struct ir_ratio {
	int64_t num, den;
};

struct ir_feature {
	int64_t lo, hi;         /* the grid values that the feature may take, both included */
	struct ir_ratio step;   /* > 0 */
	struct ir_ratio offset; /* the raw value that maps to 0 */
};

/* As many inputs are read from files, where a few bytes can ask for them. */
enum { IR_INPUTS_LIMIT = 1 << 20 };

#define IR_FEATURE(lo, hi) ((struct ir_feature){ lo, hi, { 1, 1 }, { 0, 1 } })

/* Whether ranges and mappings are the same. */
bool ir_feature_equal(const struct ir_feature *a, const struct ir_feature *b);

/* True for an integer feature that maps to itself. */
bool ir_feature_is_plain(const struct ir_feature *feature);

/* Grid values of a feature, less one. */
static inline uint64_t ir_feature_span(const struct ir_feature *feature)
{
	return (uint64_t)feature->hi - (uint64_t)feature->lo;
}

/*
 * The mapping as g = floor((x * p + q) / r), r > 0. False if a coefficient does not fit
 * 62 bits: then the step or offset needs fewer digits.
 */
struct ir_affine_map {
	int64_t p, q, r;
};
bool ir_feature_map(const struct ir_feature *feature, struct ir_affine_map *map);

/*
 * The mapping itself, without the feature's lo and hi. False if x is not finite or the
 * grid value does not fit 63 bits.
 */
bool ir_affine_map_int(const struct ir_affine_map *map, int64_t x, int64_t *grid);
bool ir_affine_map_double(const struct ir_affine_map *map, double x, int64_t *grid);

/* Maps a raw value exactly. False if it is not finite or its grid value is not in lo..hi. */
bool ir_feature_grid_int(const struct ir_feature *feature, int64_t x, int64_t *grid);
bool ir_feature_grid_double(const struct ir_feature *feature, double x, int64_t *grid);

/* The raw value that stands for a grid value: offset + grid * step, rounded once. */
double ir_feature_raw(const struct ir_feature *feature, int64_t grid);

/* The same as the nearest integer (halves up), kept within 64 bits. */
int64_t ir_feature_raw_int(const struct ir_feature *feature, int64_t grid);

#endif
