/*
 * cse: equal values are one.
 *
 *   %0 = relu x0 - x1            %0 = relu x0 - x1
 *   %1 = relu x0 - x1      =>    output 3*%0
 *   output %0 + 2*%1
 *
 * By value numbering: a hash of operation, operands and constants, after the operands have
 * been numbered themselves.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/rewrite.h"
#include "support/mem.h"

struct numbering {
	struct rewrite rewrite;
	uint32_t *slots; /* new value + 1, open addressing */
	size_t slot_count;
};

static uint64_t hash_value(const struct ir_module *module, ir_value value)
{
	const struct ir_node *node = &module->nodes[value.i];
	const struct ir_term *terms = ir_terms(module, value);
	uint64_t hash = (uint64_t)node->op_and_count << 32 | node->bias.i;

	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		hash = (hash ^ ((uint64_t)terms[i].value.i << 32 | terms[i].weight.i)) *
			UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	return hash * UINT64_C(0x9e3779b97f4a7c15) >> 20;
}

static bool same(const struct ir_module *module, ir_value a, ir_value b)
{
	const struct ir_node *x = &module->nodes[a.i], *y = &module->nodes[b.i];
	const struct ir_term *tx = ir_terms(module, a), *ty = ir_terms(module, b);

	if (x->op_and_count != y->op_and_count || !num_equal(x->bias, y->bias))
		return false;
	for (uint32_t i = 0; i < ir_term_count(module, a); i++)
		if (tx[i].value.i != ty[i].value.i || !num_equal(tx[i].weight, ty[i].weight))
			return false;
	return true;
}

/*
 * The first value equal to the newest one, which is taken back if it is another. (What
 * rewrite_origin() would say of its handle is then of no use; this pass does not ask.)
 */
static ir_value number_newest(struct numbering *numbering)
{
	struct ir_module *module = numbering->rewrite.module;
	ir_value newest = { module->node_count - 1 };
	size_t at = (size_t)hash_value(module, newest);

	for (;; at++) {
		uint32_t *slot = &numbering->slots[at & (numbering->slot_count - 1)];
		if (!*slot) {
			*slot = newest.i + 1;
			return newest;
		}
		if (!same(module, (ir_value){ *slot - 1 }, newest))
			continue;
		module->term_count = module->nodes[newest.i].first;
		module->node_count--;
		return (ir_value){ *slot - 1 };
	}
}

static void number_value(struct numbering *numbering, uint32_t old)
{
	struct rewrite *rewrite = &numbering->rewrite;

	rewrite_copy(rewrite, old);
	if (!old_is_output(rewrite, old))
		rewrite->terms[rewrite->images[old].first].value = number_newest(numbering);
}

static void cse(struct pass_context *context)
{
	struct numbering numbering = { .slot_count = 16 };

	rewrite_begin(&numbering.rewrite, context->module);
	while (numbering.slot_count < (size_t)numbering.rewrite.old_count * 2)
		numbering.slot_count *= 2;
	numbering.slots = mem_zero(numbering.slot_count, sizeof *numbering.slots);
	for (uint32_t i = context->module->input_count; i < numbering.rewrite.old_count; i++)
		number_value(&numbering, i);
	rewrite_end(&numbering.rewrite);
	free(numbering.slots);
}

const struct pass pass_cse = {
	.name = "cse",
	.help = "equal values become one",
	.run = cse,
};
