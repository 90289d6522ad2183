/*
 * What small machines call a library for: products and shifts of 64 bits on a Cortex-M0,
 * any product on a RISC-V without one. The object has functions of its own by the library's
 * names, so that nothing is left for a linker to find.
 */
#ifndef BACKENDS_LLVM_HELPERS_H
#define BACKENDS_LLVM_HELPERS_H

#include "backends/llvm/gen.h"

/*
 * Adds those whose names are in the machine code, or in its text, and that the module does not
 * have; whether there were any. They may need others: what comes out is to be asked again.
 */
bool helpers_add(struct gen *gen, const char *code, size_t size);

#endif
