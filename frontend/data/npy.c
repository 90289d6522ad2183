/*
 * NumPy's NPY, versions 1 to 3: a magic, the length of a header, the header as a Python
 * dictionary of three entries, the array. Labels stand in a file of their own or in the
 * last column.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/data/binary.h"
#include "frontend/data/source.h"

enum { HEADER_MAX = 1 << 20, DIMENSIONS_MAX = 32 };

struct header {
	const char *at, *end; /* of the text that is left to read */
	char descr[16];
	bool fortran;
	uint64_t shape[DIMENSIONS_MAX];
	unsigned dimensions;
	unsigned found; /* a bit for each entry */
};

enum { HAS_DESCR = 1, HAS_ORDER = 2, HAS_SHAPE = 4, HAS_ALL = 7 };

static void skip_space(struct header *header)
{
	while (header->at < header->end && strchr(" \t\r\n", *header->at))
		header->at++;
}

static bool accept(struct header *header, const char *word)
{
	size_t length = strlen(word);

	skip_space(header);
	if ((size_t)(header->end - header->at) < length ||
		memcmp(header->at, word, length) != 0)
		return false;
	header->at += length;
	return true;
}

/* A quoted text without escapes. */
static bool read_text(struct header *header, char *text, size_t room)
{
	char quote;
	size_t length = 0;

	skip_space(header);
	if (header->at == header->end || (*header->at != '\'' && *header->at != '"'))
		return false;
	quote = *header->at++;
	for (; header->at < header->end && *header->at != quote; header->at++) {
		if (length + 1 == room || *header->at == '\\')
			return false;
		text[length++] = *header->at;
	}
	text[length] = '\0';
	return header->at++ < header->end;
}

static bool read_size(struct header *header, uint64_t *size)
{
	const char *start;

	skip_space(header);
	start = header->at;
	*size = 0;
	for (; header->at < header->end && *header->at >= '0' && *header->at <= '9';
		header->at++)
		if (__builtin_mul_overflow(*size, 10u, size) ||
			__builtin_add_overflow(*size, (unsigned)(*header->at - '0'), size))
			return false;
	accept(header, "L"); /* Python 2 */
	return header->at > start;
}

static bool read_shape(struct header *header)
{
	if (!accept(header, "("))
		return false;
	while (!accept(header, ")")) {
		if (header->dimensions == DIMENSIONS_MAX ||
			!read_size(header, &header->shape[header->dimensions]))
			return false;
		header->dimensions++;
		if (!accept(header, ",")) {
			skip_space(header);
			if (header->at == header->end || *header->at != ')')
				return false;
		}
	}
	return true;
}

static bool read_entry(struct header *header)
{
	char key[16];

	if (!read_text(header, key, sizeof key) || !accept(header, ":"))
		return false;
	if (strcmp(key, "descr") == 0 && !(header->found & HAS_DESCR)) {
		header->found |= HAS_DESCR;
		return read_text(header, header->descr, sizeof header->descr);
	}
	if (strcmp(key, "fortran_order") == 0 && !(header->found & HAS_ORDER)) {
		header->found |= HAS_ORDER;
		header->fortran = accept(header, "True");
		return header->fortran || accept(header, "False");
	}
	if (strcmp(key, "shape") == 0 && !(header->found & HAS_SHAPE)) {
		header->found |= HAS_SHAPE;
		return read_shape(header);
	}
	return false;
}

static bool parse_header(struct header *header)
{
	if (!accept(header, "{"))
		return false;
	while (!accept(header, "}")) {
		if (!read_entry(header))
			return false;
		if (!accept(header, ",")) {
			if (!accept(header, "}"))
				return false;
			break;
		}
	}
	skip_space(header);
	return header->at == header->end && header->found == HAS_ALL;
}

static bool read_type(struct input *in, const char *descr, struct binary_shape *shape)
{
	static const struct {
		const char *name;
		enum binary_type type;
	} types[] = {
		{ "u1", BINARY_U8 },
		{ "b1", BINARY_U8 },
		{ "i1", BINARY_I8 },
		{ "u2", BINARY_U16 },
		{ "i2", BINARY_I16 },
		{ "u4", BINARY_U32 },
		{ "i4", BINARY_I32 },
		{ "u8", BINARY_U64 },
		{ "i8", BINARY_I64 },
		{ "f4", BINARY_FLOAT },
		{ "f8", BINARY_DOUBLE },
	};

	for (size_t i = 0; *descr && i < sizeof types / sizeof *types; i++)
		if (strchr("<>|=", *descr) && strcmp(descr + 1, types[i].name) == 0) {
			shape->type = types[i].type;
			shape->big_endian = *descr == '>';
			return true;
		}
	input_error(in,
		"elements of type '%s': memc reads integers and floats of 1 to 8 bytes "
		"(u1 i1 u2 i2 u4 i4 u8 i8 f4 f8); convert with astype()",
		descr);
	return false;
}

