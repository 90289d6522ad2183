/*
 * What a standalone program takes of its classifier. The main program (main.c and the files
 * beside it) is compiled once, before any network is known; whoever emits a program defines
 * the constant memc_program and links both.
 */
#ifndef MEMC_PROGRAM_H
#define MEMC_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

enum memc_element { MEMC_UNSIGNED, MEMC_SIGNED, MEMC_REAL };

/* In x: rows of `inputs` elements, one behind the other, in the machine's byte order. */
struct memc_program {
	const char *name;    /* before its messages */
	const char *version; /* of the compiler: "memc 1.2.3" */
	int (*classify)(const void *x);
	void (*classify_batch)(const void *x, size_t rows, int32_t *out);
	const char *(*class_name)(int c);
	double (*level_value)(int c); /* of real values; one of the two is NULL */
	uint32_t inputs;
	uint32_t element;       /* enum memc_element */
	uint32_t element_bytes; /* 1, 2, 4 or 8; of MEMC_REAL 4 or 8 */
};

extern const struct memc_program memc_program;

#endif
