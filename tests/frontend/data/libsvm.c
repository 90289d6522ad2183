/* libsvm and CIFAR-10: sparse rows, fixed records, and their errors. */
#include "tests/frontend/data/request.h"

static void test_sparse_rows(void **state)
{
	struct request r;

	(void)state;
	request_init(&r, SOURCE_FORMAT, "libsvm");
	request_text(
		&r, "# a comment\n+1 1:0.5 3:2 # here too\n\n-1 2:-7\r\n+1\n2 1:1 2:2 3:3");
	request_succeeds(&r);
	assert_int_equal(r.set.count, 4);
	assert_int_equal(r.set.inputs, 3);
	assert_int_equal(r.set.classes, 3);
	assert_string_equal(r.set.class_names[0], "-1");
	assert_string_equal(request_label(&r, 0), "1");
	assert_int_equal(r.set.features[0].step.den, 10);
	assert_int_equal(request_cell(&r, 0, 0), 5);
	assert_int_equal(request_cell(&r, 1, 0), 0);
	assert_int_equal(request_cell(&r, 1, 1), -7);
	assert_int_equal(request_cell(&r, 2, 2), 0);
	assert_int_equal(request_cell(&r, 3, 2), 3);
	request_fini(&r);
}

static void test_inputs(void **state)
{
	struct request r;

	(void)state;
	request_init(&r, SOURCE_FORMAT, "libsvm");
	request_set(&r, "inputs", "5");
	request_text(&r, "1 1:1\n2 2:2\n");
	request_succeeds(&r);
	assert_int_equal(r.set.inputs, 5);
	request_fini(&r);
}

/* Lines longer than any buffer, and more of them than one holds. */
static void test_long_lines(void **state)
{
	size_t room = 4 << 20, size = 0;
	char *text = malloc(room);
	struct request r;

	(void)state;
	for (int i = 0; i < 5; i++) {
		size += (size_t)sprintf(text + size, "%d", i);
		for (int j = 1; j <= 60; j++)
			size += (size_t)sprintf(text + size, " %*d:%d", 1000, j, i * j);
		text[size++] = '\n';
	}
	for (int i = 0; i < 50000; i++)
		size += (size_t)sprintf(text + size, "%d 1:%d 60:%d\n", i % 3, i, i);
	request_init(&r, SOURCE_FORMAT, "libsvm");
	request_inputs(&r, text, size);
	request_succeeds(&r);
	assert_int_equal(r.set.rows_read, 50005);
	assert_int_equal(request_cell(&r, 4, 59), 240);
	assert_int_equal(request_cell(&r, r.set.count - 1, 0), 49999);
	request_fini(&r);
	free(text);
}

static void test_libsvm_errors(void **state)
{
	static const struct {
		const char *inputs, *text, *message;
	} cases[] = {
		{ NULL, "", "the file holds no rows" },
		{ NULL, "\n# nothing\n", "the file holds no rows" },
		{ NULL, "1\n2\n", "no row has an entry; give `inputs`" },
		{ NULL, "1 1:1\nx 1:2\n", ":2:1: error: 'x' is not a number" },
		{ NULL, "0.5 1:1\n", ":1:1: error: '0.5' is not an integer" },
		{ NULL, "1,2 1:1\n", ":1:1: error: '1,2' is not a number" },
		{ NULL, "1 1:1 2\n", ":1:7: error: '2' is not of the form index:value" },
		{ NULL, "1 a:1\n", ":1:3: error: 'a:1' is not of the form" },
		{ NULL, "1 1:1\n1 0:1\n", ":2:3: error: '0' is no index" },
		{ NULL, "1 2000000:1\n", "'2000000' is no index: they go from 1 to 1048576" },
		{ NULL, "1 2:1 2:1\n", ":1:7: error: '2' does not rise" },
		{ NULL, "1 2:1 1:1\n", ":1:7: error: '1' does not rise" },
		{ NULL, "1 2:nan\n", ":1:5: error: 'nan' is not a finite number" },
		{ NULL, "1 2:\n", ":1:5: error: '' is not a number" },
		{ NULL, "1 1:9e18\n2 1:0.5\n", ":2:1: error: feature 1 has numbers" },
		{ "2", "1 3:1\n", ":1:3: error: '3' is greater than `inputs`" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		request_init(&r, SOURCE_FORMAT, "libsvm");
		if (cases[i].inputs)
			request_set(&r, "inputs", cases[i].inputs);
		request_text(&r, cases[i].text);
		request_fails(&r, 1, cases[i].message);
		request_fini(&r);
	}
}

/* A kilobyte that stands for gigabytes. */
static void test_too_sparse(void **state)
{
	char text[4096] = "1 1048576:1\n";
	struct request r;

	(void)state;
	for (int i = 0; i < 1000; i++)
		strcat(text, "0\n");
	request_init(&r, SOURCE_FORMAT, "libsvm");
	request_text(&r, text);
	request_fails(&r, 1, "1001 rows of 1048576 features with 1 entries in all: too sparse");
	request_fini(&r);
}

static void test_records(void **state)
{
	unsigned char records[2 * 3073];
	struct request r;

	(void)state;
	for (size_t i = 0; i < sizeof records; i++)
		records[i] = (unsigned char)(i * 31 >> 3);
	records[0] = 9;
	records[3073] = 3;
	request_init(&r, SOURCE_FORMAT, "cifar10");
	request_inputs(&r, records, sizeof records);
	request_succeeds(&r);
	assert_int_equal(r.set.count, 2);
	assert_int_equal(r.set.inputs, 3072);
	assert_int_equal(r.set.cell, CELL_U8);
	assert_memory_equal(r.set.cells, records + 1, 3072);
	assert_memory_equal((unsigned char *)r.set.cells + 3072, records + 3074, 3072);
	assert_string_equal(request_label(&r, 0), "9");
	request_fini(&r);
}

static void test_record_errors(void **state)
{
	static unsigned char records[2 * 3073];
	static const struct {
		size_t size;
		unsigned char label;
		const char *message;
	} cases[] = {
		{ 0, 0, "the file is empty" },
		{ 3072, 0, "cut short: record 1 has 3072 of its 3073 bytes" },
		{ 3074, 0, "cut short: record 2 has 1 of its 3073 bytes" },
		{ 6146, 10, ":2:1: error: label 10: those of CIFAR-10 are 0 to 9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		records[3073] = cases[i].label;
		request_init(&r, SOURCE_FORMAT, "cifar10");
		request_inputs(&r, records, cases[i].size);
		request_fails(&r, 1, cases[i].message);
		request_fini(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sparse_rows),
		cmocka_unit_test(test_inputs),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_libsvm_errors),
		cmocka_unit_test(test_too_sparse),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_record_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
