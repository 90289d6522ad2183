/*
 * A classifier to try runtime/main.c with: two features of type STUB, whose class is their
 * sum if that is 0, 1 or 2.
 */
#define _POSIX_C_SOURCE 200809L
#include <stddef.h>
#include <stdint.h>

#ifndef STUB
#define STUB int16_t
#define ELEMENT_BYTES 2
#define ELEMENT_REAL 0
#define ELEMENT_MIN (-32768)
#define ELEMENT_MAX 32767
#endif
#define PROGRAM "stub"
#define PROGRAM_VERSION "memc 1.2.3"
#define INPUTS ((size_t)2)
#define CLASSES 3
#define ELEMENT STUB

static int classify(const ELEMENT *x)
{
	return x[0] + x[1] == 0 ? 0 : x[0] + x[1] == 1 ? 1 : x[0] + x[1] == 2 ? 2 : -1;
}

static void classify_batch(const ELEMENT *x, size_t rows, int32_t *out)
{
	size_t i;

	for (i = 0; i < rows; i++)
		out[i] = classify(x + i * INPUTS);
}

static const char *class_name(int c)
{
	static const char *const names[] = { "none", "one", "two words" };

	return c < 0 || c > 2 ? NULL : names[c];
}
