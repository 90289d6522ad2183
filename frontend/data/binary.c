#include "frontend/data/binary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/cell.h"
#include "support/mem.h"

static size_t type_bytes(enum binary_type type)
{
	static const unsigned char bytes[] = { 1, 1, 2, 2, 4, 4, 8, 8, 4, 8 };

	return bytes[type];
}

static bool is_big_endian_machine(void)
{
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
}

static void swap_bytes(unsigned char *bytes, size_t count, size_t size)
{
	for (size_t i = 0; size > 1 && i < count; i++, bytes += size)
		for (size_t j = 0; j < size / 2; j++) {
			unsigned char byte = bytes[j];
			bytes[j] = bytes[size - 1 - j];
			bytes[size - 1 - j] = byte;
		}
}

bool binary_check_shape(struct input *in, const struct binary_shape *shape, bool label_last)
{
	uint64_t features = shape->columns - label_last;

	if (!shape->rows) {
		input_error(in, "the file holds no rows");
		return false;
	}
	if (!shape->columns || !features) {
		input_error(in, "the rows hold no features%s",
			label_last ? " beside the label in the last column" : "");
		return false;
	}
	if (shape->rows > TABLE_ROWS_MAX || features > TABLE_INPUTS_MAX) {
		input_error(in,
			"the header says %llu rows of %llu features; memc takes up to %llu "
			"rows of up to %u features",
			(unsigned long long)shape->rows, (unsigned long long)features,
			(unsigned long long)TABLE_ROWS_MAX, TABLE_INPUTS_MAX);
		return false;
	}
	return true;
}

static bool report_short(struct input *in, const struct binary_shape *shape, size_t got)
{
	size_t row = (size_t)shape->columns * type_bytes(shape->type);

	if (!in->failed)
		input_error(in,
			"the file is cut short: its header says %llu rows of %zu bytes, it "
			"holds %zu whole rows",
			(unsigned long long)shape->rows, row, got / row);
	return false;
}

/* The file must end with the array: only then has the checksum of gzip been compared. */
static bool check_end(struct input *in, const struct binary_shape *shape)
{
	if (input_ended(in))
		return true;
	if (!in->failed)
		input_error(in,
			"the file goes on after the %llu rows that its header says it holds",
			(unsigned long long)shape->rows);
	return false;
}

/* Types that a table holds as they are. */
static bool set_kind(struct table *table, enum binary_type type)
{
	static const struct {
		enum table_kind kind;
		enum cell cell;
		bool direct;
	} as[] = {
		[BINARY_U8] = { TABLE_INTEGERS, CELL_U8, true },
		[BINARY_I8] = { TABLE_INTEGERS, CELL_I8, true },
		[BINARY_U16] = { TABLE_INTEGERS, CELL_U16, true },
		[BINARY_I16] = { TABLE_INTEGERS, CELL_I16, true },
		[BINARY_U32] = { TABLE_INTEGERS, CELL_U8, false },
		[BINARY_I32] = { TABLE_INTEGERS, CELL_I32, true },
		[BINARY_U64] = { TABLE_INTEGERS, CELL_U8, false },
		[BINARY_I64] = { TABLE_INTEGERS, CELL_I64, true },
		[BINARY_FLOAT] = { TABLE_FLOATS, CELL_U8, true },
		[BINARY_DOUBLE] = { TABLE_DOUBLES, CELL_U8, true },
	};

	table->kind = as[type].kind;
	table->cell = as[type].cell;
	return as[type].direct;
}

/* Integers of 8 and 16 bits: the file says what the features may be. */
static void set_element(struct table *table, enum binary_type type)
{
	static const enum ir_element elements[] = { IR_UINT8, IR_INT8, IR_UINT16, IR_INT16 };

	table->has_element = type <= BINARY_I16;
	if (table->has_element)
		table->element = elements[type];
}

static bool read_direct(struct load *load, struct input *in, const struct binary_shape *shape)
{
	struct table *table = &load->table;
	size_t count = (size_t)shape->rows * (size_t)shape->columns;
	size_t bytes = count * type_bytes(shape->type);
	size_t got = input_append(in, &table->cells, &table->room, 0, bytes);

	if (got < bytes)
		return report_short(in, shape, got);
	if (shape->big_endian != is_big_endian_machine())
		swap_bytes(table->cells, count, type_bytes(shape->type));
	table->count = shape->rows;
	return check_end(in, shape);
}

/* Number `at` of an array in the file's byte order. */
static bool get_integer(
	const struct binary_shape *shape, const unsigned char *array, size_t at, int64_t *value)
{
	size_t size = type_bytes(shape->type);
	unsigned shift = 64 - 8 * (unsigned)size;
	uint64_t bits = 0;

	array += at * size;
	for (size_t i = 0; i < size; i++)
		bits = bits << 8 | array[shape->big_endian ? i : size - 1 - i];
	*value = (int64_t)bits;
	if (shape->type == BINARY_U64)
		return *value >= 0;
	if (shape->type == BINARY_I8 || shape->type == BINARY_I16 || shape->type == BINARY_I32)
		*value = (int64_t)(bits << shift) >> shift;
	return true;
}

