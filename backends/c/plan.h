/*
 * The plan of a classifier in C: the tables of one of three forms and the sizes of what
 * surrounds them. The fast shape has a header of its own (backends/c/lookup.h); the literal
 * network and any other fused module are words that an engine reads (runtime/code.h,
 * runtime/fused.h).
 *
 * A value v of the module is held as the integer v / 2^step (an input as x - lo), in the
 * limbs that its proved range takes; steps are folded into the shifts of the terms that
 * read it.
 */
#ifndef BACKENDS_C_PLAN_H
#define BACKENDS_C_PLAN_H

#include "backends/c/c.h"
#include "backends/c/lookup.h"
#include "backends/c/words.h"

/* Sizes of the buffers for the values of every other layer; the inputs are even. */
struct c_buffer {
	uint64_t limbs, width;
};

enum c_kind { C_KIND_LITERAL, C_KIND_LOOKUP, C_KIND_FUSED };

struct c_plan {
	const struct ir_module *module;
	enum c_kind kind;
	struct c_lookup *lookup; /* of the fast shape */
	struct words layers, neurons,
		constants;     /* of a fused module: values, code, constants */
	struct words features; /* runs of features, empty if there is one plain range */
	struct c_buffer even, odd;
	uint64_t fraction; /* the output is held as y * 2^fraction */
	uint64_t steps;    /* instructions of a fused module, whose frame is `even` */
	uint64_t output;   /* the reference of its output */
	bool too_large;
};

/* The tables of the literal network; sets too_large where a limit is passed. */
void c_plan_literal(struct c_plan *plan);

/* The code of any fused module, likewise. */
void c_plan_fused(struct c_plan *plan);

/* How features are loaded: c_plan_features() chooses, c_print_load() prints it. */
enum c_load {
	C_LOAD_WHOLE, /* one plain range that the type cannot leave */
	C_LOAD_RANGE, /* one plain range */
	C_LOAD_RANGES,
	C_LOAD_MAPS,
};
enum c_load c_load_of(const struct ir_module *module);
void c_plan_features(struct c_plan *plan);
void c_print_load(const struct c_plan *plan, const char *prefix, struct output *out);

/* Parts of it: the bits of a float or double (nothing for others); the test of a map to *to. */
void c_print_bits(const struct ir_module *module, const char *prefix, struct output *out);
void c_print_map(
	const struct ir_module *module, const char *prefix, const char *to, struct output *out);

/* clf_class_name(), with its table. */
void c_print_names(const struct ir_module *module, const char *prefix, const char *upper,
	struct output *out);

/* clf_self_check() behind its macro, with the samples. */
void c_print_self_check(const struct ir_module *module, const struct c_options *options,
	const char *upper, struct output *out);

#endif
