/* Allocation that cannot fail: growth, sizes that overflow, and how the process ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/mem.h"

/* What became of a child that does `work`, and the beginning of its standard error. */
static int outcome(void (*work)(void), char *text, size_t room)
{
	int pipes[2], status;
	size_t length = 0;
	ssize_t count;
	pid_t child;

	assert_int_equal(pipe(pipes), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		dup2(pipes[1], STDERR_FILENO);
		work();
		_exit(0);
	}
	close(pipes[1]);
	while ((count = read(pipes[0], text + length, room - 1 - length)) > 0)
		length += (size_t)count;
	text[length] = '\0';
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void too_large(void)
{
	free(mem_alloc((size_t)-1 / 2, 4));
}

static void too_large_growth(void)
{
	size_t room = 0;

	free(mem_grow(NULL, &room, (size_t)-1 / 4, 8));
}

static void fault(void)
{
	panic("the %d of %s", 3, "them");
}

static void no_memory_ends_with_code_2(void **state)
{
	void (*const works[])(void) = { too_large, too_large_growth };
	char text[200];

	(void)state;
	for (int i = 0; i < 2; i++) {
		int status = outcome(works[i], text, sizeof text);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 2);
		assert_non_null(strstr(text, "memc: out of memory"));
	}
}

static void panic_names_the_place_and_aborts(void **state)
{
	char text[200];
	int status = outcome(fault, text, sizeof text);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
	assert_non_null(strstr(text, "memc: internal error: tests/support/mem.c:"));
	assert_non_null(strstr(text, ": the 3 of them\n"));
}

static void growth_is_geometric_and_keeps_the_elements(void **state)
{
	size_t room = 0, moves = 0;
	uint32_t *array = NULL;

	(void)state;
	for (uint32_t i = 0; i < 1000000; i++) {
		size_t before = room;
		array = mem_grow(array, &room, (size_t)i + 1, sizeof *array);
		assert_true(room > i);
		moves += room != before;
		array[i] = i;
	}
	for (uint32_t i = 0; i < 1000000; i++)
		assert_int_equal(array[i], i);
	assert_in_range(moves, 1, 50);
	free(array);
}

static void copies_and_zeros(void **state)
{
	unsigned char *zero = mem_zero(1000, 3);
	char *copy = mem_string("ab\0cd", 4);

	(void)state;
	for (int i = 0; i < 3000; i++)
		assert_int_equal(zero[i], 0);
	assert_memory_equal(copy, "ab\0c", 5);
	free(copy);
	copy = mem_string(NULL, 0);
	assert_string_equal(copy, "");
	free(copy);
	zero = mem_resize(zero, 0, 3);
	assert_non_null(zero);
	free(zero);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_memory_ends_with_code_2),
		cmocka_unit_test(panic_names_the_place_and_aborts),
		cmocka_unit_test(growth_is_geometric_and_keeps_the_elements),
		cmocka_unit_test(copies_and_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
