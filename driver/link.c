#include "driver/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backends/c/c.h"
#include "driver/prebuilt.h"
#include "driver/tool.h"
#include "driver/toolchain.h"
#include "driver/triple.h"

struct job {
	struct session *session;
	struct output object, runtime; /* files that the linker reads */
	const char *object_path, *runtime_path, *path;
	bool verbose;
};

static const char *write_file(
	struct job *job, struct output *out, const char *name, const void *bytes, size_t size)
{
	struct session *session = job->session;

	if (!output_open_scratch(out, name, 0600, session->outputs, &session->sink))
		return NULL;
	output_bytes(out, bytes, size);
	return output_finish(out, &session->sink) ? output_hand_over(out) : NULL;
}

static bool write_runtime(struct job *job, const unsigned char *bytes, size_t size)
{
	job->runtime_path = write_file(job, &job->runtime, "memc-main", bytes, size);
	return job->runtime_path != NULL;
}

static bool finish(struct job *job, struct tool *tool)
{
	if (tool_finish(tool))
		return true;
	diag_world(&job->session->sink, SPAN_NONE, "linking by '%s' failed", tool->name);
	return false;
}

/* --- this machine ------------------------------------------------------------------- */

static bool link_by_compiler(struct job *job, const char *compiler)
{
	const char *const words[] = { compiler, "-o", job->path, job->object_path,
		job->runtime_path, NULL };
	struct tool tool;

	if (!tool_start(&tool, job->session, words, job->verbose))
		return toolchain_missing(job->session, compiler);
	if (finish(job, &tool))
		return true;
	if (strcmp(compiler, "cc"))
		diag_note(&job->session->sink, SPAN_NONE,
			"CC names it; it must link for %s, as for another machine "
			"--target=TRIPLE "
			"or --backend=c would",
			prebuilt_machine);
	return false;
}

/* A static program, and a position independent one. Mapped, a full disk were a crash of lld. */
static bool link_by_linker(struct job *job, const char *linker)
{
	const char *const words[] = { linker, "-static", "-pie", "--no-dynamic-linker",
		"--gc-sections", "--no-mmap-output-file", "-z", "relro", "-z", "now", "-o",
		job->path, job->object_path, job->runtime_path, NULL };
	struct tool tool;

	if (tool_start(&tool, job->session, words, job->verbose))
		return finish(job, &tool);
	diag_world(&job->session->sink, SPAN_NONE, "cannot run the linker '%s': %s", linker,
		strerror(errno));
	return false;
}

static bool no_linker(struct job *job)
{
	if (!prebuilt_static_size)
		diag_world(&job->session->sink, SPAN_NONE,
			"cannot link a program: there is no C compiler (cc); install one "
			"(Debian: gcc), name one in CC, or give --emit=obj");
	else
		diag_world(&job->session->sink, SPAN_NONE,
			"cannot link a program: there is neither a C compiler (cc) nor a "
			"linker (ld.lld-19, ld.lld); install one (Debian: gcc or lld-19), "
			"name a compiler in CC, or give --emit=obj");
	return false;
}

/* The linker that is there without a C compiler, or NULL. */
static const char *linker_there(void)
{
	static const char *const names[] = { "ld.lld-19", "ld.lld" };

	for (size_t i = 0; prebuilt_static_size && i < sizeof names / sizeof *names; i++)
		if (tool_is_there(names[i]))
			return names[i];
	return NULL;
}

static bool link_here(struct job *job)
{
	const char *compiler = toolchain_compiler(), *linker;

	if (strcmp(compiler, "cc") || tool_is_there(compiler))
		return write_runtime(job, prebuilt_hosted, prebuilt_hosted_size) &&
			link_by_compiler(job, compiler);
	linker = linker_there();
	if (linker)
		return write_runtime(job, prebuilt_static, prebuilt_static_size) &&
			link_by_linker(job, linker);
	return no_linker(job);
}

/* --- another machine ---------------------------------------------------------------- */

static bool no_compiler(struct job *job, const char *triple, const char *compiler)
{
	struct arena *arena = &job->session->arena;
	char *package = arena_printf(arena, "gcc-%s", triple);

	for (char *at = package; *at; at++)
		if (*at == '_')
			*at = '-'; /* as Debian writes it */
	diag_world(&job->session->sink, SPAN_NONE,
		"cannot link a program for %s: cannot run '%s': %s; install it (Debian: %s), "
		"or give --emit=obj",
		triple, compiler, strerror(errno), package);
	return false;
}

static bool link_there(struct job *job, const char *triple)
{
	const char *compiler = arena_printf(&job->session->arena, "%s-gcc", triple);
	const char *const words[] = { compiler, "-O2", "-o", job->path, "-x", "c", "-", "-x",
		"none", job->object_path, NULL };
	struct output text;
	struct tool tool;
	size_t size;
	char *runtime;

	if (!tool_start(&tool, job->session, words, job->verbose))
		return no_compiler(job, triple, compiler);
	output_open_memory(&text);
	c_emit_runtime(&text);
	runtime = output_take(&text, &size);
	tool_write(&tool, runtime, size);
	free(runtime);
	return finish(job, &tool);
}

/* --- any machine -------------------------------------------------------------------- */

static bool link_for(struct job *job, const char *target)
{
	struct arena *arena = &job->session->arena;
	const char *triple = target ? triple_usual(target, arena) : NULL;

	if (!triple || !strcmp(triple, triple_usual(prebuilt_machine, arena)))
		return link_here(job);
	if (triple_has_system(triple))
		return link_there(job, triple);
	diag_world(&job->session->sink, SPAN_NONE,
		"cannot link a program for %s: memc knows of no system there that runs one; "
		"give --emit=obj",
		target);
	return false;
}

bool link_program(struct session *session, const unsigned char *object, size_t size,
	const char *target, const char *path, bool verbose)
{
	struct job job = { .session = session, .path = path, .verbose = verbose };
	bool good = false;

	output_open_memory(&job.object);
	output_open_memory(&job.runtime);
	progress_report(&session->progress, "linking", 0, 0);
	job.object_path = write_file(&job, &job.object, "memc-object", object, size);
	if (job.object_path)
		good = link_for(&job, target);
	output_abandon(&job.object);
	output_abandon(&job.runtime);
	return good;
}
