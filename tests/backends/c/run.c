/*
 * Random networks through the C back end, several compilers and machines: the class of every
 * point around the box is that of the exact interpreter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#include "backends/c/c.h"
#include "tests/backends/c/nets.h"

enum { RANDOM = 64, EDGES = 36, NETS = RANDOM + EDGES };

/* Powers of two that put the sign, the carry or the binary point at the edge of a limb. */
static const uint32_t edges[EDGES / 3] = { 1, 55, 56, 57, 63, 64, 119, 120, 121, 128, 184,
	250 };

static char folder[200];

static FILE *create(const char *name)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	return file;
}

static void write_file(const char *name, const void *bytes, size_t count)
{
	FILE *file = create(name);

	assert_int_equal(fwrite(bytes, 1, count, file), count);
	assert_int_equal(fclose(file), 0);
}

static void emit(const struct net *net, const char *name, FILE *expected)
{
	struct c_options options = { .prefix = name };
	struct output out;
	char file[40];
	char *text;
	size_t count;

	snprintf(file, sizeof file, "%s.h", name);
	options.header = file;
	output_open_memory(&out);
	c_emit_header(&net->module, &options, &out);
	text = output_take(&out, &count);
	write_file(file, text, count);
	free(text);
	output_open_memory(&out);
	c_emit_source(&net->module, &options, &out);
	text = output_take(&out, &count);
	file[strlen(file) - 1] = 'c';
	write_file(file, text, count);
	free(text);
	snprintf(file, sizeof file, "%s.raw", name);
	write_file(file, net->raw,
		net->rows * net->inputs * ir_element_bytes(net->module.element));
	for (size_t i = 0; i < net->rows; i++)
		fprintf(expected, "%d\n", (int)net->classes[i]);
}

/* all.c: every net in one unit, and a main that prints the class of every row. */
static const char harness[] =
	"#include <stdio.h>\n"
	"#include <stdlib.h>\n"
	"#define RUN(net, NET, type) { \\\n"
	"	const uint16_t one = 1; \\\n"
	"	FILE *file = fopen(#net \".raw\", \"rb\"); \\\n"
	"	type x[NET##_INPUTS]; \\\n"
	"	unsigned char row[sizeof x], *to = (unsigned char *)x; \\\n"
	"	int32_t c; \\\n"
	"	size_t i, j, swap = *(const unsigned char *)&one ? 0 : sizeof *x - 1; \\\n"
	"	while (file && fread(row, 1, sizeof row, file) == sizeof row) { \\\n"
	"		for (i = 0; i < sizeof x; i += sizeof *x) \\\n"
	"			for (j = 0; j < sizeof *x; j++) \\\n"
	"				to[i + j] = row[i + (j ^ swap)]; \\\n"
	"		net##_classify_batch(x, 1, &c); \\\n"
	"		if (c != net##_classify(x)) \\\n"
	"			abort(); \\\n"
	"		printf(\"%d\\n\", (int)c); \\\n"
	"	} \\\n"
	"	fclose(file); \\\n"
	"}\n"
	"int main(void)\n"
	"{\n";

static int setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	FILE *all, *expected;
	size_t known = 0, unknown = 0; /* of the random ones */

	(void)state;
	snprintf(folder, sizeof folder, "%s/nets.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	all = create("all.c");
	expected = create("expected");
	for (int i = 0; i < NETS; i++)
		fprintf(all, "#include \"net%d.c\"\n", i);
	fputs(harness, all);
	for (int i = 0; i < NETS; i++) {
		char name[20];
		struct net *net;
		snprintf(name, sizeof name, "net%d", i);
		net = i < RANDOM
			? net_new((uint64_t)i, name, (enum ir_element)(i % IR_ELEMENT_COUNT))
			: net_edge(edges[(i - RANDOM) / 3], (uint32_t)(i - RANDOM) % 3, name);
		emit(net, name, expected);
		fprintf(all, "\tRUN(net%d, NET%d, %s)\n", i, i,
			ir_element_ctype(net->module.element));
		for (size_t j = 0; j < net->rows && i < RANDOM; j++)
			*(net->classes[j] < 0 ? &unknown : &known) += 1;
		net_free(net);
	}
	fputs("\treturn 0;\n}\n", all);
	/* a test in which every class is -1 would say little */
	print_message("%zu points with a class, %zu without\n", known, unknown);
	return fclose(all) || fclose(expected) || known < 800 || unknown < 800 ? -1 : 0;
}

static int teardown(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

/* Compiles with `compiler` and runs under `machine`. */
static void compare(const char *compiler, const char *machine)
{
	char command[800];

	snprintf(command, sizeof command,
		"c='%s' m='%s'; { command -v ${c%%%% *} && %s ${m%%%% *}; } >/dev/null",
		compiler, machine, *machine ? "command -v" : ":");
	if (system(command) != 0) {
		print_message("skipped: no %s here\n", compiler);
		skip();
	}
	snprintf(command, sizeof command,
		"cd '%s' && %s all.c -o all && %s ./all >got && cmp got expected", folder,
		compiler, machine);
	assert_int_equal(system(command), 0);
}

#define COMPILERS(X) \
	X(gcc_O0, "gcc -std=c99 -Wall -Wextra -Werror -O0", "") \
	X(gcc_O2, "gcc -std=c99 -Wall -Wextra -Werror -O2", "") \
	X(gcc_O3, "gcc -std=c99 -O3 -march=native", "") \
	X(gcc_sanitized, "gcc -O1 -fsanitize=address,undefined -fno-sanitize-recover", "") \
	X(clang_O2, "clang -std=c99 -Wall -Wextra -Werror -O2", "") \
	X(clang_integers, "clang -O1 -fsanitize=undefined -fno-sanitize-recover", "") \
	X(tcc, "tcc", "") \
	X(gxx, "g++ -x c++ -std=c++11 -Wall -Wextra -Werror -O1", "") \
	X(arm, "arm-linux-gnueabihf-gcc -static -O2", "qemu-arm") \
	X(powerpc, "powerpc-linux-gnu-gcc -static -O2", "qemu-ppc") \
	X(s390x, "s390x-linux-gnu-gcc -static -O2", "qemu-s390x")

#define X(name, compiler, machine) \
	static void name(void **state) \
	{ \
		(void)state; \
		compare(compiler, machine); \
	}
COMPILERS(X)
#undef X

int main(void)
{
	const struct CMUnitTest tests[] = {
#define X(name, compiler, machine) cmocka_unit_test(name),
		COMPILERS(X)
#undef X
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
