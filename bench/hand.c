/*
 * hand MODE KEYS WEIGHTS <ROWS: what one would write by hand instead of memc, timed.
 *
 * A dot product, and a binary search over the sorted keys with their classes: by a plain loop
 * on 64-bit weights ("plain"), or with the weights split in two halves of 16 bits so that
 * compilers make vectors of it, four rows at a time in a batch ("split"). KEYS has a line "key
 * class" a stored point, WEIGHTS a weight a line and the bias last; ROWS are the bytes, or with
 * -DELEMENT=int16_t the words, of -DINPUTS=784 features. Prints "single X ns" and "batch Y ns"
 * as the --bench of a classifier does, and fails if a row has not the class it should.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef INPUTS
#define INPUTS 784
#endif
#ifndef ELEMENT
#define ELEMENT uint8_t
#endif

enum { SPLIT = 11, BLOCK = 8, PASSES = 9 };

static uint64_t weights[INPUTS], bias, *keys;
static _Alignas(32) int16_t low[INPUTS], high[INPUTS];
static int8_t *classes;
static size_t key_count;

/* --- the classifier ----------------------------------------------------------------- */

static uint64_t project_plain(const ELEMENT *x)
{
	uint64_t sum = bias;

	for (size_t i = 0; i < INPUTS; i++)
		sum += (uint64_t)x[i] * weights[i];
	return sum;
}

static uint64_t project_split(const ELEMENT *x)
{
	int32_t a = 0, b = 0;

	for (size_t i = 0; i < INPUTS; i++) {
		a += (int32_t)x[i] * low[i];
		b += (int32_t)x[i] * high[i];
	}
	return bias + (uint64_t)a + ((uint64_t)b << SPLIT);
}

/* Without branches but the loop's own. */
static int search(uint64_t key)
{
	const uint64_t *at = keys;

	for (size_t count = key_count; count > 1; count -= count / 2)
		at = at[count / 2] <= key ? at + count / 2 : at;
	return *at == key ? classes[at - keys] : -1;
}

/* Several searches at once, so that they wait for memory together. */
static void search_block(const uint64_t *key, int32_t *out)
{
	const uint64_t *at[BLOCK];

	for (int i = 0; i < BLOCK; i++)
		at[i] = keys;
	for (size_t count = key_count; count > 1; count -= count / 2)
		for (int i = 0; i < BLOCK; i++)
			at[i] = at[i][count / 2] <= key[i] ? at[i] + count / 2 : at[i];
	for (int i = 0; i < BLOCK; i++)
		out[i] = *at[i] == key[i] ? classes[at[i] - keys] : -1;
}

__attribute__((noinline)) static int plain(const ELEMENT *x)
{
	return search(project_plain(x));
}

__attribute__((noinline)) static int split(const ELEMENT *x)
{
	return search(project_split(x));
}

#define BATCH(name) \
	static void name##_batch(const ELEMENT *x, size_t rows, int32_t *out) \
	{ \
		uint64_t key[BLOCK]; \
		size_t i = 0; \
\
		for (; i + BLOCK <= rows; i += BLOCK) { \
			for (size_t j = 0; j < BLOCK; j++) \
				key[j] = project_##name(x + (i + j) * INPUTS); \
			search_block(key, out + i); \
		} \
		for (; i < rows; i++) \
			out[i] = name(x + i * INPUTS); \
	}
BATCH(plain)
BATCH(split)

/* --- its data ----------------------------------------------------------------------- */

static void *allocate(size_t bytes)
{
	void *memory = malloc(bytes);

	if (!memory)
		exit(2);
	return memory;
}

static FILE *open_file(const char *path)
{
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		exit(2);
	}
	return file;
}

static void read_keys(const char *path)
{
	FILE *file = open_file(path);
	uint64_t key;
	int class;
	size_t room = 1 << 21;

	keys = allocate(room * sizeof *keys);
	classes = allocate(room);
	while (key_count < room && fscanf(file, "%" SCNu64 " %d", &key, &class) == 2) {
		keys[key_count] = key;
		classes[key_count++] = (int8_t) class;
	}
	fclose(file);
}

static void read_weights(const char *path)
{
	FILE *file = open_file(path);
	int64_t w;

	for (size_t i = 0; i < INPUTS; i++) {
		if (fscanf(file, "%" SCNd64, &w) != 1)
			exit(2);
		weights[i] = (uint64_t)w;
		low[i] = (int16_t)((w & ((1 << SPLIT) - 1)));
		high[i] = (int16_t)(w >> SPLIT);
	}
	if (fscanf(file, "%" SCNd64, &w) != 1)
		exit(2);
	bias = (uint64_t)w;
	fclose(file);
}

/* --- timing, as in runtime/main.c --------------------------------------------------- */

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void shuffle(ELEMENT *rows, size_t count)
{
	ELEMENT held[INPUTS];
	uint64_t state = 1;

	for (size_t i = count; i > 1; i--) {
		ELEMENT *a = rows + (i - 1) * INPUTS;
		ELEMENT *b = rows + next_random(&state) % i * INPUTS;

		memcpy(held, a, sizeof held);
		memmove(a, b, sizeof held);
		memcpy(b, held, sizeof held);
	}
}

static void run(int mode, int batch, const ELEMENT *rows, size_t count, int32_t *out)
{
	static volatile int sink;
	int sum = 0;

	if (batch && mode)
		split_batch(rows, count, out);
	else if (batch)
		plain_batch(rows, count, out);
	else
		for (size_t i = 0; i < count; i++)
			sum ^= mode ? split(rows + i * INPUTS) : plain(rows + i * INPUTS);
	sink = sink ^ sum;
}

static double time_rows(int mode, int batch, const ELEMENT *rows, size_t count, int32_t *out)
{
	size_t rounds = 1 + 400000 / count;
	double times[PASSES];

	for (int i = 0; i < PASSES; i++) {
		double start = now();
		for (size_t j = 0; j < rounds; j++)
			run(mode, batch, rows, count, out);
		times[i] = (now() - start) / (double)(rounds * count);
	}
	qsort(times, PASSES, sizeof *times, compare);
	return times[PASSES / 2];
}

int main(int argc, char **argv)
{
	size_t count, room = (size_t)1 << 26;
	ELEMENT *rows = allocate(room);
	int32_t *out;
	int mode;

	if (argc != 4)
		return 2;
	mode = !strcmp(argv[1], "split");
	read_keys(argv[2]);
	read_weights(argv[3]);
	count = fread(rows, sizeof(ELEMENT[INPUTS]), room / sizeof(ELEMENT[INPUTS]), stdin);
	out = allocate((count + 1) * sizeof *out);
	shuffle(rows, count);
	printf("single %.1f ns\n", time_rows(mode, 0, rows, count, out));
	printf("batch %.1f ns\n", time_rows(mode, 1, rows, count, out));
	for (size_t i = 0; i < count; i++)
		if (out[i] < 0 || out[i] != (mode ? split : plain)(rows + i * INPUTS))
			return 1;
	return 0;
}
