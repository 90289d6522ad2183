#include "ir/table.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

void ir_table_fini(struct ir_table *table)
{
	for (uint32_t i = 0; i < table->column_count; i++)
		free(table->columns[i]);
	free(table->columns);
	free(table->first);
	free(table->last);
	*table = (struct ir_table){ 0 };
}

static void *copy_of(const void *from, size_t count, size_t size)
{
	void *to = mem_alloc(count, size);

	if (count)
		memcpy(to, from, count * size);
	return to;
}

void ir_table_copy(struct ir_table *table, const struct ir_table *from)
{
	*table = *from;
	table->row_room = from->row_count;
	table->column_room = from->column_count;
	table->first = copy_of(from->first, from->row_count, sizeof *from->first);
	table->last = copy_of(from->last, from->row_count, sizeof *from->last);
	table->columns = mem_alloc(from->column_count, sizeof *table->columns);
	for (uint32_t i = 0; i < from->column_count; i++)
		table->columns[i] = copy_of(from->columns[i], from->row_count, sizeof(num));
}

void ir_table_add_row(struct ir_table *table, ir_key first, ir_key last)
{
	size_t room = table->row_room, same = room;

	table->first = mem_grow(
		table->first, &room, (size_t)table->row_count + 1, sizeof *table->first);
	table->last =
		mem_grow(table->last, &same, (size_t)table->row_count + 1, sizeof *table->last);
	table->row_room = room;
	table->first[table->row_count] = first;
	table->last[table->row_count++] = last;
}

uint32_t ir_table_take_column(struct ir_table *table, num *constants)
{
	table->columns = mem_grow(table->columns, &table->column_room,
		(size_t)table->column_count + 1, sizeof *table->columns);
	table->columns[table->column_count] = constants;
	return table->column_count++;
}

uint32_t ir_table_add_column(struct ir_table *table)
{
	return ir_table_take_column(table, mem_zero(table->row_count, sizeof(num)));
}

uint32_t ir_table_find(const struct ir_table *table, ir_key key)
{
	uint32_t low = 0, high = table->row_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (table->last[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low < table->row_count && table->first[low] <= key ? low : table->row_count;
}

bool ir_table_same_rows(const struct ir_table *a, const struct ir_table *b)
{
	size_t size = a->row_count * sizeof *a->first;

	return a->row_count == b->row_count &&
		(size == 0 ||
			(!memcmp(a->first, b->first, size) && !memcmp(a->last, b->last, size)));
}

bool ir_key_from_mpz(const mpz_t m, int64_t e, ir_key *key)
{
	ir_key value = 0;

	if (mpz_sgn(m) == 0) {
		*key = 0;
		return true;
	}
	if (e < 0 || (int64_t)mpz_sizeinbase(m, 2) + e > IR_KEY_BITS)
		return false;
	for (size_t i = mpz_size(m); i-- > 0;)
		value = (ir_key)(value << 64 | mpz_getlimbn(m, (mp_size_t)i));
	value <<= e;
	*key = mpz_sgn(m) < 0 ? -value : value;
	return true;
}

bool ir_key_from_num(const struct num_pool *pool, num n, ir_key *key)
{
	mpz_t view;
	int64_t e = num_view(pool, n, view);

	return ir_key_from_mpz(view, e, key);
}

num ir_key_num(struct num_pool *pool, ir_key key)
{
	mp_limb_t limbs[2];
	mpz_t view;
	ir_key size = key < 0 ? -key : key;

	if (key == (int64_t)key)
		return num_from_int(pool, (int64_t)key);
	limbs[0] = (mp_limb_t)size;
	limbs[1] = (mp_limb_t)(size >> 64);
	return num_from_mpz(pool, mpz_roinit_n(view, limbs, key < 0 ? -2 : 2), 0);
}
