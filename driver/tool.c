#include "driver/tool.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/mem.h"

extern char **environ;

bool tool_is_there(const char *name)
{
	const char *path = getenv("PATH");

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	for (; path; path = *path ? path + 1 : NULL) {
		size_t length = strcspn(path, ":");
		char *file = mem_alloc(length + strlen(name) + 3, 1);
		bool there;

		sprintf(file, "%.*s/%s", (int)length, length ? path : ".", name);
		there = access(file, X_OK) == 0;
		free(file);
		if (there)
			return true;
		path += length;
	}
	return false;
}

static void print_words(const char *const *words)
{
	fputs("memc:", stderr);
	for (; *words; words++)
		fprintf(stderr, " %s", *words);
	fputc('\n', stderr);
}

/* In a group of its own, which is also that of the tools that it runs itself. */
static int spawn(
	const char *const *words, const int ends[2], const sigset_t *mask, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attributes, mask);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
	if (ends[0] != STDIN_FILENO)
		posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	error = posix_spawnp(
		child, words[0], &actions, &attributes, (char *const *)words, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return error;
}

bool tool_start(
	struct tool *tool, struct session *session, const char *const *words, bool verbose)
{
	sigset_t all, mask;
	int ends[2], error;

	if (pipe(ends) != 0)
		return false;
	*tool = (struct tool){ .session = session, .name = words[0], .input = ends[1] };
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask); /* until the tool is known to who ends it */
	error = spawn(words, ends, &mask, &tool->child);
	if (!error)
		*session->tool = tool->child;
	sigprocmask(SIG_SETMASK, &mask, NULL);
	close(ends[0]);
	if (error) {
		close(ends[1]);
		errno = error;
		return false;
	}
	if (verbose)
		print_words(words);
	return true;
}

void tool_write(const struct tool *tool, const char *text, size_t size)
{
	while (size) {
		ssize_t wrote = write(tool->input, text, size);
		if (wrote < 0 && errno != EINTR)
			return;
		if (wrote > 0) {
			text += wrote;
			size -= (size_t)wrote;
		}
	}
}

bool tool_finish(struct tool *tool)
{
	int status;

	close(tool->input);
	while (waitpid(tool->child, &status, 0) < 0)
		if (errno != EINTR) {
			status = -1;
			break;
		}
	*tool->session->tool = 0;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
