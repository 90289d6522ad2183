/*
 * Random networks through the C back end, several compilers and machines: the class of every
 * point around the box is that of the exact interpreter.
 */
#include "tests/backends/c/compile.h"
#include "tests/backends/c/nets.h"

enum { RANDOM = 40, EDGES = 36, NETS = RANDOM + EDGES };

/* Powers of two that put the sign, the carry or the binary point at the edge of a limb. */
static const uint32_t edges[EDGES / 3] = { 1, 55, 56, 57, 63, 64, 119, 120, 121, 128, 184,
	250 };

static int setup(void **state)
{
	(void)state;
	if (compile_begin())
		return -1;
	for (int i = 0; i < NETS; i++) {
		char name[20];
		struct net *net;
		snprintf(name, sizeof name, "net%d", i);
		net = i < RANDOM
			? net_new((uint64_t)i, name, (enum ir_element)(i % IR_ELEMENT_COUNT))
			: net_edge(edges[(i - RANDOM) / 3], (uint32_t)(i - RANDOM) % 3, name);
		compile_add(&net->module, false,
			&(struct compile_rows){ net->raw, net->classes, net->rows });
		net_free(net);
	}
	return compile_end(800);
}

int main(void)
{
	const struct CMUnitTest tests[] = { COMPILERS(COMPILE_TEST) };

	return cmocka_run_group_tests(tests, setup, compile_teardown);
}
