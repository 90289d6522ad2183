/*
 * The form of emitted code: what a compiler, a linker and a user's project see of it.
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

enum { NETS = 2 * IR_ELEMENT_COUNT, /* twice every element */ SAMPLES = 10 };

#define STRICT \
	"-std=c99 -pedantic-errors -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow " \
	"-Wcast-qual -Wundef -Wvla -Wmissing-prototypes -Werror"

static char folder[200];
static uint64_t stacks[NETS];

static void write_output(const char *name, struct output *out)
{
	char path[300];
	size_t count;
	char *text = output_take(out, &count);
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, count, file), count);
	assert_int_equal(fclose(file), 0);
	free(text);
}

/* netI.c, netI.h and mainI.c with the first rows as samples; returns the stack bound. */
static uint64_t emit(const struct net *net, const char *prefix, int number)
{
	char header[40], source[40], program[40];
	const struct samples samples = { net->raw, net->classes,
		net->rows < SAMPLES ? net->rows : SAMPLES };
	const struct c_options options = {
		.prefix = prefix, .header = header, .samples = &samples
	};
	struct plan *plan;
	struct diag_sink sink;
	struct output out;
	uint64_t stack;

	diag_init(&sink);
	plan = plan_new(&net->module, &(struct plan_options){ 0 }, SPAN_NONE, &sink);
	assert_non_null(plan);
	snprintf(header, sizeof header, "%s.h", prefix);
	snprintf(source, sizeof source, "%s.c", prefix);
	snprintf(program, sizeof program, "main%d.c", number);
	output_open_memory(&out);
	c_emit_header(plan->module, &options, &out);
	write_output(header, &out);
	output_open_memory(&out);
	c_emit_source(plan, &options, &out);
	write_output(source, &out);
	output_open_memory(&out);
	c_emit_main(&net->module, &options, &out);
	write_output(program, &out);
	stack = plan_sizes(plan).stack_bytes;
	plan_free(plan);
	diag_fini(&sink);
	return stack;
}

/* all.c: every net in one unit; check.c: the same with self checks. */
static void write_units(void)
{
	struct output all, check;

	output_open_memory(&all);
	output_open_memory(&check);
	for (int i = 0; i < NETS; i++)
		output_printf(&check, "#define NET%d_SELF_CHECK\n", i);
	for (int i = 0; i < NETS; i++) {
		output_printf(&all, "#include \"net%d.c\"\n", i);
		output_printf(&check, "#include \"net%d.c\"\n", i);
	}
	write_output("all.c", &all);
	write_output("check.c", &check);
}

