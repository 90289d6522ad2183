#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/sweep.h"
#include "support/cores.h"
#include "support/mem.h"

/* A run under way; its columns come through a pipe. */
struct worker {
	struct sweep_run *run;
	pid_t process;
	int pipe;
};

static void be_worker(const struct sweep *sweep, const struct sweep_run *run, int pipe)
{
	FILE *out = fdopen(pipe, "w");

	session_fork();
	sweep->session->progress.report = NULL;
	sweep_measure(sweep, run, out);
	_exit(out && fclose(out) == 0 ? 0 : 2);
}

static bool start(struct worker *worker, struct sweep *sweep, struct sweep_run *run)
{
	int ends[2];

	worker->run = run;
	if (pipe(ends) != 0)
		return false;
	fflush(NULL);
	worker->process = fork();
	if (worker->process == 0) {
		close(ends[0]);
		be_worker(sweep, run, ends[1]);
	}
	close(ends[1]);
	worker->pipe = ends[0];
	if (worker->process < 0)
		close(ends[0]);
	return worker->process > 0;
}

/* What it has written; a row is shorter than what a pipe holds, so it waits for nobody. */
static char *read_all(int pipe)
{
	char *text = NULL;
	size_t count = 0, room = 0;
	ssize_t got;

	do {
		text = mem_grow(text, &room, count + 4097, 1);
		do
			got = read(pipe, text + count, 4096);
		while (got < 0 && errno == EINTR);
		if (got > 0)
			count += (size_t)got;
	} while (got > 0);
	text[count] = 0;
	close(pipe);
	return text;
}

/* "failed,,,...," as sweep_measure() prints it, for a process that could not. */
static char *died(const struct sweep *sweep, int status)
{
	static const char result[] = "network,spec,result,"; /* a param may be so called */
	const char *header = strstr(sweep->header, result) + strlen(result) - 1;
	const char *commas = "";

	for (const char *p = header; p[1]; p++)
		if (*p == ',' && strncmp(p, ",peak_bytes", 11))
			commas = arena_printf(&sweep->session->arena, "%s,", commas);
	commas = arena_string(&sweep->session->arena, commas, strlen(commas) - 1);
	commas = WIFSIGNALED(status)
		? arena_printf(&sweep->session->arena, "failed%s\nended by signal %d", commas,
			  WTERMSIG(status))
		: arena_printf(&sweep->session->arena, "failed%s\nended with exit code %d",
			  commas, WEXITSTATUS(status));
	return mem_string(commas, strlen(commas));
}

/* Joins what the process has printed, "done,..." or "failed,,,\nwhy", with its memory. */
static void finish(const struct sweep *sweep, struct worker *worker, int status,
	const struct rusage *usage)
{
	const char *key = worker->run->key;
	char *text = read_all(worker->pipe), *why;

	if (status != 0 || !*text) {
		free(text);
		text = died(sweep, status);
	}
	why = strchr(text, '\n');
	if (why)
		*why++ = 0;
	worker->run->row = arena_printf(&sweep->session->arena, "%s%s,%llu,%s", key, text,
		(unsigned long long)usage->ru_maxrss * 1024, why ? why : "");
	free(text);
	worker->process = 0;
}

/* The worker whose process has ended. */
static struct worker *wait_for_one(
	struct worker *workers, unsigned count, int *status, struct rusage *usage)
{
	pid_t process;

	do
		process = wait4(-1, status, 0, usage);
	while (process < 0 && errno == EINTR);
	for (unsigned i = 0; i < count; i++)
		if (process > 0 && workers[i].process == process)
			return &workers[i];
	return NULL;
}

static struct sweep_run *next_run(struct sweep *sweep, size_t *at)
{
	while (*at < sweep->run_count && sweep->runs[*at].row)
		++*at;
	return *at < sweep->run_count ? &sweep->runs[(*at)++] : NULL;
}

bool sweep_work(
	struct sweep *sweep, void (*done)(void *context, const char *row), void *context)
{
	struct worker workers[CORES_MOST] = { 0 }, *ended;
	unsigned most = cores_for(sweep->run_count, 1), under_way = 0, finished = 0;
	struct sweep_run *run = NULL;
	struct rusage usage;
	size_t at = 0;
	int status;

	for (;;) {
		while (under_way < most && (run = next_run(sweep, &at))) {
			unsigned slot = 0;
			while (workers[slot].process)
				slot++;
			if (!start(&workers[slot], sweep, run)) {
				diag_world(&sweep->session->sink, SPAN_NONE,
					"cannot start a process: %s", strerror(errno));
				return false;
			}
			under_way++;
		}
		if (!under_way)
			return true;
		ended = wait_for_one(workers, most, &status, &usage);
		if (!ended)
			return false;
		run = ended->run;
		finish(sweep, ended, status, &usage);
		under_way--;
		done(context, run->row);
		progress_report(
			&sweep->session->progress, "sweeping", ++finished, sweep->run_count);
	}
}