static double get_float(const struct binary_shape *shape, const unsigned char *array, size_t at)
{
	int64_t bits;
	uint32_t low;
	float narrow;
	double wide;

	get_integer(shape, array, at, &bits);
	low = (uint32_t)bits;
	memcpy(&narrow, &low, sizeof narrow);
	memcpy(&wide, &bits, sizeof wide);
	return shape->type == BINARY_FLOAT ? (double)narrow : wide;
}

static bool is_float(enum binary_type type)
{
	return type == BINARY_FLOAT || type == BINARY_DOUBLE;
}

/* A label may be a float with an integer value, since arrays have one type. */
static bool get_label(
	const struct binary_shape *shape, const unsigned char *array, size_t at, int64_t *label)
{
	double value;

	if (!is_float(shape->type))
		return get_integer(shape, array, at, label);
	value = get_float(shape, array, at);
	if (!(value >= -0x1p62 && value <= 0x1p62))
		return false;
	*label = (int64_t)value;
	return (double)*label == value;
}

/* In full, so that it is rounded only once, to a level. */
static bool add_real_label(struct load *load, const struct binary_shape *shape,
	const unsigned char *array, size_t at)
{
	char text[1200];
	int length = snprintf(text, sizeof text, "%.1100g", get_float(shape, array, at));

	return table_add_label(&load->table, text, (size_t)length);
}

static bool add_label(struct load *load, const struct binary_shape *shape,
	const unsigned char *array, size_t at, struct place place)
{
	int64_t label;

	if (load->request->real && is_float(shape->type)) {
		if (add_real_label(load, shape, array, at))
			return true;
		diag_error_at(
			load->sink, place, "more than %u different labels", TABLE_LABELS_MAX);
		return false;
	}
	if (!get_label(shape, array, at, &label)) {
		diag_error_at(load->sink, place,
			"the label is not an integer below 2^62; for numbers of any kind say "
			"`labels real precision 2^-10;`");
		return false;
	}
	if (!table_add_label_integer(&load->table, label)) {
		diag_error_at(load->sink, place, "more than %u classes", TABLE_LABELS_MAX);
		return false;
	}
	return true;
}

static bool add_row(struct load *load, const struct binary_shape *shape,
	const unsigned char *array, uint64_t row, int64_t *integers)
{
	struct table *table = &load->table;
	bool floats = table->kind != TABLE_INTEGERS;
	unsigned char *to = floats ? table_reserve(table, 1) : NULL;

	for (uint32_t j = 0; j < table->inputs; j++) {
		size_t at = (size_t)(shape->by_columns ? j * shape->rows + row
						       : row * shape->columns + j);
		double value;
		float narrow;

		if (!floats && !get_integer(shape, array, at, &integers[j])) {
			load_error(load, row, j + 1, "the number does not fit 63 bits");
			return false;
		}
		if (!floats)
			continue;
		value = get_float(shape, array, at);
		narrow = (float)value;
		if (table->kind == TABLE_FLOATS)
			memcpy(to + j * sizeof narrow, &narrow, sizeof narrow);
		else
			memcpy(to + j * sizeof value, &value, sizeof value);
	}
	if (floats)
		table->count++;
	else
		table_add_integers(table, integers);
	return true;
}

/* Arrays that no table can take as they are: read whole, then sorted into rows. */
static bool read_rows(
	struct load *load, struct input *in, const struct binary_shape *shape, bool label_last)
{
	struct table *table = &load->table;
	size_t bytes = (size_t)shape->rows * (size_t)shape->columns * type_bytes(shape->type);
	unsigned char *array = NULL;
	size_t room = 0, got = input_append(in, &array, &room, 0, bytes);
	int64_t *integers = mem_alloc(table->inputs, sizeof *integers);
	bool ok = got == bytes ? check_end(in, shape) : report_short(in, shape, got);

	if (table->kind == TABLE_INTEGERS)
		table->cell = CELL_U8; /* grows with the rows */
	for (uint64_t i = 0; ok && i < shape->rows; i++) {
		uint64_t j = shape->columns - 1;
		size_t at = (size_t)(shape->by_columns ? j * shape->rows + i
						       : i * shape->columns + j);
		struct place place = { in->path, i + 1, table->label_column };
		ok = add_row(load, shape, array, i, integers) &&
			(!label_last || add_label(load, shape, array, at, place));
	}
	free(integers);
	free(array);
	return ok;
}

bool binary_read(
	struct load *load, struct input *in, const struct binary_shape *shape, bool label_last)
{
	struct table *table = &load->table;
	bool direct = set_kind(table, shape->type);

	table_set_inputs(table, (uint32_t)shape->columns - label_last);
	table->label_column = label_last ? (uint32_t)shape->columns : 0;
	set_element(table, shape->type);
	if (direct && !shape->by_columns && !label_last)
		return read_direct(load, in, shape);
	return read_rows(load, in, shape, label_last);
}

bool binary_read_labels(struct load *load, struct input *in, const struct binary_shape *shape)
{
	size_t count = (size_t)shape->rows * (size_t)shape->columns;
	size_t bytes = count * type_bytes(shape->type);
	unsigned char *array = NULL;
	size_t room = 0, got = input_append(in, &array, &room, 0, bytes);
	bool ok = got == bytes ? check_end(in, shape) : report_short(in, shape, got);

	for (size_t i = 0; ok && i < count; i++)
		ok = add_label(load, shape, array, i, (struct place){ in->path, i + 1, 0 });
	free(array);
	return ok;
}
