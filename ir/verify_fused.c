#include "ir/verifier.h"

#include <stdio.h>

static bool done(const struct ir_verifier *verifier)
{
	return !verifier->good && diag_full(verifier->sink);
}

static void check_table(struct ir_verifier *verifier, uint32_t at)
{
	const struct ir_table *table = &verifier->module->tables[at];

	if (table->row_count == 0 && table->column_count > IR_TABLE_BARE_COLUMNS)
		ir_fault(verifier, "table %u has no row, but over %d columns", at,
			IR_TABLE_BARE_COLUMNS);
	for (uint32_t row = 0; row < table->row_count && !done(verifier); row++) {
		if (table->first[row] > table->last[row])
			ir_fault(verifier, "row %u of table %u is empty", row, at);
		if (row && table->first[row] <= table->last[row - 1])
			ir_fault(verifier, "row %u of table %u is not behind the one before",
				row, at);
	}
	if (table->row_count &&
		(table->first[0] <= -((ir_key)1 << IR_KEY_BITS) ||
			table->last[table->row_count - 1] >= (ir_key)1 << IR_KEY_BITS))
		ir_fault(verifier, "a key of table %u has more than %d bits", at, IR_KEY_BITS);
}

/* --- forms -------------------------------------------------------------------------- */

static void check_form(struct ir_verifier *verifier, ir_value value)
{
	const struct ir_module *module = verifier->module;
	const struct ir_term *terms = ir_terms(module, value);

	for (uint32_t i = 0; i < ir_term_count(module, value) && !done(verifier); i++) {
		if (terms[i].value.i >= value.i)
			ir_fault(verifier, "%s reads a value that is not before it",
				ir_name_of(verifier, value));
		ir_check_term(verifier, value, i);
	}
}

/* --- derived operations ------------------------------------------------------------- */

/* Parameter i as a count; 0 with a fault where it is none. */
static uint32_t count_of(struct ir_verifier *verifier, ir_value value, uint32_t i)
{
	const struct num_pool *nums = &verifier->module->nums;
	num n = ir_parameter(verifier->module, value, i);

	if (num_is_u64(nums, n) && num_to_u64(nums, n) <= UINT32_MAX)
		return (uint32_t)num_to_u64(nums, n);
	ir_fault(verifier, "parameter %u of %s is no count below 2^32", i,
		ir_name_of(verifier, value));
	return 0;
}

static void check_column(struct ir_verifier *verifier, ir_value value, uint32_t parameter)
{
	const struct ir_module *module = verifier->module;
	uint32_t table = count_of(verifier, value, parameter);
	uint32_t column = count_of(verifier, value, parameter + 1);
	uint64_t last = (uint64_t)column + (ir_op_of(module, value) == IR_KNOTS);

	if (table >= module->table_count)
		ir_fault(verifier, "%s reads table %u, which is not there",
			ir_name_of(verifier, value), table);
	else if (last >= module->tables[table].column_count)
		ir_fault(verifier, "%s reads column %llu of table %u, which is not there",
			ir_name_of(verifier, value), (unsigned long long)last, table);
}

static void check_integer(struct ir_verifier *verifier, ir_value value, uint32_t parameter)
{
	struct ir_extent extent = ir_extent_of_num(
		&verifier->module->nums, ir_parameter(verifier->module, value, parameter));

	if (!ir_extent_is_integer(extent))
		ir_fault(verifier, "parameter %u of %s is no integer", parameter,
			ir_name_of(verifier, value));
	else if (!ir_extent_fits(extent))
		ir_fault(verifier, "parameter %u of %s takes more than %d bits", parameter,
			ir_name_of(verifier, value), IR_BITS_LIMIT);
}

/* Operands are defined before, parameters are what the shape says, the rest is zero. */
static void check_operands(struct ir_verifier *verifier, ir_value value)
{
	const struct ir_module *module = verifier->module;
	const struct ir_op_row *row = &ir_ops[ir_op_of(module, value)];
	uint32_t parameter = 0;

	for (uint32_t i = 0; i < row->values; i++)
		if (ir_terms(module, value)[i].value.i >= value.i)
			ir_fault(verifier, "%s reads a value that is not before it",
				ir_name_of(verifier, value));
	for (const char *letter = row->shape; *letter; letter++) {
		if (*letter == 'i') {
			check_integer(verifier, value, parameter++);
		} else if (*letter == 'n') {
			count_of(verifier, value, parameter++);
		} else if (*letter == 't') {
			check_column(verifier, value, parameter);
			parameter += 2;
		}
	}
	for (; parameter <= row->values; parameter++)
		if (!num_equal(ir_parameter(module, value, parameter), NUM_ZERO))
			ir_fault(verifier, "%s has more parameters than a %s",
				ir_name_of(verifier, value), row->name);
}

/* Counts that must not be 0, and the bits that they ask for. */
static void check_fields(struct ir_verifier *verifier, ir_value value)
{
	const struct ir_module *module = verifier->module;
	uint64_t bits = 0, n, rho, c;
	bool empty = false;

	if (ir_op_of(module, value) == IR_BITS) {
		bits = ir_count_parameter(module, value, 0);
		empty = ir_count_parameter(module, value, 1) == 0;
		bits += ir_count_parameter(module, value, 1);
	} else if (ir_op_of(module, value) == IR_ASSOC) {
		n = ir_count_parameter(module, value, 0);
		rho = ir_count_parameter(module, value, 1);
		c = ir_count_parameter(module, value, 2);
		empty = n == 0 || rho == 0 || c == 0;
		bits = n * (rho > c ? rho : c);
	}
	if (empty)
		ir_fault(verifier, "a count of %s is zero", ir_name_of(verifier, value));
	if (bits > IR_BITS_LIMIT)
		ir_fault(verifier, "the fields of %s end behind %d bits",
			ir_name_of(verifier, value), IR_BITS_LIMIT);
}

static void check_value(struct ir_verifier *verifier, ir_value value)
{
	const struct ir_module *module = verifier->module;
	enum ir_op op = ir_op_of(module, value);
	bool good = verifier->good;

	if (op >= IR_OP_COUNT || op == IR_INPUT) {
		ir_fault(verifier, "%s has no operation", ir_name_of(verifier, value));
		return;
	}
	if (ir_ops[op].form) {
		check_form(verifier, value);
		return;
	}
	if (ir_term_count(module, value) != ir_ops[op].values) {
		ir_fault(verifier, "%s has %u operands, not the %u of %s",
			ir_name_of(verifier, value), ir_term_count(module, value),
			ir_ops[op].values, ir_ops[op].name);
		return;
	}
	verifier->good = true;
	check_operands(verifier, value);
	if (verifier->good)
		check_fields(verifier, value);
	verifier->good = verifier->good && good;
}

void ir_verify_fused(struct ir_verifier *verifier)
{
	const struct ir_module *module = verifier->module;

	if (module->layer_count)
		ir_fault(verifier, "it is fused and has layers");
	for (uint32_t i = 0; i < module->table_count && !done(verifier); i++)
		check_table(verifier, i);
	for (uint32_t i = module->input_count; i < module->node_count && !done(verifier); i++)
		check_value(verifier, (ir_value){ i });
}
