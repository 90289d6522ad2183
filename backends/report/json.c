#include <jansson.h>
#include <stdlib.h>

#include "backends/report/json.h"
#include "backends/report/report.h"
#include "ir/level.h"

struct writer {
	const struct ir_module *module;
	struct output *out;
	struct arena arena; /* of texts of numbers, emptied value by value */
};

static void put(struct writer *writer, json_t *value)
{
	char *bytes = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	output_text(writer->out, bytes);
	free(bytes);
	json_decref(value);
}

static void put_member(struct writer *writer, const char *name, json_t *value)
{
	output_printf(writer->out, ",\n\"%s\": ", name);
	put(writer, value);
}

/* --- heads ------------------------------------------------------------------------------- */

static json_t *ratio(struct writer *writer, struct ir_ratio ratio)
{
	if (ratio.den == 1)
		return report_text(arena_printf(&writer->arena, "%lld", (long long)ratio.num));
	return report_text(arena_printf(
		&writer->arena, "%lld/%lld", (long long)ratio.num, (long long)ratio.den));
}

static json_t *feature(struct writer *writer, const struct ir_feature *feature)
{
	return json_pack("{s:I, s:I, s:o, s:o}", "lo", (json_int_t)feature->lo, "hi",
		(json_int_t)feature->hi, "step", ratio(writer, feature->step), "offset",
		ratio(writer, feature->offset));
}

/* Equal neighbours are one entry with their number. */
static void put_inputs(struct writer *writer)
{
	const struct ir_module *module = writer->module;
	json_t *run;

	output_text(writer->out, ",\n\"inputs\": [");
	for (uint32_t first = 0, end; first < module->input_count; first = end) {
		for (end = first + 1; end < module->input_count; end++)
			if (!ir_feature_equal(&module->features[first], &module->features[end]))
				break;
		run = feature(writer, &module->features[first]);
		json_object_set_new(run, "count", json_integer(end - first));
		output_text(writer->out, first ? "," : "");
		put(writer, run);
		arena_reset(&writer->arena);
	}
	output_text(writer->out, "]");
}

static json_t *class_names(const struct ir_module *module)
{
	json_t *names = json_array();

	for (uint32_t i = 0; i < module->class_count && module->class_names; i++)
		json_array_append_new(names, report_text(module->class_names[i]));
	return names;
}

static void put_head(struct writer *writer)
{
	const struct ir_module *module = writer->module;
	bool fused = module->level == IR_LEVEL_FUSED;

	output_printf(writer->out, "{\"schema\": \"%s\", \"version\": %d", REPORT_SCHEMA,
		REPORT_VERSION);
	put_member(writer, "memc", report_text(MEMC_VERSION));
	put_member(writer, "name", report_text(module->name));
	put_member(writer, "level", report_text(fused ? "fused" : "network"));
	put_member(writer, "spec_sha256", report_text(module->spec_sha256));
	put_member(writer, "points_sha256", report_text(module->points_sha256));
	put_member(writer, "element", report_text(ir_element_name(module->element)));
	put_inputs(writer);
	put_member(writer, "classes", json_integer(module->class_count));
	put_member(writer, "class_names", class_names(module));
	put_member(writer, "levels",
		module->levels ? feature(writer, module->levels) : json_null());
}

/* --- values ------------------------------------------------------------------------------ */

static json_t *number(struct writer *writer, num n)
{
	return report_text(num_text(&writer->module->nums, n, &writer->arena));
}

static json_t *name(struct writer *writer, ir_value value)
{
	uint32_t inputs = writer->module->input_count;

	return report_text(value.i < inputs
			? arena_printf(&writer->arena, "x%u", value.i)
			: arena_printf(&writer->arena, "%%%u", value.i - inputs));
}

/* [["x0", "3"], ["x1", "-1"]] */
static json_t *terms(struct writer *writer, ir_value value)
{
	const struct ir_term *terms = ir_terms(writer->module, value);
	json_t *array = json_array();

	for (uint32_t i = 0; i < ir_term_count(writer->module, value); i++)
		json_array_append_new(array,
			json_pack("[o, o]", name(writer, terms[i].value),
				number(writer, terms[i].weight)));
	return array;
}

