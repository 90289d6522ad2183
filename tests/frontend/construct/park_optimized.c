/*
 * What -O2 makes of park networks: halvings and tables; and networks that are nearly
 * such stay equal.
 * EXCEPT: asan
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "ir/pass.h"
#include "ir/verify.h"
#include "tests/frontend/construct/mutants.h"

static bool build_park(
	struct fixture *f, uint64_t seed, uint64_t count, uint32_t classes, int64_t intervals)
{
	prepare(f, "park", seed, count, classes);
	set_count(f, "range", (int64_t)(2 * count + seed % 9));
	set_count(f, "intervals", intervals);
	return construct(f);
}

static uint32_t operations(const struct ir_module *module)
{
	return module->node_count - module->input_count;
}

/* The halvings stay, the rest is tables. */
static void networks_of_the_shape_fuse(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		uint64_t count = 40 + 20 * seed;
		struct ir_module fused;
		struct fixture f;
		assert_true(build_park(&f, seed, count, 2 + (uint32_t)seed % 5, 40));
		ir_module_copy(&fused, &f.module);
		passes_run(&fused, passes_of_level(2), NULL);
		/* a step and a sum for each layer of a halving, and some tables */
		assert_true(operations(&fused) <= 12 + 4 * parameter(&f, "H"));
		assert_true(same_classes(&f.module, &fused, 31, 0));
		ir_module_fini(&fused);
		end(&f);
	}
}

static void passes_keep_park_networks(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct fixture f;
		assert_true(build_park(
			&f, seed, 1 + seed * 5, 1 + (uint32_t)seed % 7, 2 + (int64_t)seed % 6));
		for (uint32_t i = 0; passes[i]; i++) {
			const struct pass *const alone[] = { passes[i], NULL };
			struct ir_module after;
			ir_module_copy(&after, &f.module);
			passes_run(&after, i % 4 ? alone : passes_of_level((int)i % 3), NULL);
			passes_run(&after, alone, NULL);
			assert_true(same_classes(&f.module, &after, 61, (uint32_t)seed));
			ir_module_fini(&after);
		}
		end(&f);
	}
}

static void networks_that_are_nearly_such_stay_equal(void **state)
{
	enum { MUTANTS = 100 };

	(void)state;
	for (uint64_t seed = 1; seed <= MUTANTS; seed++) {
		struct ir_module fused;
		struct fixture f;
		struct rng rng;

		assert_true(build_park(&f, seed % 19, 4 + seed % 23, 1 + (uint32_t)seed % 5,
			2 + (int64_t)seed % 9));
		rng_init(&rng, seed);
		for (uint64_t i = rng_below(&rng, 3) + 1; i > 0; i--)
			change_constant(&f.module, &rng);
		assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
		ir_module_copy(&fused, &f.module);
		passes_run(&fused, passes_of_level(2), NULL);
		if (!same_classes(&f.module, &fused, 17, (uint32_t)seed % 17)) {
			printf("seed %llu\n", (unsigned long long)seed);
			fail();
		}
		ir_module_fini(&fused);
		end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_of_the_shape_fuse),
		cmocka_unit_test(passes_keep_park_networks),
		cmocka_unit_test(networks_that_are_nearly_such_stay_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
