#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/parser.h"
#include "support/mem.h"

/* --- tables ------------------------------------------------------------------------- */

/* The digits at *at, ended by `end`, as a count below 2^32; moves behind them. */
static bool get_count(const char *text, uint32_t *at, uint32_t end, uint32_t *count)
{
	uint64_t value = 0;
	uint32_t begin = *at;

	for (; *at < end && ir_is_digit(text[*at]); ++*at) {
		value = value * 10 + (uint64_t)(text[*at] - '0');
		if (value > UINT32_MAX)
			return false;
	}
	*count = (uint32_t)value;
	return *at > begin;
}

/* @T or, with a column, @T.C; false if the token is something else. */
static bool get_reference(const struct ir_parser *parser, uint32_t *table, uint32_t *column)
{
	const struct ir_lexer *lexer = &parser->lexer;
	uint32_t at = lexer->begin + 1;

	if (parser->failed || lexer->token != IR_TOKEN_NAME ||
		lexer->text[lexer->begin] != '@' ||
		!get_count(lexer->text, &at, lexer->end, table))
		return false;
	if (column &&
		(at == lexer->end || lexer->text[at++] != '.' ||
			!get_count(lexer->text, &at, lexer->end, column)))
		return false;
	return at == lexer->end;
}

/* The magnitude of a key, in decimal or hexadecimal. */
static bool get_key(const struct ir_lexer *lexer, ir_key *key)
{
	const char *p = lexer->text + lexer->begin, *end = lexer->text + lexer->end;
	bool hex = end - p > 2 && p[0] == '0' && p[1] == 'x';
	ir_key limit = (ir_key)1 << IR_KEY_BITS;

	*key = 0;
	if (lexer->token != IR_TOKEN_NUMBER)
		return false;
	for (p += hex ? 2 : 0; p < end; p++) {
		int digit = ir_hex_digit(*p);
		if (digit < 0 || digit >= (hex ? 16 : 10))
			return false;
		if (*key > (limit - 1 - digit) / (hex ? 16 : 10))
			return false;
		*key = *key * (hex ? 16 : 10) + digit;
	}
	return true;
}

static ir_key parse_key(struct ir_parser *parser, ir_key least, const char *what)
{
	bool negative = ir_parser_accept(parser, "-");
	ir_key key;

	if (parser->failed || !get_key(&parser->lexer, &key)) {
		ir_parser_fail(parser, "a key, an integer of at most 126 bits");
		return 0;
	}
	key = negative ? -key : key;
	if (key < least)
		ir_parser_fail(parser, what);
	else
		ir_lex(&parser->lexer);
	return key;
}

static void parse_row(struct ir_parser *parser, struct ir_table *table, uint32_t columns)
{
	uint32_t rows = table->row_count;
	ir_key least = rows ? table->last[rows - 1] + 1 : -((ir_key)1 << IR_KEY_BITS);
	ir_key first, last;

	if (rows == UINT32_MAX)
		ir_parser_fail(parser, "fewer than 2^32 rows");
	first = last = parse_key(parser, least, "a key behind those of the row above");
	if (ir_parser_accept(parser, ".."))
		last = parse_key(parser, first, "a last key that is not below the first");
	ir_parser_expect(parser, ":", "':' behind the keys of a row");
	for (uint32_t i = 0; i < columns && !parser->failed; i++) {
		num cell = ir_parser_signed(parser);
		parser->cells = mem_grow(parser->cells, &parser->cell_room,
			parser->cell_count + 1, sizeof *parser->cells);
		parser->cells[parser->cell_count++] = cell;
	}
	if (!parser->failed)
		ir_table_add_row(table, first, last);
}

static void add_columns(struct ir_parser *parser, struct ir_table *table, uint32_t columns)
{
	for (uint32_t i = 0; i < columns; i++) {
		uint32_t column = ir_table_add_column(table);
		for (uint32_t row = 0; row < table->row_count; row++)
			table->columns[column][row] = parser->cells[(size_t)row * columns + i];
	}
}

