#include "driver/session.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "support/mem.h"

/* What a signal handler ends: the one mutable global of memc, of the process itself. */
static struct {
	struct output_set outputs;
	volatile pid_t tool;
} under_way;

static void end_work(void)
{
	if (under_way.tool)
		kill(-under_way.tool, SIGTERM);
	output_set_unlink(&under_way.outputs);
}

static void interrupted(int signal)
{
	end_work();
	raise(signal); /* the default action, once this handler returns */
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU };

static void catch_signals(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof action);
	action.sa_handler = interrupted;
	action.sa_flags = (int)SA_RESETHAND;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		sigaction(signals[i], &action, NULL);
	atexit(end_work); /* running out of memory ends the process from within */
	signal(SIGPIPE,
		SIG_IGN); /* a closed pipe is a write error: nothing is left half-done */
	signal(SIGXFSZ, SIG_IGN); /* so is a file over the limit of the shell */
}

void session_fork(void)
{
	memset(&under_way, 0, sizeof under_way);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		signal(signals[i], SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
}

double session_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void show(void *context, const char *what, uint64_t done, uint64_t total)
{
	struct session *session = context;
	double now = session_now();

	if (now - session->started < 1 || now - session->last_shown < 0.1)
		return;
	session->last_shown = now;
	session->shown = true;
	if (total)
		fprintf(stderr, "\r\033[Kmemc: %s, %d %%", what,
			(int)(100.0 * (double)done / (double)total));
	else
		fprintf(stderr, "\r\033[Kmemc: %s, %llu", what, (unsigned long long)done);
}

void session_init(struct session *session)
{
	*session = (struct session){ 0 };
	arena_init(&session->arena);
	diag_init(&session->sink);
	session->outputs = &under_way.outputs;
	session->tool = &under_way.tool;
	session->started = session->phase_start = session_now();
	session->terminal = isatty(STDERR_FILENO) != 0;
	session->progress.context = session;
	if (session->terminal)
		session->progress.report = show;
	catch_signals();
}

void session_clear_line(struct session *session)
{
	if (session->shown)
		fputs("\r\033[K", stderr);
	session->shown = false;
}

void session_report(struct session *session)
{
	session_clear_line(session);
	if (fflush(stdout) != 0 && errno == EPIPE)
		diag_reader_left(&session->sink);
	else if (ferror(stdout))
		diag_world(&session->sink, SPAN_NONE, "cannot write to standard output");
	clearerr(stdout); /* said once */
	diag_print(&session->sink, stderr);
}

int session_fini(struct session *session)
{
	int code;

	session_report(session);
	code = diag_exit_code(&session->sink);
	diag_fini(&session->sink);
	free(session->phases);
	arena_fini(&session->arena);
	return code;
}

static void add_phase(struct session *session, struct phase phase)
{
	session->phases = mem_grow(session->phases, &session->phase_room,
		(size_t)session->phase_count + 1, sizeof *session->phases);
	session->phases[session->phase_count++] = phase;
}

void session_phase(struct session *session, const char *name)
{
	double now = session_now();

	add_phase(
		session, (struct phase){ .name = name, .seconds = now - session->phase_start });
	session->phase_start = now;
}

void session_part(struct session *session, const char *name, double seconds, const char *note)
{
	add_phase(session,
		(struct phase){ .name = name, .note = note, .seconds = seconds, .part = true });
}

void session_summary(struct session *session, const char *line)
{
	session->summary = arena_printf(
		&session->arena, "%s%s\n", session->summary ? session->summary : "", line);
}

void session_print_phases(const struct session *session)
{
	double total = 0;

	for (uint32_t i = 0; i < session->phase_count; i++) {
		const struct phase *phase = &session->phases[i];
		fprintf(stderr, "%s%-*s %8.3f s%s%s\n", phase->part ? "  " : "",
			phase->part ? 10 : 12, phase->name, phase->seconds,
			phase->note ? "  " : "", phase->note ? phase->note : "");
		if (!phase->part)
			total += phase->seconds;
	}
	fprintf(stderr, "%-12s %8.3f s\n", "total", total);
	if (session->summary)
		fputs(session->summary, stderr);
}
