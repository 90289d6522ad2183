/*
 * Levels: the classes of a network of real values.
 *
 * The labels that such a network memorizes are multiples q * step of a power of two, with
 * q = lo..hi; they are held as a feature of offset 0. Class q - lo is called a level. The
 * output of the network is the value itself, and for anything but a stored point that of the
 * level below the least: where a network of classes has the code y = class + 1 or 0, this one
 * has (lo - 1 + y) * step. (Vardi, Yehudai, Shamir, arXiv 2110.03187, the remark to
 * Theorem 3.1: the last affine map gives the value back.)
 */
#ifndef IR_LEVEL_H
#define IR_LEVEL_H

#include "ir/ir.h"
#include "support/dyadic.h"

/* As many levels as there may be classes; an answer is a double, whose significand has 53 bits.
 */
#define IR_LEVELS_MAX (INT64_C(1) << 24)
#define IR_LEVEL_SPAN (INT64_C(1) << 53)

/* As the text form has ratios. */
enum { IR_LEVEL_EXPONENT = 60 };

/* The levels lo..hi in units of 2^exponent, |exponent| <= IR_LEVEL_EXPONENT. */
struct ir_feature ir_levels(int64_t lo, int64_t hi, int exponent);

/* What is wrong with them ("its step is no power of two"), or NULL. */
const char *ir_levels_fault(const struct ir_feature *levels);

/* The exponent of their step. */
int ir_levels_exponent(const struct ir_feature *levels);

/* The value of a level, exactly. */
double ir_level_value(const struct ir_feature *levels, int32_t level);

/* The same as a decimal with all its digits; `text` has room for IR_LEVEL_TEXT bytes. */
enum { IR_LEVEL_TEXT = 128 };
const char *ir_level_text(const struct ir_feature *levels, int32_t level, char *text);

/* The class or level that an output y (normalized) stands for, or -1. */
int32_t ir_class_of(const struct ir_module *module, const struct dyadic *y);

/*
 * Makes a finished network of class codes one of real values, with as many levels as it has
 * classes: its output is mapped to them.
 */
void ir_set_levels(struct ir_module *module, const struct ir_feature *levels);

/* The other way: a network of as many classes without names, whose output is their code. */
void ir_drop_levels(struct ir_module *module);

#endif
