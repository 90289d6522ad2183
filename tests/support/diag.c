/* Diagnostics: what is printed, to the byte, what is counted, and the nearest name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/diag.h"

static int setup(void **state)
{
	struct diag_sink *sink = malloc(sizeof *sink);

	diag_init(sink);
	*state = sink;
	return 0;
}

static int teardown(void **state)
{
	diag_fini(*state);
	free(*state);
	return 0;
}

static void assert_prints(struct diag_sink *sink, const char *expected)
{
	char *text;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	diag_print(sink, stream);
	fclose(stream);
	assert_string_equal(text, expected);
	free(text);
}

static struct span span_of(struct diag_sink *sink, const char *text, const char *part)
{
	const char *at = strstr(text, part);

	assert_non_null(at);
	return (struct span){
		.source = diag_source(sink, "a.mem", text, strlen(text)),
		.begin = (uint32_t)(at - text),
		.end = (uint32_t)(at - text + (ptrdiff_t)strlen(part)),
	};
}

static void caret_under_the_span(void **state)
{
	static const char text[] = "one\n\ttwo thre four\nfive\n";
	struct diag_sink *sink = *state;

	diag_error(sink, span_of(sink, text, "thre"), "no '%s' here", "thre");
	diag_note(sink, span_of(sink, text, "one"), "the %d is here", 1);
	assert_prints(sink,
		"a.mem:2:6: error: no 'thre' here\n"
		"  \ttwo thre four\n"
		"  \t    ^~~~\n"
		"a.mem:1:1: note: the 1 is here\n"
		"  one\n"
		"  ^~~\n");
}

static void a_span_of_several_lines_ends_with_the_first(void **state)
{
	static const char text[] = "ab {\ncd\n}";
	struct diag_sink *sink = *state;

	diag_warn(sink, span_of(sink, text, "{\ncd"), "open");
	assert_prints(sink, "a.mem:1:4: warning: open\n  ab {\n     ^\n");
	assert_int_equal(diag_count(sink), 0);
	assert_int_equal(diag_exit_code(sink), 0);
}

static void the_end_of_the_text_is_a_place(void **state)
{
	static const char text[] = "ab\ncd";
	struct diag_sink *sink = *state;
	uint32_t source = diag_source(sink, "a.mem", text, 5);

	diag_error(sink, (struct span){ source, 5, 5 }, "ends here");
	diag_error(sink, (struct span){ source, 900, 901 }, "beyond");
	assert_prints(sink,
		"a.mem:2:3: error: ends here\n  cd\n    ^\n"
		"a.mem:2:3: error: beyond\n  cd\n    ^\n");
}

static void an_empty_source(void **state)
{
	struct diag_sink *sink = *state;
	uint32_t source = diag_source(sink, "empty.mem", "", 0);

	diag_error(sink, (struct span){ source, 0, 0 }, "nothing");
	assert_string_equal(diag_source_path(sink, source), "empty.mem");
	assert_string_equal(diag_source_path(sink, 0), "");
	assert_string_equal(diag_source_path(sink, source + 1), "");
	assert_prints(sink, "empty.mem:1:1: error: nothing\n  \n  ^\n");
}

/* A terminal must not be at the mercy of a spec's bytes, nor of its line of 10 MB. */
static void long_lines_and_control_bytes(void **state)
{
	struct diag_sink *sink = *state;
	char text[5000], expected[1000];
	uint32_t source;

	memset(text, 'x', sizeof text);
	text[1] = 27;
	memcpy(text + 3, "\xc2\x9b", 2);
	source = diag_source(sink, "a.mem", text, sizeof text);
	diag_error(sink, (struct span){ source, 0, 1 }, "near");
	diag_error(sink, (struct span){ source, 4000, 4001 }, "far");
	snprintf(expected, sizeof expected,
		"a.mem:1:1: error: near\n  x x  %.*s\n  ^\na.mem:1:4001: error: far\n", 195,
		text + 5);
	assert_prints(sink, expected);
}

/* What is quoted of a file neither moves the cursor nor begins a line of its own. */
static void control_bytes_of_messages(void **state)
{
	struct diag_sink *sink = *state;

	diag_error(sink, SPAN_NONE, "found '%s'",
		"\x1b[2J\x7f\r\nmemc:\t\xc3\xa4\xc2\x9b"
		"2J");
	assert_prints(sink, "memc: error: found '?[2J?? memc: \xc3\xa4??2J'\n");
}

static void a_file_that_is_no_text_has_no_lines(void **state)
{
	struct diag_sink *sink = *state;
	uint32_t source = diag_source(sink, "a.onnx", NULL, 0);

	diag_error(sink, (struct span){ source, 0, 0 }, "wrong");
	assert_prints(sink, "a.onnx: error: wrong\n");
}

