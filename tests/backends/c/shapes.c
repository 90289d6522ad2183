/*
 * The fast shape through the C back end, several compilers and machines.
 */
#include "tests/backends/c/compile.h"
#include "tests/backends/shapes.h"

static void add_shape(
	const struct ir_module *module, bool members, const struct shape_rows *rows)
{
	compile_add(module, members,
		&(struct compile_rows){ rows->raw, rows->classes, rows->count });
}

static int setup(void **state)
{
	(void)state;
	if (compile_begin())
		return -1;
	for (int i = 0; i < SHAPES; i++)
		shape_build(&shapes[i], 7 + (uint64_t)i, add_shape);
	return compile_end(5000);
}

/* Of one call, with the functions that the compiler keeps apart. */
static void keeps_its_stack(void **state)
{
	(void)state;
	compile_script("gcc",
		"usage() { $CC -fstack-usage -Werror \"$@\" -c $i -o u.o && ! grep -q dynamic "
		"u.su &&\n"
		"	awk -F'\t' -v most=$stack '{ sum += $2 } END { exit sum > most }' u.su "
		"||\n"
		"	{ echo $i $*; cat u.su; exit 1; }; }\n"
		"turn=0\n"
		"for i in net[0-9]*.c; do grep -q 'by the general engine' $i && continue\n"
		"	stack=$(sed -n 's/^ \\* stack    at most \\([0-9]*\\) .*/\\1/p;T;q' "
		"$i)\n"
		"	usage -O2 -Wstack-usage=256\n"
		"	[ $((turn++ % SHARE)) = 0 ] || continue\n"
		"	usage -O0; usage -O3\n"
		"done\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMPILERS(COMPILE_TEST) /* each with a comma */
		cmocka_unit_test(has_its_form_by_gcc),
		cmocka_unit_test(has_its_form_by_clang),
		cmocka_unit_test(keeps_its_stack),
	};

	return cmocka_run_group_tests(tests, setup, compile_teardown);
}
