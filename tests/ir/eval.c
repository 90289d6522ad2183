/* Every operation means what plain rational arithmetic says, on operands of all sizes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "ir/eval.h"
#include "ir/verify.h"
#include "tests/ir/random_fused.h"

static void to_mpq(const struct dyadic *a, mpq_t result)
{
	mpq_set_z(result, a->m);
	if (a->e >= 0)
		mpq_mul_2exp(result, result, (mp_bitcnt_t)a->e);
	else
		mpq_div_2exp(result, result, (mp_bitcnt_t)-a->e);
}

/* Evaluates one module at one point, and counts the values that are not zero. */
static void compare_values(const struct ir_module *module, const int64_t *point,
	struct dyadic *found, mpq_t *values, mpq_t *before, uint64_t *nonzero)
{
	struct dyadic_scratch scratch;
	mpq_t value;

	mpq_init(value);
	dyadic_scratch_init(&scratch);
	evaluate_fused(module, point, values, before);
	for (uint32_t i = 0; i < module->node_count; i++) {
		enum ir_op op = ir_op_of(module, (ir_value){ i });
		if (op == IR_INPUT)
			dyadic_set_int(&found[i], point[i]);
		else
			ir_eval(module, (ir_value){ i }, found, &found[i], &scratch);
		to_mpq(&found[i], value);
		if (!mpq_equal(value, values[i]))
			fail_msg("value %u, a %s, differs", i, ir_op_name(op));
		nonzero[op] += mpq_sgn(value) != 0;
	}
	dyadic_scratch_clear(&scratch);
	mpq_clear(value);
}

static void values_equal_those_of_rationals(void **state)
{
	uint64_t nonzero[IR_OP_COUNT] = { 0 };

	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct ir_module module;
		struct rng rng;
		struct dyadic *found;
		mpq_t *values, *before;

		random_fused(&module, seed, seed % 3 ? 0 : 200);
		values = new_values(module.node_count);
		before = new_values(module.node_count);
		found = mem_alloc(module.node_count, sizeof *found);
		for (uint32_t i = 0; i < module.node_count; i++)
			dyadic_init(&found[i]);
		rng_init(&rng, seed);
		for (int i = 0; i < 10; i++) {
			int64_t point[RANDOM_FUSED_INPUTS];
			nearby_input(&module, &rng, point);
			compare_values(&module, point, found, values, before, nonzero);
		}
		for (uint32_t i = 0; i < module.node_count; i++)
			dyadic_clear(&found[i]);
		free(found);
		free_values(values, module.node_count);
		free_values(before, module.node_count);
		ir_module_fini(&module);
	}
	for (uint32_t op = 0; op < IR_OP_COUNT; op++)
		if (nonzero[op] < 1000) /* else the comparison says little */
			fail_msg("%s was not zero only %llu times", ir_op_name(op),
				(unsigned long long)nonzero[op]);
}

static void random_modules_are_well_formed(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3000; seed++) {
		struct ir_module module;
		struct diag_sink sink;

		random_fused(&module, seed, seed % 3 ? 0 : 200);
		diag_init(&sink);
		if (!ir_verify(&module, SPAN_NONE, &sink)) {
			diag_print(&sink, stderr);
			fail_msg("the module of seed %llu is malformed",
				(unsigned long long)seed);
		}
		diag_fini(&sink);
		ir_module_fini(&module);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_equal_those_of_rationals),
		cmocka_unit_test(random_modules_are_well_formed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
