/* From raw rows to the grid: steps, offsets, ranges, element types, cells, raw features. */
#include "tests/frontend/data/request.h"

#include <math.h>

static void begin(struct request *request, const char *text)
{
	request_init(request, SOURCE_FORMAT, "csv");
	request_set(request, "header", "no");
	request_text(request, text);
}

/* Two columns of doubles as an NPY array of the given type. */
static void begin_floats(
	struct request *request, const char *type, const double *values, int rows)
{
	unsigned char bytes[4096];
	int size = snprintf((char *)bytes + 10, 200,
		"{'descr': '<%s', 'fortran_order': False, 'shape': (%d, 2)}", type, rows);
	unsigned char *at = bytes + 10 + size;

	memcpy(bytes, "\x93NUMPY\1\0", 8);
	bytes[8] = (unsigned char)size;
	bytes[9] = 0;
	for (int i = 0; i < 2 * rows; i++) {
		float narrow = (float)values[i];
		if (type[1] == '4')
			memcpy(at, &narrow, 4);
		else
			memcpy(at, &values[i], 8);
		at += type[1] - '0';
	}
	request_init(request, SOURCE_FORMAT, "npy");
	request_inputs(request, bytes, (size_t)(at - bytes));
}

static void test_smallest_integers(void **state)
{
	static const struct {
		const char *text;
		enum ir_element element;
		int64_t lo, hi;
	} cases[] = {
		{ "0,a\n255,b\n", IR_UINT8, 0, 255 },
		{ "-1,a\n100,b\n", IR_INT8, -128, 127 },
		{ "-1,a\n128,b\n", IR_INT16, -32768, 32767 },
		{ "0,a\n256,b\n", IR_UINT16, 0, 65535 },
		{ "0,a\n65536,b\n", IR_INT32, 0, 65536 },
		{ "-7,a\n4294967296,b\n", IR_INT64, -7, 4294967296 },
		{ "-9223372036854775808,a\n9223372036854775807,b\n", IR_INT64, INT64_MIN,
			INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		begin(&r, cases[i].text);
		request_succeeds(&r);
		assert_int_equal(r.set.element, cases[i].element);
		assert_int_equal(r.set.features[0].lo, cases[i].lo);
		assert_int_equal(r.set.features[0].hi, cases[i].hi);
		assert_true(ir_feature_is_plain(&r.set.features[0]));
		request_fini(&r);
	}
}

static void test_range(void **state)
{
	struct request r;

	(void)state;
	begin(&r, "0,5,a\n16,3,b\n");
	r.data.has_range = true;
	r.data.range_lo = (struct ir_ratio){ 0, 1 };
	r.data.range_hi = (struct ir_ratio){ 300, 1 };
	request_succeeds(&r);
	assert_int_equal(r.set.element, IR_UINT16);
	assert_int_equal(r.set.cell, CELL_U8);
	assert_int_equal(r.set.features[1].hi, 300);
	request_fini(&r);

	begin(&r, "0,5,a\n16,3,b\n17,1,b\n1,17,c\n");
	r.data.has_range = true;
	r.data.range_lo = (struct ir_ratio){ 0, 1 };
	r.data.range_hi = (struct ir_ratio){ 16, 1 };
	request_fails(&r, 1, ":3:1: error: feature 1 is outside the range 0 .. 16");
	assert_non_null(
		strstr(r.message, ":4:2: error: feature 2 is outside the range 0 .. 16"));
	request_fini(&r);

	begin(&r, "0,a\n1,b\n");
	r.data.has_range = true;
	r.data.range_lo = (struct ir_ratio){ 0, 1 };
	r.data.range_hi = (struct ir_ratio){ 3, 2 };
	request_fails(
		&r, 1, "the range of integer features goes from an integer to an integer");
	request_fini(&r);
}

static void test_range_of_decimals(void **state)
{
	struct request r;

	(void)state;
	begin(&r, "0.5,a\n7.25,b\n");
	r.data.has_range = true;
	r.data.range_lo = (struct ir_ratio){ -1, 2 };
	r.data.range_hi = (struct ir_ratio){ 8, 1 };
	request_succeeds(&r);
	assert_int_equal(r.set.features[0].lo, -50);
	assert_int_equal(r.set.features[0].hi, 800);
	request_fini(&r);

	begin(&r, "0.5,a\n8.25,b\n");
	r.data.has_range = true;
	r.data.range_lo = (struct ir_ratio){ -1, 2 };
	r.data.range_hi = (struct ir_ratio){ 8, 1 };
	request_fails(&r, 1, ":2:1: error: feature 1 is outside the range -0.5 .. 8");
	request_fini(&r);
}

static void test_step_of_integers(void **state)
{
	struct request r;

	(void)state;
	begin(&r, "0,a\n23,a\n24,b\n255,c\n");
	r.data.has_step = r.data.has_offset = true;
	r.data.step = (struct ir_ratio){ 16, 1 };
	r.data.offset = (struct ir_ratio){ 0, 1 };
	request_succeeds(&r);
	assert_int_equal(r.set.element, IR_UINT8);
	assert_int_equal(request_cell(&r, 1, 0), 1); /* 23/16 + 1/2 */
	assert_int_equal(request_cell(&r, 2, 0), 2); /* a tie goes up */
	assert_int_equal(request_cell(&r, 3, 0), 16);
	assert_int_equal(r.set.features[0].hi, 16);
	request_fini(&r);
}

/*
 * 0.15 is a tie for a step of 1/10 on paper, but the classifier reads the float nearest to
 * it, which lies above; the double nearest to it lies below.
 */
static void test_decimals_map_as_they_are_read(void **state)
{
	struct request r;

	(void)state;
	begin(&r, "0.15,a\n0.4,b\n");
	r.data.has_step = true;
	r.data.step = (struct ir_ratio){ 1, 10 };
	request_succeeds(&r);
	assert_int_equal(r.set.element, IR_FLOAT);
	assert_int_equal(request_cell(&r, 0, 0), (double)0.15f > 0.15 ? 2 : 1);
	request_fini(&r);

	begin(&r, "0.15,a\n123456789,b\n");
	r.data.has_step = true;
	r.data.step = (struct ir_ratio){ 1, 10 };
	request_succeeds(&r);
	assert_int_equal(r.set.element, IR_DOUBLE);
	assert_int_equal(request_cell(&r, 0, 0), 1);
	request_fini(&r);
}

/* What float can tell apart: a tenth up to 2^20, integers up to 2^24. */
static void test_float_or_double(void **state)
{
	static const struct {
		const char *text;
		enum ir_element element;
	} cases[] = {
		{ "0.1,a\n524287.9,b\n", IR_FLOAT },
		{ "0.1,a\n1048576.1,b\n", IR_DOUBLE },
		{ "0.5,a\n8388607.5,b\n", IR_DOUBLE },
		{ "0.5,16777216,a\n1,0,b\n", IR_FLOAT },
		{ "0.5,16777217,a\n1,0,b\n", IR_DOUBLE },
		{ "0.000000001,a\n1,b\n", IR_DOUBLE },
	};
	struct request r;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		begin(&r, cases[i].text);
		request_succeeds(&r);
		assert_int_equal(r.set.element, cases[i].element);
		request_fini(&r);
	}
	begin(&r, "0.30000000000000004,a\n1,b\n");
	request_fails(
		&r, 1, "feature 1 has more steps over its range than a double tells apart");
	request_fini(&r);
}

