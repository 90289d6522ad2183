#include "driver/toolchain.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backends/c/c.h"

extern char **environ;

/* Header, source and main program as one translation unit. */
static char *program_text(const struct plan *plan, const char *prefix, size_t *size)
{
	struct c_options options = { .prefix = prefix };
	struct output text;

	output_open_memory(&text);
	c_emit_header(plan, &options, &text);
	c_emit_source(plan, &options, &text);
	c_emit_main(plan->module, &options, &text);
	return output_take(&text, size);
}

/* Starts `cc` with a pipe as its standard input; returns the end to write to, or -1. */
static int start_compiler(const char *compiler, const char *path, pid_t *child)
{
	char *const words[] = { (char *)compiler, "-O2", "-D_POSIX_C_SOURCE=200809L", "-x", "c",
		"-o", (char *)path, "-", NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], error;

	if (pipe(ends) != 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	error = posix_spawnp(child, compiler, &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[0]);
	if (error) {
		close(ends[1]);
		errno = error;
		return -1;
	}
	return ends[1];
}

/* A compiler that ends early closes the pipe; its exit status tells. */
static void write_all(int fd, const char *text, size_t size)
{
	while (size) {
		ssize_t wrote = write(fd, text, size);
		if (wrote < 0 && errno != EINTR)
			return;
		if (wrote > 0) {
			text += wrote;
			size -= (size_t)wrote;
		}
	}
}

static bool finish(struct session *session, const char *compiler, pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	diag_world(&session->sink, SPAN_NONE, "the C compiler '%s' failed", compiler);
	return false;
}

bool toolchain_program(struct session *session, const struct ir_module *module,
	bool assume_members, const char *prefix, const char *path, bool verbose)
{
	const char *compiler = getenv("CC");
	const struct plan_options how = { .assume_members = assume_members };
	struct plan *plan = plan_new(module, &how, SPAN_NONE, &session->sink);
	size_t size;
	char *text;
	pid_t child;
	int fd;

	if (!plan)
		return false;
	if (!compiler || !*compiler)
		compiler = "cc";
	fd = start_compiler(compiler, path, &child);
	if (fd < 0) {
		diag_world(&session->sink, SPAN_NONE,
			"cannot run the C compiler '%s': %s; install one, or name it in CC",
			compiler, strerror(errno));
		plan_free(plan);
		return false;
	}
	if (verbose)
		fprintf(stderr, "memc: %s -O2 -o %s\n", compiler, path);
	progress_report(&session->progress, "compiling C", 0, 0);
	text = program_text(plan, prefix, &size);
	write_all(fd, text, size);
	close(fd);
	free(text);
	plan_free(plan);
	return finish(session, compiler, child);
}
