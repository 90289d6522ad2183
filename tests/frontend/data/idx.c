/* IDX and the gzip that it mostly comes in: types, shapes, and every way to be damaged. */
#include "tests/frontend/data/request.h"

static const unsigned char points[] = { 0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3,
	4, 5, 6, 7, 8, 9, 10, 11, 255 };
static const unsigned char labels[] = { 0, 0, 8, 1, 0, 0, 0, 3, 7, 1, 7 };

static void begin(struct request *request)
{
	request_init(request, SOURCE_FORMAT, "idx");
}

static void test_bytes(void **state)
{
	struct request r;

	(void)state;
	begin(&r);
	request_inputs(&r, points, sizeof points);
	request_labels(&r, labels, sizeof labels);
	request_succeeds(&r);
	assert_int_equal(r.set.count, 3);
	assert_int_equal(r.set.inputs, 4);
	assert_int_equal(r.set.element, IR_UINT8);
	assert_int_equal(r.set.cell, CELL_U8);
	assert_int_equal(request_cell(&r, 2, 3), 255);
	assert_int_equal(r.set.classes, 2);
	assert_string_equal(r.set.class_names[0], "1");
	assert_string_equal(request_label(&r, 0), "7");
	request_fini(&r);
}

static void test_gzip_is_the_same(void **state)
{
	struct request plain, packed;

	(void)state;
	begin(&plain);
	request_inputs(&plain, points, sizeof points);
	request_labels(&plain, labels, sizeof labels);
	request_succeeds(&plain);
	begin(&packed);
	packed.data.inputs = request_file(&packed, points, sizeof points, 1);
	packed.data.labels = request_file(&packed, labels, sizeof labels, 1);
	request_succeeds(&packed);
	assert_string_equal(plain.set.sha256, packed.set.sha256);
	request_fini(&plain);
	request_fini(&packed);
}

static void test_types(void **state)
{
	static const struct {
		unsigned char bytes[32];
		size_t size;
		enum ir_element element;
		int64_t first, second;
	} cases[] = {
		{ { 0, 0, 9, 1, 0, 0, 0, 2, 0xff, 5 }, 10, IR_INT8, -1, 5 },
		{ { 0, 0, 11, 1, 0, 0, 0, 2, 0xff, 0xfe, 1, 0 }, 12, IR_INT16, -2, 256 },
		{ { 0, 0, 12, 1, 0, 0, 0, 2, 0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff }, 16, IR_INT32,
			65536, -1 },
		{ { 0, 0, 13, 1, 0, 0, 0, 2, 0x3f, 0x80, 0, 0, 0xbf, 0, 0, 0 }, 16, IR_FLOAT, 2,
			-1 },
		{ { 0, 0, 14, 1, 0, 0, 0, 2, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xbf, 0xe0, 0, 0, 0,
			  0, 0, 0 },
			24, IR_FLOAT, 2, -1 },
	};
	static const unsigned char two[] = { 0, 0, 8, 1, 0, 0, 0, 2, 0, 1 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		begin(&r);
		request_inputs(&r, cases[i].bytes, cases[i].size);
		request_labels(&r, two, sizeof two);
		request_succeeds(&r);
		assert_int_equal(r.set.inputs, 1);
		assert_int_equal(r.set.element, cases[i].element);
		assert_int_equal(request_cell(&r, 0, 0), cases[i].first);
		assert_int_equal(request_cell(&r, 1, 0), cases[i].second);
		request_fini(&r);
	}
}

static void fails(const void *inputs, size_t input_size, const void *label_bytes,
	size_t label_size, const char *message)
{
	struct request r;

	begin(&r);
	request_inputs(&r, inputs, input_size);
	request_labels(&r, label_bytes, label_size);
	request_fails(&r, 1, message);
	request_fini(&r);
}

static void test_headers(void **state)
{
	static const unsigned char type[] = { 0, 0, 10, 1, 0, 0, 0, 1, 0 };
	static const unsigned char none[] = { 0, 0, 8, 0, 0, 0, 0, 1, 0 };
	static const unsigned char rows[] = { 0, 0, 8, 1, 0, 0, 0, 0 };
	static const unsigned char columns[] = { 0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 0 };
	static const unsigned char huge[] = { 0, 0, 8, 4, 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255, 255, 255, 255, 255 };
	static const unsigned char claims[] = { 0, 0, 8, 2, 255, 255, 255, 254, 0, 15, 255,
		255 };
	static const unsigned char same[] = { 0, 0, 8, 1, 255, 255, 255, 254 };

	(void)state;
	fails("", 0, labels, sizeof labels, "the file is empty");
	fails("12,3\n", 5, labels, sizeof labels, "not an IDX file");
	fails(none, sizeof none, labels, sizeof labels, "not an IDX file");
	fails(points, 6, labels, sizeof labels, "the file ends within its IDX header");
	fails(type, sizeof type, labels, sizeof labels, "unknown IDX element type 0x0a");
	fails(rows, sizeof rows, labels, sizeof labels, "the file holds no rows");
	fails(columns, sizeof columns, labels, sizeof labels, "the rows hold no features");
	fails(huge, sizeof huge, labels, sizeof labels, "memc takes up to");
	/* 4 TB by the header, a few bytes in truth */
	fails(claims, sizeof claims, same, sizeof same, "holds 0 whole rows");
}

static void test_bodies(void **state)
{
	static const unsigned char two[] = { 0, 0, 8, 1, 0, 0, 0, 2, 0, 1 };
	static const unsigned char more[] = { 0, 0, 8, 1, 0, 0, 0, 3, 7, 1, 7, 9 };

	(void)state;
	fails(points, sizeof points - 1, labels, sizeof labels,
		"cut short: its header says 3 rows of 4 bytes, it holds 2 whole rows");
	fails(points, sizeof points, labels, sizeof labels - 1, "cut short");
	fails(points, sizeof points, two, sizeof two, "holds 2 labels, but '");
	fails(points, sizeof points, points, sizeof points,
		"are `inputs` and `labels` swapped?");
	fails(points, sizeof points, more, sizeof more, "goes on after the 3 rows");
}

static void test_not_finite(void **state)
{
	static const unsigned char nan[] = { 0, 0, 13, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0x7f, 0xc0, 0, 0 };
	static const unsigned char two[] = { 0, 0, 8, 1, 0, 0, 0, 2, 0, 1 };

	(void)state;
	fails(nan, sizeof nan, two, sizeof two, ":2:2: error: nan is not a finite number");
}

/* Reads a gzip file of ours and writes it again with bytes lost or changed. */
static void damaged(size_t cut, size_t flip, const char *message)
{
	unsigned char bytes[4096];
	struct request r;
	size_t size;
	FILE *file;

	begin(&r);
	file = fopen(request_file(&r, points, sizeof points, 1), "rb");
	size = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	if (flip)
		bytes[size - flip] ^= 1;
	request_inputs(&r, bytes, size - cut);
	request_labels(&r, labels, sizeof labels);
	request_fails(&r, 1, message);
	request_fini(&r);
}

static void test_damaged_gzip(void **state)
{
	(void)state;
	damaged(4, 0, "the gzip file is cut short");
	damaged(20, 0, "the gzip file is cut short");
	damaged(0, 8, "the gzip file is damaged (incorrect data check)");
	damaged(0, 4, "the gzip file is damaged (incorrect length check)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_gzip_is_the_same),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_damaged_gzip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
