#include "frontend/data/table.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "frontend/data/cell.h"
#include "support/mem.h"

void table_init(struct table *table)
{
	*table = (struct table){ 0 };
	arena_init(&table->arena);
}

void table_fini(struct table *table)
{
	free(table->cells);
	free(table->lines);
	free(table->labels);
	free(table->names);
	free(table->name_rows);
	free(table->slots);
	arena_fini(&table->arena);
	*table = (struct table){ 0 };
}

void table_set_inputs(struct table *table, uint32_t inputs)
{
	table->inputs = inputs;
}

size_t table_row_bytes(const struct table *table)
{
	switch (table->kind) {
	case TABLE_INTEGERS:
		return table->inputs * cell_bytes(table->cell);
	case TABLE_FLOATS:
		return table->inputs * sizeof(float);
	case TABLE_DOUBLES:
		break;
	}
	return table->inputs * sizeof(double);
}

void *table_reserve(struct table *table, uint64_t rows)
{
	size_t row = table_row_bytes(table);

	table->cells =
		mem_grow(table->cells, &table->room, (size_t)(table->count + rows) * row, 1);
	return table->cells + (size_t)table->count * row;
}

/* Makes the cells wide enough for lo..hi beside what they hold. */
static void widen(struct table *table, int64_t lo, int64_t hi)
{
	enum cell cell;

	table->lo = lo < table->lo ? lo : table->lo;
	table->hi = hi > table->hi ? hi : table->hi;
	cell = cell_for(table->lo, table->hi);
	if (cell == table->cell)
		return;
	if (cell_bytes(cell) > cell_bytes(table->cell))
		table->cells = mem_grow(table->cells, &table->room,
			(size_t)table->count * table->inputs * cell_bytes(cell), 1);
	cell_convert(table->cell, cell, table->cells, (size_t)table->count * table->inputs);
	table->cell = cell;
}

void table_add_integers(struct table *table, const int64_t *row)
{
	int64_t lo = row[0], hi = row[0];

	for (uint32_t j = 1; j < table->inputs; j++) {
		lo = row[j] < lo ? row[j] : lo;
		hi = row[j] > hi ? row[j] : hi;
	}
	if (lo < table->lo || hi > table->hi)
		widen(table, lo, hi);
	table_reserve(table, 1);
	cell_store(table->cell, table->cells, (size_t)table->count * table->inputs,
		table->inputs, row);
	table->count++;
}

static bool scale_up(int64_t *value, uint32_t places)
{
	while (places--)
		if (__builtin_mul_overflow(*value, (int64_t)10, value))
			return false;
	return true;
}

/* Brings a whole column to `places` more decimal places. */
static bool rescale_column(struct table *table, uint32_t column, uint32_t places)
{
	int64_t lo = 0, hi = 0, value;

	for (uint64_t i = 0; i < table->count; i++) {
		cell_load(table->cell, table->cells, (size_t)i * table->inputs + column, 1,
			&value);
		if (!scale_up(&value, places))
			return false;
		lo = value < lo ? value : lo;
		hi = value > hi ? value : hi;
	}
	widen(table, lo, hi);
	for (uint64_t i = 0; i < table->count; i++) {
		size_t at = (size_t)i * table->inputs + column;
		cell_load(table->cell, table->cells, at, 1, &value);
		scale_up(&value, places);
		cell_store(table->cell, table->cells, at, 1, &value);
	}
	return true;
}

