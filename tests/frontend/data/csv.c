/* CSV: columns and their roles, delimiters, quotes, decimals; every error with its place. */
#include "tests/frontend/data/request.h"

static void loads(struct request *request, const char *text)
{
	request_text(request, text);
	request_succeeds(request);
}

static void begin(struct request *request)
{
	request_init(request, SOURCE_FORMAT, "csv");
}

static void test_plain(void **state)
{
	struct request r;

	(void)state;
	begin(&r);
	loads(&r, "1,2,b\n300,4,a\n5,6,b\n");
	assert_int_equal(r.set.count, 3);
	assert_int_equal(r.set.inputs, 2);
	assert_int_equal(r.set.classes, 2);
	assert_string_equal(r.set.class_names[0], "b");
	assert_string_equal(request_label(&r, 1), "a");
	assert_int_equal(request_cell(&r, 1, 0), 300);
	assert_int_equal(request_cell(&r, 2, 1), 6);
	assert_int_equal(r.set.element, IR_UINT16);
	assert_int_equal(r.set.features[1].hi, 65535);
	assert_int_equal(r.set.rows[2], 3);
	request_fini(&r);
}

static void test_header_is_found(void **state)
{
	static const char *const texts[] = {
		"x,y,class\n1,2,a\n3,4,b\n",
		"\xef\xbb\xbfx,y,class\r\n1,2,a\r\n3,4,b",
		"\n\nx,y,class\n\n1,2,a\n\n3,4,b\n\n",
		"\"x\",\"y\",\"class\"\n\"1\",\"2\",\"a\"\n\"3\",\"4\",\"b\"\n",
		" x , y , class \n 1 , 2 , a \n 3 , 4 , b \n",
		"x,y,class\r1,2,a\r3,4,b\r",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct request r;
		begin(&r);
		loads(&r, texts[i]);
		assert_int_equal(r.set.count, 2);
		assert_int_equal(request_cell(&r, 1, 1), 4);
		assert_string_equal(request_label(&r, 1), "b");
		assert_int_equal(r.set.rows[0], 1);
		request_fini(&r);
	}
}