static bool set_shape(struct input *in, const struct header *header, struct binary_shape *shape)
{
	shape->rows = header->dimensions ? header->shape[0] : 1;
	shape->columns = 1;
	shape->by_columns = header->fortran && header->dimensions > 1;
	for (unsigned i = 1; i < header->dimensions; i++)
		if (__builtin_mul_overflow(shape->columns, header->shape[i], &shape->columns))
			shape->columns = UINT64_MAX;
	if (!header->fortran || header->dimensions <= 2)
		return true;
	input_error(in,
		"an array of %u dimensions in Fortran order; save it in C order: "
		"numpy.ascontiguousarray()",
		header->dimensions);
	return false;
}

static bool bad_header(struct input *in)
{
	if (!in->failed)
		input_error(in, "the NPY header is damaged, or that of a structured array");
	return false;
}

/* The length of the header's text, from the magic and the version. */
static bool read_length(struct input *in, size_t *length)
{
	unsigned char start[8], more[4] = { 0 };
	size_t got = input_read(in, start, sizeof start), size;

	if (in->failed)
		return false;
	if (!got) {
		input_error(in, "the file is empty");
		return false;
	}
	if (got < sizeof start || memcmp(start, "\x93NUMPY", 6) != 0) {
		input_error(in, "not an NPY file: it does not begin with \\x93NUMPY%s",
			got >= 2 && start[0] == 'P' && start[1] == 'K'
				? "; it looks like an NPZ archive: save each array with "
				  "numpy.save()"
				: "");
		return false;
	}
	if (start[6] < 1 || start[6] > 3) {
		input_error(in, "NPY version %u.%u; memc reads 1 to 3", start[6], start[7]);
		return false;
	}
	size = start[6] == 1 ? 2 : 4;
	if (input_read(in, more, size) != size)
		return bad_header(in);
	*length = (size_t)more[0] | (size_t)more[1] << 8 | (size_t)more[2] << 16 |
		(size_t)more[3] << 24;
	return (*length && *length <= HEADER_MAX) || bad_header(in);
}

static bool read_header(struct input *in, struct binary_shape *shape)
{
	struct header header = { 0 };
	unsigned char *text = NULL;
	size_t length, room = 0;
	bool ok;

	*shape = (struct binary_shape){ 0 };
	if (!read_length(in, &length))
		return false;
	if (input_append(in, &text, &room, 0, length) != length) {
		free(text);
		return bad_header(in);
	}
	header.at = (char *)text;
	header.end = header.at + length;
	ok = parse_header(&header) || bad_header(in);
	free(text);
	return ok && read_type(in, header.descr, shape) && set_shape(in, &header, shape);
}

static bool read_labels(
	struct load *load, struct input *inputs, struct input *labels, uint64_t rows)
{
	struct binary_shape shape;

	if (!read_header(labels, &shape) || !binary_check_shape(labels, &shape, false))
		return false;
	if (shape.columns != 1) {
		input_error(labels,
			"the array has %" PRIu64 " columns; labels have one: are `inputs` and "
			"`labels` swapped?",
			shape.columns);
		return false;
	}
	if (shape.rows != rows) {
		input_error(labels,
			"the array holds %" PRIu64 " labels, but '%s' holds %" PRIu64 " rows",
			shape.rows, inputs->path, rows);
		return false;
	}
	return binary_read_labels(load, labels, &shape);
}

static bool read_arrays(struct load *load, struct input *inputs, struct input *labels)
{
	struct binary_shape shape;

	if (!read_header(inputs, &shape) || !binary_check_shape(inputs, &shape, !labels))
		return false;
	if (!labels)
		return binary_read(load, inputs, &shape, true);
	return read_labels(load, inputs, labels, shape.rows) &&
		binary_read(load, inputs, &shape, false);
}

static bool read_npy(struct load *load)
{
	const struct dataset_request *request = load->request;
	struct input inputs, labels = { 0 };
	bool ok;

	if (!input_open(&inputs, load, request->inputs, request->inputs_span))
		return false;
	ok = !request->labels ||
		input_open(&labels, load, request->labels, request->labels_span);
	ok = ok && read_arrays(load, &inputs, request->labels ? &labels : NULL);
	input_close(&labels);
	input_close(&inputs);
	return ok;
}

const struct source source_npy = {
	.name = "npy",
	.kind = SOURCE_FORMAT,
	.help = "NumPy arrays; labels in a file of their own or in the last column",
	.inputs = SOURCE_MUST,
	.labels = SOURCE_MAY,
	.read = read_npy,
};
