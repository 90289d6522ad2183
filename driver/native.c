#include "driver/native.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/toolchain.h"
#include "support/mem.h"

extern char **environ;

enum { MOST_PARTS = 16 };

struct native {
	struct session *session;
	struct output program; /* abandoned in the end, which removes the file */
	const char *path;
};

/* Rows first..first+count-1, in a process of their own. */
struct part {
	uint64_t first, count;
	FILE *input, *output;
	pid_t child;
};

struct native *native_new(struct session *session, const struct ir_module *module)
{
	struct native *native = mem_zero(1, sizeof *native);

	native->session = session;
	if (!output_open_scratch(
		    &native->program, "memc-verify", 0700, session->outputs, &session->sink)) {
		free(native);
		return NULL;
	}
	native->path = output_hand_over(&native->program);
	if (!toolchain_program(session, module, false, "verify", native->path, false)) {
		native_free(native);
		return NULL;
	}
	return native;
}

void native_free(struct native *native)
{
	if (!native)
		return;
	output_abandon(&native->program);
	free(native);
}

static bool fault(struct native *native, const char *what)
{
	diag_world(&native->session->sink, SPAN_NONE,
		"cannot run the compiled classifier: %s: %s", what, strerror(errno));
	return false;
}

static bool start_part(struct native *native, struct part *part, native_row *row,
	const void *context, size_t row_bytes)
{
	char *const words[] = { (char *)native->path, "--raw", "--index", NULL };
	unsigned char *bytes = mem_alloc(row_bytes, 1);
	posix_spawn_file_actions_t actions;
	int error;

	part->input = tmpfile();
	part->output = tmpfile();
	if (!part->input || !part->output) {
		free(bytes);
		return fault(native, "temporary file");
	}
	for (uint64_t i = 0; i < part->count; i++) {
		row(context, part->first + i, bytes);
		fwrite(bytes, 1, row_bytes, part->input);
	}
	free(bytes);
	if (ferror(part->input) || fflush(part->input) != 0 ||
		fseek(part->input, 0, SEEK_SET) != 0)
		return fault(native, "temporary file");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fileno(part->input), STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, fileno(part->output), STDOUT_FILENO);
	error = posix_spawn(&part->child, native->path, &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	errno = error;
	return error == 0 || fault(native, native->path);
}

static bool finish_part(struct native *native, struct part *part, int32_t *out)
{
	int status = 0;

	while (waitpid(part->child, &status, 0) < 0)
		if (errno != EINTR)
			return fault(native, "wait");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		diag_world(&native->session->sink, SPAN_NONE,
			"the compiled classifier failed (status %d)", status);
		return false;
	}
	rewind(part->output);
	for (uint64_t i = 0; i < part->count; i++) {
		if (fscanf(part->output, "%d", &out[part->first + i]) == 1)
			continue;
		diag_world(&native->session->sink, SPAN_NONE,
			"the compiled classifier answered %llu rows of %llu",
			(unsigned long long)i, (unsigned long long)part->count);
		return false;
	}
	return true;
}

bool native_classify(struct native *native, native_row *row, const void *context,
	size_t row_bytes, uint64_t count, int32_t *out)
{
	struct part parts[MOST_PARTS] = { 0 };
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t used = cores < 1 ? 1 : cores > MOST_PARTS ? MOST_PARTS : (uint64_t)cores;
	bool good = true;

	for (uint64_t i = 0; i < used && good; i++) {
		parts[i].first = count * i / used;
		parts[i].count = count * (i + 1) / used - parts[i].first;
		good = start_part(native, &parts[i], row, context, row_bytes);
	}
	progress_report(&native->session->progress, "running the compiled classifier", 0, 0);
	for (uint64_t i = 0; i < used; i++) {
		if (parts[i].child > 0)
			good &= finish_part(native, &parts[i], out);
		if (parts[i].input)
			fclose(parts[i].input);
		if (parts[i].output)
			fclose(parts[i].output);
	}
	return good;
}
