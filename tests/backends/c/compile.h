/*
 * Emitted code through several compilers and machines: modules with rows of raw features and
 * the class of each, which single and batch calls must both give.
 *
 *	static int setup(void **state)
 *	{
 *		compile_begin(); compile_add(...)...; return compile_end();
 *	}
 *
 * COMPILERS(COMPILE_TEST) are the tests, one a compiler. In the folder are netI.c, all.c with
 * a main, and nets.c without, for more tests by compile_script(). These hold one module in
 * SHARE, from TURN on: each compiler has its own turn, so that every one sees every kind of
 * module and every module several compilers. In make check-full each sees all.
 */
#ifndef TESTS_BACKENDS_C_COMPILE_H
#define TESTS_BACKENDS_C_COMPILE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/c/c.h"
#include "tests/full.h"

static struct {
	char folder[200];
	FILE *all, *nets;
	struct output calls; /* of main */
	int count;
	size_t known, unknown;
} compile_state;

/* Rows of raw features, little-endian, and their classes. */
struct compile_rows {
	const unsigned char *raw;
	const int32_t *classes;
	size_t count;
};

static inline FILE *compile_create(const char *name)
{
	char path[300];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", compile_state.folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	return file;
}

static inline void compile_write(const char *name, const void *bytes, size_t count)
{
	FILE *file = compile_create(name);

	assert_int_equal(fwrite(bytes, 1, count, file), count);
	assert_int_equal(fclose(file), 0);
}

/* What decides whether a file holds a module: kinds that take turns by threes, too. */
static const char compile_share[] = "#ifndef SHARE\n#define SHARE 1\n#define TURN 0\n#endif\n"
				    "#define HAS(i) (((i) + (i) / 3 + TURN) % SHARE == 0)\n";

/* Reads all rows; the class of each is what is expected, and the batch says the same. */
static const char compile_harness[] =
	"#include <stdio.h>\n"
	"#include <stdlib.h>\n"
	"#define RUN(net, NET, type) { \\\n"
	"	const uint16_t one = 1; \\\n"
	"	int expected; \\\n"
	"	FILE *file = fopen(#net \".raw\", \"rb\"); \\\n"
	"	size_t count = 0, i, j, swap; \\\n"
	"	unsigned char row[NET##_INPUTS * sizeof(type)]; \\\n"
	"	type *x = (type *)calloc(ROWS, sizeof row); \\\n"
	"	int32_t *c = (int32_t *)calloc(ROWS, sizeof *c); \\\n"
	"	swap = *(const unsigned char *)&one ? 0 : sizeof *x - 1; \\\n"
	"	while (file && fread(row, 1, sizeof row, file) == sizeof row) { \\\n"
	"		unsigned char *to = (unsigned char *)(x + count * NET##_INPUTS); \\\n"
	"		for (i = 0; i < sizeof row; i += sizeof *x) \\\n"
	"			for (j = 0; j < sizeof *x; j++) \\\n"
	"				to[i + j] = row[i + (j ^ swap)]; \\\n"
	"		count++; \\\n"
	"	} \\\n"
	"	fclose(file); \\\n"
	"	net##_classify_batch(x, count, c); \\\n"
	"	file = fopen(#net \".expected\", \"r\"); \\\n"
	"	for (i = 0; i < count; i++) { \\\n"
	"		if (fscanf(file, \"%d\", &expected) != 1 || c[i] != expected || \\\n"
	"			c[i] != net##_classify(x + i * NET##_INPUTS)) { \\\n"
	"			printf(\"%s: row %d\\n\", #net, (int)i); \\\n"
	"			return 1; \\\n"
	"		} \\\n"
	"	} \\\n"
	"	if (count + 1 != ROWS) \\\n"
	"		return 1; \\\n"
	"	fclose(file); \\\n"
	"	free(x); \\\n"
	"	free(c); \\\n"
	"}\n"
	"int main(void)\n"
	"{\n";

static inline int compile_begin(void)
{
	const char *tmp = getenv("TMPDIR");

	memset(&compile_state, 0, sizeof compile_state);
	snprintf(compile_state.folder, sizeof compile_state.folder, "%s/nets.XXXXXX",
		tmp ? tmp : "/tmp");
	if (!mkdtemp(compile_state.folder))
		return -1;
	compile_state.all = compile_create("all.c");
	compile_state.nets = compile_create("nets.c");
	fputs(compile_share, compile_state.all);
	fputs(compile_share, compile_state.nets);
	output_open_memory(&compile_state.calls);
	return 0;
}

/* netI.raw and netI.expected */
static inline void compile_add_rows(
	const struct ir_module *module, const char *name, const struct compile_rows *rows)
{
	char file[40];
	FILE *expected;

	snprintf(file, sizeof file, "%s.raw", name);
	compile_write(file, rows->raw,
		rows->count * module->input_count * ir_element_bytes(module->element));
	snprintf(file, sizeof file, "%s.expected", name);
	expected = compile_create(file);
	for (size_t i = 0; i < rows->count; i++) {
		fprintf(expected, "%d\n", (int)rows->classes[i]);
		*(rows->classes[i] < 0 ? &compile_state.unknown : &compile_state.known) += 1;
	}
	assert_int_equal(fclose(expected), 0);
}

