/*
 * qsort() of arrays that may be empty, and then NULL.
 */
#ifndef SUPPORT_SORT_H
#define SUPPORT_SORT_H

#include <stdlib.h>

static inline void sort_array(
	void *array, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count > 1)
		qsort(array, count, size, compare);
}

#endif
