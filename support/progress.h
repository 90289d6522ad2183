/*
 * Progress of long work, told to whoever wants to know (the driver, on a terminal).
 */
#ifndef SUPPORT_PROGRESS_H
#define SUPPORT_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

struct progress {
	/* what: "reading train-images", a present participle; total 0: not known */
	void (*report)(void *context, const char *what, uint64_t done, uint64_t total);
	void *context;
};

/* Cheap enough for every few thousand rows; progress may be NULL. */
static inline void progress_report(
	const struct progress *progress, const char *what, uint64_t done, uint64_t total)
{
	if (progress && progress->report)
		progress->report(progress->context, what, done, total);
}

#endif
