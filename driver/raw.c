#include "driver/raw.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/data/cell.h"
#include "support/mem.h"

void raw_form_init(struct raw_form *form, const struct ir_module *module)
{
	*form = (struct raw_form){
		.module = module,
		.row_bytes = (size_t)module->input_count * ir_element_bytes(module->element),
		.maps = mem_alloc(module->input_count, sizeof *form->maps),
		.plain = !ir_element_is_float(module->element),
	};
	for (uint32_t k = 0; k < module->input_count; k++) {
		const struct ir_feature *feature = &module->features[k];
		if (!ir_feature_map(feature, &form->maps[k]))
			panic("the verifier let pass a mapping with too many digits");
		form->plain = form->plain && ir_feature_is_plain(feature);
	}
}

void raw_form_fini(struct raw_form *form)
{
	free(form->maps);
}

/* --- rows and grid points ---------------------------------------------------------------- */

static bool in_range(const struct ir_feature *feature, int64_t grid)
{
	return grid >= feature->lo && grid <= feature->hi;
}

static int64_t load_integer(enum ir_element element, const void *from)
{
	union {
		uint8_t u8;
		int8_t i8;
		uint16_t u16;
		int16_t i16;
		int32_t i32;
		int64_t i64;
	} any;

	memcpy(&any, from, ir_element_bytes(element));
	switch (element) {
	case IR_UINT8:
		return any.u8;
	case IR_INT8:
		return any.i8;
	case IR_UINT16:
		return any.u16;
	case IR_INT16:
		return any.i16;
	case IR_INT32:
		return any.i32;
	case IR_INT64:
		return any.i64;
	case IR_FLOAT:
	case IR_DOUBLE:
		break;
	}
	panic("%s is no integer", ir_element_name(element));
}

static double load_real(enum ir_element element, const void *from)
{
	union {
		float narrow;
		double wide;
	} any;

	memcpy(&any, from, ir_element_bytes(element));
	return element == IR_FLOAT ? (double)any.narrow : any.wide;
}

bool raw_to_point(const struct raw_form *form, const void *row, int64_t *point)
{
	const struct ir_module *module = form->module;
	bool real = ir_element_is_float(module->element), inside = true;
	uint32_t bytes = ir_element_bytes(module->element);
	const char *from = row;

	for (uint32_t k = 0; k < module->input_count && inside; k++, from += bytes) {
		const struct ir_affine_map *map = &form->maps[k];
		inside = real
			? ir_affine_map_double(map, load_real(module->element, from), &point[k])
			: ir_affine_map_int(
				  map, load_integer(module->element, from), &point[k]);
		inside = inside && in_range(&module->features[k], point[k]);
	}
	return inside;
}

void raw_swap(enum ir_element element, void *elements, size_t count)
{
	const uint16_t one = 1;
	uint32_t bytes = ir_element_bytes(element);
	unsigned char *at = elements;

	if (*(const unsigned char *)&one == 1)
		return;
	for (size_t i = 0; i < count; i++, at += bytes)
		for (uint32_t low = 0, high = bytes - 1; low < high; low++, high--) {
			unsigned char byte = at[low];
			at[low] = at[high];
			at[high] = byte;
		}
}

/* The cells that are integer elements of each type. */
static const enum cell cells[] = {
	[IR_UINT8] = CELL_U8,
	[IR_INT8] = CELL_I8,
	[IR_UINT16] = CELL_U16,
	[IR_INT16] = CELL_I16,
	[IR_INT32] = CELL_I32,
	[IR_INT64] = CELL_I64,
};

bool raw_store(enum ir_element element, int64_t x, void *to)
{
	int64_t lo = ir_element_min(element), hi = ir_element_max(element);
	int64_t near = x < lo ? lo : x > hi ? hi : x;

	cell_store(cells[element], to, 0, 1, &near);
	return near == x;
}

void raw_of_point(const struct raw_form *form, const int64_t *point, void *row)
{
	const struct ir_module *module = form->module;
	uint32_t bytes = ir_element_bytes(module->element);
	struct dataset shape = { .inputs = module->input_count,
		.features = module->features,
		.element = module->element };

	if (form->plain) {
		for (uint32_t k = 0; k < module->input_count; k++)
			raw_store(module->element, point[k], (char *)row + k * bytes);
		return;
	}
	dataset_raw(&shape, point, row);
	raw_swap(module->element, row, module->input_count);
}

/* --- points of a data set ---------------------------------------------------------------- */

void raw_source_init(
	struct raw_source *source, const struct raw_form *form, const struct dataset *dataset)
{
	const struct ir_module *module = form->module;

	*source = (struct raw_source){
		.form = form,
		.dataset = dataset,
		.same = dataset->element == module->element,
	};
	for (uint32_t k = 0; k < module->input_count; k++)
		source->same = source->same &&
			ir_feature_equal(&dataset->features[k], &module->features[k]);
	source->packed = source->same && form->plain && dataset->cell == cells[module->element];
}

/* From the set's grid to the network's, by way of the raw value; false if it is outside. */
static bool move_value(const struct raw_source *source, uint32_t k, int64_t *value)
{
	const struct ir_feature *from = &source->dataset->features[k],
				*to = &source->form->module->features[k];
	const struct ir_affine_map *map = &source->form->maps[k];

	if (ir_element_is_float(source->dataset->element)) {
		if (!ir_affine_map_double(map, ir_feature_raw(from, *value), value))
			return false;
	} else if (!ir_affine_map_int(map, ir_feature_raw_int(from, *value), value)) {
		return false;
	}
	return in_range(to, *value);
}

bool raw_source_row(const struct raw_source *source, uint64_t i, int64_t *point, void *row)
{
	const struct raw_form *form = source->form;
	uint32_t inputs = form->module->input_count;

	dataset_point(source->dataset, i, point);
	for (uint32_t k = 0; k < inputs && !source->same; k++)
		if (!move_value(source, k, &point[k])) {
			memset(row, 0, form->row_bytes);
			return false;
		}
	raw_of_point(form, point, row);
	return true;
}
