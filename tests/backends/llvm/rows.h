/*
 * Modules in process, by the cpu and the features of a machine, on rows whose classes are
 * known: one by one, in batches of each length, and at the edges of what can be read.
 *
 * A test sets take_all; RUN_ON_MACHINES are its cases.
 */
#ifndef TESTS_BACKENDS_LLVM_ROWS_H
#define TESTS_BACKENDS_LLVM_ROWS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <sys/mman.h>
#include <unistd.h>

#include "backends/llvm/llvm.h"
#include "tests/backends/shapes.h"

/* The cpu and the features under test, and what has been seen. */
static const struct machine {
	const char *cpu, *features;
} * machine;
static uint64_t known, unknown;

static inline void check_rows(const struct llvm_jit *jit, const struct ir_module *module,
	const struct shape_rows *rows)
{
	size_t bytes = (size_t)module->input_count * ir_element_bytes(module->element);
	int32_t *batch = mem_alloc(rows->count, sizeof *batch);

	/* every length of what is left of a block */
	for (size_t skip = 0; skip < 20 && skip < rows->count; skip++) {
		memset(batch, 0x55, rows->count * sizeof *batch);
		llvm_jit_classify_batch(
			jit, rows->raw + skip * bytes, rows->count - skip, batch);
		assert_memory_equal(
			batch, rows->classes + skip, (rows->count - skip) * sizeof *batch);
	}
	for (size_t i = 0; i < rows->count; i++) {
		assert_int_equal(
			llvm_jit_classify(jit, rows->raw + i * bytes), rows->classes[i]);
		*(rows->classes[i] < 0 ? &unknown : &known) += 1;
	}
	free(batch);
}

/* A few rows between pages that cannot be read, at the end of theirs and at its beginning. */
static inline void check_edges(const struct llvm_jit *jit, const struct ir_module *module,
	const struct shape_rows *rows)
{
	enum { ROWS = 11 };
	size_t bytes = (size_t)module->input_count * ir_element_bytes(module->element);
	size_t page = (size_t)sysconf(_SC_PAGESIZE),
	       count = rows->count < ROWS ? rows->count : ROWS;
	size_t size = (count * bytes + page - 1) / page * page;
	unsigned char *pages = mmap(NULL, size + 2 * page, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int32_t classes[ROWS];

	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(mprotect(pages, page, PROT_NONE), 0);
	assert_int_equal(mprotect(pages + page + size, page, PROT_NONE), 0);
	for (int at_end = 0; at_end < 2; at_end++) {
		unsigned char *x = pages + page + (at_end ? size - count * bytes : 0);
		memcpy(x, rows->raw, count * bytes);
		llvm_jit_classify_batch(jit, x, count, classes);
		assert_memory_equal(classes, rows->classes, count * sizeof *classes);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(
				llvm_jit_classify(jit, x + i * bytes), rows->classes[i]);
	}
	munmap(pages, size + 2 * page);
}

static inline void take(
	const struct ir_module *module, bool members, const struct shape_rows *rows)
{
	const struct llvm_options options = { .prefix = "net",
		.cpu = machine->cpu,
		.features = machine->features,
		.assume_members = members };
	struct diag_sink sink;
	struct llvm_jit *jit;

	diag_init(&sink);
	jit = llvm_jit_new(module, &options, SPAN_NONE, &sink);
	assert_non_null(jit);
	check_rows(jit, module, rows);
	check_edges(jit, module, rows);
	llvm_jit_free(jit);
	diag_fini(&sink);
}

/* Makes modules and hands each to take(). */
static void (*take_all)(void);

static inline void run_on(const struct machine *which)
{
	if (!llvm_is_built())
		skip();
	machine = which;
	known = unknown = 0;
	take_all();
}

static inline void on_this_machine(void **state)
{
	(void)state;
	run_on(&(struct machine){ "native", NULL });
}

static inline void on_any_machine(void **state)
{
	char *target = llvm_is_built() ? llvm_host_target() : NULL;

	(void)state;
	if (!target || strncmp(target, "x86_64", 6) != 0)
		run_on(&(struct machine){ NULL, NULL });
	else
		run_on(&(struct machine){ "x86-64", NULL });
	free(target);
}

static inline void in_between(void **state)
{
	(void)state;
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2")) {
		run_on(&(struct machine){ "x86-64-v3", NULL });
		return;
	}
#endif
	skip();
}

#define RUN_ON_MACHINES \
	cmocka_unit_test(on_this_machine), cmocka_unit_test(on_any_machine), \
		cmocka_unit_test(in_between)

#endif
