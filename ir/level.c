#include "ir/level.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/bits.h"
#include "support/mem.h"

struct ir_feature ir_levels(int64_t lo, int64_t hi, int exponent)
{
	struct ir_feature levels = IR_FEATURE(lo, hi);

	if (exponent > 0)
		levels.step.num = INT64_C(1) << exponent;
	else
		levels.step.den = INT64_C(1) << -exponent;
	return levels;
}

static bool is_power(int64_t n)
{
	return n > 0 && (n & (n - 1)) == 0;
}

const char *ir_levels_fault(const struct ir_feature *levels)
{
	if (levels->lo > levels->hi)
		return "it has no level";
	if (ir_feature_span(levels) >= (uint64_t)IR_LEVELS_MAX)
		return "it has more than 2^24 levels";
	if (!is_power(levels->step.num) || !is_power(levels->step.den) ||
		(levels->step.num > 1 && levels->step.den > 1))
		return "the step of its levels is no power of two";
	if (abs(ir_levels_exponent(levels)) > IR_LEVEL_EXPONENT)
		return "the step of its levels is beyond 2^-60..2^60";
	if (levels->lo < -IR_LEVEL_SPAN || levels->hi > IR_LEVEL_SPAN)
		return "its levels take more than 53 bits";
	return NULL;
}

int ir_levels_exponent(const struct ir_feature *levels)
{
	return (int)bit_length((uint64_t)levels->step.num) -
		(int)bit_length((uint64_t)levels->step.den);
}

double ir_level_value(const struct ir_feature *levels, int32_t level)
{
	return (double)(levels->lo + level) * (double)levels->step.num /
		(double)levels->step.den;
}

/* %g leaves out zeros at the end; 2^53 * 5^60 has 58 digits. */
const char *ir_level_text(const struct ir_feature *levels, int32_t level, char *text)
{
	snprintf(text, IR_LEVEL_TEXT, "%.100g", ir_level_value(levels, level));
	return text;
}

int32_t ir_class_of(const struct ir_module *module, const struct dyadic *y)
{
	const struct ir_feature *levels = module->levels;
	int64_t e = levels ? y->e - ir_levels_exponent(levels) : y->e;
	int64_t first = levels ? levels->lo : 1, q = 0;

	if (mpz_sgn(y->m)) {
		if (e < 0 || e > 54 || mpz_sizeinbase(y->m, 2) + (size_t)e > 54)
			return -1;
		q = (int64_t)mpz_get_si(y->m) * (INT64_C(1) << e);
	}
	return q >= first && q - first < (int64_t)module->class_count ? (int32_t)(q - first)
								      : -1;
}

/* output = (output + before) * 2^exponent + after */
static void map_output(struct ir_module *module, int64_t before, int exponent, int64_t after)
{
	struct num_pool *nums = &module->nums;
	struct ir_node *output = &module->nodes[ir_output(module).i];
	struct ir_term *terms = module->terms + output->first;
	num bias = num_add(nums, output->bias, num_from_int(nums, before));

	for (uint32_t i = 0; i < ir_term_count(module, ir_output(module)); i++)
		terms[i].weight = num_shift(nums, terms[i].weight, exponent);
	output->bias =
		num_add(nums, num_shift(nums, bias, exponent), num_from_int(nums, after));
}

void ir_set_levels(struct ir_module *module, const struct ir_feature *levels)
{
	if (!module->has_output || ir_feature_span(levels) + 1 != module->class_count)
		panic("levels of another network");
	ir_declare_levels(module, levels);
	map_output(module, levels->lo - 1, ir_levels_exponent(levels), 0);
}

void ir_drop_levels(struct ir_module *module)
{
	const struct ir_feature *levels = module->levels;

	map_output(module, 0, -ir_levels_exponent(levels), 1 - levels->lo);
	module->levels = NULL;
}
