/*
 * memc data: a data set of a spec, as the classifier reads it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/target.h"
#include "ir/level.h"
#include "support/mem.h"

/* The set that all networks of the spec memorize, or the only one; false if there is none. */
static bool obvious_dataset(const struct spec *spec, uint32_t *index)
{
	*index = spec->network_count ? spec->networks[0].dataset_index : 0;
	for (uint32_t i = 1; i < spec->network_count; i++)
		if (spec->networks[i].dataset_index != *index)
			return false;
	return spec->network_count || spec->dataset_count == 1;
}

static bool pick_dataset(struct target *target, uint32_t *index)
{
	const struct spec *spec = &target->spec;
	const char *name = target->options->dataset;
	struct diag_sink *sink = &target->session->sink;

	if (!name && obvious_dataset(spec, index))
		return true;
	for (uint32_t i = 0; name && i < spec->dataset_count; i++) {
		if (strcmp(spec->datasets[i].name, name))
			continue;
		*index = i;
		return true;
	}
	if (name)
		diag_world(sink, SPAN_NONE, "'%s' has no data set '%s'", spec->path, name);
	else if (spec->dataset_count == 0)
		diag_error(sink, SPAN_NONE, "'%s' describes no data set", spec->path);
	else
		diag_world(sink, SPAN_NONE,
			"'%s' has %u data sets; choose one with --dataset=NAME", spec->path,
			spec->dataset_count);
	for (uint32_t i = 0; i < spec->dataset_count; i++)
		diag_note(
			sink, spec->datasets[i].span, "data set '%s'", spec->datasets[i].name);
	return false;
}

/* Decimal digits enough to read the same element back. */
static void print_raw(struct output *out, enum ir_element element,
	const struct ir_feature *feature, int64_t grid)
{
	if (!ir_element_is_float(element))
		output_printf(out, "%lld", (long long)ir_feature_raw_int(feature, grid));
	else if (element == IR_FLOAT)
		output_printf(out, "%.9g", (double)(float)ir_feature_raw(feature, grid));
	else
		output_printf(out, "%.17g", ir_feature_raw(feature, grid));
}

static void print_csv(const struct dataset *dataset, const int64_t *point, struct output *out)
{
	for (uint32_t i = 0; i < dataset->inputs; i++) {
		if (i)
			output_text(out, ",");
		print_raw(out, dataset->element, &dataset->features[i], point[i]);
	}
	output_text(out, "\n");
}

static void print_rows(struct target *target, struct output *out)
{
	const struct dataset *dataset = &target->dataset;
	size_t bytes = (size_t)dataset->inputs * ir_element_bytes(dataset->element);
	int64_t *point = mem_alloc(dataset->inputs, sizeof *point);
	unsigned char *raw = mem_alloc(bytes, 1);
	char label[IR_LEVEL_TEXT];

	for (uint64_t i = 0; i < dataset->count && !out->error; i++) {
		if (target->options->labels) {
			output_text(out, dataset_label(dataset, dataset->labels[i], label));
			output_text(out, "\n");
			continue;
		}
		dataset_point(dataset, i, point);
		if (target->options->raw) {
			dataset_raw(dataset, point, raw);
			output_bytes(out, raw, bytes);
		} else {
			print_csv(dataset, point, out);
		}
	}
	free(point);
	free(raw);
}

static bool check_options(struct target *target)
{
	const struct options *options = target->options;

	if (options->raw + options->csv + options->labels <= 1)
		return true;
	diag_world(&target->session->sink, SPAN_NONE,
		"--raw, --csv and --labels are three ways to print; choose one");
	return false;
}

int data_command(struct session *session, const struct options *options)
{
	const char *path = options->output ? options->output : "-";
	struct target target;
	struct output out;
	uint32_t index;

	if (target_open_spec(&target, session, options) && check_options(&target) &&
		pick_dataset(&target, &index)) {
		target.has_dataset = dataset_load(&target.dataset, &target.spec.datasets[index],
			&session->sink, &session->progress);
		if (target.has_dataset && target_may_write(&target, path) &&
			output_open(&out, path, 0666, session->outputs, &session->sink)) {
			print_rows(&target, &out);
			output_commit(&out, &session->sink);
		}
	}
	target_fini(&target);
	return 0;
}
