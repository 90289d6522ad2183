#include "ir/extent.h"

#include <stdlib.h>

#include "support/bits.h"
#include "support/mem.h"

static const struct ir_extent nothing = { 0, 0 };

static bool is_zero(struct ir_extent extent)
{
	return extent.top <= extent.step;
}

/* What holds of both. */
static struct ir_extent join(struct ir_extent a, struct ir_extent b)
{
	if (is_zero(a) || is_zero(b))
		return is_zero(a) ? b : a;
	return (struct ir_extent){ a.top > b.top ? a.top : b.top,
		a.step < b.step ? a.step : b.step };
}

static struct ir_extent product(struct ir_extent a, struct ir_extent b)
{
	if (is_zero(a) || is_zero(b))
		return nothing;
	return (struct ir_extent){ a.top + b.top, a.step + b.step };
}

/* Of an integer 0..2^bits-1. */
static struct ir_extent field(int64_t bits)
{
	return (struct ir_extent){ bits, 0 };
}

struct ir_extent ir_extent_of_num(const struct num_pool *nums, num n)
{
	int64_t e = num_exponent(nums, n);

	if (num_equal(n, NUM_ZERO))
		return nothing;
	return (struct ir_extent){ e + (int64_t)num_significand_bits(nums, n), e };
}

static struct ir_extent column_extent(
	const struct num_pool *nums, const num *column, uint32_t rows)
{
	struct ir_extent extent = nothing;

	for (uint32_t row = 0; row < rows; row++)
		if (row == 0 || !num_equal(column[row], column[row - 1]))
			extent = join(extent, ir_extent_of_num(nums, column[row]));
	return extent;
}

void ir_extents_init(struct ir_extents *extents, const struct ir_module *module)
{
	extents->module = module;
	extents->of = mem_alloc(module->node_count, sizeof *extents->of);
	extents->columns = mem_alloc(module->table_count, sizeof *extents->columns);
	for (uint32_t i = 0; i < module->table_count; i++) {
		const struct ir_table *table = &module->tables[i];
		struct ir_extent *columns = mem_alloc(table->column_count, sizeof *columns);
		extents->columns[i] = columns;
		for (uint32_t k = 0; k < table->column_count; k++)
			columns[k] = column_extent(
				&module->nums, table->columns[k], table->row_count);
	}
	for (uint32_t i = 0; i < module->input_count; i++)
		extents->of[i] = field(64);
}

void ir_extents_fini(struct ir_extents *extents)
{
	for (uint32_t i = 0; i < extents->module->table_count; i++)
		free(extents->columns[i]);
	free(extents->columns);
	free(extents->of);
}

static struct ir_extent operand(const struct ir_extents *extents, ir_value value, uint32_t i)
{
	return extents->of[ir_terms(extents->module, value)[i].value.i];
}

static struct ir_extent form_extent(const struct ir_extents *extents, ir_value value)
{
	const struct ir_module *module = extents->module;
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value);
	struct ir_extent sum = ir_extent_of_num(&module->nums, module->nodes[value.i].bias);

	for (uint32_t i = 0; i < count; i++)
		sum = join(sum,
			product(ir_extent_of_num(&module->nums, terms[i].weight),
				operand(extents, value, i)));
	if (!is_zero(sum)) /* count + 1 summands, each below 2^top */
		sum.top += bit_length(count);
	return sum;
}

static struct ir_extent knots_extent(
	const struct ir_extents *extents, ir_value value, const struct ir_extent *column)
{
	struct ir_extent z = operand(extents, value, 0);
	struct ir_extent sum;

	if (z.top > IR_KEY_BITS) /* a greater one is in no row */
		z.top = IR_KEY_BITS;
	sum = join(product(column[0], z), column[1]);
	if (!is_zero(sum))
		sum.top++;
	return sum;
}

/* floor(x / 2^pos) mod 2^len is a multiple of what divides x / 2^pos. */
static struct ir_extent bits_extent(const struct ir_extents *extents, ir_value value)
{
	int64_t pos = ir_count_parameter(extents->module, value, 0);
	struct ir_extent x = operand(extents, value, 0);
	struct ir_extent extent = field(ir_count_parameter(extents->module, value, 1));

	if (is_zero(x))
		return nothing;
	extent.step = x.step > pos ? x.step - pos : 0;
	return extent;
}

struct ir_extent ir_extent_of(const struct ir_extents *extents, ir_value value)
{
	const struct ir_module *module = extents->module;
	const struct ir_extent *column;

	switch (ir_op_of(module, value)) {
	case IR_RELU:
	case IR_AFFINE:
		return form_extent(extents, value);
	case IR_WITHIN:
	case IR_STEP:
		return field(1);
	case IR_BITS:
		return bits_extent(extents, value);
	case IR_LOOKUP:
	case IR_KNOTS:
		column = extents->columns[ir_count_parameter(module, value, 0)] +
			ir_column_of(module, value);
		if (ir_op_of(module, value) == IR_LOOKUP)
			return *column;
		return knots_extent(extents, value, column);
	case IR_MATCH:
		return operand(extents, value, 2);
	case IR_ASSOC: /* a sum of up to n fields of c bits */
		return field((int64_t)ir_count_parameter(module, value, 2) +
			bit_length(ir_count_parameter(module, value, 0) - 1));
	case IR_INPUT:
	case IR_OP_COUNT:
		break;
	}
	panic("value %u has no operation", value.i);
}
