#include "ir/pass/weigh.h"

#include <stdlib.h>

#include "support/mem.h"

/* Terms and rows of a value alone. */
static uint64_t own_amount(const struct ir_module *module, ir_value value)
{
	enum ir_op op = ir_op_of(module, value);
	uint64_t amount = 1 + (uint64_t)ir_term_count(module, value);

	if (op == IR_LOOKUP || op == IR_KNOTS)
		amount += ir_table_of(module, value)->row_count;
	return amount;
}

/* Whether the value is constant between some keys of its root, whatever it reads. */
static bool ends_flat(const struct ir_module *module, ir_value value)
{
	switch (ir_op_of(module, value)) {
	case IR_STEP:
	case IR_WITHIN:
	case IR_LOOKUP:
	case IR_BITS:
		return true;
	case IR_INPUT:
	case IR_RELU:
	case IR_AFFINE:
	case IR_KNOTS:
	case IR_MATCH:
	case IR_ASSOC:
	case IR_OP_COUNT:
		break;
	}
	return false;
}

/* before: the amount of all values less than this one; what is read twice counts once. */
static void weigh(struct weights *weights, const struct ir_module *module, uint32_t i,
	const uint64_t *before, bool flat_ends)
{
	const struct ir_term *terms = ir_terms(module, (ir_value){ i });
	enum ir_op op = ir_op_of(module, (ir_value){ i });
	uint32_t count = ir_term_count(module, (ir_value){ i });
	uint64_t size = 1, amount = before[i + 1] - before[i], most;
	bool function = count > 0 && op != IR_ASSOC, flat = count > 0, over = false;

	for (uint32_t k = 0; k < count; k++)
		over = over || weights->over[terms[k].value.i];
	for (uint32_t k = 0; k < count && function; k++) {
		function = weights->roots[terms[k].value.i] == weights->roots[terms[0].value.i];
		flat = flat && weights->flat[terms[k].value.i];
		size += weights->sizes[terms[k].value.i];
		amount += weights->amounts[terms[k].value.i];
	}
	weights->over[i] = flat_ends && (over || (function && flat && ir_ops[op].form));
	function = function && !weights->over[i];
	weights->roots[i] = function ? weights->roots[terms[0].value.i] : i;
	weights->flat[i] = function && (flat || ends_flat(module, (ir_value){ i }));
	if (size > i - weights->roots[i])
		size = i - weights->roots[i];
	most = before[i + 1] - before[weights->roots[i] + 1];
	weights->sizes[i] = (uint32_t)size;
	weights->amounts[i] = amount < most ? amount : most;
}

/* Wants what the values read; true if that is any. */
static bool want(struct weights *weights, const struct ir_module *module)
{
	uint32_t inputs = module->input_count, count = module->node_count;
	bool any = weights->sizes[count - 1] >= LEAST_SIZE;

	weights->wanted[count - 1] = any;
	for (uint32_t i = count; i-- > inputs;) {
		const struct ir_term *terms = ir_terms(module, (ir_value){ i });
		bool inside = weights->roots[i] != i;
		for (uint32_t k = 0; k < ir_term_count(module, (ir_value){ i }); k++) {
			uint32_t term = terms[k].value.i;
			if (inside ? weights->wanted[i] : weights->sizes[term] >= LEAST_SIZE)
				any = weights->wanted[term] = true;
		}
	}
	return any;
}

bool weights_init(struct weights *weights, const struct ir_module *module, bool flat_ends)
{
	uint32_t inputs = module->input_count, count = module->node_count;
	uint64_t *before = mem_zero((size_t)count + 1, sizeof *before);
	bool any = false;

	weights->roots = mem_alloc(count, sizeof *weights->roots);
	weights->sizes = mem_zero(count, sizeof *weights->sizes);
	weights->amounts = mem_zero(count, sizeof *weights->amounts);
	weights->flat = mem_zero(count, sizeof *weights->flat);
	weights->over = mem_zero(count, sizeof *weights->over);
	weights->wanted = mem_zero(count, sizeof *weights->wanted);
	for (uint32_t i = 0; i < inputs; i++)
		weights->roots[i] = i;
	for (uint32_t i = inputs; i < count; i++) {
		before[i + 1] = before[i] + own_amount(module, (ir_value){ i });
		weigh(weights, module, i, before, flat_ends);
		any = any || (weights->sizes[i] >= LEAST_SIZE && !weights->flat[i]);
	}
	if (!flat_ends)
		any = want(weights, module);
	free(before);
	return any;
}

void weights_fini(struct weights *weights)
{
	free(weights->roots);
	free(weights->sizes);
	free(weights->amounts);
	free(weights->flat);
	free(weights->over);
	free(weights->wanted);
}
