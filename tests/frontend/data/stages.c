/* What happens to rows between reading and the network: classes, filters, merging. */
#include "tests/frontend/data/request.h"

static void begin(struct request *request, const char *text)
{
	request_init(request, SOURCE_FORMAT, "csv");
	request_text(request, text);
}

static const struct span somewhere[8];

static void only(struct request *request, const char *const *names, size_t count)
{
	request->data.only = names;
	request->data.only_spans = somewhere;
	request->data.only_count = count;
}

static void classes(struct request *request, const char *const *names, size_t count)
{
	request->data.class_names = names;
	request->data.class_name_count = count;
}

/* The labels of all points, with blanks between them. */
static const char *labels_of(const struct request *request)
{
	static char text[4096];

	*text = '\0';
	for (uint64_t i = 0; i < request->set.count; i++) {
		strcat(text, i ? " " : "");
		strcat(text, request_label(request, i));
	}
	return text;
}

static void test_names_from_the_data(void **state)
{
	static const struct {
		const char *text, *first, *last;
	} cases[] = {
		{ "1,10\n2,9\n3,-1\n", "-1", "10" },
		{ "1,b\n2,a\n3,c\n", "b", "c" },
		{ "1,10\n2,x\n3,9\n", "10", "9" },
		{ "1,+2\n2,1\n3,3\n", "1", "3" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		begin(&r, cases[i].text);
		request_succeeds(&r);
		assert_int_equal(r.set.classes, 3);
		assert_string_equal(r.set.class_names[0], cases[i].first);
		assert_string_equal(r.set.class_names[2], cases[i].last);
		request_fini(&r);
	}
}

static void test_names_from_the_list(void **state)
{
	static const char *const names[] = { "zero", "one", "two" };
	static const struct {
		const char *text, *labels;
	} cases[] = {
		{ "1,two\n2,zero\n", "two zero" },
		{ "1,2\n2,0\n", "two zero" },
		{ "1,-1\n2,7\n3,1\n", "zero two one" },
		{ "1,1\n2,2\n3,3\n", "zero one two" },
		{ "1,1\n2,2\n", "one two" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request r;
		begin(&r, cases[i].text);
		classes(&r, names, 3);
		request_succeeds(&r);
		assert_int_equal(r.set.classes, 3);
		assert_string_equal(labels_of(&r), cases[i].labels);
		request_fini(&r);
	}
}

static void test_list_errors(void **state)
{
	static const char *const names[] = { "zero", "one" };
	struct request r;

	(void)state;
	begin(&r, "1,zero\n2,ones\n3,xxxxxxxx\n");
	classes(&r, names, 2);
	request_fails(&r, 1,
		":2:2: error: label 'ones' is not in the list of classes; did you mean 'one'?");
	assert_non_null(strstr(r.message, ":3:2: error: label 'xxxxxxxx' is not in the list"));
	request_fini(&r);
	begin(&r, "1,1\n2,2\n3,3\n");
	classes(&r, names, 2);
	request_fails(&r, 1, "2 names for 3 labels from 1 to 3: give one for each");
	assert_non_null(strstr(r.message, ":3:2: note: label 3 first stands here"));
	request_fini(&r);
	begin(&r, "1,7\n2,7\n");
	classes(&r, names, 2);
	request_fails(&r, 1, "2 names for 1 labels from 7 to 7");
	request_fini(&r);
}

static void test_only(void **state)
{
	static const char *const numbers[] = { "8", "1" }, *const list[] = { "a", "b", "c" };
	static const char *const words[] = { "c", "0" }, *const wrong[] = { "dres", "x" };
	struct request r;

	(void)state;
	begin(&r, "1,8\n2,5\n3,1\n4,8\n");
	only(&r, numbers, 2);
	request_succeeds(&r);
	assert_string_equal(labels_of(&r), "8 1 8");
	assert_string_equal(r.set.class_names[0], "1");
	assert_int_equal(r.set.classes, 2);
	assert_int_equal(r.set.rows_read, 4);
	assert_int_equal(r.set.rows_kept, 3);
	assert_int_equal(r.set.rows[1], 3);
	request_fini(&r);

	begin(&r, "1,0\n2,1\n3,2\n");
	classes(&r, list, 3);
	only(&r, words, 2);
	request_succeeds(&r);
	assert_string_equal(labels_of(&r), "a c");
	request_fini(&r);

	begin(&r, "1,dress\n2,coat\n");
	only(&r, wrong, 2);
	request_fails(&r, 1, "no class 'dres' in the data; did you mean 'dress'?");
	assert_non_null(
		strstr(r.message, "no class 'x' in the data; its classes are dress, coat"));
	request_fini(&r);

	begin(&r, "1,0\n2,1\n");
	classes(&r, list, 3);
	only(&r, words, 1);
	request_fails(&r, 1, "no row has one of its classes");
	request_fini(&r);
}

static void begin_many(struct request *request)
{
	char text[4096] = "";

	for (int i = 0; i < 100; i++)
		sprintf(text + strlen(text), "%d,%d\n", i, i % 4);
	begin(request, text);
}

static void test_limits(void **state)
{
	struct request r;

	(void)state;
	begin_many(&r);
	r.data.limit = 10;
	request_succeeds(&r);
	assert_int_equal(r.set.count, 10);
	assert_int_equal(r.set.classes, 4);
	assert_int_equal(request_cell(&r, 9, 0), 9);
	request_fini(&r);
	begin_many(&r);
	r.data.limit = 6;
	r.data.limit_per_class = 1;
	request_succeeds(&r);
	assert_string_equal(labels_of(&r), "0 1 2 3");
	request_fini(&r);
	begin_many(&r);
	r.data.limit_per_class = 2;
	request_succeeds(&r);
	assert_string_equal(labels_of(&r), "0 1 2 3 0 1 2 3");
	request_fini(&r);
}

/* Kept and dropped rows of one seed are the two halves of a partition, in order. */
static void test_split(void **state)
{
	struct request keep, drop, other;
	unsigned seen[100] = { 0 }, same = 0;

	(void)state;
	begin_many(&keep);
	keep.data.split = true;
	keep.data.split_part = (struct ir_ratio){ 3, 7 };
	keep.data.split_seed = 5;
	request_succeeds(&keep);
	begin_many(&drop);
	drop.data.split = drop.data.split_drop = true;
	drop.data.split_part = (struct ir_ratio){ 3, 7 };
	drop.data.split_seed = 5;
	request_succeeds(&drop);
	begin_many(&other);
	other.data.split = true;
	other.data.split_part = (struct ir_ratio){ 3, 7 };
	other.data.split_seed = 6;
	request_succeeds(&other);
	assert_int_equal(keep.set.count, 42);
	assert_int_equal(drop.set.count, 58);
	for (uint64_t i = 0; i < 42; i++) {
		seen[request_cell(&keep, i, 0)]++;
		same += request_cell(&keep, i, 0) == request_cell(&other, i, 0);
		assert_true(i == 0 || keep.set.rows[i] > keep.set.rows[i - 1]);
	}
	for (uint64_t i = 0; i < 58; i++)
		seen[request_cell(&drop, i, 0)]++;
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(seen[i], 1);
	assert_in_range(same, 0, 20);
	request_fini(&keep);
	request_fini(&drop);
	request_fini(&other);

	begin(&keep, "1,a\n");
	keep.data.split = true;
	keep.data.split_part = (struct ir_ratio){ 1, 2 };
	request_fails(&keep, 1, "no rows are left of 'test': the split keeps none of 1");
	request_fini(&keep);
}

static void test_shuffle(void **state)
{
	struct request r;
	unsigned counts[4] = { 0 }, same = 0;

	(void)state;
	begin_many(&r);
	r.data.shuffle_labels = true;
	r.data.shuffle_seed = 1;
	request_succeeds(&r);
	for (uint64_t i = 0; i < 100; i++) {
		assert_int_equal(request_cell(&r, i, 0), i);
		counts[r.set.labels[i]]++;
		same += r.set.labels[i] == i % 4;
	}
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(counts[i], 25);
	assert_in_range(same, 10, 45);
	request_fini(&r);
}

static void test_merge(void **state)
{
	struct request r;

	(void)state;
	begin(&r, "x,y,c\n1,1,a\n2,2,b\n1,1,a\n3,3,a\n2,2,b\n1,1,a\n");
	request_succeeds(&r);
	assert_int_equal(r.set.count, 3);
	assert_int_equal(r.set.merged, 3);
	assert_int_equal(r.set.rows_kept, 6);
	assert_int_equal(r.set.rows[2], 4);
	assert_string_equal(labels_of(&r), "a b a");
	request_fini(&r);
}

static void test_contradictions(void **state)
{
	struct request r;

	(void)state;
	begin(&r, "x,c\n1,a\n\n2,b\n1,b\n2,a\n");
	request_fails(&r, 1,
		":5: error: row 3 is class 'b', but row 1, the same point, is class 'a'; "
		"remove");
	assert_non_null(strstr(r.message, ":2: note: row 1 is this one"));
	assert_non_null(strstr(r.message, ":6: error: row 4 is class 'a', but row 2"));
	request_fini(&r);
	begin(&r, "1.0,a\n1.04,b\n");
	r.data.has_step = true;
	r.data.step = (struct ir_ratio){ 1, 10 };
	request_fails(&r, 1, "remove one of them or give a smaller `step`");
	request_fini(&r);
}

static void test_points(void **state)
{
	static const struct decimal a[] = { { 0, 0 }, { 15, 1 } },
				    b[] = { { 1, 0 }, { -3, 2 } };
	struct inline_point points[] = {
		{ a, 2, "odd", { 0, 0, 0 } },
		{ b, 2, "even", { 0, 0, 0 } },
		{ a, 2, "odd", { 0, 0, 0 } },
	};
	struct request r;

	(void)state;
	request_init(&r, SOURCE_POINTS, "points");
	r.data.points = points;
	r.data.point_count = 3;
	request_succeeds(&r);
	assert_int_equal(r.set.count, 2);
	assert_int_equal(request_cell(&r, 0, 1), 150);
	assert_int_equal(request_cell(&r, 1, 1), -3);
	assert_int_equal(r.set.features[1].step.den, 100);
	assert_string_equal(r.set.class_names[0], "odd");
	request_fini(&r);

	points[1].count = 1;
	request_init(&r, SOURCE_POINTS, "points");
	r.data.points = points;
	r.data.point_count = 3;
	request_fails(&r, 1, "a point of 1 coordinates; the first has 2");
	request_fini(&r);

	points[1] = points[0];
	points[1].label = "even";
	request_init(&r, SOURCE_POINTS, "points");
	r.data.points = points;
	r.data.point_count = 3;
	request_fails(
		&r, 1, "row 2 is class 'even', but row 1, the same point, is class 'odd'");
	request_fini(&r);

	request_init(&r, SOURCE_POINTS, "points");
	request_fails(&r, 1, "there are no points");
	request_fini(&r);
}

/* The digest follows from cells, labels and features, and from nothing else. */
static void test_digest(void **state)
{
	static const char *const texts[] = { "1,2,a\n3,4,b\n", "1,2,a\n3,5,b\n",
		"1,2,a\n3,4,a\n", "1,2,a\n3,4.5,b\n", "1,2,a\n3,4,b\n300,4,b\n" };
	char digests[5][65];

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct request r;
		begin(&r, texts[i]);
		request_succeeds(&r);
		strcpy(digests[i], r.set.sha256);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(digests[i], digests[j]);
		request_fini(&r);
	}
	assert_string_equal(
		digests[0], "68ad83c0261105a06678becc1375e359ad812b94ccdd78a44fa1be31458329da");
}

/* Errors of an earlier load are not those of the next one, unless the sink is full. */
static void test_shared_sink(void **state)
{
	struct request r;
	int again = 0;

	(void)state;
	request_init(&r, SOURCE_FORMAT, "libsvm");
	request_text(&r, "1 1:1\n2 1:2\n");
	diag_error(&r.sink, SPAN_NONE, "an earlier error");
	assert_true(dataset_load(&r.set, &r.data, &r.sink, NULL));
	assert_int_equal(r.set.count, 2);
	while (!diag_full(&r.sink))
		diag_error(&r.sink, SPAN_NONE, "error %d", again++);
	dataset_fini(&r.set);
	assert_false(dataset_load(&r.set, &r.data, &r.sink, NULL));
	request_fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_from_the_data),
		cmocka_unit_test(test_names_from_the_list),
		cmocka_unit_test(test_list_errors),
		cmocka_unit_test(test_only),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_shuffle),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_points),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_shared_sink),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
