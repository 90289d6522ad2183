/*
 * The parts of an emitted C file, each printed from a plan. `prefix` and `upper` are what names
 * of functions and of macros start with.
 */
#ifndef BACKENDS_C_PRINT_H
#define BACKENDS_C_PRINT_H

#include "backends/c/c.h"
#include "backends/plan/plan.h"

/*
 * "static UPPER_TABLE_ATTR const uint64_t PREFIX_SUFFIX[] = { ... };" with the words in
 * hexadecimal, one zero if there are none.
 */
void c_print_words(const struct words *words, const char *upper, const char *prefix,
	const char *suffix, struct output *out);

/* clf_load(): features of a literal network or a program. */
void c_print_load(const struct plan *plan, const char *prefix, struct output *out);

/* Parts of it: the bits of a float or double (nothing for others); the test of a map to *to. */
void c_print_bits(const struct ir_module *module, const char *prefix, struct output *out);
void c_print_map(
	const struct ir_module *module, const char *prefix, const char *to, struct output *out);

/* The fast shape: everything between the includes and the names of classes. */
void c_print_lookup(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out);

/* Its weights and clf_key(); for long rows clf_keys(), for C_LONG_BLOCK rows at once, too. */
enum { C_LONG_BLOCK = 2 };
void c_print_project(const struct plan_lookup *lookup, const struct ir_module *module,
	const char *upper, const char *prefix, struct output *out);

/* Each prints clf_find(), the code of a key within the span, and clf_touch(). */
void c_print_direct(const struct plan_lookup *lookup, const char *prefix, struct output *out);
void c_print_slots(const struct plan_lookup *lookup, const char *prefix, struct output *out);
void c_print_bounds(const struct plan_lookup *lookup, const char *prefix, struct output *out);
void c_print_members(const struct plan_lookup *lookup, const char *prefix, struct output *out);

/* The dense shape: its tables, clf_classify() and clf_classify_batch(). */
void c_print_dense(
	const struct plan *plan, const char *upper, const char *prefix, struct output *out);

/* clf_class_name(), with its table. */
void c_print_names(const struct ir_module *module, const char *prefix, const char *upper,
	struct output *out);

/* clf_value(), clf_value_batch() and clf_level_value() of a network of real values. */
void c_print_values(const struct ir_module *module, const char *prefix, const char *upper,
	struct output *out);

/* The step of levels as a constant of type double. */
void c_print_step(const struct ir_feature *levels, struct output *out);

/* clf_self_check() behind its macro, with the samples. */
void c_print_self_check(const struct ir_module *module, const struct c_options *options,
	const char *upper, struct output *out);

#endif
