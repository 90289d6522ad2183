/*
 * The fast shape: a class that is a function of one integer, the key, by a sorted table; the
 * key is an affine form of the inputs, or its relu.
 *
 * A fused module has it if its output is an affine form of lookups of one value, that value
 * reads nothing but inputs, and its weights and span fit 64 bits. What such lookups and
 * the output do together is a list of rows, each a span of keys and a code. The rows go into
 * the smallest of several stores, each with a search of its own.
 *
 * Keys are counted from the first key of the first row. Arithmetic on them is modulo 2^64,
 * in which a key that is no row's is either greater than `span` or found in no row.
 */
#ifndef BACKENDS_C_LOOKUP_H
#define BACKENDS_C_LOOKUP_H

#include "backends/c/c.h"
#include "backends/c/words.h"

/* Keys first..last and their code, a class plus one or (0) none. Rows ascend. */
struct c_row {
	uint64_t first, last;
	uint32_t code;
};

/* The most parts of 16 bits that a weight is split into (backends/c/project.c). */
enum { C_PARTS = 3 };

/* key = sum of weights * x + bias, x as read or (mapped) as a grid value less its least. */
struct c_projection {
	uint64_t *weights;
	uint64_t bias;
	uint64_t zero;  /* relu: the sum is max(sum, zero) - zero; 0 where it cannot matter */
	uint32_t parts; /* 0: whole weights */
	uint32_t part_bits;
	uint32_t paired; /* inputs in the loop that compilers make vectors of */
	int16_t *part[C_PARTS];
};

enum c_store {
	C_STORE_DIRECT,  /* the code of every key */
	C_STORE_SLOTS,   /* two places for a key, each of a few slots */
	C_STORE_BOUNDS,  /* sorted bounds of spans, by their high bits and a binary search */
	C_STORE_MEMBERS, /* codes of members alone: three fields whose sum is the code */
};

/* What the searches need to know; words are in the plan's tables. */
struct c_slots {
	uint32_t key_bits, top_bits, rest_bits, fold; /* of a mixed key */
	uint64_t factor[2];
	uint64_t places;
	uint32_t words, slots, width; /* of a place: words, slots, bits of a slot */
};

struct c_bounds {
	uint32_t shift, width, index_width;
	uint64_t count, buckets, most; /* most bounds in a bucket */
};

struct c_members {
	uint64_t seed, segment;
};

struct c_lookup {
	struct c_projection projection;
	struct c_row *rows;
	size_t row_count, row_room;
	size_t table_rows;  /* of the module's tables, for reports */
	uint64_t span;      /* the greatest key of a row */
	bool can_leave;     /* there are keys beyond it */
	uint32_t otherwise; /* the code of keys in no row; rows never have it */
	uint32_t classes;
	bool members; /* answers for what is in no row do not matter */

	enum c_store store;
	uint32_t code_width; /* bits of a stored code: a power of two, but in slots */
	struct c_slots slots;
	struct c_bounds bounds;
	struct c_members mix;
	struct words index, positions, labels; /* slots hold positions and labels in one */
};

/* NULL if the module has another shape. */
struct c_lookup *c_lookup_new(const struct ir_module *module, bool members);
void c_lookup_free(struct c_lookup *lookup);

/* Chooses how the projection is computed; prints its tables and clf_key(). */
void c_project_plan(struct c_lookup *lookup, const struct ir_module *module);
void c_print_project(const struct c_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out);

/* Whether there is clf_keys(), for C_LONG_BLOCK rows at once. */
enum { C_LONG_BLOCK = 2 };
bool c_project_is_long(const struct c_lookup *lookup, const struct ir_module *module);

/* Bytes of the projection's weights. */
uint64_t c_project_bytes(const struct c_lookup *lookup, const struct ir_module *module);

/* Each fills the store, or returns false if the rows do not fit it. */
bool c_direct_plan(struct c_lookup *lookup);
bool c_slots_plan(struct c_lookup *lookup);
bool c_bounds_plan(struct c_lookup *lookup);
bool c_members_plan(struct c_lookup *lookup);

/* Each prints clf_find(), the code of a key within the span, and clf_touch(). */
void c_print_direct(const struct c_lookup *lookup, const char *prefix, struct output *out);
void c_print_slots(const struct c_lookup *lookup, const char *prefix, struct output *out);
void c_print_bounds(const struct c_lookup *lookup, const char *prefix, struct output *out);
void c_print_members(const struct c_lookup *lookup, const char *prefix, struct output *out);

/* Everything between the includes and the names of classes. */
void c_print_lookup(const struct c_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out);

#endif
