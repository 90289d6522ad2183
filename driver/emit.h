/*
 * Kinds of output: how a built network becomes files.
 */
#ifndef DRIVER_EMIT_H
#define DRIVER_EMIT_H

#include "driver/target.h"

/* What makes code; bits. */
enum emit_backend { EMIT_BY_C = 1, EMIT_BY_LLVM = 2 };

struct emit_job;

struct emit_kind {
	const char *name;   /* of --emit: "program", "c", "llvm-ir" */
	const char *clause; /* of a spec: "llvm_ir" */
	const char *suffix; /* of its files */
	int level;          /* without -O */
	unsigned backends;  /* those that can make it; 0: no code */
	bool header;        /* a C header comes with it */
	bool binary;        /* no text */
	bool (*emit)(struct target *target, const struct emit_job *job,
		const struct ir_module *module);
};

/* What the command line or a clause of a spec asks for. */
struct emit_job {
	const struct emit_kind *kind;
	const char *path; /* "-": standard output */
	uint32_t network;
	struct span span; /* of the clause; none: of the command line */
};

/* NULL if there is none of that name. */
const struct emit_kind *emit_kind_find(const char *name);
const struct emit_kind *emit_kind_of_clause(const char *clause);

/* "program, c, obj": what this memc can write. In the arena. */
const char *emit_kind_names(struct arena *arena);

/*
 * Without --emit, a path says by its suffix what is wanted. NULL with a diagnostic if it is
 * that of something that memc does not write.
 */
const struct emit_kind *emit_kind_of_path(struct target *target, const char *path);

/*
 * Whether the options fit what is to be written: each must be of use to one job, and each
 * job must be possible. False with a diagnostic that says what to do.
 */
bool emit_check(struct target *target, const struct emit_job *jobs, size_t count);

/* The back end that makes a kind: what --backend says, else LLVM where it is built in. */
enum emit_backend emit_backend_of(const struct target *target, const struct emit_kind *kind);

/*
 * All files of a job, "out/clf.o" first, then its header "out/clf.h" and with -g the network
 * "out/clf.mir"; the names are the session's.
 */
enum { EMIT_FILES = 3 };
struct emit_files {
	const char *code, *header, *network; /* NULL: none */
	const char *all[EMIT_FILES];
	size_t count;
};
struct emit_files emit_files_of(struct target *target, const struct emit_job *job);

/* Those files under way: they appear together, or none of them does. */
struct emit_outputs {
	struct output of[EMIT_FILES];
	struct output *code, *header, *network;
	size_t count;
};
bool emit_open(struct emit_outputs *outputs, struct target *target, const struct emit_job *job,
	unsigned mode);
bool emit_commit(struct emit_outputs *outputs, struct target *target);
void emit_abandon(struct emit_outputs *outputs);

/* The emitted names begin with it. */
const char *emit_prefix(const struct target *target, const struct ir_module *module);

/* What is behind the last slash. */
const char *emit_base_name(const char *path);

/* The kinds' emit functions that have files of their own. */
bool emit_c(struct target *target, const struct emit_job *job, const struct ir_module *module);
bool emit_c_program(
	struct target *target, const struct emit_job *job, const struct ir_module *module);
bool emit_onnx(
	struct target *target, const struct emit_job *job, const struct ir_module *module);
bool emit_llvm(
	struct target *target, const struct emit_job *job, const struct ir_module *module);

/*
 * A Make dependency file: every output of the jobs, and every file that was read for them.
 * Its path is that of -MF, or the first output's with ".d".
 */
bool depfile_write(struct target *target, const struct emit_job *jobs, size_t count);

#endif
