/*
 * The fast shape (backends/plan/lookup.h) as LLVM IR: what its parts know of each other.
 *
 * A key is a word of 64 bits and a code one of 32. All is built in line where gen->builder
 * stands, without a branch that depends on a query: what a select decides is never to be
 * guessed.
 */
#ifndef BACKENDS_LLVM_LOOKUP_H
#define BACKENDS_LLVM_LOOKUP_H

#include "backends/llvm/gen.h"
#include "backends/llvm/vectors.h"

struct lookup {
	struct gen *gen;
	const struct plan_lookup *plan;
	enum plan_load load;
	bool check; /* features may leave their ranges */

	struct vectors vectors;     /* of the projection; no lanes: whole weights */
	LLVMValueRef weights, last; /* its tables; `last` has the weights of the last vector */
	LLVMValueRef least, spread; /* of each feature, where ranges differ */
	LLVMValueRef last_least, last_spread;
	LLVMValueRef mapped; /* the function for mapped features */
	LLVMValueRef index, positions, labels;
	ir_value found, key; /* for debug information: the lookup, and what it reads */
};

/* --- the key (backends/llvm/project.c, parts.c, ranges.c) ------------------------------ */

struct lookup_key {
	LLVMValueRef key;
	LLVMValueRef inside; /* i1: all features are in their ranges; NULL: they always are */
};

enum { LOOKUP_LINE = 64 }; /* bytes of memory that are fetched at once */

/* Rows whose keys are computed at once, to share the loads of weights. */
enum { LOOKUP_ROWS = 2 };

void lookup_project_init(struct lookup *lookup);
void lookup_project(
	struct lookup *lookup, const LLVMValueRef *x, uint32_t rows, struct lookup_key *keys);

/* Keys but for relu, by weights in parts; vectors.lanes is not 0. */
void lookup_parts_init(struct lookup *lookup);
void lookup_parts(
	struct lookup *lookup, const LLVMValueRef *x, uint32_t rows, struct lookup_key *keys);

/*
 * One range: `most` is the greatest distance of an input from the least value. Several: how far
 * any is beyond its own. A vector, or a scalar, of elements; at first 0.
 */
struct lookup_ranges {
	LLVMValueRef least, spread; /* tables, if there are several */
	LLVMValueRef index;         /* in vectors of so many elements */
};
void lookup_ranges_init(struct lookup *lookup);
LLVMValueRef lookup_check(struct lookup *lookup, LLVMValueRef x,
	const struct lookup_ranges *ranges, LLVMValueRef most);
LLVMValueRef lookup_is_inside(struct lookup *lookup, LLVMValueRef most);

/* --- stores (backends/llvm/direct.c, slots.c, bounds.c, members.c) -------------------- */

/*
 * The tables of a store; the code of a key; a touch of the memory that this will read first.
 * Keys are within the span unless the store takes any.
 */
struct lookup_store {
	void (*init)(struct lookup *lookup);
	LLVMValueRef (*find)(struct lookup *lookup, LLVMValueRef key);
	void (*touch)(struct lookup *lookup, LLVMValueRef key);
	bool any_key;
};
extern const struct lookup_store lookup_direct, lookup_slots, lookup_bounds, lookup_members;

/*
 * A table of fields of `width` bits, a power of two, from words that hold them packed; and
 * field `index` of it, zero extended to 32 or, if wider, 64 bits.
 */
LLVMValueRef lookup_fields(
	struct lookup *lookup, const char *name, const struct words *words, uint32_t width);
LLVMValueRef lookup_field(struct lookup *lookup, LLVMValueRef table, LLVMValueRef index,
	uint32_t width, const char *name);
void lookup_touch_field(
	struct lookup *lookup, LLVMValueRef table, LLVMValueRef index, uint32_t width);

/* --- instructions --------------------------------------------------------------------- */

/* An operation whose right side is a constant of the left one's type. */
LLVMValueRef lookup_by(
	struct lookup *lookup, LLVMOpcode opcode, LLVMValueRef a, uint64_t b, const char *name);

/* A select that must stay one, since no branch could be predicted. */
LLVMValueRef lookup_select(struct lookup *lookup, LLVMValueRef condition, LLVMValueRef then,
	LLVMValueRef otherwise, const char *name);

#endif