static void test_columns_by_name_and_number(void **state)
{
	static const struct {
		const char *label, *ignore;
	} ways[] = {
		{ "\"class\"", "\"id,note\"" },
		{ "2", "\"1, 5\"" },
		{ "-4", "\"-1,id\"" },
		{ "\"2\"", "\" note , id \"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct request r;
		begin(&r);
		request_set(&r, "label", ways[i].label);
		request_set(&r, "ignore", ways[i].ignore);
		request_set(&r, "header", "yes");
		loads(&r, "id,class,x,y,note\na,u,1,2,q\nb,v,3,4,w\n");
		assert_int_equal(r.set.inputs, 2);
		assert_int_equal(request_cell(&r, 0, 0), 1);
		assert_int_equal(request_cell(&r, 1, 1), 4);
		assert_string_equal(request_label(&r, 1), "v");
		request_fini(&r);
	}
}

static void test_delimiters_and_quotes(void **state)
{
	static const struct {
		const char *delimiter, *quote, *text;
	} ways[] = {
		{ "\";\"", "\"'\"", "1;2;'a;''b'\n3;4;c\n" },
		{ "\"\t\"", "\"\"\"", "1\t2\t\"a;'b\"\n3\t4\tc\n" },
		{ "\"\\t\"", "\"\"\"", "1\t2\ta;'b\n3\t4\tc\n" },
		{ "\" \"", "\"\"\"", "1 2 a;'b\n3 4 c\n" },
		{ "\"|\"", "\"\"\"", "1|2|a;'b\n3|4|c\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		struct request r;
		begin(&r);
		request_set(&r, "delimiter", ways[i].delimiter);
		request_set(&r, "quote", ways[i].quote);
		loads(&r, ways[i].text);
		assert_int_equal(r.set.inputs, 2);
		assert_string_equal(request_label(&r, 0), "a;'b");
		assert_int_equal(request_cell(&r, 1, 0), 3);
		request_fini(&r);
	}
}

/* Each column has the step of its smallest decimal place, wherever that stands. */
static void test_decimals(void **state)
{
	struct request r;

	(void)state;
	begin(&r);
	loads(&r, "1,2.50,-1e-3,a\n2,2.25,1e2,b\n-3,7,0.5e0,c\n");
	assert_int_equal(r.set.features[0].step.den, 1);
	assert_int_equal(r.set.features[1].step.den, 100);
	assert_int_equal(r.set.features[2].step.den, 1000);
	assert_int_equal(r.set.element, IR_FLOAT);
	assert_int_equal(request_cell(&r, 0, 1), 250);
	assert_int_equal(request_cell(&r, 1, 1), 225);
	assert_int_equal(request_cell(&r, 2, 1), 700);
	assert_int_equal(request_cell(&r, 0, 2), -1);
	assert_int_equal(request_cell(&r, 1, 2), 100000);
	assert_int_equal(request_cell(&r, 2, 2), 500);
	assert_int_equal(r.set.features[0].lo, -3);
	assert_int_equal(r.set.features[2].hi, 100000);
	request_fini(&r);
}

/* Line numbers count what an editor counts, over quotes and empty lines. */
static void test_places(void **state)
{
	struct request r;

	(void)state;
	begin(&r);
	request_text(&r, "x,y,c\n1,2,\"a\nb\"\n\n3,4x,d\r\n5,6,\n7,8\n");
	request_fails(&r, 1, ":5:2: error: '4x' is not a number");
	assert_non_null(strstr(r.message, ":6:3: error: the label is empty"));
	assert_non_null(strstr(
		r.message, ":7: error: the row has 2 fields; the first row, on line 1, has 3"));
	request_fini(&r);
}

static void test_errors(void **state)
{
	static const struct {
		const char *option, *value, *text, *message;
	} cases[] = {
		{ NULL, NULL, "", "the file is empty" },
		{ NULL, NULL, "\n \n\n", "the file is empty" },
		{ NULL, NULL, "a,b\n", "no rows beside its header" },
		{ NULL, NULL, "1,2,a\n1,,b\n", ":2:2: error: the field is empty" },
		{ NULL, NULL, "1,2,a\n1,nan,b\n", ":2:2: error: 'nan' is not a finite" },
		{ NULL, NULL, "1,2,a\n-inf,1,b\n", ":2:1: error: '-inf' is not a finite" },
		{ NULL, NULL, "1,Infinity,a\n", ":1:2: error: 'Infinity' is not a finite" },
		{ NULL, NULL, "0x10,1,a\n", ":1:1: error: '0x10' is not a number; if this" },
		{ NULL, NULL, "1,2,a\n99999999999999999999,1,b\n", ":2:1: error: '9999" },
		{ NULL, NULL, "1,2,a\n1e19,1,b\n", "has more digits than 63 bits hold" },
		{ NULL, NULL, "1,2,a\n1e-19,1,b\n", "has more than 18 decimal places" },
		{ NULL, NULL, "9e18,2,a\n0.01,1,b\n", ":2:1: error: the column has numbers" },
		{ NULL, NULL, "0.01,2,a\n9e18,1,b\n", ":2:1: error: the column has numbers" },
		{ NULL, NULL, "1,2,\"a\n", "a quoted field is not closed" },
		{ NULL, NULL, "1,2,a\n1,\"2\"x,b\n", ":2:2: error: a quote inside a field" },
		{ NULL, NULL, "a\nb\n", "the row has no feature beside the label" },
		{ "header", "no", "x,y,c\n1,2,a\n", ":1:1: error: 'x' is not a number; if" },
		{ "label", "4", "1,2,a\n", "there is no column 4" },
		{ "label", "0", "1,2,a\n", "there is no column 0" },
		{ "label", "-4", "1,2,a\n", "there is no column -4" },
		{ "label", "\"klass\"", "x,class\n1,a\n", "'klass'; did you mean 'class'?" },
		{ "ignore", "\"c\"", "1,2,a\n", "column 'c'; its first row is no header" },
		{ "ignore", "\"1,2\"", "1,2,a\n", "the row has no feature" },
		{ "ignore", "\"3\"", "1,2,a\n", "the label is to be ignored" },
		{ "delimiter", "\"ab\"", "1,2,a\n", "`delimiter` takes one character" },
		{ "delimiter", "\"\"", "1,2,a\n", "`delimiter` takes one character" },
		{ "quote", "\",\"", "1,2,a\n", "the delimiter is also the quote" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		begin(&r);
		if (cases[i].option)
			request_set(&r, cases[i].option, cases[i].value);
		request_text(&r, cases[i].text);
		request_fails(&r, 1, cases[i].message);
		request_fini(&r);
	}
}

static void test_missing_file(void **state)
{
	struct request r;

	(void)state;
	begin(&r);
	r.data.inputs = "/nonexistent/x.csv";
	request_fails(&r, 2, "cannot read '/nonexistent/x.csv': No such file or directory");
	request_fini(&r);
	begin(&r);
	r.data.inputs = "/usr";
	request_fails(&r, 2, "cannot read '/usr': it is a folder");
	request_fini(&r);
}

/* After twenty errors the reader gives up. */
static void test_many_errors(void **state)
{
	struct request r;
	char text[4096] = "1,2,a\n";

	(void)state;
	for (int i = 0; i < 100; i++)
		strcat(text, "x,y,a\n");
	begin(&r);
	request_text(&r, text);
	request_fails(&r, 1, ":11:2: error: 'y' is not a number");
	assert_true(diag_count(&r.sink) <= DIAG_LIMIT + 1);
	request_fini(&r);
}

/* A field that never ends is refused before it fills the memory. */
static void test_endless_field(void **state)
{
	size_t size = 4 << 20;
	char *text = malloc(size);
	struct request r;

	(void)state;
	memset(text, 'x', size);
	memcpy(text, "1,\"", 3);
	begin(&r);
	request_inputs(&r, text, size);
	request_fails(&r, 1, "a field of over a million characters");
	request_fini(&r);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_header_is_found),
		cmocka_unit_test(test_columns_by_name_and_number),
		cmocka_unit_test(test_delimiters_and_quotes),
		cmocka_unit_test(test_decimals),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_missing_file),
		cmocka_unit_test(test_many_errors),
		cmocka_unit_test(test_endless_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
