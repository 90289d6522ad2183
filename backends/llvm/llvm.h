/*
 * The LLVM back end: machine code from a module, for this machine or another one.
 *
 * The code is a drop-in for what the C back end writes: the same names and types, the same
 * answers (docs/emitted-c.md). The same module and options give the same bytes on every
 * machine, but for the cpu "native".
 *
 * All that can fail leaves a diagnostic, and LLVM prints nothing itself. Module, options and
 * what they point to are borrowed until the call returns.
 */
#ifndef BACKENDS_LLVM_LLVM_H
#define BACKENDS_LLVM_LLVM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backends/plan/plan.h"
#include "ir/ir.h"
#include "support/diag.h"
#include "support/output.h"

enum llvm_kind { LLVM_OBJECT, LLVM_ASSEMBLY, LLVM_TEXT, LLVM_BITCODE };

struct llvm_options {
	const char *prefix;   /* a C identifier, as for the C back end */
	const char *target;   /* a triple; NULL: this machine's */
	const char *cpu;      /* a name of LLVM's, or "native"; NULL: what every machine of the
				 target has, as its usual compilers take it */
	const char *features; /* "+avx2,-sse4a", on top of the cpu's; may be NULL */

	bool assume_members;           /* as for the plan */
	bool program;                  /* with the constant memc_program (runtime/program.h) */
	const struct samples *samples; /* for P_self_check(); may be NULL */

	const char *debug_file; /* the .mir that DWARF names; NULL: no debug information */
	const uint32_t *lines;  /* by value handle, its line there */
};

/* False in a memc without LLVM, where all else fails with a diagnostic. */
bool llvm_is_built(void);

/* The triple of this machine; freed with free(). */
char *llvm_host_target(void);

/*
 * Whether LLVM knows target, cpu and features of the options, which llvm_code_new() would else
 * say after all that comes before it. False with a diagnostic.
 */
bool llvm_options_check(const struct llvm_options *options, struct diag_sink *sink);

/* A module lowered to LLVM IR, verified and optimized for one target. */
struct llvm_code;

/*
 * NULL with a diagnostic if the target, the cpu or a feature is unknown, or at `span` if the
 * network cannot be lowered.
 */
struct llvm_code *llvm_code_new(const struct ir_module *module,
	const struct llvm_options *options, struct span span, struct diag_sink *sink);

/* Puts out the code, as often as wanted. False with a diagnostic if LLVM fails. */
bool llvm_code_emit(struct llvm_code *code, enum llvm_kind kind, struct output *out,
	struct diag_sink *sink);

void llvm_code_free(struct llvm_code *code);

/* The same code in this process: the object of llvm_code_emit(), linked in memory. */
struct llvm_jit;

/* For options with the target of this machine, or none. The prefix is not seen by anybody. */
struct llvm_jit *llvm_jit_new(const struct ir_module *module,
	const struct llvm_options *options, struct span span, struct diag_sink *sink);

/* In x: elements of the module's type in this machine's byte order, as P_classify takes them.
 */
int llvm_jit_classify(const struct llvm_jit *jit, const void *x);
void llvm_jit_classify_batch(
	const struct llvm_jit *jit, const void *x, size_t rows, int32_t *out);

void llvm_jit_free(struct llvm_jit *jit);

#endif
