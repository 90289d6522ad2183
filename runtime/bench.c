#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime/rows.h"

enum { PASSES = 9 };

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* splitmix64 */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void shuffle_rows(struct memc_reader *reader)
{
	const size_t bytes = reader->row_bytes;
	void *held = memc_allocate(1, bytes);
	uint64_t state = 1;
	size_t i;

	for (i = reader->count; i > 1; i--) {
		unsigned char *a = reader->rows + (i - 1) * bytes;
		unsigned char *b = reader->rows + (size_t)(next_random(&state) % i) * bytes;

		memcpy(held, a, bytes);
		memmove(a, b, bytes);
		memcpy(b, held, bytes);
	}
	free(held);
}

/* Classifies `queries` rows from *at on, round and round. */
static void run_queries(struct memc_reader *reader, int batch, size_t queries, size_t *at)
{
	static volatile int32_t sink; /* keeps the calls */
	int32_t sum = 0;

	while (queries) {
		const unsigned char *rows = reader->rows + *at * reader->row_bytes;
		size_t part = reader->count - *at;

		if (part > queries)
			part = queries;
		if (part > MEMC_BATCH)
			part = MEMC_BATCH;
		if (batch) {
			memc_program.classify_batch(rows, part, reader->classes);
			sum ^= reader->classes[0];
		} else {
			size_t i;

			for (i = 0; i < part; i++)
				sum ^= memc_program.classify(rows + i * reader->row_bytes);
		}
		*at = (*at + part) % reader->count;
		queries -= part;
	}
	sink = sink ^ sum;
}

static int compare_times(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Seconds a row: the median of passes over all rows, or over parts if those take long. */
static double time_rows(struct memc_reader *reader, int batch)
{
	const double least = 0.05, most = 0.5;
	double times[PASSES], start = now(), took;
	size_t queries = 0, at = 0;
	int i;

	do {
		const size_t part = reader->count - at < 16 ? reader->count - at : 16;

		run_queries(reader, batch, part, &at);
		queries += part;
		took = now() - start;
	} while (took < most && (took < least || queries < reader->count));
	if (queries > reader->count)
		queries -= queries % reader->count;
	for (i = 0; i < PASSES; i++) {
		start = now();
		run_queries(reader, batch, queries, &at);
		times[i] = (now() - start) / (double)queries;
	}
	qsort(times, PASSES, sizeof *times, compare_times);
	return times[PASSES / 2];
}

void memc_bench(struct memc_reader *reader)
{
	char text[128];

	if (!reader->count)
		memc_fail(MEMC_BAD_ROWS, "no rows to time");
	shuffle_rows(reader);
	sprintf(text, "single %.1f ns\n", 1e9 * time_rows(reader, 0));
	memc_print(reader, text, strlen(text));
	sprintf(text, "batch %.1f ns\n", 1e9 * time_rows(reader, 1));
	memc_print(reader, text, strlen(text));
}
