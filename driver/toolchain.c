#include "driver/toolchain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backends/c/c.h"
#include "driver/tool.h"

/* Header, source and main program as one translation unit. */
static char *program_text(const struct plan *plan, const char *prefix, size_t *size)
{
	struct c_options options = { .prefix = prefix };
	struct output text;

	output_open_memory(&text);
	c_emit_header(plan->origin, &options, &text);
	c_emit_source(plan, &options, &text);
	c_emit_main(plan->origin, &options, &text);
	return output_take(&text, size);
}

const char *toolchain_compiler(void)
{
	const char *compiler = getenv("CC");

	return compiler && *compiler ? compiler : "cc";
}

bool toolchain_missing(struct session *session, const char *compiler)
{
	diag_world(&session->sink, SPAN_NONE,
		"cannot run the C compiler '%s': %s; install one, or name it in CC", compiler,
		strerror(errno));
	return false;
}

/* Text is written while the compiler starts. */
static bool compile(struct session *session, const struct plan *plan, const char *prefix,
	const char *path, bool verbose)
{
	const char *const words[] = { toolchain_compiler(), "-O2", "-D_POSIX_C_SOURCE=200809L",
		"-x", "c", "-o", path, "-", NULL };
	struct tool tool;
	size_t size;
	char *text;

	if (!tool_start(&tool, session, words, verbose))
		return toolchain_missing(session, words[0]);
	progress_report(&session->progress, "compiling C", 0, 0);
	text = program_text(plan, prefix, &size);
	tool_write(&tool, text, size);
	free(text);
	if (tool_finish(&tool))
		return true;
	diag_world(&session->sink, SPAN_NONE, "the C compiler '%s' failed", words[0]);
	return false;
}

bool toolchain_program(struct session *session, const struct ir_module *module,
	bool assume_members, const char *prefix, const char *path, bool verbose)
{
	const struct plan_options how = { .assume_members = assume_members };
	struct plan *plan = plan_new(module, &how, SPAN_NONE, &session->sink);
	bool good = plan && compile(session, plan, prefix, path, verbose);

	plan_free(plan);
	return good;
}
