/*
 * memc inspect --json, and the data of --html: docs/inspect.md describes every member.
 *
 * Members are written as they are made, since a network may have very many layers.
 */
#include <math.h>
#include <stdlib.h>

#include "backends/report/json.h"
#include "driver/bounds.h"
#include "driver/inspection.h"
#include "driver/payload.h"
#include "driver/precision_json.h"
#include "frontend/construct/sample_size.h"
#include "ir/level.h"
#include "support/mem.h"

/* What the members mean; a change that a reader may trip over takes the next number. */
enum { SCHEMA_VERSION = 1 };

/* JSON has no number for what no double holds. */
static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

/* Writes a value and lets go of it. */
static void put(struct output *out, json_t *value)
{
	char *text =
		json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));

	output_text(out, text);
	free(text);
	json_decref(value);
}

static void put_member(struct output *out, const char *name, json_t *value)
{
	output_printf(out, ",\n\"%s\": ", name);
	put(out, value);
}

/* --- the network ------------------------------------------------------------------------- */

static json_t *class_names(const struct ir_module *module)
{
	json_t *names = json_array();

	for (uint32_t i = 0; i < module->class_count && module->class_names; i++)
		json_array_append_new(names, report_text(module->class_names[i]));
	return names;
}

static json_t *levels(const struct ir_module *module)
{
	char lo[IR_LEVEL_TEXT], hi[IR_LEVEL_TEXT];

	if (!module->levels)
		return json_null();
	ir_level_text(module->levels, 0, lo);
	ir_level_text(module->levels, (int32_t)module->class_count - 1, hi);
	return json_pack("{s:s, s:s, s:i}", "least", lo, "greatest", hi, "step_exponent",
		ir_levels_exponent(module->levels));
}

static json_t *network(const struct ir_module *module)
{
	bool fused = module->level == IR_LEVEL_FUSED;

	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "name", module->name,
		"level", fused ? "fused" : "network", "inputs",
		report_integer(module->input_count), "element",
		ir_element_name(module->element), "classes",
		report_integer(module->class_count), "class_names",
		module->levels ? json_array() : class_names(module), "levels", levels(module),
		"spec_sha256", report_text(module->spec_sha256), "points_sha256",
		report_text(module->points_sha256));
}

static json_t *data(const struct inspection *inspection)
{
	const struct dataset *dataset = &inspection->target->dataset;

	if (!inspection->target->has_dataset)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "points",
		report_integer(dataset->count), "rows_read", report_integer(dataset->rows_read),
		"rows_kept", report_integer(dataset->rows_kept), "merged",
		report_integer(dataset->merged), "observed",
		report_integer(inspection->observed), "label_bits",
		number(inspection_label_bits(inspection)));
}

static json_t *measure(const struct inspect_row *from, const struct inspect_column *column)
{
	double value = column->value(from);

	return column->digits ? number(value) : report_integer((uint64_t)value);
}

static json_t *row(const struct inspect_row *from)
{
	json_t *object = json_object();

	json_object_set_new(object, "stage", report_text(from->stage));
	for (size_t i = 0; i < inspect_column_count; i++)
		json_object_set_new(
			object, inspect_columns[i].name, measure(from, &inspect_columns[i]));
	return object;
}

/* The same without the names of the measures. */
static json_t *bare_row(const struct inspect_row *from)
{
	json_t *array = json_pack("[o]", report_text(from->stage));

	for (size_t i = 0; i < inspect_column_count; i++)
		json_array_append_new(array, measure(from, &inspect_columns[i]));
	return array;
}

static json_t *column_names(void)
{
	json_t *array = json_pack("[s]", "stage");

	for (size_t i = 0; i < inspect_column_count; i++)
		json_array_append_new(array, json_string(inspect_columns[i].name));
	return array;
}

