#include "backends/llvm/llvm.h"

#include <string.h>

#include "ir/text.h"

/* A network of the shape that most are optimized to, with as many inputs as a vector has. */
static const char network[] = "network @warm\n"
			      "class \"a\"\n"
			      "class \"b\"\n"
			      "element uint8\n"
			      "inputs 32 in 0..255\n"
			      "fused\n"
			      "table @0 1\n"
			      "  1000: 1\n"
			      "  500000: 2\n"
			      "  900000: 1\n"
			      "  1200000: 2\n"
			      "%0 = affine 4567*x0 + 999*x1 + 1\n"
			      "%1 = lookup %0, @0.0\n"
			      "output %1\n";

void llvm_warm_up(const struct llvm_options *options)
{
	struct ir_module module;
	struct diag_sink unheard;

	diag_init(&unheard);
	if (ir_parse(&module, diag_source(&unheard, "", network, strlen(network)), network,
		    strlen(network), &unheard)) {
		llvm_jit_free(llvm_jit_new(&module, options, SPAN_NONE, &unheard));
		ir_module_fini(&module);
	}
	diag_fini(&unheard);
}