static inline void compile_add(
	const struct ir_module *module, bool assume_members, const struct compile_rows *rows)
{
	const struct plan_options how = { .assume_members = assume_members };
	struct plan *plan = plan_new(module, &how, SPAN_NONE, NULL);
	int number = compile_state.count++;
	char name[20], file[40];
	const struct c_options options = { .prefix = name };
	struct output out;
	size_t count;
	char *text;

	snprintf(name, sizeof name, "net%d", number);
	output_open_memory(&out);
	c_emit_header(plan->module, &options, &out);
	c_emit_source(plan, &options, &out);
	plan_free(plan);
	text = output_take(&out, &count);
	snprintf(file, sizeof file, "%s.c", name);
	compile_write(file, text, count);
	free(text);
	compile_add_rows(module, name, rows);
	fprintf(compile_state.all, "#if HAS(%d)\n#include \"%s.c\"\n#endif\n", number, name);
	fprintf(compile_state.nets, "#if HAS(%d)\n#include \"%s.c\"\n#endif\n", number, name);
	output_printf(&compile_state.calls,
		"#if HAS(%d)\n#define ROWS %zu\n\tRUN(net%d, NET%d, %s)\n#undef ROWS\n#endif\n",
		number, rows->count + 1, number, number, ir_element_ctype(module->element));
}

/* A test in which few points have a class, or few have none, would say little. */
static inline int compile_end(size_t least)
{
	char *calls = output_take(&compile_state.calls, NULL);

	fprintf(compile_state.all, "%s%s\treturn 0;\n}\n", compile_harness, calls);
	free(calls);
	print_message("%zu points with a class, %zu without\n", compile_state.known,
		compile_state.unknown);
	if (fclose(compile_state.all) || fclose(compile_state.nets))
		return -1;
	return compile_state.known < least || compile_state.unknown < least ? -1 : 0;
}

static inline int compile_teardown(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", compile_state.folder);
	return system(command);
}

/*
 * A memc with sanitizers emits the same bytes as any other, which other builds give to all
 * compilers: there the first one is enough.
 */
static inline void compile_once(const char *compiler)
{
#ifdef __SANITIZE_ADDRESS__
	if (!strstr(compiler, "-O0"))
		skip();
#else
	(void)compiler;
#endif
}

static inline int compile_one_in(void)
{
	return is_full() ? 1 : 3;
}

/* Compiles with `compiler` and runs under `machine`. */
static inline void compile_run(const char *compiler, const char *machine)
{
	static int turn;
	char command[800];

	compile_once(compiler);
	snprintf(command, sizeof command,
		"c='%s' m='%s'; { command -v ${c%%%% *} && %s ${m%%%% *}; } >/dev/null",
		compiler, machine, *machine ? "command -v" : ":");
	if (system(command) != 0) {
		print_message("skipped: no %s here\n", compiler);
		skip();
	}
	snprintf(command, sizeof command,
		"cd '%s' && %s -DSHARE=%d -DTURN=%d all.c -o all && %s ./all",
		compile_state.folder, compiler, compile_one_in(), turn++, machine);
	assert_int_equal(system(command), 0);
}

/* Runs a script of bash in the folder; skips if the compiler is not there. */
static inline void compile_script(const char *compiler, const char *script)
{
	char command[300];
	FILE *file;

	compile_once(compiler);
	snprintf(command, sizeof command, "command -v %s >/dev/null", compiler);
	if (system(command) != 0) {
		print_message("skipped: no %s here\n", compiler);
		skip();
	}
	file = compile_create("script");
	fprintf(file, "CC=%s SHARE=%d\n%s", compiler, compile_one_in(), script);
	assert_int_equal(fclose(file), 0);
	snprintf(command, sizeof command, "cd '%s' && bash script", compile_state.folder);
	assert_int_equal(system(command), 0);
}

/* No warning, and at each level no undefined symbol, no data that changes. */
#define COMPILE_FORM(levels) \
	"turn=0\n" \
	"build() { $CC -std=c99 -DSHARE=$SHARE -DTURN=$((turn++)) \"$@\" -c nets.c -o f.o; " \
	"}\n" \
	"build -pedantic-errors -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow " \
	"-Wcast-qual " \
	"-Wundef -Wvla -Wmissing-prototypes -Werror -O2 -USHARE -DSHARE=1 || exit 1\n" \
	"for O in " levels "; do build -O$O -fPIC || exit 1\n" \
	"	test -z \"$(nm -u f.o | grep -v _GLOBAL_OFFSET_TABLE_)\" || { nm -u f.o; " \
	"exit 1; }\n" \
	"	size f.o | awk 'NR == 2 && ($2 || $3) { print; exit 1 }' || exit 1\n" \
	"	! nm -g --defined-only f.o | awk '{ print $3 }' |\n" \
	"		grep -vxE 'net[0-9]+_(class_name|classify|classify_batch)' || exit " \
	"1\n" \
	"done\n"

static inline void has_its_form_by_gcc(void **state)
{
	(void)state;
	compile_script("gcc", COMPILE_FORM("0 1 2 3 s"));
}

static inline void has_its_form_by_clang(void **state)
{
	(void)state;
	compile_script("clang", COMPILE_FORM("0 1 2 3 s"));
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
	static inline void name(void **state) \
	{ \
		(void)state; \
		compile_run(compiler, machine); \
	}
COMPILERS(X)
#undef X

#define COMPILE_TEST(name, compiler, machine) cmocka_unit_test(name),

#endif
