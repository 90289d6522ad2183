/*
 * The operators of ONNX that a network can express, each from its node.
 */
#include <math.h>
#include <string.h>

#include "backends/onnx/importer.h"

enum { INPUTS = 3, ATTRIBUTES = 4 };

struct operator
{
	const char *name;
	size_t least, most; /* inputs, the first of them the value under way */
	const char *attributes[ATTRIBUTES];
	bool (*apply)(struct importer * importer);
};

/* --- what a node says ----------------------------------------------------------------- */

static const char *text(const char *text)
{
	return text ? text : "";
}

static const Onnx__AttributeProto *attribute(const struct importer *importer, const char *name)
{
	const Onnx__NodeProto *node = importer->node;

	for (size_t i = 0; i < node->n_attribute; i++)
		if (!strcmp(text(node->attribute[i]->name), name))
			return node->attribute[i];
	return NULL;
}

static int64_t int_attribute(
	const struct importer *importer, const char *name, int64_t otherwise)
{
	const Onnx__AttributeProto *found = attribute(importer, name);

	return found && found->has_i ? found->i : otherwise;
}

/* 1 without it. False with a diagnostic if it is no number. */
static bool float_attribute(struct importer *importer, const char *name, num *result)
{
	const Onnx__AttributeProto *found = attribute(importer, name);
	double x = found && found->has_f ? (double)found->f : 1;

	if (!isfinite(x))
		return importer_fail(importer, "%s is not finite", name);
	*result = num_of_double(&importer->module->nums, x);
	return true;
}

static bool has_input(const struct importer *importer, size_t i)
{
	return i < importer->node->n_input && *importer->node->input[i];
}

/* Input i, a constant of finite numbers. False with a diagnostic if it is none. */
static bool numbers(struct importer *importer, size_t i, struct tensor *tensor)
{
	const char *name = importer->node->input[i];
	const Onnx__TensorProto *message = importer_constant(importer, name);
	const char *fault;

	name = importer_shown(importer, name);
	if (!message)
		return importer_fail(importer,
			"its input '%s' is no constant; memc imports chains, where each node "
			"reads the one before it and constants",
			name);
	fault = tensor_init(tensor, message);
	if (fault)
		return importer_fail(importer, "the tensor '%s': %s", name, fault);
	if (tensor->type == TENSOR_INT64)
		return importer_fail(importer,
			"the tensor '%s' is of int64; float32 or float64 is wanted", name);
	if (!tensor_is_finite(tensor))
		return importer_fail(
			importer, "the tensor '%s' has an infinity or a NaN", name);
	return true;
}

static bool check(struct importer *importer, const char *fault)
{
	return !fault || importer_fail(importer, "%s", fault);
}

/* The first word of the node's name: "fc1" of "/fc1/Gemm". Few, so that a list of them is
 * short. */
static const char *stage(struct importer *importer)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
				     "0123456789";
	enum { STAGES = 900, LONGEST = 40 };
	const char *name = text(importer->node->name);
	size_t length;

	name += strcspn(name, letters);
	length = strspn(name, others);
	if (!length || length > LONGEST || importer->module->stage_count > STAGES)
		return "layer";
	return arena_string(&importer->arena, name, length);
}

/* --- operators ------------------------------------------------------------------------ */

/* The value under way as a matrix of rows: one dimension behind the batch. */
static bool is_flat(struct importer *importer)
{
	return importer->rank == 1 ||
		importer_fail(importer,
			"its input has %zu dimensions; Flatten is wanted before it",
			importer->rank + 1);
}

static bool multiply(
	struct importer *importer, struct tensor *tensor, bool transposed, num factor)
{
	struct matrix matrix = { .tensor = tensor, .factor = factor };
	size_t down, across;

	if (tensor->rank != 2)
		return importer_fail(importer, "its constant has %zu dimensions; 2 are wanted",
			tensor->rank);
	down = (size_t)tensor->dims[transposed];
	across = (size_t)tensor->dims[!transposed];
	if (down != importer->rows.width)
		return importer_fail(importer,
			"its constant is for %zu values, but the node before it has %u", down,
			importer->rows.width);
	if (!across || across > ROWS_WIDTH_LIMIT)
		return importer_fail(
			importer, "it has %zu results; memc takes 1 to 2^23", across);
	matrix.rows = (uint32_t)across;
	matrix.columns = (uint32_t)down;
	matrix.row_stride = transposed ? down : 1;
	matrix.column_stride = transposed ? 1 : across;
	return check(importer, rows_multiply(&importer->rows, &matrix, stage(importer)));
}

/* One number, or one for each value; never one for each row of the batch. */
static bool add(struct importer *importer, const struct tensor *tensor, num factor)
{
	bool row = tensor->rank <= 1 || (tensor->rank == 2 && tensor->dims[0] == 1);

	if (!row || (tensor->count != 1 && tensor->count != importer->rows.width))
		return importer_fail(importer,
			"what it adds has not the shape of the %u values before it",
			importer->rows.width);
	rows_add(&importer->rows, tensor, factor);
	return true;
}

static bool apply_gemm(struct importer *importer)
{
	bool transposed = int_attribute(importer, "transB", 0) != 0;
	struct tensor matrix, bias;
	num alpha, beta;

	if (int_attribute(importer, "transA", 0))
		return importer_fail(importer, "transA = 1 would mix the rows of the batch");
	if (!is_flat(importer) || !float_attribute(importer, "alpha", &alpha) ||
		!float_attribute(importer, "beta", &beta) || !numbers(importer, 1, &matrix) ||
		!multiply(importer, &matrix, transposed, alpha))
		return false;
	return !has_input(importer, 2) ||
		(numbers(importer, 2, &bias) && add(importer, &bias, beta));
}

