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
#ifndef BACKENDS_PLAN_LOOKUP_H
#define BACKENDS_PLAN_LOOKUP_H

#include "backends/plan/words.h"
#include "ir/ir.h"

/* Keys first..last and their code, a class plus one or (0) none. Rows ascend. */
struct plan_row {
	uint64_t first, last;
	uint32_t code;
};

/* The most parts of 16 bits that a weight is split into (backends/plan/project.c). */
enum { PLAN_PARTS = 3 };

/* key = sum of weights * x + bias, x as read or (mapped) as a grid value less its least. */
struct plan_projection {
	uint64_t *weights;
	uint64_t bias;
	uint64_t zero;  /* relu: the sum is max(sum, zero) - zero; 0 where it cannot matter */
	uint32_t parts; /* 0: whole weights */
	uint32_t part_bits;
	uint32_t paired; /* inputs in the loop that compilers make vectors of */
	int16_t *part[PLAN_PARTS];
};

enum plan_store {
	PLAN_STORE_DIRECT,  /* the code of every key */
	PLAN_STORE_SLOTS,   /* two places for a key, each of a few slots */
	PLAN_STORE_BOUNDS,  /* sorted bounds of spans, by their high bits and a binary search */
	PLAN_STORE_MEMBERS, /* codes of members alone: three fields whose sum is the code */
};

/* What the searches need to know; words are in the plan's tables. */
struct plan_slots {
	uint32_t key_bits, top_bits, rest_bits, fold; /* of a mixed key */
	uint64_t factor[2];
	uint64_t places;
	uint32_t words, slots, width; /* of a place: words, slots, bits of a slot */
};

struct plan_bounds {
	uint32_t shift, width, index_width;
	uint64_t count, buckets, most; /* most bounds in a bucket */
};

struct plan_members {
	uint64_t seed, segment;
};
#define PLAN_MEMBERS_FACTOR UINT64_C(0xd6e8feb86659fd93)

struct plan_lookup {
	struct plan_projection projection;
	struct plan_row *rows;
	size_t row_count, row_room;
	size_t table_rows;  /* of the module's tables, for reports */
	uint64_t span;      /* the greatest key of a row */
	bool can_leave;     /* there are keys beyond it */
	uint32_t otherwise; /* the code of keys in no row; rows never have it */
	uint32_t classes;
	bool members; /* answers for what is in no row do not matter */

	enum plan_store store;
	uint32_t code_width; /* bits of a stored code: a power of two, but in slots */
	struct plan_slots slots;
	struct plan_bounds bounds;
	struct plan_members mix;
	struct words index, positions, labels; /* slots hold positions and labels in one */
};

/* NULL if the module has another shape. */
struct plan_lookup *plan_lookup_new(const struct ir_module *module, bool members);
void plan_lookup_free(struct plan_lookup *lookup);

/* Chooses how the projection is computed. */
void plan_project(struct plan_lookup *lookup, const struct ir_module *module);

/* Whether rows are so long that a batch does better with some at once. */
bool plan_is_long(const struct plan_lookup *lookup, const struct ir_module *module);

/* Bytes of the projection's weights. */
uint64_t plan_weight_bytes(const struct plan_lookup *lookup, const struct ir_module *module);

/* Each fills the store, or returns false if the rows do not fit it. */
bool plan_put_direct(struct plan_lookup *lookup);
bool plan_put_slots(struct plan_lookup *lookup);
bool plan_put_bounds(struct plan_lookup *lookup);
bool plan_put_members(struct plan_lookup *lookup);

#endif
