/*
 * How much a test of many cases does: a part of them in make check, all in make check-full.
 */
#ifndef TESTS_FULL_H
#define TESTS_FULL_H

#include <stdbool.h>
#include <stdlib.h>

static inline bool is_full(void)
{
	const char *full = getenv("FULL");

	return full && *full;
}

#endif
