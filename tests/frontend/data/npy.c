/* NPY: versions, types, byte and array orders, labels beside or within, damaged headers. */
#include "tests/frontend/data/request.h"

struct array {
	unsigned char bytes[1024];
	size_t size;
};

/* An array of `version` with this dictionary and these bytes. */
static struct array make(int version, const char *header, const void *data, size_t size)
{
	size_t length = strlen(header), start = version == 1 ? 10 : 12;
	struct array array = { .size = start + length + size };

	memcpy(array.bytes, "\x93NUMPY", 6);
	array.bytes[6] = (unsigned char)version;
	array.bytes[8] = (unsigned char)length;
	array.bytes[9] = (unsigned char)(length >> 8);
	memcpy(array.bytes + start, header, length);
	memcpy(array.bytes + start + length, data, size);
	return array;
}

static void begin(struct request *request, const struct array *array)
{
	request_init(request, SOURCE_FORMAT, "npy");
	request_inputs(request, array->bytes, array->size);
}

#define HEADER(descr, order, shape) \
	"{'descr': '" descr "', 'fortran_order': " order ", 'shape': " shape ", }   \n"

static void test_versions(void **state)
{
	(void)state;
	for (int version = 1; version <= 3; version++) {
		struct array array = make(
			version, HEADER("|u1", "False", "(3, 3)"), "\1\2\0\3\4\1\5\6\1", 9);
		struct request r;
		begin(&r, &array);
		request_succeeds(&r);
		assert_int_equal(r.set.count, 3);
		assert_int_equal(r.set.inputs, 2);
		assert_int_equal(r.set.element, IR_UINT8);
		assert_int_equal(request_cell(&r, 1, 0), 3);
		assert_int_equal(request_cell(&r, 2, 1), 6);
		assert_string_equal(request_label(&r, 1), "1");
		request_fini(&r);
	}
}

/* The same four numbers, 1 2 0 / 3 4 1 with a label each, in every type and byte order. */
static void test_types_and_orders(void **state)
{
	static const struct {
		const char *name;
		size_t size;
		enum ir_element element;
	} types[] = {
		{ "u1", 1, IR_UINT8 },
		{ "i1", 1, IR_INT8 },
		{ "u2", 2, IR_UINT16 },
		{ "i2", 2, IR_INT16 },
		{ "u4", 4, IR_UINT8 },
		{ "i4", 4, IR_UINT8 },
		{ "u8", 8, IR_UINT8 },
		{ "i8", 8, IR_UINT8 },
		{ "f4", 4, IR_FLOAT },
		{ "f8", 8, IR_FLOAT },
	};
	static const int rows[] = { 1, 2, 0, 3, 4, 1 }, columns[] = { 1, 3, 2, 4, 0, 1 };

	(void)state;
	for (unsigned i = 0; i < 4 * sizeof types / sizeof *types; i++) {
		bool big = i & 1, fortran = i & 2;
		char header[128];
		unsigned char data[48], *at = data;
		size_t size = types[i / 4].size;
		struct array array;
		struct request r;
		snprintf(header, sizeof header,
			"{\"descr\": \"%c%s\", \"fortran_order\": %s, \"shape\": (2, 3)}",
			big ? '>' : '<', types[i / 4].name, fortran ? "True" : "False");
		for (int j = 0; j < 6; j++, at += size) {
			int value = fortran ? columns[j] : rows[j];
			float narrow = (float)value;
			double wide = value;
			uint64_t bits = (uint64_t)value;
			uint32_t low;
			memcpy(&low, &narrow, 4);
			if (types[i / 4].name[0] == 'f' && size == 4)
				bits = low;
			else if (types[i / 4].name[0] == 'f')
				memcpy(&bits, &wide, 8);
			for (size_t k = 0; k < size; k++)
				at[big ? size - 1 - k : k] = (unsigned char)(bits >> 8 * k);
		}
		array = make(1, header, data, 6 * size);
		begin(&r, &array);
		request_succeeds(&r);
		assert_int_equal(r.set.element, types[i / 4].element);
		for (int j = 0; j < 4; j++)
			assert_int_equal(
				request_cell(&r, (unsigned)j / 2, (unsigned)j % 2), j + 1);
		assert_string_equal(request_label(&r, 0), "0");
		assert_string_equal(request_label(&r, 1), "1");
		request_fini(&r);
	}
}

static void test_labels_in_a_file(void **state)
{
	struct array points = make(1, HEADER("|i1", "False", "(2, 1, 2)"), "\1\2\377\4", 4);
	struct array labels =
		make(2, HEADER("<i4", "False", "(2L,)"), "\5\0\0\0\376\377\377\377", 8);
	struct request r;

	(void)state;
	begin(&r, &points);
	request_labels(&r, labels.bytes, labels.size);
	request_succeeds(&r);
	assert_int_equal(r.set.inputs, 2);
	assert_int_equal(request_cell(&r, 1, 0), -1);
	assert_string_equal(r.set.class_names[0], "-2");
	assert_string_equal(request_label(&r, 0), "5");
	request_fini(&r);
}