bool table_add_decimals(struct table *table, const struct decimal *row, uint32_t *column)
{
	int64_t lo = 0, hi = 0;

	for (uint32_t j = 0; j < table->inputs; j++) {
		uint32_t digits = table->digits ? table->digits[j] : 0;
		int64_t value = row[j].mantissa;

		*column = j;
		if (row[j].digits > digits) {
			if (!table->digits)
				table->digits = arena_alloc(&table->arena, table->inputs, 1);
			if (!rescale_column(table, j, row[j].digits - digits))
				return false;
			table->digits[j] = (uint8_t)row[j].digits;
		} else if (!scale_up(&value, digits - row[j].digits)) {
			return false;
		}
		lo = value < lo ? value : lo;
		hi = value > hi ? value : hi;
	}
	if (lo < table->lo || hi > table->hi)
		widen(table, lo, hi);
	table_reserve(table, 1);
	for (uint32_t j = 0; j < table->inputs; j++) {
		int64_t value = row[j].mantissa;
		if (table->digits)
			scale_up(&value, table->digits[j] - row[j].digits);
		cell_store(table->cell, table->cells, (size_t)table->count * table->inputs + j,
			1, &value);
	}
	table->count++;
	return true;
}

void table_add_line(struct table *table, uint64_t line)
{
	table->lines = mem_grow(table->lines, &table->line_room, (size_t)table->count + 1,
		sizeof *table->lines);
	table->lines[table->count] = line;
}

/* The slot of a label text: its own or the empty one where it belongs. */
static size_t find_slot(const struct table *table, const char *text, size_t length)
{
	size_t mask = table->slot_count - 1;
	size_t slot = (size_t)XXH3_64bits(text, length) & mask;

	for (; table->slots[slot]; slot = (slot + 1) & mask) {
		const char *name = table->names[table->slots[slot] - 1];
		if (strncmp(name, text, length) == 0 && name[length] == '\0')
			break;
	}
	return slot;
}

uint32_t table_find_name(const struct table *table, const char *text, size_t length)
{
	if (!table->slot_count)
		return UINT32_MAX;
	return table->slots[find_slot(table, text, length)] - 1;
}

static void grow_slots(struct table *table)
{
	free(table->slots);
	table->slot_count = table->slot_count ? table->slot_count * 2 : 64;
	table->slots = mem_zero(table->slot_count, sizeof *table->slots);
	for (uint32_t i = 0; i < table->name_count; i++) {
		const char *name = table->names[i];
		table->slots[find_slot(table, name, strlen(name))] = i + 1;
	}
}

bool table_declare_name(struct table *table, const char *text, size_t length)
{
	size_t slot;

	if (table->name_count == TABLE_LABELS_MAX)
		return false;
	if ((size_t)table->name_count * 2 >= table->slot_count)
		grow_slots(table);
	slot = find_slot(table, text, length);
	if (table->slots[slot])
		return true;
	table->names = mem_grow(table->names, &table->name_room, (size_t)table->name_count + 1,
		sizeof *table->names);
	table->name_rows = mem_grow(table->name_rows, &table->name_row_room,
		(size_t)table->name_count + 1, sizeof *table->name_rows);
	table->names[table->name_count] = arena_string(&table->arena, text, length);
	table->name_rows[table->name_count] = table->label_count;
	table->slots[slot] = ++table->name_count;
	return true;
}

void table_add_label_index(struct table *table, uint32_t index)
{
	table->labels = mem_grow(table->labels, &table->label_room,
		(size_t)table->label_count + 1, sizeof *table->labels);
	table->labels[table->label_count++] = index;
}

bool table_add_label(struct table *table, const char *text, size_t length)
{
	uint32_t label;

	length = strnlen(text, length); /* a name is a C string */
	label = table_find_name(table, text, length);
	if (label == UINT32_MAX) {
		label = table->name_count;
		if (!table_declare_name(table, text, length))
			return false;
	}
	table_add_label_index(table, label);
	return true;
}

bool table_add_label_integer(struct table *table, int64_t label)
{
	char text[24], *digit = text + sizeof text;
	uint64_t rest = label < 0 ? 0 - (uint64_t)label : (uint64_t)label;

	do
		*--digit = (char)('0' + rest % 10);
	while (rest /= 10);
	if (label < 0)
		*--digit = '-';
	return table_add_label(table, digit, (size_t)(text + sizeof text - digit));
}