static json_t *operands(struct writer *writer, ir_value value)
{
	const struct ir_term *terms = ir_terms(writer->module, value);
	const struct ir_op_row *row = &ir_ops[ir_op_of(writer->module, value)];
	json_t *values = json_array(), *parameters = json_array();

	for (uint32_t i = 0; i < row->values; i++)
		json_array_append_new(values, name(writer, terms[i].value));
	for (uint32_t i = 0; i < row->parameters; i++)
		json_array_append_new(
			parameters, number(writer, ir_parameter(writer->module, value, i)));
	return json_pack("{s:o, s:o}", "values", values, "parameters", parameters);
}

static void put_value(struct writer *writer, ir_value value)
{
	const struct ir_node *node = &writer->module->nodes[value.i];
	enum ir_op op = ir_op_of(writer->module, value);
	json_t *object = json_object();

	json_object_set_new(object, "value", name(writer, value));
	json_object_set_new(object, "op", report_text(ir_op_name(op)));
	if (ir_ops[op].form) {
		json_object_set_new(object, "terms", terms(writer, value));
		json_object_set_new(object, "bias", number(writer, node->bias));
	} else {
		json_t *rest = operands(writer, value);
		json_object_update(object, rest);
		json_decref(rest);
	}
	put(writer, object);
	arena_reset(&writer->arena);
}

static void put_values(struct writer *writer, uint32_t first, uint32_t count)
{
	output_text(writer->out, "[");
	for (uint32_t i = 0; i < count; i++) {
		output_text(writer->out, i ? ",\n  " : "\n  ");
		put_value(writer, (ir_value){ first + i });
	}
	output_text(writer->out, "]");
}

static void put_layers(struct writer *writer)
{
	const struct ir_module *module = writer->module;

	output_text(writer->out, ",\n\"layers\": [");
	for (uint32_t i = 0; i < module->layer_count; i++) {
		output_text(writer->out, i ? ",\n {\"stage\": " : "\n {\"stage\": ");
		put(writer, report_text(module->stages[module->layers[i].stage]));
		output_text(writer->out, ", \"neurons\": ");
		put_values(writer, module->layers[i].first, module->layers[i].count);
		output_text(writer->out, "}");
	}
	output_text(writer->out, "]");
}

/* --- tables ------------------------------------------------------------------------------ */

static json_t *key(struct writer *writer, ir_key key)
{
	struct num_pool nums;
	json_t *string;

	num_pool_init(&nums);
	string = report_text(num_text(&nums, ir_key_num(&nums, key), &writer->arena));
	num_pool_fini(&nums);
	return string;
}

/* ["first", "last", constant of column 0, ...] */
static void put_table(struct writer *writer, const struct ir_table *table)
{
	output_text(writer->out, "[");
	for (uint32_t i = 0; i < table->row_count; i++) {
		json_t *row = json_pack(
			"[o, o]", key(writer, table->first[i]), key(writer, table->last[i]));
		for (uint32_t column = 0; column < table->column_count; column++)
			json_array_append_new(row, number(writer, table->columns[column][i]));
		output_text(writer->out, i ? ",\n  " : "\n  ");
		put(writer, row);
		arena_reset(&writer->arena);
	}
	output_text(writer->out, "]");
}

/* Rows say how many there are, but a table may have none. */
static json_t *columns(const struct ir_module *module)
{
	json_t *counts = json_array();

	for (uint32_t i = 0; i < module->table_count; i++)
		json_array_append_new(counts, json_integer(module->tables[i].column_count));
	return counts;
}

static void put_tables(struct writer *writer)
{
	put_member(writer, "columns", columns(writer->module));
	output_text(writer->out, ",\n\"tables\": [");
	for (uint32_t i = 0; i < writer->module->table_count; i++) {
		output_text(writer->out, i ? ",\n " : "\n ");
		put_table(writer, &writer->module->tables[i]);
	}
	output_text(writer->out, "]");
}

void report_json(const struct ir_module *module, struct output *out)
{
	struct writer writer = { .module = module, .out = out };
	uint32_t output = ir_output(module).i;

	arena_init(&writer.arena);
	put_head(&writer);
	if (module->level == IR_LEVEL_NETWORK) {
		put_layers(&writer);
	} else {
		put_tables(&writer);
		output_text(out, ",\n\"operations\": ");
		put_values(&writer, module->input_count, output - module->input_count);
	}
	output_text(out, ",\n\"output\": ");
	put_value(&writer, (ir_value){ output });
	output_text(out, "}\n");
	arena_fini(&writer.arena);
}
