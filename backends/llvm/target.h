/*
 * Targets: a triple, what is known of its architecture, and LLVM's machine for it.
 */
#ifndef BACKENDS_LLVM_TARGET_H
#define BACKENDS_LLVM_TARGET_H

#include <llvm-c/TargetMachine.h>

#include "backends/llvm/llvm.h"

enum target_format { TARGET_ELF, TARGET_COFF, TARGET_MACHO, TARGET_WASM };

struct target {
	LLVMTargetMachineRef machine;
	char *triple, *cpu, *features;
	const char *abi; /* LLVM's name, or empty */
	enum target_format format;
	bool extends; /* who passes an int in a wider register extends its sign */
	bool big_endian;
};

/*
 * Of zeros. False with a diagnostic if triple, cpu or features are unknown, or do not go
 * together; llvm_target_fini() is due in any case.
 */
bool llvm_target_init(
	struct target *target, const struct llvm_options *options, struct diag_sink *sink);
void llvm_target_fini(struct target *target);

/* A machine of LLVM's for what has been chosen; NULL if LLVM has none for the triple. */
LLVMTargetMachineRef target_machine(const struct target *target);

/* Warns of a word of a normalized triple that LLVM passes over, mistyped as a rule. */
void target_warn(const char *triple, struct diag_sink *sink);

#endif
