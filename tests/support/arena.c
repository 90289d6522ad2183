/* Arenas: alignment, zeros, reset, large and many allocations, red zones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "support/arena.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAVE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAVE_ASAN 1
#endif
#endif

#ifdef HAVE_ASAN
#include <sanitizer/asan_interface.h>
#define is_poisoned(p) (__asan_address_is_poisoned(p) != 0)
#define EXPECT_POISON true
#else
#define is_poisoned(p) ((void)(p), false)
#define EXPECT_POISON false
#endif

static void allocations_are_aligned_zeroed_and_apart(void **state)
{
	enum { COUNT = 2000 };
	unsigned char *blocks[COUNT];
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (int i = 0; i < COUNT; i++) {
		size_t size = (size_t)(i * 37 % 300);
		blocks[i] = arena_alloc(&arena, size, 1);
		assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < size; k++)
			assert_int_equal(blocks[i][k], 0);
		memset(blocks[i], i & 0xff, size);
	}
	for (int i = 0; i < COUNT; i++)
		for (int k = 0; k < i * 37 % 300; k++)
			assert_int_equal(blocks[i][k], i & 0xff);
	arena_fini(&arena);
	assert_int_equal(arena.total, 0);
}

static void reset_gives_zeroed_memory_again(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	arena_reset(&arena); /* of an empty one: nothing */
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 300; i++) {
			unsigned char *block = arena_alloc(&arena, 100, 10);
			for (int k = 0; k < 1000; k++)
				assert_int_equal(block[k], 0);
			memset(block, 0xa5, 1000);
		}
		size_t grown = arena.total;
		arena_reset(&arena);
		assert_true(arena.total > 0 && arena.total < grown);
	}
	arena_fini(&arena);
}

static void a_large_allocation_fits(void **state)
{
	size_t size = (size_t)20 << 20;
	unsigned char *large, *small;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	small = arena_alloc(&arena, 10, 1);
	large = arena_alloc(&arena, size, 1);
	memset(large, 1, size);
	memset(small, 2, 10);
	assert_true(arena.total >= size);
	assert_int_equal(large[0], 1);
	assert_int_equal(large[size - 1], 1);
	arena_fini(&arena);
}

static void strings_are_copied(void **state)
{
	char source[] = "ab\0cd", *copy, *printed, wide[3000];
	struct arena arena;

	(void)state;
	arena_init(&arena);
	copy = arena_string(&arena, source, 5);
	memset(source, 'x', 5);
	assert_memory_equal(copy, "ab\0cd", 6);
	assert_string_equal(arena_string(&arena, NULL, 0), "");
	printed = arena_printf(&arena, "%d-%s-%*d", 7, "seven", 2000, 1);
	snprintf(wide, sizeof wide, "%d-%s-%*d", 7, "seven", 2000, 1);
	assert_string_equal(printed, wide);
	arena_fini(&arena);
}

/* Whatever the arena has not handed out is out of bounds for the sanitizer. */
static void the_rest_is_poisoned(void **state)
{
	unsigned char *first, *second;
	struct arena arena;

	(void)state;
	arena_init(&arena);
	first = arena_alloc(&arena, 13, 1);
	second = arena_alloc(&arena, 1, 1);
	for (int i = 0; i < 13; i++)
		assert_false(is_poisoned(first + i));
	assert_int_equal(is_poisoned(first + 13), EXPECT_POISON);
	assert_int_equal(is_poisoned(second - 1), EXPECT_POISON);
	assert_int_equal(is_poisoned(second + 1), EXPECT_POISON);
	arena_reset(&arena);
	assert_int_equal(is_poisoned(second), EXPECT_POISON);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(allocations_are_aligned_zeroed_and_apart),
		cmocka_unit_test(reset_gives_zeroed_memory_again),
		cmocka_unit_test(a_large_allocation_fits),
		cmocka_unit_test(strings_are_copied),
		cmocka_unit_test(the_rest_is_poisoned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
