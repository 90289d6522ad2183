/*
 * What this machine can do at best, to be compiled with -O3 -march=native: prints the
 * nanoseconds of a cycle, the multiplications of 16 bits that are added up in a cycle where all
 * operands are in registers, and the bytes that are read in a cycle from memory.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PASSES = 15 };

/* Of this thread, so that others that run here take nothing but cache. */
static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Additions that wait for each other take a cycle each. */
static double cycle_ns(void)
{
	enum { TURNS = 10000000 };
	uint64_t x = 0;
	double start = now();

	for (int i = 0; i < TURNS; i++)
		for (int j = 0; j < 8; j++) {
			x += 3;
			__asm__ volatile("" : "+r"(x));
		}
	return (now() - start) / (8.0 * TURNS);
}

#if defined(__AVX512VNNI__)
#include <immintrin.h>
enum { LANES = 32 };
typedef __m512i vector;
#define MULTIPLY_ADD(sum, a) _mm512_dpwssd_epi32(sum, a, a)
#elif defined(__AVX2__)
#include <immintrin.h>
enum { LANES = 16 };
typedef __m256i vector;
#define MULTIPLY_ADD(sum, a) _mm256_add_epi32(sum, _mm256_madd_epi16(a, a))
#elif defined(__SSE2__)
#include <emmintrin.h>
enum { LANES = 8 };
typedef __m128i vector;
#define MULTIPLY_ADD(sum, a) _mm_add_epi32(sum, _mm_madd_epi16(a, a))
#elif defined(__ARM_NEON)
#include <arm_neon.h>
enum { LANES = 4 };
typedef int32x4_t vector;
#define MULTIPLY_ADD(sum, a) \
	vmlal_s16(sum, vget_low_s16(vreinterpretq_s16_s32(a)), \
		vget_low_s16(vreinterpretq_s16_s32(a)))
#else
enum { LANES = 1 };
typedef int32_t vector;
#define MULTIPLY_ADD(sum, a) ((sum) + (a) * (a))
#endif

#if defined(__x86_64__)
#define KEEP(sum) __asm__ volatile("" : "+v"(sum))
#else
#define KEEP(sum) ((void)0)
#endif

/* Each sum is a variable of its own, so that all are in registers. */
#define CHAINS(X) X(a) X(b) X(c) X(d) X(e) X(f) X(g) X(h) X(i) X(j)
enum { CHAIN_COUNT = 10 };

static double multiply_adds_of_ns(void)
{
	enum { TURNS = 1000000 };
	vector x, zero;
	double start;

	memset(&x, 1, sizeof x);
	memset(&zero, 0, sizeof zero);
#define X(name) vector name = zero;
	CHAINS(X)
#undef X
	start = now();
	for (int turn = 0; turn < TURNS; turn++) {
#define X(name) \
	name = MULTIPLY_ADD(name, x); \
	KEEP(name);
		CHAINS(X)
#undef X
	}
	return LANES * CHAIN_COUNT * (double)TURNS / (now() - start);
}

static double bytes_of_ns(const uint64_t *memory, size_t words)
{
	uint64_t sum[8] = { 0 };
	double start = now();

	for (size_t i = 0; i < words; i += 8)
		for (int j = 0; j < 8; j++)
			sum[j] += memory[i + (size_t)j];
	start = (double)words * 8 / (now() - start);
	for (int j = 1; j < 8; j++)
		sum[0] += sum[j];
	return sum[0] == 1 ? 0 : start;
}

int main(void)
{
	size_t words = (size_t)16 << 20;
	uint64_t *memory = malloc(words * sizeof *memory);
	double cycle = 1e9, multiply_adds = 0, bytes = 0;

	if (!memory)
		return 1;
	memset(memory, 2, words * sizeof *memory);
	for (int pass = 0; pass < PASSES; pass++) {
		double ns = cycle_ns(), operations = multiply_adds_of_ns(),
		       read = bytes_of_ns(memory, words);
		cycle = ns < cycle ? ns : cycle;
		multiply_adds = operations > multiply_adds ? operations : multiply_adds;
		bytes = read > bytes ? read : bytes;
	}
	printf("%.4f %.2f %.2f\n", cycle, multiply_adds * cycle, bytes * cycle);
	free(memory);
}
