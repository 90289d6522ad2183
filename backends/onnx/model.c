#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/onnx/model.h"
#include "ir/measure.h"
#include "support/mem.h"

#define U(x) ((unsigned long long)(x))

/* The size of a message of protocol buffers, less what a model has beside its matrices. */
#define MESSAGE_LIMIT ((UINT64_C(1) << 31) - (UINT64_C(1) << 26))

const struct onnx_format onnx_formats[] = {
	[ONNX_FLOAT32] = { "float32", 24, -149, 128, 1, 4 },
	[ONNX_FLOAT64] = { "float64", 53, -1074, 1024, 11, 8 },
};
enum { FORMATS = sizeof onnx_formats / sizeof *onnx_formats };

const char *onnx_precision_name(enum onnx_precision precision)
{
	return onnx_formats[precision].name;
}

bool onnx_precision_find(const char *name, enum onnx_precision *precision)
{
	for (int i = 0; i < FORMATS; i++) {
		if (strcmp(onnx_formats[i].name, name))
			continue;
		*precision = (enum onnx_precision)i;
		return true;
	}
	return false;
}

static bool is_writable(const struct ir_module *module, const struct onnx_format *format,
	bool force, struct span span, struct diag_sink *sink)
{
	uint64_t dense = ir_measure(module).dense_parameters;

	if (module->level != IR_LEVEL_NETWORK)
		diag_error(sink, span,
			"a fused network has no layers, and ONNX nothing else; compile the "
			"literal network, -O0");
	else if (dense > MESSAGE_LIMIT / format->bytes)
		diag_error(sink, span,
			"the matrices of this network have %llu entries, which take %.1f GiB "
			"in %s; an ONNX file is at most 2 GiB long",
			U(dense), (double)dense * format->bytes / 0x1p30, format->name);
	else if (dense > ONNX_DENSE_LIMIT && !force)
		diag_error(sink, span,
			"the matrices of this network have %llu entries, which take %.1f GiB "
			"in %s; over %llu are written only with --force",
			U(dense), (double)dense * format->bytes / 0x1p30, format->name,
			U(ONNX_DENSE_LIMIT));
	else
		return true;
	return false;
}

static double rounded(struct onnx_model *model, num n)
{
	bool exact;
	double value = num_round(&model->module->nums, n, model->format->bits == 24, &exact);

	model->rounded += !exact;
	return value;
}

/* False at the first weight or bias that is too large. */
static bool round_all(struct onnx_model *model)
{
	const struct ir_module *module = model->module;
	bool finite = true;

	for (size_t i = 0; i < module->term_count && finite; i++) {
		model->weights[i] = rounded(model, module->terms[i].weight);
		finite = isfinite(model->weights[i]);
	}
	for (uint32_t i = module->input_count; i < module->node_count && finite; i++) {
		model->biases[i] = rounded(model, module->nodes[i].bias);
		finite = isfinite(model->biases[i]);
	}
	return finite;
}

struct onnx_model *onnx_model_new(const struct ir_module *module, enum onnx_precision precision,
	bool force, struct span span, struct diag_sink *sink)
{
	const struct onnx_format *format = &onnx_formats[precision];
	struct onnx_model *model;

	if (!is_writable(module, format, force, span, sink))
		return NULL;
	model = mem_zero(1, sizeof *model);
	model->module = module;
	model->format = format;
	model->weights = mem_alloc(module->term_count, sizeof *model->weights);
	model->biases = mem_zero(module->node_count, sizeof *model->biases);
	if (round_all(model))
		return model;
	diag_error(sink, span,
		"a weight of this network is 2^%d or more, and %s holds none; %s",
		format->greatest, format->name,
		precision == ONNX_FLOAT32 ? "--precision=float64 goes to 2^1024"
					  : "no precision of ONNX does");
	onnx_model_free(model);
	return NULL;
}

void onnx_model_free(struct onnx_model *model)
{
	if (!model)
		return;
	free(model->weights);
	free(model->biases);
	free(model);
}

uint64_t onnx_model_rounded(const struct onnx_model *model)
{
	return model->rounded;
}
