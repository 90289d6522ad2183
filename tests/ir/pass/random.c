/*
 * Every pass alone, and every level, keep the output of random networks and modules of all
 * operations on every point; so do random orders of passes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "ir/pass.h"
#include "ir/text.h"
#include "tests/ir/random_fused.h"

enum { POINTS = 12, NETWORKS = 300, LEVELS = 3 };

/* The module as text, for the report of a failure. */
static void show(const struct ir_module *module, const char *what)
{
	struct output text;
	size_t size;
	char *bytes;

	output_open_memory(&text);
	ir_print(module, &text);
	bytes = output_take(&text, &size);
	printf("--- %s\n%s", what, bytes);
	free(bytes);
}

/* The output of both modules at some points of the box. */
static void assert_same(const struct ir_module *before, const struct ir_module *after,
	uint64_t seed, const char *what)
{
	mpq_t *old = new_values(before->node_count), *scratch = new_values(before->node_count);
	mpq_t *new = new_values(after->node_count), *other = new_values(after->node_count);
	int64_t point[RANDOM_FUSED_INPUTS];
	bool same = true;
	struct rng rng;

	rng_init(&rng, seed);
	for (int i = 0; i < POINTS && same; i++) {
		random_input(before, &rng, point);
		evaluate_fused(before, point, old, scratch);
		evaluate_fused(after, point, new, other);
		same = mpq_equal(old[before->node_count - 1], new[after->node_count - 1]);
	}
	if (!same) {
		printf("seed %llu, %s\n", (unsigned long long)seed, what);
		show(before, "before");
		show(after, "after");
	}
	assert_true(same);
	free_values(old, before->node_count);
	free_values(scratch, before->node_count);
	free_values(new, after->node_count);
	free_values(other, after->node_count);
}

static void assert_passes_keep(const struct ir_module *module, const struct pass *const *list,
	uint64_t seed, const char *what)
{
	struct ir_module after;

	ir_module_copy(&after, module);
	passes_run(&after, list, NULL);
	assert_same(module, &after, seed, what);
	ir_module_fini(&after);
}

/* Some passes in any order, some of them twice. */
static void assert_any_order_keeps(const struct ir_module *module, uint64_t seed)
{
	enum { LENGTH = 8 };
	const struct pass *list[LENGTH + 1] = { NULL };
	uint32_t count = 0;
	struct rng rng;

	while (passes[count])
		count++;
	rng_init(&rng, seed);
	for (int i = 0; i < LENGTH; i++)
		list[i] = passes[rng_below(&rng, count)];
	assert_passes_keep(module, list, seed, "random order");
}

static void assert_all_keep(const struct ir_module *module, uint64_t seed)
{
	for (uint32_t i = 0; passes[i]; i++) {
		const struct pass *const list[] = { passes[i], NULL };
		assert_passes_keep(module, list, seed, passes[i]->name);
	}
	for (int level = 0; level < LEVELS; level++)
		assert_passes_keep(module, passes_of_level(level), seed, "level");
	assert_any_order_keeps(module, seed);
}

static void networks_keep_their_output(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
		struct ir_module module;
		random_network(&module, seed, seed % 3 ? 0 : 200);
		assert_all_keep(&module, seed);
		ir_module_fini(&module);
	}
}

static void fused_modules_keep_their_output(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
		struct ir_module module;
		random_fused(&module, seed, seed % 3 ? 0 : 200);
		assert_all_keep(&module, seed);
		ir_module_fini(&module);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_keep_their_output),
		cmocka_unit_test(fused_modules_keep_their_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