static void rows_of_data_files(void **state)
{
	struct diag_sink *sink = *state;
	char path[] = "data.csv";

	diag_error_at(sink, (struct place){ path, 3, 2 }, "a");
	diag_note_at(sink, (struct place){ path, 4, 0 }, "b");
	diag_error_at(sink, (struct place){ path, 0, 0 }, "c");
	diag_error(sink, SPAN_NONE, "d");
	memset(path, 'z', 8); /* paths are copied */
	assert_prints(sink,
		"data.csv:3:2: error: a\n"
		"data.csv:4: note: b\n"
		"data.csv: error: c\n"
		"memc: error: d\n");
}

static void errors_past_the_limit_are_counted(void **state)
{
	struct diag_sink *sink = *state;
	char expected[4000] = "", line[100];

	for (int i = 1; i <= DIAG_LIMIT + 5; i++) {
		assert_int_equal(diag_full(sink), i > DIAG_LIMIT);
		diag_error(sink, SPAN_NONE, "number %d", i);
		diag_note(sink, SPAN_NONE, "about %d", i);
		if (i > DIAG_LIMIT)
			continue;
		snprintf(line, sizeof line, "memc: error: number %d\nmemc: note: about %d\n", i,
			i);
		strcat(expected, line);
	}
	assert_int_equal(diag_count(sink), DIAG_LIMIT + 5);
	strcat(expected, "memc: 5 more errors\n");
	assert_prints(sink, expected);
}

static void the_world_outranks_the_user(void **state)
{
	struct diag_sink *sink = *state;

	assert_int_equal(diag_exit_code(sink), 0);
	diag_error(sink, SPAN_NONE, "the spec");
	assert_int_equal(diag_exit_code(sink), 1);
	diag_world(sink, SPAN_NONE, "the disk");
	assert_int_equal(diag_exit_code(sink), 2);
	diag_error(sink, SPAN_NONE, "the spec again");
	assert_int_equal(diag_exit_code(sink), 2);
	assert_int_equal(diag_count(sink), 3);
}

/* What is printed is not printed again, nor are its texts looked at; the counts stay. */
static void printing_forgets_the_records(void **state)
{
	struct diag_sink *sink = *state;
	char *text = strdup("one line");
	struct span span = span_of(sink, text, "one");

	diag_error(sink, span, "first");
	assert_prints(sink, "a.mem:1:1: error: first\n  one line\n  ^~~\n");
	free(text);
	assert_prints(sink, "");
	diag_note(sink, SPAN_NONE, "more on it");
	diag_error(sink, SPAN_NONE, "second");
	assert_prints(sink, "memc: note: more on it\nmemc: error: second\n");
	assert_int_equal(diag_count(sink), 2);
	assert_int_equal(diag_exit_code(sink), 1);
}

static void a_long_message_is_cut_not_overrun(void **state)
{
	struct diag_sink *sink = *state;
	char *text, *word = malloc(100001);
	size_t size;
	FILE *stream;

	memset(word, 'w', 100000);
	word[100000] = '\0';
	diag_error(sink, SPAN_NONE, "unknown '%s'", word);
	stream = open_memstream(&text, &size);
	diag_print(sink, stream);
	fclose(stream);
	assert_in_range(size, 100, 1200);
	assert_int_equal(text[size - 1], '\n');
	free(text);
	free(word);
}

static void the_nearest_name(void **state)
{
	static const char *const names[] = { "uniform", "blobs", "moons", "spirals", "sphere",
		"checkerboard", "parity", "x" };
	static const struct {
		const char *name, *nearest;
	} cases[] = {
		{ "unifrom", "uniform" }, /* neighbours swapped */
		{ "blob", "blobs" },
		{ "mooons", "moons" },
		{ "shpere", "sphere" },
		{ "spiral", "spirals" },
		{ "checkerbord", "checkerboard" },
		{ "parity", "parity" },
		{ "q", NULL },
		{ "", NULL },
		{ "gaussian", NULL },
	};
	char longest[1000];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *found = diag_nearest(cases[i].name, names, 8);
		if (cases[i].nearest)
			assert_string_equal(found, cases[i].nearest);
		else
			assert_null(found);
	}
	memset(longest, 'a', sizeof longest);
	longest[999] = '\0';
	assert_null(diag_nearest(longest, names, 8));
	assert_null(diag_nearest("blobs", names, 0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(caret_under_the_span),
		TEST(a_span_of_several_lines_ends_with_the_first),
		TEST(the_end_of_the_text_is_a_place),
		TEST(an_empty_source),
		TEST(long_lines_and_control_bytes),
		TEST(control_bytes_of_messages),
		TEST(a_file_that_is_no_text_has_no_lines),
		TEST(rows_of_data_files),
		TEST(errors_past_the_limit_are_counted),
		TEST(the_world_outranks_the_user),
		TEST(printing_forgets_the_records),
		TEST(a_long_message_is_cut_not_overrun),
		TEST(the_nearest_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