void ir_parser_table(struct ir_parser *parser)
{
	struct ir_table table = { 0 };
	uint32_t number, columns;

	if (!get_reference(parser, &number, NULL) || number != parser->module->table_count) {
		ir_parser_fail(parser, "the table's number, counted from @0");
		return;
	}
	ir_lex(&parser->lexer);
	columns = (uint32_t)ir_parser_integer(parser, 0, UINT32_MAX, "a number of columns");
	parser->cell_count = 0;
	while (!parser->failed &&
		(parser->lexer.token == IR_TOKEN_NUMBER || ir_parser_sees(parser, "-")))
		parse_row(parser, &table, columns);
	if (ir_parser_sees(parser, ":")) /* the key of a row went into the one above */
		ir_parser_fail(parser, "rows of as many constants as there are columns");
	/* of a table with rows the text holds the cells; others are no way to ask for memory */
	if (table.row_count == 0 && columns > IR_TABLE_BARE_COLUMNS)
		ir_parser_fail(parser, "a row, since there are over 16 columns");
	if (parser->failed) {
		ir_table_fini(&table);
		return;
	}
	add_columns(parser, &table, columns);
	ir_add_table(parser->module, &table);
}

/* --- operations --------------------------------------------------------------------- */

static void parse_column(struct ir_parser *parser, num parameters[2])
{
	struct ir_module *module = parser->module;
	uint32_t table, column;

	if (!get_reference(parser, &table, &column) || table >= module->table_count ||
		column >= module->tables[table].column_count) {
		ir_parser_fail(parser, "a column of a table above, like @0.1");
		return;
	}
	parameters[0] = num_from_int(&module->nums, table);
	parameters[1] = num_from_int(&module->nums, column);
	ir_lex(&parser->lexer);
}

/* The operands of a derived operation, letter by letter of its shape. */
static ir_value parse_operands(struct ir_parser *parser, enum ir_op op)
{
	enum { MOST = 8 }; /* of each kind in ir/ops.def */
	const char *shape = ir_ops[op].shape;
	ir_value values[MOST];
	num parameters[MOST];
	uint32_t value = 0, parameter = 0;

	for (const char *letter = shape; *letter && !parser->failed; letter++) {
		if (letter > shape)
			ir_parser_expect(parser, ",", "',' and another operand");
		if (*letter == 'v') {
			values[value++] = ir_parser_value(parser);
		} else if (*letter == 'i') {
			parameters[parameter++] = ir_parser_signed(parser);
		} else if (*letter == 'n') {
			int64_t count =
				ir_parser_integer(parser, 0, UINT32_MAX, "a count below 2^32");
			parameters[parameter++] = num_from_int(&parser->module->nums, count);
		} else {
			parse_column(parser, parameters + parameter);
			parameter += 2;
		}
	}
	if (parser->failed)
		return ir_input(0);
	return ir_add_op(parser->module, op, values, parameters);
}

static void fail_operation(struct ir_parser *parser)
{
	char expected[256];
	int length = snprintf(expected, sizeof expected, "an operation:");

	for (uint32_t op = IR_INPUT + 1; op < IR_OP_COUNT && length < (int)sizeof expected;
		op++)
		length += snprintf(expected + length, sizeof expected - (size_t)length, "%s %s",
			op == IR_INPUT + 1 ? "" : ",", ir_ops[op].name);
	ir_parser_fail(parser, expected);
}

ir_value ir_parser_operation(struct ir_parser *parser)
{
	enum ir_op op = IR_INPUT + 1;
	num bias;

	while (op < IR_OP_COUNT && !ir_parser_accept(parser, ir_ops[op].name))
		op++;
	if (op == IR_OP_COUNT) {
		fail_operation(parser);
		return ir_input(0);
	}
	if (!ir_ops[op].form)
		return parse_operands(parser, op);
	bias = ir_parser_form(parser);
	if (parser->failed)
		return ir_input(0);
	return ir_add(parser->module, op, parser->terms, (uint32_t)parser->term_count, bias);
}
