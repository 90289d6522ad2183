/*
 * Classifiers beside each other: pair PREFIX INPUTS BYTES ROWS LIBRARY...
 *
 * Reads the file ROWS, of rows of INPUTS elements of BYTES each, shuffles them, always alike,
 * and lets every library answer all of them, one by one (single) and in one call (batch), and
 * again and again the first few in one call, which stay in the nearest cache (hot). Passes
 * alternate between the libraries, so that all see the same machine. Prints a line for each:
 * the medians of single, batch and hot, in ns a row. All must give the same classes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef PASSES
#define PASSES 31
#endif
#ifndef BYTES /* of rows in a pass, about */
#define BYTES 50000000
#endif

enum { LIBRARIES = 8, HOT = 16 };
enum { SINGLE, BATCH, IN_CACHE, KINDS };

struct library {
	int (*classify)(const void *x);
	void (*batch)(const void *x, size_t rows, int32_t *out);
	double ns[KINDS][PASSES];
};

struct rows {
	unsigned char *x;
	size_t count, bytes;
	int32_t *classes;
};

/* Of this thread, so that others that run here take nothing but cache. */
static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void die(const char *message)
{
	fprintf(stderr, "pair: %s\n", message);
	exit(1);
}

static struct rows read_rows(const char *path, size_t bytes)
{
	struct rows rows = { .bytes = bytes };
	FILE *file = fopen(path, "rb");
	uint64_t state = 88172645463325252;
	unsigned char *swap = malloc(bytes);

	if (!file || fseek(file, 0, SEEK_END))
		die("cannot read the rows");
	rows.count = (size_t)ftell(file) / bytes;
	rewind(file);
	rows.x = aligned_alloc(4096, (rows.count * bytes / 4096 + 1) * 4096);
	rows.classes = malloc(rows.count * sizeof *rows.classes);
	if (!rows.count || fread(rows.x, bytes, rows.count, file) != rows.count)
		die("cannot read the rows");
	fclose(file);
	for (size_t i = rows.count; i-- > 1;) {
		unsigned char *other;
		state ^= state << 13, state ^= state >> 7, state ^= state << 17;
		other = rows.x + state % (i + 1) * bytes;
		memcpy(swap, rows.x + i * bytes, bytes);
		memcpy(rows.x + i * bytes, other, bytes);
		memcpy(other, swap, bytes);
	}
	free(swap);
	return rows;
}

static void open_library(struct library *library, const char *path, const char *prefix)
{
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	char name[200];

	if (!handle)
		die(dlerror());
	snprintf(name, sizeof name, "%s_classify", prefix);
	*(void **)&library->classify = dlsym(handle, name);
	snprintf(name, sizeof name, "%s_classify_batch", prefix);
	*(void **)&library->batch = dlsym(handle, name);
	if (!library->classify || !library->batch)
		die("no classifier");
}

static void check(const struct library *library, const struct rows *rows, int first)
{
	int32_t *classes = malloc(rows->count * sizeof *classes);

	library->batch(rows->x, rows->count, classes);
	if (first)
		memcpy(rows->classes, classes, rows->count * sizeof *classes);
	for (size_t i = 0; i < rows->count; i++)
		if (classes[i] != rows->classes[i] ||
			library->classify(rows->x + i * rows->bytes) != classes[i])
			die("answers differ");
	free(classes);
}

/* Code that leaves wide registers dirty, as some of gcc's does, makes what runs next slow. */
static void clean_registers(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx"))
		__asm__ volatile("vzeroupper" ::
					 : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
				 "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
				 "xmm13", "xmm14", "xmm15");
#endif
}

static void run_pass(struct library *library, const struct rows *rows, int pass)
{
	/* all rows, as often as makes so many bytes; the hot ones as often as there are rows */
	size_t repeat = BYTES / (rows->count * rows->bytes) + 1;
	size_t hot = rows->count < HOT ? rows->count : HOT;
	size_t hot_repeat = rows->count / hot + 1;
	double start = now(), end;
	volatile int sum = 0;

	for (size_t r = 0; r < repeat; r++)
		for (size_t i = 0; i < rows->count; i++)
			sum += library->classify(rows->x + i * rows->bytes);
	end = now();
	(void)sum;
	library->ns[SINGLE][pass] = (end - start) / (double)(repeat * rows->count);
	start = now();
	for (size_t r = 0; r < repeat; r++)
		library->batch(rows->x, rows->count, rows->classes);
	end = now();
	library->ns[BATCH][pass] = (end - start) / (double)(repeat * rows->count);
	start = now();
	for (size_t r = 0; r < hot_repeat; r++)
		library->batch(rows->x, hot, rows->classes);
	end = now();
	library->ns[IN_CACHE][pass] = (end - start) / (double)(hot_repeat * hot);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static struct library libraries[LIBRARIES];
	int count = argc - 5;
	struct rows rows;

	if (count < 1 || count > LIBRARIES)
		die("usage: pair PREFIX INPUTS BYTES ROWS LIBRARY...");
	rows = read_rows(argv[4], strtoul(argv[2], NULL, 10) * strtoul(argv[3], NULL, 10));
	for (int i = 0; i < count; i++) {
		open_library(&libraries[i], argv[5 + i], argv[1]);
		check(&libraries[i], &rows, i == 0);
	}
	for (int pass = 0; pass < PASSES; pass++)
		for (int i = 0; i < count; i++) {
			clean_registers();
			run_pass(&libraries[i], &rows, pass);
		}
	for (int i = 0; i < count; i++) {
		for (int kind = 0; kind < KINDS; kind++) {
			qsort(libraries[i].ns[kind], PASSES, sizeof(double), compare);
			printf("%.2f ", libraries[i].ns[kind][PASSES / 2]);
		}
		puts("");
	}
}