static void test_binary_steps(void **state)
{
	static const double quarters[] = { 0.25, 1024, -3.5, 512, 1, 0 };
	static const double fine[] = { 0.1, 0, 0.7, 1 };
	struct request r;

	(void)state;
	begin_floats(&r, "f4", quarters, 3);
	request_labels(&r, "\0\0\10\1\0\0\0\3\0\1\2", 11);
	r.data.labels = NULL;
	request_succeeds(&r);
	assert_int_equal(r.set.features[0].step.den, 4);
	assert_int_equal(request_cell(&r, 1, 0), -14);
	assert_int_equal(r.set.element, IR_FLOAT);
	request_fini(&r);

	begin_floats(&r, "f4", fine, 2);
	request_fails(&r, 1, "memc infers a binary step only up to 2^24 steps; give a `step`");
	request_fini(&r);

	begin_floats(&r, "f8", fine, 2);
	r.data.has_step = true;
	r.data.step = (struct ir_ratio){ 1, 10 };
	request_succeeds(&r);
	assert_int_equal(r.set.element, IR_FLOAT);
	assert_int_equal(request_cell(&r, 1, 0), 7);
	request_fini(&r);
}

static void test_impossible_steps(void **state)
{
	static const double huge[] = { 1e300, 0, 1, 1 }, tiny[] = { 5e-324, 0, 0, 1 };
	struct request r;

	(void)state;
	begin_floats(&r, "f8", huge, 2);
	request_fails(&r, 1, "give a `step`");
	request_fini(&r);
	begin_floats(&r, "f8", tiny, 2);
	request_fails(&r, 1, "give a `step`");
	request_fini(&r);
	begin_floats(&r, "f8", huge, 2);
	r.data.has_step = true;
	r.data.step = (struct ir_ratio){ 1, 10 };
	request_fails(&r, 1, "than a double tells apart; give a coarser `step`");
	request_fini(&r);
	begin(&r, "9223372036854775807,a\n1,b\n");
	r.data.has_step = true;
	r.data.step = (struct ir_ratio){ 1, 10 };
	request_fails(&r, 1, "the step is too small for the range");
	request_fini(&r);
	begin(&r, "1,a\n2,b\n");
	r.data.has_step = true;
	r.data.step = (struct ir_ratio){ INT64_MAX, INT64_MAX - 1 };
	request_fails(&r, 1, "too many digits for exact arithmetic");
	request_fini(&r);
}

