/*
 * Points through a compiled classifier, run as its users run it.
 */
#ifndef DRIVER_NATIVE_H
#define DRIVER_NATIVE_H

#include "driver/session.h"
#include "ir/ir.h"

struct native; /* a compiled program in a temporary file */

/* Compiles the module. NULL with diagnostics. */
struct native *native_new(struct session *session, const struct ir_module *module);
void native_free(struct native *native);

/* Raw features of row i, row_bytes of them. */
typedef void native_row(const void *context, uint64_t i, unsigned char *bytes);

/*
 * out[i] = class of row i, or -1: `program --raw --index` on as many cores as there are.
 * False with diagnostics if it fails or prints something else.
 */
bool native_classify(struct native *native, native_row *row, const void *context,
	size_t row_bytes, uint64_t count, int32_t *out);

#endif
