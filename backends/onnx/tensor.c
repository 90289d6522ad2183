#include "backends/onnx/tensor.h"

#include <math.h>
#include <string.h>

const char *tensor_type_name(int32_t type)
{
	static const char *const names[] = { "undefined", "float32", "uint8", "int8", "uint16",
		"int16", "int32", "int64", "string", "bool", "float16", "float64", "uint32",
		"uint64", "complex64", "complex128", "bfloat16" };

	if (type < 0 || (size_t)type >= sizeof names / sizeof *names)
		return "another type";
	return names[type];
}

static size_t size_of(enum tensor_type type)
{
	return type == TENSOR_FLOAT ? 4 : 8;
}

/* The entries that a field of the message's own type has. */
static size_t typed_count(const Onnx__TensorProto *message)
{
	switch (message->data_type) {
	case TENSOR_FLOAT:
		return message->n_float_data;
	case TENSOR_DOUBLE:
		return message->n_double_data;
	default:
		return message->n_int64_data;
	}
}

/* False if an extent is negative or their product is beyond 2^31. */
static bool set_dims(struct tensor *tensor, const Onnx__TensorProto *message)
{
	const int64_t most = INT64_C(1) << 31;

	tensor->count = 1;
	tensor->rank = message->n_dims;
	for (size_t i = 0; i < message->n_dims; i++) {
		int64_t dim = message->dims[i];
		if (dim < 0 || dim > most)
			return false;
		tensor->dims[i] = dim;
		tensor->count *= (size_t)dim;
		if (tensor->count > (size_t)most)
			return false;
	}
	return true;
}

const char *tensor_init(struct tensor *tensor, const Onnx__TensorProto *message)
{
	enum { EXTERNAL = 1 };

	*tensor = (struct tensor){ .message = message };
	if (message->data_location == EXTERNAL || message->n_external_data)
		return "its data is in another file; save the model as one file";
	if (message->has_segment)
		return "it is only a segment of a tensor";
	if (message->data_type != TENSOR_FLOAT && message->data_type != TENSOR_DOUBLE &&
		message->data_type != TENSOR_INT64)
		return "its type is none of float32, float64 and int64";
	tensor->type = (enum tensor_type)message->data_type;
	if (message->n_dims > TENSOR_RANK)
		return "it has more than 8 dimensions";
	if (!set_dims(tensor, message))
		return "its dimensions are not those of a tensor that fits in memory";
	if (message->has_raw_data
			? message->raw_data.len != tensor->count * size_of(tensor->type)
			: typed_count(message) != tensor->count)
		return "its data is not as long as its dimensions say";
	return NULL;
}

/* Raw data, least significant byte first. */
static uint64_t bits_at(const struct tensor *tensor, size_t i)
{
	size_t size = size_of(tensor->type);
	const uint8_t *bytes = tensor->message->raw_data.data + i * size;
	uint64_t bits = 0;

	for (size_t k = 0; k < size; k++)
		bits |= (uint64_t)bytes[k] << 8 * k;
	return bits;
}

double tensor_at(const struct tensor *tensor, size_t i)
{
	const Onnx__TensorProto *message = tensor->message;
	uint64_t bits;
	uint32_t narrow;
	double x;
	float single;

	if (!message->has_raw_data)
		return tensor->type == TENSOR_FLOAT ? (double)message->float_data[i]
						    : message->double_data[i];
	bits = bits_at(tensor, i);
	if (tensor->type == TENSOR_FLOAT) {
		narrow = (uint32_t)bits;
		memcpy(&single, &narrow, sizeof single);
		return (double)single;
	}
	memcpy(&x, &bits, sizeof x);
	return x;
}

int64_t tensor_int_at(const struct tensor *tensor, size_t i)
{
	return tensor->message->has_raw_data ? (int64_t)bits_at(tensor, i)
					     : tensor->message->int64_data[i];
}

bool tensor_is_finite(const struct tensor *tensor)
{
	bool finite = true;

	for (size_t i = 0; i < tensor->count && finite; i++)
		finite = isfinite(tensor_at(tensor, i));
	return finite;
}

num num_of_double(struct num_pool *pool, double x)
{
	int exponent;
	int64_t m = (int64_t)ldexp(frexp(x, &exponent), 53);

	return num_shift(pool, num_from_int(pool, m), exponent - 53);
}