/* Raw features of every stored point map back to it, in every element type. */
static void test_raw_features(void **state)
{
	static const char *const texts[] = {
		"0,255,a\n7,8,b\n",
		"-128,127,a\n7,8,b\n",
		"0,65535,a\n7,8,b\n",
		"-32768,300,a\n7,8,b\n",
		"-2000000000,5,a\n7,8,b\n",
		"-9223372036854775808,5,a\n7,8,b\n",
		"0.1,3,a\n-2.7,8,b\n",
		"0.000000001,-3,a\n1,8,b\n",
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof texts / sizeof *texts; i++) {
		unsigned char bytes[16];
		struct request r;
		begin(&r, texts[i / 2]);
		r.data.has_offset = i & 1 && i != 11;
		r.data.offset = (struct ir_ratio){ 1, 1 };
		request_succeeds(&r);
		for (unsigned row = 0; row < 2; row++) {
			int64_t point[2], grid;
			dataset_point(&r.set, row, point);
			dataset_raw(&r.set, point, bytes);
			for (unsigned j = 0; j < 2; j++) {
				uint32_t size = ir_element_bytes(r.set.element);
				uint64_t bits = 0;
				float narrow;
				double wide;
				for (unsigned k = size; k-- > 0;)
					bits = bits << 8 | bytes[j * size + k];
				if (!ir_element_is_float(r.set.element)) {
					int64_t x = (int64_t)bits;
					if (ir_element_min(r.set.element) < 0)
						x = (int64_t)(bits << (64 - 8 * size)) >>
							(64 - 8 * size);
					assert_true(ir_feature_grid_int(
						&r.set.features[j], x, &grid));
				} else {
					uint32_t low = (uint32_t)bits;
					memcpy(&narrow, &low, 4);
					memcpy(&wide, &bits, 8);
					assert_true(ir_feature_grid_double(&r.set.features[j],
						size == 4 ? (double)narrow : wide, &grid));
				}
				assert_int_equal(grid, point[j]);
			}
		}
		request_fini(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_smallest_integers),
		cmocka_unit_test(test_range),
		cmocka_unit_test(test_range_of_decimals),
		cmocka_unit_test(test_step_of_integers),
		cmocka_unit_test(test_decimals_map_as_they_are_read),
		cmocka_unit_test(test_float_or_double),
		cmocka_unit_test(test_binary_steps),
		cmocka_unit_test(test_impossible_steps),
		cmocka_unit_test(test_raw_features),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
