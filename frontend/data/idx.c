/*
 * IDX: the format of MNIST. Two zero bytes, a type, the number of dimensions, their sizes
 * as big-endian 32-bit numbers, the array. The first dimension counts the rows.
 */
#include <inttypes.h>

#include "frontend/data/binary.h"
#include "frontend/data/source.h"

static bool read_type(struct input *in, unsigned code, enum binary_type *type)
{
	switch (code) {
	case 0x08:
		*type = BINARY_U8;
		return true;
	case 0x09:
		*type = BINARY_I8;
		return true;
	case 0x0b:
		*type = BINARY_I16;
		return true;
	case 0x0c:
		*type = BINARY_I32;
		return true;
	case 0x0d:
		*type = BINARY_FLOAT;
		return true;
	case 0x0e:
		*type = BINARY_DOUBLE;
		return true;
	default:
		input_error(in, "unknown IDX element type 0x%02x", code);
		return false;
	}
}

static bool read_dimension(struct input *in, uint64_t *size)
{
	unsigned char bytes[4];

	if (input_read(in, bytes, sizeof bytes) != sizeof bytes) {
		if (!in->failed)
			input_error(in, "the file ends within its IDX header");
		return false;
	}
	*size = (uint64_t)bytes[0] << 24 | (uint64_t)bytes[1] << 16 | (uint64_t)bytes[2] << 8 |
		bytes[3];
	return true;
}

static bool read_header(struct input *in, struct binary_shape *shape)
{
	unsigned char magic[4];
	size_t got = input_read(in, magic, sizeof magic);
	uint64_t size;

	if (in->failed)
		return false;
	if (!got) {
		input_error(in, "the file is empty");
		return false;
	}
	if (got < sizeof magic || magic[0] || magic[1] || !magic[3]) {
		input_error(in,
			"not an IDX file: it does not begin with 00 00, a type and a "
			"number of dimensions");
		return false;
	}
	*shape = (struct binary_shape){ .big_endian = true, .columns = 1 };
	if (!read_type(in, magic[2], &shape->type) || !read_dimension(in, &shape->rows))
		return false;
	for (unsigned i = 1; i < magic[3]; i++) {
		if (!read_dimension(in, &size))
			return false;
		if (__builtin_mul_overflow(shape->columns, size, &shape->columns))
			shape->columns = UINT64_MAX;
	}
	return binary_check_shape(in, shape, false);
}

/* Both headers first: a mismatch is told before the long read. */
static bool read_pair(struct load *load, struct input *inputs, struct input *labels)
{
	struct binary_shape points, classes;

	if (!read_header(inputs, &points) || !read_header(labels, &classes))
		return false;
	if (classes.columns != 1) {
		input_error(labels,
			"the file holds rows of %" PRIu64
			" numbers, not labels: are `inputs` and "
			"`labels` swapped?",
			classes.columns);
		return false;
	}
	if (classes.rows != points.rows) {
		input_error(labels,
			"the file holds %" PRIu64 " labels, but '%s' holds %" PRIu64 " rows",
			classes.rows, inputs->path, points.rows);
		return false;
	}
	return binary_read(load, inputs, &points, false) &&
		binary_read_labels(load, labels, &classes);
}

static bool read_idx(struct load *load)
{
	const struct dataset_request *request = load->request;
	struct input inputs, labels;
	bool ok;

	if (!input_open(&inputs, load, request->inputs, request->inputs_span))
		return false;
	ok = input_open(&labels, load, request->labels, request->labels_span);
	if (ok) {
		ok = read_pair(load, &inputs, &labels);
		input_close(&labels);
	}
	input_close(&inputs);
	return ok;
}

const struct source source_idx = {
	.name = "idx",
	.kind = SOURCE_FORMAT,
	.help = "IDX files as of MNIST: one of the points, one of their labels",
	.inputs = SOURCE_MUST,
	.labels = SOURCE_MUST,
	.read = read_idx,
};
