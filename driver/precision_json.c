#include "driver/precision_json.h"

#include <stdlib.h>

#include "driver/precision_stages.h"
#include "driver/survival.h"

/* --- the engine -------------------------------------------------------------------------- */

/* Layers from 1, and values as in the .mir file; the output is no value of it. */
static json_t *place(const struct ir_module *module, uint32_t layer, const ir_value *value)
{
	json_t *object = json_pack("{s:o, s:o}", "layer", report_integer(layer + 1), "stage",
		report_text(precision_stage_of(module, layer)));

	if (value)
		json_object_set_new(object, "value",
			layer < module->layer_count
				? report_integer(value->i - module->input_count)
				: json_null());
	return object;
}

/* The exponents of the powers of two that error and exact value reach; null: there is none. */
static json_t *departure(const struct ir_module *module, const struct ir_departure *at)
{
	json_t *object;

	if (!at->found)
		return json_null();
	object = place(module, at->layer, &at->value);
	json_object_set_new(object, "error_exponent",
		at->finite ? json_integer(at->error - 1) : json_null());
	json_object_set_new(object, "size_exponent",
		at->finite && at->size != IR_DEPARTURE_ZERO ? json_integer(at->size - 1)
							    : json_null());
	return object;
}

/* A stored point by its row and its class, and the other that it was answered. */
static json_t *lost(const struct dataset *dataset, uint64_t point, int32_t answer)
{
	return json_pack("{s:o, s:o, s:o}", "row", report_integer(dataset->rows[point]),
		"class", report_integer(dataset->labels[point]), "answer",
		answer < 0 ? json_null() : json_integer(answer));
}

static json_t *failing(const struct precision *precision)
{
	json_t *array = json_array();

	for (uint64_t i = 0; i < precision->failure_count; i++) {
		const struct failure *failure = &precision->failures[i];
		const struct ir_departure *at = failure->departures;
		json_t *object;
		if (!failure->traced)
			continue;
		object = lost(precision->tried.dataset, failure->point, failure->answer);
		json_object_set_new(
			object, "not_exact", departure(precision->module, &at[DEPARTS_AT_ALL]));
		json_object_set_new(object, "off_by_half",
			departure(precision->module, &at[DEPARTS_BY_HALF]));
		json_object_set_new(
			object, "decisive", place(precision->module, failure->decisive, NULL));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *stages(const struct precision *precision)
{
	struct precision_stage *rows = precision_stages(precision);
	json_t *array = json_array();

	for (uint32_t i = 0; i <= precision->module->stage_count; i++)
		json_array_append_new(array,
			json_pack("{s:o, s:o, s:o, s:o, s:o}", "stage",
				report_text(rows[i].name), "layers",
				report_integer(rows[i].layers), "not_exact",
				report_integer(rows[i].departures[DEPARTS_AT_ALL]),
				"off_by_half",
				report_integer(rows[i].departures[DEPARTS_BY_HALF]), "decisive",
				report_integer(rows[i].decisive)));
	free(rows);
	return array;
}

static void add_engine(json_t *all, struct target *target)
{
	struct precision precision;
	char name[IR_FORMAT_TEXT];

	precision_init(&precision, target);
	json_object_set_new(
		all, "engine", json_string(ir_format_text(&precision.format, name)));
	json_object_set_new(all, "sampled", report_integer(precision.tried.count));
	json_object_set_new(all, "survive",
		report_integer(precision.tried.count - precision.failure_count));
	json_object_set_new(
		all, "wrong", report_integer(precision.failure_count - precision.unknown));
	json_object_set_new(all, "unknown", report_integer(precision.unknown));
	json_object_set_new(all, "stages", stages(&precision));
	json_object_set_new(all, "failing", failing(&precision));
	precision_fini(&precision);
}

static void add_no_engine(json_t *all)
{
	static const char *const names[] = { "engine", "sampled", "survive", "wrong", "unknown",
		"stages", "failing" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		json_object_set_new(all, names[i], json_null());
}

/* --- bits -------------------------------------------------------------------------------- */

static json_t *promises(const struct construct_report *report)
{
	json_t *array = json_array();

	for (size_t i = 0; i < report->construct->promise_count; i++) {
		const struct promise *promise = &report->promises[i];
		if (precision_is_promised(promise))
			json_array_append_new(array,
				json_pack("{s:s, s:s, s:o}", "measure",
					construct_measure_name(promise->row->measure),
					"relation", promise->row->exact ? "=" : "<=",
					"promised", report_integer(promise->promised)));
	}
	return array;
}

static json_t *curve(const struct survival *survival)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < survival->count; i++)
		json_array_append_new(array,
			json_pack("[o, o]", report_integer(survival->at[i].bits),
				report_integer(survival->at[i].survive)));
	return array;
}

static void add_bits(json_t *all, const struct survival *survival)
{
	const struct least_bits *least = &survival->least;
	bool named = least->bits != 1;

	json_object_set_new(
		all, "least_bits", least->bits ? report_integer(least->bits) : json_null());
	json_object_set_new(all, "least_sampled", report_integer(least->tried.count));
	json_object_set_new(all, "named",
		named ? lost(least->tried.dataset, least->point, least->answer) : json_null());
	json_object_set_new(all, "survival", curve(survival));
	json_object_set_new(all, "survival_sampled", report_integer(survival->tried.count));
	json_object_set_new(all, "float32", report_integer(survival->float32));
	json_object_set_new(all, "float64", report_integer(survival->float64));
}

json_t *precision_json(struct target *target)
{
	bool engine = target->options->engine.arithmetic;
	struct survival survival;
	json_t *all;

	if (!target->has_dataset || target->module.level != IR_LEVEL_NETWORK ||
		!(engine || target->options->html) || !survival_measure(&survival, target))
		return json_null();
	all = json_pack("{s:o}", "points", report_integer(target->dataset.count));
	if (engine)
		add_engine(all, target);
	else
		add_no_engine(all);
	add_bits(all, &survival);
	json_object_set_new(all, "promises", promises(&target->report));
	return all;
}