static bool apply_matmul(struct importer *importer)
{
	struct tensor matrix;

	return is_flat(importer) && numbers(importer, 1, &matrix) &&
		multiply(importer, &matrix, false, NUM_ONE);
}

static bool apply_add(struct importer *importer)
{
	bool second = !strcmp(importer->node->input[1], importer->value);
	struct tensor tensor;

	return is_flat(importer) && numbers(importer, !second, &tensor) &&
		add(importer, &tensor, NUM_ONE);
}

static bool apply_relu(struct importer *importer)
{
	return check(importer, rows_relu(&importer->rows, stage(importer)));
}

static bool apply_flatten(struct importer *importer)
{
	int64_t axis = int_attribute(importer, "axis", 1);

	if (axis < 0)
		axis += (int64_t)importer->rank + 1;
	if (axis != 1)
		return importer_fail(
			importer, "axis %lld would mix the rows of the batch", (long long)axis);
	importer->rank = 1;
	return true;
}

/* To the batch times all values, which is what Flatten does. */
static bool apply_reshape(struct importer *importer)
{
	const char *name = importer->node->input[1];
	const Onnx__TensorProto *message = importer_constant(importer, name);
	int64_t width = importer->rows.width, rows, columns;
	struct tensor shape;

	if (!message || tensor_init(&shape, message) || shape.type != TENSOR_INT64)
		return importer_fail(importer, "its shape '%s' is no constant of int64",
			importer_shown(importer, name));
	rows = shape.count == 2 ? tensor_int_at(&shape, 0) : -2;
	columns = shape.count == 2 ? tensor_int_at(&shape, 1) : -2;
	if (int_attribute(importer, "allowzero", 0) && !rows)
		return importer_fail(importer, "it makes a tensor without entries");
	if ((rows != 0 && rows != -1 && (rows < 1 || rows != importer->batch)) ||
		(columns != width && (columns != -1 || rows == -1)))
		return importer_fail(importer,
			"only shapes of the batch times all %lld values are imported",
			(long long)width);
	importer->rank = 1;
	return true;
}

static bool apply_identity(struct importer *importer)
{
	(void)importer;
	return true;
}

static const struct operator operators[] = {
	{ "Gemm", 2, 3, { "alpha", "beta", "transA", "transB" }, apply_gemm },
	{ "MatMul", 2, 2, { NULL }, apply_matmul },
	{ "Add", 2, 2, { NULL }, apply_add },
	{ "Relu", 1, 1, { NULL }, apply_relu },
	{ "Flatten", 1, 1, { "axis" }, apply_flatten },
	{ "Reshape", 2, 2, { "allowzero" }, apply_reshape },
	{ "Identity", 1, 1, { NULL }, apply_identity },
};
enum { OPERATORS = sizeof operators / sizeof *operators };

/* --- nodes ---------------------------------------------------------------------------- */

static const struct operator* operator_of(struct importer *importer)
{
	const Onnx__NodeProto *node = importer->node;
	const char *domain = text(node->domain);

	if (*domain && strcmp(domain, "ai.onnx")) {
		importer_fail(importer, "it is of the domain '%s', not of ONNX itself",
			importer_shown(importer, domain));
		return NULL;
	}
	for (size_t i = 0; i < OPERATORS; i++)
		if (!strcmp(operators[i].name, text(node->op_type)))
			return &operators[i];
	importer_fail(importer,
		"memc imports Gemm, MatMul, Add, Relu, Flatten, Reshape, Identity and "
		"Constant");
	return NULL;
}

static bool check_attributes(struct importer *importer, const struct operator* operator)
{
	const Onnx__NodeProto *node = importer->node;

	for (size_t i = 0; i < node->n_attribute; i++) {
		const char *name = text(node->attribute[i]->name);
		bool known = false;
		for (size_t k = 0; k < ATTRIBUTES && operator->attributes[k]; k++)
			known = known || !strcmp(operator->attributes[k], name);
		if (!known)
			return importer_fail(importer, "its attribute '%s' is not known",
				importer_shown(importer, name));
	}
	return true;
}

/* The value under way is what it reads first; an Add may read it second. */
static bool check_inputs(struct importer *importer, const struct operator* operator)
{
	const Onnx__NodeProto *node = importer->node;
	const char *value = importer->value;
	bool second = operator->apply == apply_add;

	if (node->n_input < operator->least || node->n_input> operator->most ||
			    node->n_output != 1)
		return importer_fail(importer, "it has %zu inputs and %zu outputs",
			node->n_input, node->n_output);
	if (!strcmp(node->input[0], value) || (second && !strcmp(node->input[1], value)))
		return true;
	return importer_fail(importer,
		"it reads '%s', not '%s', which the node before it computes; memc imports "
		"chains",
		importer_shown(importer, node->input[0]), importer_shown(importer, value));
}

bool importer_node(struct importer *importer)
{
	const struct operator* operator= operator_of(importer);
	const char *result;

	if (!operator|| !check_attributes(importer, operator) ||
		!check_inputs(importer, operator))
		return false;
	result = importer->node->output[0];
	if (importer_constant(importer, result) || !strcmp(result, importer->value))
		return importer_fail(importer, "it computes '%s', which is there already",
			importer_shown(importer, result));
	if (!operator->apply(importer))
		return false;
	importer->value = result;
	return true;
}
