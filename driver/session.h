/*
 * One run of memc: its diagnostics, its progress line, the files it has under way.
 */
#ifndef DRIVER_SESSION_H
#define DRIVER_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "support/arena.h"
#include "support/diag.h"
#include "support/output.h"
#include "support/progress.h"

/* The seconds that one phase of a run took, for --time. */
struct phase {
	const char *name;
	double seconds;
};

enum { SESSION_PHASES = 16 };

struct session {
	struct arena arena;
	struct diag_sink sink;
	struct progress progress;
	struct output_set *outputs;

	bool terminal; /* standard error is one: show progress */
	bool shown;    /* a progress line stands there */
	double started, last_shown;

	struct phase phases[SESSION_PHASES];
	uint32_t phase_count;
	double phase_start;
};

void session_init(struct session *session);

/* Prints what the sink holds; before the source texts of its spans end. */
void session_report(struct session *session);

/* Prints the rest and ends the session; the exit code. */
int session_fini(struct session *session);

/* Ends the phase that ran until now and gives it a name. */
void session_phase(struct session *session, const char *name);
void session_print_phases(const struct session *session);

/* Removes the progress line, before results or messages are printed. */
void session_clear_line(struct session *session);

double session_now(void);

#endif
