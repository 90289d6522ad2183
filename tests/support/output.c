/* Atomic output: whole files or none, also when the disk is full or the run is stopped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/output.h"

struct fixture {
	struct diag_sink sink;
	char folder[200], path[250];
};

static int setup(void **state)
{
	struct fixture *f = malloc(sizeof *f);
	const char *tmp = getenv("TMPDIR");

	diag_init(&f->sink);
	snprintf(f->folder, sizeof f->folder, "%s/output.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(f->folder))
		return -1;
	snprintf(f->path, sizeof f->path, "%s/target", f->folder);
	*state = f;
	return 0;
}

/* The names in the folder, but for the target. */
static unsigned others(const struct fixture *f)
{
	DIR *folder = opendir(f->folder);
	struct dirent *entry;
	unsigned count = 0;

	while ((entry = readdir(folder)))
		count += entry->d_name[0] != '.' && strcmp(entry->d_name, "target") != 0;
	closedir(folder);
	return count;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	diag_fini(&f->sink);
	unlink(f->path);
	rmdir(f->folder);
	free(f);
	return 0;
}

static void assert_holds(const char *path, const char *expected, size_t size)
{
	char *text = malloc(size + 1);
	FILE *stream = fopen(path, "rb");

	assert_non_null(stream);
	assert_int_equal(fread(text, 1, size + 1, stream), size);
	assert_memory_equal(text, expected, size);
	fclose(stream);
	free(text);
}

static void write_old(const struct fixture *f)
{
	FILE *stream = fopen(f->path, "wb");

	fputs("old", stream);
	fclose(stream);
}

static void the_target_appears_with_the_commit(void **state)
{
	struct fixture *f = *state;
	struct output out;
	struct stat status;

	write_old(f);
	assert_true(output_open(&out, f->path, 0755, NULL, &f->sink));
	output_text(&out, "new");
	assert_holds(f->path, "old", 3);
	assert_int_equal(others(f), 1);
	assert_true(output_commit(&out, &f->sink));
	assert_holds(f->path, "new", 3);
	assert_int_equal(others(f), 0);
	assert_int_equal(stat(f->path, &status), 0);
	mode_t mask = umask(0);
	umask(mask);
	assert_int_equal(status.st_mode & 0777, 0755 & ~mask);
	assert_int_equal(diag_count(&f->sink), 0);
}

static void a_tool_may_write_the_file(void **state)
{
	struct fixture *f = *state;
	struct output out;
	FILE *tool;

	write_old(f);
	assert_true(output_open(&out, f->path, 0644, NULL, &f->sink));
	tool = fopen(output_hand_over(&out), "w");
	assert_non_null(tool);
	fputs("tool", tool);
	fclose(tool);
	assert_holds(f->path, "old", 3);
	assert_true(output_commit(&out, &f->sink));
	assert_holds(f->path, "tool", 4);
	assert_int_equal(others(f), 0);
}

/* In $TMPDIR, readable by nobody else, and gone in the end. */
static void a_scratch_file_is_private(void **state)
{
	struct fixture *f = *state;
	char *before = getenv("TMPDIR") ? strdup(getenv("TMPDIR")) : NULL;
	struct output_set set = { 0 };
	struct output out;
	struct stat status;
	const char *path;

	setenv("TMPDIR", f->folder, 1);
	assert_true(output_open_scratch(&out, "scratch", 0600, &set, &f->sink));
	assert_non_null(set.temporary[0]);
	output_text(&out, "text");
	assert_true(output_finish(&out, &f->sink));
	path = output_hand_over(&out);
	assert_int_equal(strncmp(path, f->folder, strlen(f->folder)), 0);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_holds(path, "text", 4);
	output_abandon(&out);
	assert_int_equal(others(f), 0);
	assert_null(set.temporary[0]);
	setenv("TMPDIR", "/nonexistent", 1);
	assert_false(output_open_scratch(&out, "scratch", 0600, &set, &f->sink));
	assert_int_equal(f->sink.world_errors, 1);
	if (before)
		setenv("TMPDIR", before, 1);
	else
		unsetenv("TMPDIR");
	free(before);
}

static void abandon_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct output out;

	for (int old = 0; old < 2; old++) {
		if (old)
			write_old(f);
		assert_true(output_open(&out, f->path, 0644, NULL, &f->sink));
		for (int i = 0; i < 100000; i++)
			output_text(&out, "text ");
		assert_int_equal(others(f), 1);
		output_abandon(&out);
		assert_int_equal(others(f), 0);
		assert_int_equal(access(f->path, F_OK), old ? 0 : -1);
	}
	assert_holds(f->path, "old", 3);
}

/* /dev/full takes no byte. It is a device: written as it is, not renamed over. */
static void a_full_device_is_reported_once(void **state)
{
	struct fixture *f = *state;
	struct output out;
	struct stat status;

	assert_true(output_open(&out, "/dev/full", 0644, NULL, &f->sink));
	for (int i = 0; i < 100000; i++)
		output_text(&out, "text ");
	assert_false(output_commit(&out, &f->sink));
	assert_int_equal(f->sink.world_errors, 1);
	assert_int_equal(diag_exit_code(&f->sink), 2);
	assert_int_equal(stat("/dev/full", &status), 0);
	assert_true(S_ISCHR(status.st_mode));
}

/* The file size limit fails a write in the middle, as a full disk does. */
static void a_failed_write_keeps_the_old_file(void **state)
{
	struct fixture *f = *state;
	struct rlimit limit, before;
	struct output out;

	write_old(f);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 200000;
	assert_true(output_open(&out, f->path, 0644, NULL, &f->sink));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	for (int i = 0; i < 100000; i++)
		output_text(&out, "text ");
	bool good = output_commit(&out, &f->sink);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_false(good);
	assert_int_equal(f->sink.world_errors, 1);
	assert_int_equal(others(f), 0);
	assert_holds(f->path, "old", 3);
}

