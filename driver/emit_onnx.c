/*
 * What the ONNX back end makes, and whether it still gives every stored point its answer.
 */
#include <stdio.h>

#include "backends/onnx/onnx.h"
#include "driver/emit.h"
#include "ir/rounded.h"

#define U(x) ((unsigned long long)(x))

/* What --precision says, which was checked. */
static enum onnx_precision precision_of(const struct options *options)
{
	enum onnx_precision precision = ONNX_FLOAT64;

	if (options->precision)
		onnx_precision_find(options->precision, &precision);
	return precision;
}

/* Stored points that get another answer, if the network is computed in this precision. */
static uint64_t count_changed(struct target *target, const struct ir_module *module)
{
	enum { PART = 256 };
	const struct dataset *dataset = &target->dataset;
	const bool single = precision_of(target->options) == ONNX_FLOAT32;
	const struct ir_format format = { .arithmetic = single ? &arithmetic_float32
							       : &arithmetic_float64 };
	struct ir_rounded *rounded = ir_rounded_new(module, &format);
	int64_t *point = arena_alloc(&target->session->arena, dataset->inputs, sizeof *point);
	uint64_t changed = 0;

	for (uint64_t i = 0; i < dataset->count; i++) {
		if (i % PART == 0)
			progress_report(&target->session->progress, "evaluating the model", i,
				dataset->count);
		dataset_point(dataset, i, point);
		changed += ir_rounded_classify(rounded, point) != (int32_t)dataset->labels[i];
	}
	ir_rounded_free(rounded);
	return changed;
}

/* What is lost in this precision, if the model is written, is said; else it is an error. */
static bool report_loss(struct target *target, const char *what)
{
	struct diag_sink *sink = &target->session->sink;

	if (target->options->lossy)
		diag_warn(sink, target_span(target), "%s", what);
	else
		diag_error(sink, target_span(target), "%s; %s--lossy writes it all the same",
			what,
			precision_of(target->options) == ONNX_FLOAT32
				? "--precision=float64 may do better, "
				: "");
	return target->options->lossy;
}

/* *exact: on which inputs the model's output is the network's. False if that is too few. */
static bool judge(struct target *target, const struct ir_module *module,
	const struct onnx_model *model, const char **exact)
{
	struct arena *arena = &target->session->arena;
	const char *name = onnx_precision_name(precision_of(target->options));
	const char *why = onnx_model_rounded(model)
		? arena_printf(arena, "%llu weights and biases are rounded to %s",
			  U(onnx_model_rounded(model)), name)
		: arena_printf(arena, "its sums may take more bits than %s has", name);
	uint64_t count = target->dataset.count, changed;

	*exact = "every input of the domain, in any order of summation";
	if (onnx_model_is_exact(model))
		return true;
	*exact = "not known";
	if (!target->has_dataset)
		return report_loss(target,
			arena_printf(arena,
				"%s, and a network without data has no stored points to "
				"compare",
				why));
	changed = count_changed(target, module);
	*exact =
		arena_printf(arena, "%llu of %llu stored points, summed in order of the inputs",
			U(count - changed), U(count));
	if (changed)
		return report_loss(target,
			arena_printf(arena,
				"in %s %llu of %llu stored points would have another answer: "
				"%s",
				name, U(changed), U(count), why));
	diag_warn(&target->session->sink, target_span(target),
		"%s: the model is right on all %llu stored points, if it sums in order of the "
		"inputs; on other inputs it may differ from the network",
		why, U(count));
	return true;
}

static const char *spec_of(struct target *target)
{
	struct spec_text text;

	if (!target->has_spec)
		return NULL;
	text = spec_source(&target->spec);
	return arena_string(&target->session->arena, text.bytes, text.size);
}

static bool write_model(struct target *target, const struct emit_job *job,
	const struct ir_module *module, const struct onnx_model *model)
{
	struct onnx_notes notes = { .spec = spec_of(target) };
	struct emit_outputs outputs;

	if (!judge(target, module, model, &notes.exact) ||
		!emit_open(&outputs, target, job, 0666))
		return false;
	onnx_model_write(model, &notes, outputs.code);
	if (target->options->verbose)
		fprintf(stderr, "memc: %s: exact on %s\n", job->path, notes.exact);
	return emit_commit(&outputs, target);
}

bool emit_onnx(
	struct target *target, const struct emit_job *job, const struct ir_module *module)
{
	struct onnx_model *model = onnx_model_new(module, precision_of(target->options),
		target->options->force, target_span(target), &target->session->sink);
	bool good = model && write_model(target, job, module, model);

	onnx_model_free(model);
	return good;
}
