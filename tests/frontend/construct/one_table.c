/*
 * Every construction whose output is a function of the projection with few pieces is, at -O2,
 * the projection and one table, whatever the bits of its weights; networks that are nearly
 * such stay equal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "ir/pass.h"
#include "ir/verify.h"
#include "tests/frontend/construct/mutants.h"

static uint32_t operations(const struct ir_module *module)
{
	return module->node_count - module->input_count;
}

/* A network with projection weights of so many bits; 0: of as many as it takes. */
static bool build_of(struct fixture *f, const char *name, uint64_t seed, uint64_t count,
	uint32_t classes, int64_t bits)
{
	prepare(f, name, seed, count, classes);
	set_count(f, "extractor", (int64_t)(seed % 2));
	if (bits)
		f->project[PROJECT_BITS] = (struct option_value){ .set = true, .count = bits };
	return construct(f);
}

static void assert_one_table(
	const char *name, uint64_t seed, uint64_t count, uint32_t classes, int64_t bits)
{
	struct ir_module fused;
	struct fixture f;

	assert_true(build_of(&f, name, seed, count, classes, bits));
	ir_module_copy(&fused, &f.module);
	passes_run(&fused, passes_of_level(2), NULL);
	if (operations(&fused) > 3 || !same_classes(&f.module, &fused, 41, (uint32_t)seed)) {
		printf("%s, seed %llu, %llu points: %u operations\n", name,
			(unsigned long long)seed, (unsigned long long)count,
			operations(&fused));
		fail();
	}
	ir_module_fini(&fused);
	end(&f);
}

static void networks_become_one_table(void **state)
{
	static const char *const names[] = { "sqrt", "depth", "bits", "binary", "steps", "grid",
		"width_depth" };
	static const uint64_t counts[] = { 1, 5, 40, 200 };
	static const int64_t bits[] = { 0, 20, 60 };

	(void)state;
	for (size_t n = 0; n < sizeof names / sizeof *names; n++)
		for (uint64_t i = 0; i < 12; i++) {
			uint32_t classes = i < 9 ? 10 : 1 + (uint32_t)(i + n) % 3;
			assert_one_table(
				names[n], 13 * n + i, counts[i / 3], classes, bits[i % 3]);
		}
}

/* -O2 without the passes that see how strings are taken apart, and without pwl. */
static void run_to_sweep(struct ir_module *module)
{
	static const char *const names[] = { "cse", "fold", "cse", "ladder", "indicator",
		"select", "dce", "plateau", "cse", "fold", "sweep", "dce" };
	const struct pass *list[sizeof names / sizeof *names + 1];
	size_t count = 0;

	for (; count < sizeof names / sizeof *names; count++)
		list[count] = pass_find(names[count]);
	list[count] = NULL;
	passes_run(module, list, NULL);
}

static void networks_that_are_nearly_such_stay_equal(void **state)
{
	enum { MUTANTS = 120 };
	static const char *const names[] = { "binary", "width_depth", "sqrt" };
	uint32_t tables = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= MUTANTS; seed++) {
		struct ir_module fused;
		struct fixture f;
		struct rng rng;

		assert_true(build_of(
			&f, names[seed % 3], seed, 2 + seed % 29, 2 + (uint32_t)seed % 7, 0));
		rng_init(&rng, seed);
		for (uint64_t i = rng_below(&rng, 3) + 1; i > 0; i--)
			change_constant(&f.module, &rng);
		assert_true(ir_verify(&f.module, SPAN_NONE, &f.sink));
		ir_module_copy(&fused, &f.module);
		run_to_sweep(&fused);
		tables += operations(&fused) <= 3;
		if (!same_classes(&f.module, &fused, 7, (uint32_t)seed % 7)) {
			printf("seed %llu\n", (unsigned long long)seed);
			fail();
		}
		ir_module_fini(&fused);
		end(&f);
	}
	assert_true(tables > MUTANTS / 4); /* the pass reaches them */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_become_one_table),
		cmocka_unit_test(networks_that_are_nearly_such_stay_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