static void what_cannot_be_opened_is_the_worlds_fault(void **state)
{
	struct fixture *f = *state;
	struct output out;
	char path[300];

	write_old(f);
	snprintf(path, sizeof path, "%s/none/x", f->folder);
	assert_false(output_open(&out, path, 0644, NULL, &f->sink));
	snprintf(path, sizeof path, "%s/target/x", f->folder); /* below a file */
	assert_false(output_open(&out, path, 0644, NULL, &f->sink));
	assert_false(output_open(&out, f->folder, 0644, NULL, &f->sink)); /* a folder */
	assert_false(output_open(&out, "", 0644, NULL, &f->sink));
	assert_int_equal(f->sink.world_errors, 4);
	assert_int_equal(others(f), 0);
}

static void an_unwritable_folder(void **state)
{
	struct fixture *f = *state;
	struct output out;

	if (geteuid() == 0)
		skip(); /* nothing is closed to root */
	chmod(f->folder, 0555);
	bool good = output_open(&out, f->path, 0644, NULL, &f->sink);
	chmod(f->folder, 0755);
	assert_false(good);
	assert_int_equal(f->sink.world_errors, 1);
}

/* What a signal handler removes: the files under way, no others, also past the slots. */
static void the_set_knows_what_is_under_way(void **state)
{
	enum { COUNT = OUTPUT_SET_SLOTS + 2 };
	struct fixture *f = *state;
	struct output_set set = { 0 };
	struct output outs[COUNT];
	char paths[COUNT][300];

	for (int i = 0; i < COUNT; i++) {
		snprintf(paths[i], sizeof paths[i], "%s/%d", f->folder, i);
		assert_true(output_open(&outs[i], paths[i], 0644, &set, &f->sink));
	}
	assert_true(output_commit(&outs[3], &f->sink));
	assert_null(set.temporary[3]);
	output_set_unlink(&set);
	assert_int_equal(others(f), 1 + (COUNT - OUTPUT_SET_SLOTS));
	for (int i = 0; i < COUNT; i++)
		if (i != 3)
			output_abandon(&outs[i]);
	assert_int_equal(others(f), 1);
	for (int i = 0; i < OUTPUT_SET_SLOTS; i++)
		assert_null(set.temporary[i]);
	unlink(paths[3]);
}

static void write_everything(struct output *out)
{
	char *large = malloc(300000);

	memset(large, 'L', 300000);
	output_text(out, "");
	output_bytes(out, "a\0b", 3);
	output_bytes(out, NULL, 0);
	output_u64(out, 0);
	output_text(out, " ");
	output_u64(out, UINT64_MAX);
	output_hex(out, 0);
	output_hex(out, UINT64_C(0x0123456789abcdef));
	output_printf(out, " %s%c", "printed", '!');
	output_printf(out, "%2000d", 7);
	output_bytes(out, large, 300000);
	for (int i = 0; i < 20000; i++)
		output_printf(out, "%d,", i);
	free(large);
}

static void memory_and_file_hold_the_same(void **state)
{
	static const char head[] =
		"a\0b0 184467440737095516150x00000000000000000x0123456789abcdef "
		"printed!";
	struct fixture *f = *state;
	struct output memory, file;
	size_t size;
	char *text;

	output_open_memory(&memory);
	write_everything(&memory);
	text = output_take(&memory, &size);
	assert_int_equal(size, sizeof head - 1 + 2000 + 300000 + 108890);
	assert_memory_equal(text, head, sizeof head - 1);
	assert_int_equal(text[sizeof head - 1 + 1999], '7');
	assert_int_equal(text[sizeof head - 1 + 2000], 'L');
	assert_string_equal(text + size - 6, "19999,");
	assert_true(output_open(&file, f->path, 0644, NULL, &f->sink));
	write_everything(&file);
	assert_true(output_commit(&file, &f->sink));
	assert_holds(f->path, text, size);
	free(text);
}

static void an_empty_output_is_an_empty_file(void **state)
{
	struct fixture *f = *state;
	struct output out;

	assert_true(output_open(&out, f->path, 0644, NULL, &f->sink));
	assert_true(output_commit(&out, &f->sink));
	assert_holds(f->path, "", 0);
}

static void dash_is_standard_output(void **state)
{
	struct fixture *f = *state;
	int saved = dup(STDOUT_FILENO), fd = open(f->path, O_WRONLY | O_CREAT, 0600);
	struct output out;

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	bool opened = output_open(&out, "-", 0644, NULL, &f->sink);
	output_text(&out, "to standard output");
	bool good = output_commit(&out, &f->sink);
	bool stays_open = fcntl(STDOUT_FILENO, F_GETFD) >= 0;
	dup2(saved, STDOUT_FILENO);
	close(saved);
	close(fd);
	assert_true(opened && good && stays_open);
	assert_holds(f->path, "to standard output", 18);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_target_appears_with_the_commit),
		TEST(a_tool_may_write_the_file),
		TEST(a_scratch_file_is_private),
		TEST(abandon_leaves_nothing),
		TEST(a_full_device_is_reported_once),
		TEST(a_failed_write_keeps_the_old_file),
		TEST(what_cannot_be_opened_is_the_worlds_fault),
		TEST(an_unwritable_folder),
		TEST(the_set_knows_what_is_under_way),
		TEST(memory_and_file_hold_the_same),
		TEST(an_empty_output_is_an_empty_file),
		TEST(dash_is_standard_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
