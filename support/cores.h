/*
 * The cores of the machine: one piece of work, shared among threads.
 */
#ifndef SUPPORT_CORES_H
#define SUPPORT_CORES_H

#include <stdbool.h>
#include <stdint.h>

/* Items 0..count-1, handed out in runs of `grain`. */
struct shares {
	uint64_t count, grain;
	_Atomic uint64_t next;
};

/* The next run of items, first..first+*count-1; false if none is left. */
bool shares_take(struct shares *shares, uint64_t *first, uint64_t *count);

/*
 * What each thread does: take shares until there are none. Thread 0 is the caller's, and the
 * only one that may report progress.
 */
typedef void cores_work(void *context, struct shares *shares, unsigned thread);

/* The most threads that cores_run() starts. */
enum { CORES_MOST = 64 };

/* How many threads cores_run() takes for so many items: no more than there are shares. */
unsigned cores_for(uint64_t count, uint64_t grain);

/* Returns when all of `count` items are done. */
void cores_run(uint64_t count, uint64_t grain, cores_work *work, void *context);

#endif
