#include "frontend/data/generate.h"

#include <inttypes.h>
#include <stdio.h>

#include "frontend/data/cell.h"

void generator_init(struct generator *generator, struct load *load, enum cell cell,
	uint32_t inputs, uint32_t classes)
{
	struct table *table = &load->table;

	*generator = (struct generator){ .load = load };
	generator->wanted = (uint64_t)generate_count(load, GENERATE_N);
	rng_init(&generator->rng, (uint64_t)generate_count(load, GENERATE_SEED));
	table->cell = cell;
	table_set_inputs(table, inputs);
	for (uint32_t i = 0; i < classes; i++) {
		char name[16];
		int length = snprintf(name, sizeof name, "%" PRIu32, i);
		table_declare_name(table, name, (size_t)length);
	}
	rowset_init(&generator->set, table_row_bytes(table), 0);
}

void generator_fini(struct generator *generator)
{
	rowset_fini(&generator->set);
}

bool generator_runs(const struct generator *generator)
{
	return generator->load->table.count < generator->wanted;
}

void generator_add(struct generator *generator, const int64_t *point, uint32_t label)
{
	struct table *table = &generator->load->table;
	uint32_t number = (uint32_t)table->count;
	void *row = table_reserve(table, 1);

	cell_store(table->cell, row, 0, table->inputs, point);
	if (rowset_add(&generator->set, table->cells, row, number) != number) {
		generator->misses++;
		return;
	}
	generator->misses = 0;
	table_add_label_index(table, label);
	table->count++;
	if (number % 16384 == 0)
		progress_report(generator->load->progress, "generating points", number,
			generator->wanted);
}

bool generator_is_stuck(struct generator *generator)
{
	if (generator->misses < 100000)
		return false;
	load_option_error(generator->load, GENERATE_N,
		"%" PRIu64 " different points were found, %" PRIu64
		" are wanted: give a greater scale or more noise",
		generator->load->table.count, generator->wanted);
	return true;
}

bool generator_has_room(struct load *load, uint64_t values, uint32_t inputs)
{
	uint64_t wanted = (uint64_t)generate_count(load, GENERATE_N), points = 1;

	for (uint32_t i = 0; i < inputs && points < wanted; i++)
		if (__builtin_mul_overflow(points, values, &points))
			return true;
	if (points >= wanted)
		return true;
	load_option_error(load, GENERATE_N,
		"%" PRIu64 " different points are wanted; there are only %" PRIu64, wanted,
		points);
	return false;
}

int64_t generate_count(const struct load *load, size_t option)
{
	return load_option(load, option)->count;
}

bool generate_number(struct load *load, size_t option, int64_t most, int64_t *value)
{
	struct ir_ratio number = load_option(load, option)->number;
	__int128 scaled = (__int128)number.num * ((int64_t)1 << 32) / number.den;

	*value = (int64_t)scaled;
	if (scaled >= 0 && scaled <= (__int128)most << 32)
		return true;
	load_option_error(load, option, "`%s` is a number from 0 to %" PRId64,
		load->request->source->options[option].name, most);
	return false;
}

int64_t generate_product(int64_t a, int64_t b, unsigned shift)
{
	__int128 product = (__int128)a * b + ((__int128)1 << shift >> 1);

	return (int64_t)(product >> shift);
}