/* Integers of 64 bits that need them, from a type that a table does not hold. */
static void test_wide_integers(void **state)
{
	struct array array = make(1, HEADER("<u4", "False", "(2, 2)"),
		"\377\377\377\377\0\0\0\0\1\0\0\0\1\0\0\0", 16);
	struct request r;

	(void)state;
	begin(&r, &array);
	request_succeeds(&r);
	assert_int_equal(r.set.element, IR_INT64);
	assert_int_equal(r.set.features[0].hi, 4294967295);
	assert_int_equal(r.set.features[0].lo, 1);
	request_fini(&r);
}

static void fails(const struct array *points, const struct array *labels, const char *message)
{
	struct request r;

	begin(&r, points);
	if (labels)
		request_labels(&r, labels->bytes, labels->size);
	request_fails(&r, 1, message);
	request_fini(&r);
}

static void test_headers(void **state)
{
	static const struct {
		const char *header, *message;
	} cases[] = {
		{ HEADER("<c8", "False", "(2, 2)"), "elements of type '<c8'" },
		{ HEADER("<f2", "False", "(2, 2)"), "elements of type '<f2'" },
		{ HEADER("", "False", "(2, 2)"), "elements of type ''" },
		{ HEADER("|u1", "True", "(1, 2, 2)"), "3 dimensions in Fortran order" },
		{ HEADER("|u1", "False", "(0, 2)"), "the file holds no rows" },
		{ HEADER("|u1", "False", "(2, 0)"), "the rows hold no features" },
		{ HEADER("|u1", "False", "(2,)"), "no features beside the label" },
		{ HEADER("|u1", "False", "(2, 4294967296, 4294967296)"), "memc takes up to" },
		{ HEADER("|u1", "False", "(99999999999999999999,)"), "header is damaged" },
		{ HEADER("|u1", "Maybe", "(2, 2)"), "header is damaged" },
		{ HEADER("|u1", "False", "(2 2)"), "header is damaged" },
		{ HEADER("|u1", "False", "(2, 2"), "header is damaged" },
		{ "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (2,)}",
			"structured array" },
		{ "{'descr': '|u1', 'shape': (2, 2)}", "header is damaged" },
		{ "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False}", "damaged" },
		{ "{'descr': '|u1", "header is damaged" },
		{ "", "header is damaged" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct array array = make(1, cases[i].header, "\1\2\3\4", 4);
		fails(&array, NULL, cases[i].message);
	}
}

static void test_files(void **state)
{
	struct array points = make(1, HEADER("|u1", "False", "(2, 2)"), "\1\2\3\4", 4);
	struct array labels = make(1, HEADER("|u1", "False", "(3,)"), "\1\2\3", 3);
	struct array halves =
		make(1, HEADER("<f4", "False", "(2,)"), "\0\0\0\77\0\0\200\77", 8);
	struct array nan =
		make(1, HEADER("<f4", "False", "(1, 2)"), "\0\0\300\177\0\0\200\77", 8);
	struct array big = make(
		1, HEADER("<u8", "False", "(1, 2)"), "\0\0\0\0\0\0\0\200\0\0\0\0\0\0\0\0", 16);
	struct array cut = points, zip = { "PK\3\4aaaaaaa", 11 }, empty = { .size = 0 };
	struct array version = make(4, "{}", "", 0), length = make(2, "{}", "", 0);

	(void)state;
	cut.size--;
	length.bytes[11] = 255;
	fails(&points, &labels, "the array holds 3 labels, but '");
	fails(&points, &points, "the array has 2 columns; labels have one");
	fails(&points, &halves, ":1: error: the label is not an integer");
	fails(&nan, NULL, ":1:1: error: nan is not a finite number");
	fails(&big, NULL, ":1:1: error: the number does not fit 63 bits");
	fails(&cut, NULL,
		"cut short: its header says 2 rows of 2 bytes, it holds 1 whole rows");
	fails(&zip, NULL, "it looks like an NPZ archive");
	fails(&empty, NULL, "the file is empty");
	fails(&version, NULL, "NPY version 4.0; memc reads 1 to 3");
	fails(&length, NULL, "header is damaged");
	points.bytes[points.size++] = 5;
	fails(&points, NULL, "the file goes on after the 2 rows");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_types_and_orders),
		cmocka_unit_test(test_labels_in_a_file),
		cmocka_unit_test(test_wide_integers),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