static int setup(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(folder, sizeof folder, "%s/form.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(folder))
		return -1;
	for (int i = 0; i < NETS; i++) {
		char name[20];
		struct net *net;
		snprintf(name, sizeof name, "net%d", i);
		net = net_new(
			1000 + (uint64_t)i, name, (enum ir_element)(i % IR_ELEMENT_COUNT));
		stacks[i] = emit(net, name, i);
		net_free(net);
	}
	write_units();
	return 0;
}

static int teardown(void **state)
{
	char command[300];

	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	return system(command);
}

/* A memc with sanitizers emits the same bytes as any other, which other builds compile. */
static void leave_to_others(const char *compiler)
{
#ifdef __SANITIZE_ADDRESS__
	static const char *const compilers[] = { "gcc", "g++", "clang", "tcc" };

	for (size_t i = 0; i < sizeof compilers / sizeof *compilers; i++)
		if (strcmp(compiler, compilers[i]) == 0)
			skip();
#else
	(void)compiler;
#endif
}

/* A command in the folder, which must succeed; skips if its compiler is not there. */
static void run(const char *compiler, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void run(const char *compiler, const char *format, ...)
{
	char command[300];
	FILE *script;
	va_list args;

	leave_to_others(compiler);
	snprintf(command, sizeof command, "command -v %s >/dev/null", compiler);
	if (system(command) != 0) {
		print_message("skipped: no %s here\n", compiler);
		skip();
	}
	snprintf(command, sizeof command, "%s/script", folder);
	script = fopen(command, "w");
	assert_non_null(script);
	va_start(args, format);
	vfprintf(script, format, args);
	va_end(args);
	assert_int_equal(fclose(script), 0);
	snprintf(command, sizeof command, "cd '%s' && bash script", folder);
	assert_int_equal(system(command), 0);
}

static void warns_of_nothing(void **state)
{
	const char *const compilers[] = { "gcc", "clang" };

	(void)state;
	for (int i = 0; i < 2; i++)
		run(compilers[i],
			"%s " STRICT " -O2 -c check.c -o w.o || exit 1\n"
			"for f in net[0-7].c; do %s " STRICT
			" -O1 -c $f -o w.o || exit 1; done",
			compilers[i], compilers[i]);
}

static void is_accepted(const char *compiler, const char *flags)
{
	run(compiler,
		"%s %s -c check.c -o a.o || exit 1\n"
		"for f in net[0-7].c; do %s %s -c $f -o a.o || exit 1; done",
		compiler, flags, compiler, flags);
}

static void is_cxx_too(void **state)
{
	(void)state;
	is_accepted("g++", "-x c++ -std=c++11 -Wall -Wextra -pedantic-errors -Werror");
}

static void is_tcc_too(void **state)
{
	(void)state;
	is_accepted("tcc", "-Wall -Werror");
}

/* Features of type float are read as bits: no instruction on floating point registers. */
static void needs_no_floating_point(void **state)
{
	(void)state;
	run("gcc",
		"echo 'int x;' | gcc -mgeneral-regs-only -x c -c - -o e.o 2>/dev/null || exit "
		"0\n"
		"gcc -O2 -mgeneral-regs-only -c check.c -o e.o || exit 1\n"
		"echo 'double f(double x) { return x + 1; }' >f.c\n"
		"! gcc -mgeneral-regs-only -c f.c 2>/dev/null");
}

/* Undefined symbols, .data and .bss, position-independent. */
static void stands_alone(const char *compiler)
{
	run(compiler,
		"for O in 0 1 2 3 s; do for f in all $(test $O != 2 || echo net0 net7); do\n"
		"	%s -std=c99 -O$O -fPIC -c $f.c -o s.o || exit 1\n"
		"	test -z \"$(nm -u s.o | grep -v _GLOBAL_OFFSET_TABLE_)\" || { nm -u "
		"s.o; exit 1; }\n"
		"	size s.o | awk 'NR == 2 && ($2 || $3) { print; exit 1 }' || exit 1\n"
		"	! nm -g --defined-only s.o | awk '{ print $3 }' |\n"
		"	grep -vxE 'net[0-9]+_(class_name|classify|classify_batch)' || exit 1\n"
		"done; done",
		compiler);
}

static void stands_alone_by_gcc(void **state)
{
	(void)state;
	stands_alone("gcc");
}

static void stands_alone_by_clang(void **state)
{
	(void)state;
	stands_alone("clang");
}

/* Without recursion, no call takes more than all functions of the file together. */
static void keeps_its_stack(void **state)
{
	(void)state;
	for (int i = 0; i < IR_ELEMENT_COUNT; i++)
		run("gcc",
			"grep -q ' \\* stack    at most %llu bytes' net%d.c || exit 1\n"
			"for O in 0 2; do\n"
			"	gcc -O$O -fstack-usage -Wstack-usage=%llu -Werror -c net%d.c "
			"-o u.o || exit 1\n"
			"	awk -F'\\t' '$3 == \"dynamic\" { exit 1 } { sum += $2 }\n"
			"		END { if (sum > %llu) { print FILENAME, sum; exit 1 } "
			"}' u.su || exit 1\n"
			"done",
			(unsigned long long)stacks[i], i, (unsigned long long)stacks[i], i,
			(unsigned long long)stacks[i]);
}

static void links_with_others(void **state)
{
	(void)state;
	run("gcc",
		"{ for h in net*.h net*.h; do echo \"#include \\\"$h\\\"\"; done\n"
		"echo '#include <stdio.h>'\n"
		"echo 'int main(void) { int i, wrong = 0;'\n"
		"for h in net*.h; do n=${h%%.h}\n"
		"	echo \"wrong += ${n}_self_check();\"\n"
		"	echo \"${n}_classify_batch(0, 0, 0);\"\n"
		"	echo \"for (i = -2; i < 8; i++)\"\n"
		"	echo \"	wrong += (${n}_class_name(i) == 0) != (i < 0 || i >= 5);\"\n"
		"	echo \"wrong += ${n}_class_name(2)[0] != 'c';\"\n"
		"done; echo 'return wrong != 0; }'; } >use.c\n"
		"defines=$(for h in net*.h; do echo -DNET${h//[^0-9]/}_SELF_CHECK; done)\n"
		"gcc -std=c99 -Wall -Werror -fsanitize=address,undefined $defines use.c net*.c "
		"-o use &&\n"
		"./use && g++ -w $defines -c use.c -o use.o &&\n"
		"gcc -w $defines -c net*.c && g++ use.o net*.o -o use && ./use");
}

/* A wrong answer is counted: the first sample of a copy gets another class. */
static void checks_itself(void **state)
{
	(void)state;
	run("gcc",
		"awk '/_samples\\[\\]/ { on = 1 } on && /0x/ { sub(/,$/, \"\"); n = split($0, "
		"w, \",\")\n"
		"	for (i = 1; i <= n; i++) if (w[i] != \"\") words[++count] = w[i]; next "
		"}\n"
		"	on && /^};/ { step = count / %d; for (i = 1; i <= count; i++)\n"
		"		printf \"%%s,\", i == step ? \"0x77\" : words[i]; on = 0 } { "
		"print }' net2.c >bad.c\n"
		"printf '#include \"net2.h\"\\nint main(void) { return net2_self_check(); "
		"}\\n' >one.c\n"
		"gcc -DNET2_SELF_CHECK one.c net2.c -o one && ./one &&\n"
		"gcc -DNET2_SELF_CHECK one.c bad.c -o one && { ./one; test $? = 1; }",
		SAMPLES);
}

static void puts_tables_into_a_section(void **state)
{
	(void)state;
	run("gcc",
		"gcc '-DNET0_TABLE_ATTR=__attribute__((section(\".weights\")))' -c net0.c -o "
		"t.o &&\n"
		"objdump -h t.o | grep -q '\\.weights' && "
		"test $(nm t.o | grep -c ' r net0_') = 5 -o $(nm t.o | grep -c ' r net0_') = "
		"6");
}

static void is_the_same_each_time(void **state)
{
	struct net *net = net_new(1003, "net3", IR_INT16);

	(void)state;
	run("cp", "cp net3.c before.c && cp net3.h before.h && cp main3.c before3.c");
	emit(net, "net3", 3);
	run("cmp", "cmp net3.c before.c && cmp net3.h before.h && cmp main3.c before3.c");
	run("grep", "! grep -l -e \"$PWD\" -e '%s' net*.[ch] main*.c", folder);
	net_free(net);
}

static void programs_compile(void **state)
{
	(void)state;
	run("gcc",
		"for i in 0 3 6 7; do gcc " STRICT
		" -O2 main$i.c net$i.c -o p && { ! command -v clang >/dev/null || clang " STRICT
		" -O2 main$i.c net$i.c -o p; } && ./p </dev/null && ./p --help | grep -q usage "
		"||"
		" exit 1; done");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(warns_of_nothing),
		cmocka_unit_test(is_cxx_too),
		cmocka_unit_test(is_tcc_too),
		cmocka_unit_test(needs_no_floating_point),
		cmocka_unit_test(stands_alone_by_gcc),
		cmocka_unit_test(stands_alone_by_clang),
		cmocka_unit_test(keeps_its_stack),
		cmocka_unit_test(links_with_others),
		cmocka_unit_test(checks_itself),
		cmocka_unit_test(puts_tables_into_a_section),
		cmocka_unit_test(is_the_same_each_time),
		cmocka_unit_test(programs_compile),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