static void put_rows(struct output *out, const char *name, const struct inspect_row *rows,
	uint32_t count, json_t *(*form)(const struct inspect_row *row))
{
	output_printf(out, ",\n\"%s\": [", name);
	for (uint32_t i = 0; i < count; i++) {
		output_text(out, i ? ",\n " : "\n ");
		put(out, form(&rows[i]));
	}
	output_text(out, "]");
}

/* [[bits, weights that have so many], ...] */
static json_t *histogram(const uint64_t *counts, uint64_t greatest)
{
	json_t *array = json_array();

	for (uint64_t bits = 0; bits <= greatest; bits++)
		if (counts[bits])
			json_array_append_new(array,
				json_pack("[o, o]", report_integer(bits),
					report_integer(counts[bits])));
	return array;
}

static json_t *weight_bits(const struct inspection *inspection)
{
	const struct ir_measures *total = &inspection->total.weights;
	uint64_t *significand = mem_zero(total->greatest_significand + 1, sizeof *significand);
	uint64_t *fixed = mem_zero(total->greatest_fixed + 1, sizeof *fixed);
	json_t *object;

	ir_count_bits(inspection->module, significand, fixed);
	object = json_pack("{s:o, s:o}", "significand",
		histogram(significand, total->greatest_significand), "fixed",
		histogram(fixed, total->greatest_fixed));
	free(significand);
	free(fixed);
	return object;
}

/* --- promises and bounds ----------------------------------------------------------------- */

static json_t *construction(const struct construct_report *report)
{
	const struct construct *construct = report->construct;
	json_t *parameters = json_object(), *promises = json_array();

	for (size_t i = 0; i < construct->parameter_count; i++)
		json_object_set_new(parameters, construct->parameters[i].name,
			report_integer(report->values[i]));
	for (size_t i = 0; i < construct->promise_count; i++) {
		const struct promise *promise = &report->promises[i];
		json_array_append_new(promises,
			json_pack("{s:s, s:s, s:o, s:o, s:s, s:o}", "measure",
				construct_measure_name(promise->row->measure), "relation",
				promise->row->exact ? "=" : "<=", "promised",
				report_integer(promise->promised), "built",
				report_integer(promise->built), "formula",
				promise->row->formula, "theorem",
				report_text(promise->row->order)));
	}
	return json_pack("{s:s, s:s, s:o, s:o}", "name", construct->name, "source",
		construct->source, "parameters", parameters, "promises", promises);
}

/* A number that nothing is known of is null. */
static json_t *payload_members(const struct inspection *inspection)
{
	struct payload rows[PAYLOAD];
	size_t count = payload_of(inspection, rows);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array,
			json_pack("{s:s, s:o, s:o, s:s}", "name", rows[i].name, "needed",
				number(rows[i].needed), "here", number(rows[i].here), "of",
				rows[i].of));
	return array;
}

static json_t *lower_bounds(const struct inspection *inspection)
{
	struct bound bounds[BOUNDS];
	size_t count = bounds_of(inspection, inspection_module(inspection, 2), bounds);
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "name", bounds[i].name,
				"formula", bounds[i].formula, "source", bounds[i].source, "of",
				bounds[i].of, "least", number(bounds[i].least), "here",
				number(bounds[i].here)));
	return array;
}

static json_t *samples(const struct target *target)
{
	struct sample_bounds bounds = bounds_samples(target);
	json_t *array = json_array();

	for (size_t i = 0; i < bounds.count; i++)
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:o}", "name", bounds.rows[i].name,
				"formula", bounds.rows[i].formula, "theorem",
				bounds.rows[i].theorem, "samples",
				number(bounds.rows[i].samples)));
	return json_pack("{s:f, s:f, s:o, s:o, s:o}", "eps", SAMPLE_EPS, "delta", SAMPLE_DELTA,
		"N_D", report_integer(bounds.parameters), "S_D_estimate",
		bounds.estimated ? report_integer(bounds.balls) : json_null(), "rows", array);
}

