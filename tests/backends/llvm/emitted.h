/* What tests of emitted code share: to emit it, and to have a tool look at it. */
#ifndef TESTS_BACKENDS_LLVM_EMITTED_H
#define TESTS_BACKENDS_LLVM_EMITTED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/llvm/llvm.h"

/* Freed with free(); without a diagnostic. */
static inline char *emit(const struct ir_module *module, const struct llvm_options *options,
	enum llvm_kind kind, size_t *count)
{
	struct llvm_code *code;
	struct diag_sink sink;
	struct output out;

	diag_init(&sink);
	code = llvm_code_new(module, options, SPAN_NONE, &sink);
	output_open_memory(&out);
	if (!code || !llvm_code_emit(code, kind, &out, &sink)) {
		diag_print(&sink, stderr);
		fail_msg("no code for %s", options->target ? options->target : "this machine");
	}
	llvm_code_free(code);
	assert_int_equal(diag_count(&sink), 0);
	diag_fini(&sink);
	return output_take(&out, count);
}

/* What `command FILE`, which must succeed, prints of an object; freed with free(). */
static inline char *look(const char *command, const char *object, size_t size)
{
	char path[] = "/tmp/objectXXXXXX", line[4096];
	int fd = mkstemp(path);
	struct output said;
	FILE *pipe;
	size_t count;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, object, size), (ssize_t)size);
	close(fd);
	snprintf(line, sizeof line, "%s %s", command, path);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	output_open_memory(&said);
	while ((count = fread(line, 1, sizeof line, pipe)) > 0)
		output_bytes(&said, line, count);
	assert_int_equal(pclose(pipe), 0);
	unlink(path);
	return output_take(&said, NULL);
}

#endif
