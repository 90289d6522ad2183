/*
 * One run of memc: its diagnostics, its progress line, the files it has under way.
 */
#ifndef DRIVER_SESSION_H
#define DRIVER_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "support/arena.h"
#include "support/diag.h"
#include "support/output.h"
#include "support/progress.h"

/* What --time prints: the seconds that one phase of a run took, or a part of one. */
struct phase {
	const char *name;
	const char *note; /* printed behind them, or NULL */
	double seconds;
	bool part; /* of the phase that comes next: not added up */
};

struct session {
	struct arena arena;
	struct diag_sink sink;
	struct progress progress;
	struct output_set *outputs;
	volatile pid_t *tool; /* that writes one of them now, with its group; 0: none */

	bool terminal; /* standard error is one: show progress */
	bool shown;    /* a progress line stands there */
	double started, last_shown;

	struct phase *phases;
	uint32_t phase_count;
	size_t phase_room;
	double phase_start;
	const char *summary; /* lines that --time prints behind the phases, or NULL */
	bool printed_after;  /* --print-after has printed something */
};

void session_init(struct session *session);

/*
 * In a process that memc has forked: what ends it leaves the files of memc alone, and it ends
 * with memc.
 */
void session_fork(void);

/* Prints what the sink holds; before the source texts of its spans end. */
void session_report(struct session *session);

/* Prints the rest and ends the session; the exit code. */
int session_fini(struct session *session);

/* Ends the phase that ran until now and gives it a name. */
void session_phase(struct session *session, const char *name);

/* Part of the phase that is under way; note is the session's or NULL. */
void session_part(struct session *session, const char *name, double seconds, const char *note);
void session_summary(struct session *session, const char *line);
void session_print_phases(const struct session *session);

/* Removes the progress line, before results or messages are printed. */
void session_clear_line(struct session *session);

double session_now(void);

#endif