/* --- levels ------------------------------------------------------------------------------ */

static json_t *operations(const struct ir_op_count *count)
{
	json_t *object = json_object();

	for (int op = IR_INPUT + 1; op < IR_OP_COUNT; op++)
		if (count->of[op])
			json_object_set_new(
				object, ir_ops[op].name, report_integer(count->of[op]));
	return object;
}

/* Bytes of the C that is emitted; null for a network that is too wide for it. */
static json_t *sizes(struct inspection *inspection, const struct ir_module *module)
{
	struct plan_sizes sizes;

	if (!inspection_sizes(inspection, module, false, &sizes))
		return json_null();
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "form", sizes.form,
		"table_bytes", report_integer(sizes.table_bytes), "stack_bytes",
		report_integer(sizes.stack_bytes), "weight_bytes",
		report_integer(sizes.weight_bytes), "index_bytes",
		report_integer(sizes.index_bytes), "position_bytes",
		report_integer(sizes.position_bytes), "label_bytes",
		report_integer(sizes.label_bytes), "code_bytes",
		report_integer(sizes.code_bytes));
}

static json_t *level(struct inspection *inspection, int level)
{
	const struct ir_module *module = inspection_module(inspection, level);
	struct ir_op_count count = ir_count_ops(module);

	return json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "level", level, "total",
		report_integer(count.total), "operations", operations(&count), "tables",
		report_integer(count.tables), "rows", report_integer(count.rows), "constants",
		report_integer(count.constants), "c", sizes(inspection, module));
}

/* Those there are; -O0 of a literal network. */
static json_t *all_levels(struct inspection *inspection)
{
	json_t *array = json_array();

	if (inspection->module->level == IR_LEVEL_NETWORK)
		json_array_append_new(array, level(inspection, 0));
	if (inspection_module(inspection, 2))
		json_array_append_new(array, level(inspection, 2));
	return array;
}

/* Of -O2, in the order in which they ran. */
static json_t *passes_that_ran(const struct target *target)
{
	const struct pass_list *list = &target->passes[2];
	json_t *array = json_array();

	for (uint32_t i = 0; i < list->count; i++)
		json_array_append_new(array,
			json_pack("{s:s, s:o, s:o}", "name", list->records[i].name, "before",
				report_integer(list->records[i].before), "after",
				report_integer(list->records[i].after)));
	return array;
}

static void put_layers(const struct inspection *inspection, struct output *out, bool compact)
{
	if (compact)
		put_member(out, "layer_columns", column_names());
	put_rows(out, compact ? "layer_rows" : "layers", inspection->layers,
		inspection->layer_count, compact ? bare_row : row);
}

void inspection_json(struct inspection *inspection, struct output *out, bool compact)
{
	struct target *target = inspection->target;
	const struct ir_module *module = inspection->module;
	bool literal = module->level == IR_LEVEL_NETWORK, points = target->has_dataset;

	output_printf(out, "{\"schema\": \"memc inspect\", \"version\": %d", SCHEMA_VERSION);
	put_member(out, "memc", report_text(MEMC_VERSION));
	put_member(out, "network", network(module));
	put_member(out, "data", data(inspection));
	put_member(out, "total", literal ? row(&inspection->total) : json_null());
	put_rows(out, "stages", inspection->stages, inspection->stage_count, row);
	put_layers(inspection, out, compact);
	put_member(out, "weight_bits", literal ? weight_bits(inspection) : json_null());
	put_member(out, "construct", points ? construction(&target->report) : json_null());
	put_member(out, "levels", all_levels(inspection));
	put_member(out, "passes", passes_that_ran(target));
	put_member(out, "payload", points ? payload_members(inspection) : json_array());
	put_member(out, "bounds", points ? lower_bounds(inspection) : json_array());
	put_member(out, "samples", points ? samples(target) : json_null());
	put_member(out, "precision", precision_json(target));
	output_text(out, "}\n");
}
