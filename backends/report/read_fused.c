/*
 * A fused network in JSON: its tables and operations.
 */
#include <string.h>

#include "backends/report/reader.h"

/* --- tables ------------------------------------------------------------------------------ */

static ir_key read_key(
	struct reader *reader, const struct cursor *row, size_t index, struct num_pool *scratch)
{
	static const char wanted[] = "a key, an integer of at most 126 bits, as a string";
	struct cursor at = reader_element(row, index);
	ir_key key = 0;
	num number = reader_number(reader, &at, scratch, wanted);

	if (!reader->failed && !ir_key_from_num(scratch, number, &key))
		reader_expected(reader, &at, wanted);
	return key;
}

static void read_rows(struct reader *reader, const struct cursor *at, struct ir_table *table,
	uint32_t columns)
{
	struct num_pool scratch;
	size_t count = json_array_size(at->value);

	num_pool_init(&scratch);
	for (size_t i = 0; i < count && !reader->failed; i++) {
		struct cursor row = reader_element(at, i);
		ir_key first, last;
		if (reader_array(reader, &row, "an array: first key, last key, constants") !=
			(size_t)columns + 2)
			reader_fail(reader, &row,
				"expected two keys and %u constants, found %zu elements",
				columns, json_array_size(row.value));
		first = read_key(reader, &row, 0, &scratch);
		last = read_key(reader, &row, 1, &scratch);
		ir_table_add_row(table, first, last);
	}
	num_pool_fini(&scratch);
}

static void read_column(struct reader *reader, const struct cursor *at, struct ir_table *table)
{
	uint32_t column = ir_table_add_column(table);

	for (uint32_t i = 0; i < table->row_count && !reader->failed; i++) {
		struct cursor row = reader_element(at, i);
		struct cursor cell = reader_element(&row, column + 2);
		table->columns[column][i] = reader_constant(reader, &cell);
	}
}

/*
 * How many columns it has: as its first row says, and the member `columns`, without which
 * a table of no rows has none.
 */
static uint32_t count_columns(
	struct reader *reader, const struct cursor *file, const struct cursor *at)
{
	struct cursor columns = reader_optional(file, "columns");
	struct cursor count = reader_element(&columns, at->index);
	size_t elements = json_array_size(json_array_get(at->value, 0));
	int64_t most = json_array_size(at->value) ? UINT32_MAX - 2 : IR_TABLE_BARE_COLUMNS;

	if (!columns.value)
		return elements < 2 ? 0 : (uint32_t)(elements - 2);
	return (uint32_t)reader_integer(reader, &count, 0, most,
		"a number of columns, at most 16 of a table without rows");
}

static void read_table(
	struct reader *reader, const struct cursor *file, const struct cursor *at)
{
	struct ir_table table = { 0 };
	uint32_t columns = 0;

	reader_array(reader, at, "a table, an array of rows");
	columns = count_columns(reader, file, at);
	read_rows(reader, at, &table, columns);
	for (uint32_t i = 0; i < columns && !reader->failed; i++)
		read_column(reader, at, &table);
	if (reader->failed)
		ir_table_fini(&table);
	else
		ir_add_table(reader->module, &table);
}

/* --- operations -------------------------------------------------------------------------- */

/* Operands and parameters of a derived operation; the verifier knows what they may be. */
static void read_operands(struct reader *reader, const struct cursor *at, enum ir_op op)
{
	static const char *const members[] = { "value", "op", "values", "parameters", NULL };
	const struct ir_op_row *row = &ir_ops[op];
	ir_value operands[IR_OP_VALUES] = { 0 };
	num parameters[2 * IR_OP_VALUES] = { 0 }; /* a column takes two */
	struct cursor values, rest;

	if (!reader_object(reader, at, members))
		return;
	values = reader_member(reader, at, "values");
	rest = reader_member(reader, at, "parameters");
	if (reader_array(reader, &values, "an array of values") != row->values)
		reader_fail(reader, &values, "a %s has %u, not %zu", row->name, row->values,
			json_array_size(values.value));
	if (reader_array(reader, &rest, "an array of numbers") != row->parameters)
		reader_fail(reader, &rest, "a %s has %u, not %zu", row->name, row->parameters,
			json_array_size(rest.value));
	for (uint32_t i = 0; i < row->values && !reader->failed; i++) {
		struct cursor operand = reader_element(&values, i);
		operands[i] = reader_value(reader, &operand);
	}
	for (uint32_t i = 0; i < row->parameters && !reader->failed; i++) {
		struct cursor parameter = reader_element(&rest, i);
		parameters[i] = reader_constant(reader, &parameter);
	}
	if (!reader->failed)
		reader_define(reader, at, ir_add_op(reader->module, op, operands, parameters));
}

static void read_operation(struct reader *reader, const struct cursor *at)
{
	struct cursor name = reader_member(reader, at, "op");
	const char *text = reader_text(reader, &name, "the name of an operation");
	struct scope all = { 0, reader->module->node_count };
	enum ir_op op = IR_INPUT + 1;
	num bias;

	while (op < IR_OP_COUNT && strcmp(ir_ops[op].name, text))
		op++;
	if (op == IR_OP_COUNT)
		reader_fail(reader, &name, "no operation of a fused network is called '%.40s'",
			text);
	if (reader->failed)
		return;
	if (!ir_ops[op].form) {
		read_operands(reader, at, op);
		return;
	}
	if (!reader_object(reader, at, reader_form_members))
		return;
	bias = reader_form(reader, at, all);
	if (!reader->failed)
		reader_define(reader, at,
			ir_add(reader->module, op, reader->terms, (uint32_t)reader->term_count,
				bias));
}

void reader_fused(struct reader *reader, const struct cursor *file)
{
	struct cursor tables = reader_member(reader, file, "tables");
	struct cursor operations = reader_member(reader, file, "operations");
	struct cursor columns = reader_optional(file, "columns");
	size_t count = reader_array(reader, &tables, "an array of tables");

	if (columns.value && reader_array(reader, &columns, "an array of integers") != count)
		reader_fail(
			reader, &columns, "expected a number for each of %zu tables", count);
	ir_set_fused(reader->module);
	for (size_t i = 0; i < count && !reader->failed; i++) {
		struct cursor table = reader_element(&tables, i);
		read_table(reader, file, &table);
	}
	count = reader_array(reader, &operations, "an array of operations");
	for (size_t i = 0; i < count && !reader->failed; i++) {
		struct cursor operation = reader_element(&operations, i);
		read_operation(reader, &operation);
	}
}
