/* Real labels: what is read, how it is rounded, and what levels come of it. */
#include "ir/level.h"
#include "tests/frontend/data/request.h"

static void begin(struct request *request, const char *text, int exponent)
{
	request_init(request, SOURCE_FORMAT, "csv");
	request_text(request, text);
	request->data.real = true;
	request->data.real_exponent = exponent;
}

static double value(const struct request *request, uint64_t row)
{
	return ir_level_value(request->set.levels, (int32_t)request->set.labels[row]);
}

/* To the nearest multiple, ties upward; exactly, however many digits there are. */
static void test_rounding(void **state)
{
	static const struct {
		const char *label;
		int exponent;
		double value;
	} cases[] = {
		{ "0.125", -2, 0.25 },
		{ "0.1249999999999999999999999999999999", -2, 0 },
		{ "-0.125", -2, 0 },
		{ "-0.1250000000000000000000000000000001", -2, -0.25 },
		{ "+7", 0, 7 },
		{ ".5", 0, 1 },
		{ "-.5", 0, 0 },
		{ "6", 2, 8 },
		{ "-6", 2, -4 },
		{ "5.99999", 2, 4 },
		{ "1e3", 0, 1000 },
		{ "1E-3", -10, 0x1p-10 },
		{ "-2.5e+1", -1, -25 },
		{ "1e-400", -60, 0 },
		{ "0.1", -55, 0x1999999999999ap-56 },
		{ "9007199254740991", 0, 9007199254740991 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[128];
		struct request r;
		snprintf(text, sizeof text, "1,%s\n", cases[i].label);
		begin(&r, text, cases[i].exponent);
		request_succeeds(&r);
		if (value(&r, 0) != cases[i].value)
			fail_msg("%s: %a, not %a", text, value(&r, 0), cases[i].value);
		assert_int_equal(r.set.classes, 1);
		request_fini(&r);
	}
}

static void test_what_is_no_number(void **state)
{
	static const char *const labels[] = { "inf", "-", "+-1", "1e", "1e+", "0x10", "1 2",
		"1/3", "1e5000", ".", "-.", "1.2.3", "e5" };

	(void)state;
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		char text[128], message[128];
		struct request r;
		snprintf(text, sizeof text, "1,2\n2,%s\n", labels[i]);
		snprintf(message, sizeof message,
			":2:2: error: the label '%s' is not a finite number", labels[i]);
		begin(&r, text, 0);
		request_fails(&r, 1, message);
		request_fini(&r);
	}
}

/* All multiples between the least and the greatest are levels, rows that are dropped count. */
static void test_levels(void **state)
{
	struct request r;

	(void)state;
	begin(&r, "1,-1.5\n2,0.30\n3,2\n4,.25\n", -2);
	r.data.limit = 2;
	request_succeeds(&r);
	assert_int_equal(r.set.count, 2);
	assert_int_equal(r.set.classes, 15);
	assert_null(r.set.class_names);
	assert_int_equal(r.set.levels->lo, -6);
	assert_int_equal(r.set.levels->hi, 8);
	assert_int_equal(ir_levels_exponent(r.set.levels), -2);
	assert_int_equal(r.set.labels[0], 0);
	assert_int_equal(r.set.labels[1], 7);
	request_fini(&r);
}

/* Texts of one value, and values of one level, are one label: their points merge. */
static void test_merging(void **state)
{
	struct request r;

	(void)state;
	begin(&r, "1,0.5\n1,5e-1\n1,0.6\n2,1\n", -2);
	request_succeeds(&r);
	assert_int_equal(r.set.count, 2);
	assert_int_equal(r.set.merged, 2);
	request_fini(&r);
	begin(&r, "1,0.5\n1,0.7\n", -2);
	request_fails(&r, 1,
		"row 2 has the value '0.75', but row 1, the same point, has the value '0.5'");
	request_fini(&r);
}

/* What is memorized is another thing if the levels are. */
static void test_digest(void **state)
{
	char first[65];

	(void)state;
	for (int exponent = -2; exponent <= 0; exponent++) {
		struct request r;
		begin(&r,
			exponent == -2           ? "1,0\n2,0.25\n"
				: exponent == -1 ? "1,0\n2,0.5\n"
						 : "1,1\n2,2\n",
			exponent);
		request_succeeds(&r);
		assert_int_equal(r.set.classes, 2);
		if (exponent > -2)
			assert_string_not_equal(r.set.sha256, first);
		strcpy(first, r.set.sha256);
		request_fini(&r);
	}
}

/* A double of 0.1 is a little more than that, and is rounded as what it is. */
static void test_arrays_of_floats(void **state)
{
	static const char header[] = "\x93NUMPY\1\0\x40\0{'descr': '<f8', 'fortran_order': "
				     "False, 'shape': (2, 2)}      \n";
	static const double numbers[] = { 3, 0.1, 4, -2.75 };
	static const float labels[] = { 0.1f, -1e30f };
	static const char label_header[] = "\x93NUMPY\1\0\x3e\0{'descr': '<f4', "
					   "'fortran_order': False, 'shape': (2,)}      \n";
	unsigned char bytes[sizeof header - 1 + sizeof numbers];
	unsigned char label_bytes[sizeof label_header - 1 + sizeof labels];
	struct request r;

	(void)state;
	memcpy(bytes, header, sizeof header - 1);
	memcpy(bytes + sizeof header - 1, numbers, sizeof numbers);
	memcpy(label_bytes, label_header, sizeof label_header - 1);
	memcpy(label_bytes + sizeof label_header - 1, labels, sizeof labels);
	request_init(&r, SOURCE_FORMAT, "npy");
	request_inputs(&r, bytes, sizeof bytes);
	r.data.real = true;
	r.data.real_exponent = -22;
	request_succeeds(&r);
	assert_true(value(&r, 0) == 0x66666p-22 && value(&r, 1) == -2.75);
	request_fini(&r);
	request_init(&r, SOURCE_FORMAT, "npy");
	request_inputs(&r, bytes, sizeof bytes);
	request_labels(&r, label_bytes, sizeof label_bytes);
	r.data.real = true;
	request_fails(&r, 1, "the label '-1000000015047466219876688855040' is too great");
	request_fini(&r);
}

/* The labels of generators, and those of libsvm, are numbers as well. */
static void test_other_sources(void **state)
{
	struct request r;

	(void)state;
	request_init(&r, SOURCE_GENERATOR, "uniform");
	request_set(&r, "classes", "1000");
	request_set(&r, "n", "50");
	r.data.real = true;
	request_succeeds(&r);
	assert_true(r.set.classes > 800 && r.set.classes <= 1000);
	request_fini(&r);
	request_init(&r, SOURCE_FORMAT, "libsvm");
	request_text(&r, "0.5 1:3\n-1e-1 1:4\n");
	r.data.real = true;
	r.data.real_exponent = -3;
	request_succeeds(&r);
	assert_true(value(&r, 0) == 0.5 && value(&r, 1) == -0.125);
	request_fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rounding),
		cmocka_unit_test(test_what_is_no_number),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_merging),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_arrays_of_floats),
		cmocka_unit_test(test_other_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
