#include "ir/rewrite.h"

#include <stdlib.h>
#include <string.h>

#include "ir/divisor.h"
#include "support/mem.h"
#include "support/sort.h"

void rewrite_begin(struct rewrite *rewrite, struct ir_module *module)
{
	*rewrite = (struct rewrite){
		.module = module,
		.old = module->nodes,
		.old_terms = module->terms,
		.old_count = module->node_count,
		.old_term_count = module->term_count,
		.was_plain = module->level == IR_LEVEL_FUSED && module->table_count == 0,
	};
	free(module->layers);
	module->layers = NULL;
	module->layer_count = 0;
	module->layer_room = 0;
	module->level = IR_LEVEL_FUSED;
	module->has_output = false;
	module->node_count = 0;
	module->node_room = 0;
	module->term_count = 0;
	module->term_room = 0;
	module->nodes =
		mem_grow(NULL, &module->node_room, module->input_count, sizeof *module->nodes);
	module->terms = mem_grow(NULL, &module->term_room, 1, sizeof *module->terms);
	module->node_count = module->input_count;
	if (module->input_count)
		memcpy(module->nodes, rewrite->old,
			module->input_count * sizeof *module->nodes);
	rewrite->images = mem_alloc(rewrite->old_count, sizeof *rewrite->images);
	rewrite->operands = mem_zero(rewrite->old_count, sizeof *rewrite->operands);
	for (uint32_t i = 0; i < module->input_count; i++)
		rewrite_set_value(rewrite, i, ir_input(i));
}

static bool equals_old(const struct rewrite *rewrite)
{
	const struct ir_module *module = rewrite->module;

	return rewrite->was_plain && module->table_count == 0 &&
		module->node_count == rewrite->old_count &&
		module->term_count == rewrite->old_term_count &&
		!memcmp(module->nodes, rewrite->old,
			rewrite->old_count * sizeof *rewrite->old) &&
		(!module->term_count ||
			!memcmp(module->terms, rewrite->old_terms,
				module->term_count * sizeof *module->terms));
}

void rewrite_end(struct rewrite *rewrite)
{
	if (!equals_old(rewrite))
		rewrite->module->rewrites++;
	free(rewrite->old);
	free(rewrite->old_terms);
	free(rewrite->images);
	free(rewrite->operands);
	free(rewrite->terms);
	free(rewrite->origins);
	sum_fini(&rewrite->sum);
}

/* --- sums --------------------------------------------------------------------------- */

void sum_fini(struct sum *sum)
{
	free(sum->terms);
	*sum = (struct sum){ 0 };
}

void sum_clear(struct sum *sum)
{
	sum->count = 0;
	sum->bias = NUM_ZERO;
}

void sum_add(struct sum *sum, ir_value value, num weight)
{
	sum->terms =
		mem_grow(sum->terms, &sum->room, (size_t)sum->count + 1, sizeof *sum->terms);
	sum->terms[sum->count++] = (struct ir_term){ value, weight };
}

void sum_add_bias(struct ir_module *module, struct sum *sum, num bias)
{
	sum->bias = num_add(&module->nums, sum->bias, bias);
}

static int compare_terms(const void *a, const void *b)
{
	uint32_t x = ((const struct ir_term *)a)->value.i,
		 y = ((const struct ir_term *)b)->value.i;

	return (x > y) - (x < y);
}

void sum_finish(struct ir_module *module, struct sum *sum)
{
	bool sorted = true;
	uint32_t kept = 0;

	for (uint32_t i = 1; i < sum->count; i++)
		sorted = sorted && sum->terms[i - 1].value.i <= sum->terms[i].value.i;
	if (!sorted)
		sort_array(sum->terms, sum->count, sizeof *sum->terms, compare_terms);
	for (uint32_t i = 0; i < sum->count;) {
		struct ir_term term = sum->terms[i++];
		for (; i < sum->count && sum->terms[i].value.i == term.value.i; i++)
			term.weight = num_add(&module->nums, term.weight, sum->terms[i].weight);
		if (term.weight.i != NUM_ZERO.i)
			sum->terms[kept++] = term;
	}
	sum->count = kept;
}

num sum_primitive(struct ir_module *module, struct sum *sum)
{
	struct num_pool *nums = &module->nums;
	struct divisor divisor;
	num scale;

	if (sum->count == 0)
		return NUM_ONE;
	divisor_init(&divisor);
	for (uint32_t i = 0; i < sum->count; i++)
		divisor_add(&divisor, nums, sum->terms[i].weight);
	divisor_add(&divisor, nums, sum->bias);
	if (!divisor_is_one(&divisor)) {
		for (uint32_t i = 0; i < sum->count; i++)
			sum->terms[i].weight =
				divisor_divide(&divisor, nums, sum->terms[i].weight);
		sum->bias = divisor_divide(&divisor, nums, sum->bias);
	}
	scale = divisor_num(&divisor, nums);
	divisor_fini(&divisor);
	return scale;
}

/* --- images ------------------------------------------------------------------------- */

static void note_origin(struct rewrite *rewrite, ir_value value, num scale, uint32_t old)
{
	if (scale.i != NUM_ONE.i)
		return;
	rewrite->origins = mem_grow(rewrite->origins, &rewrite->origin_room,
		(size_t)value.i + 1, sizeof *rewrite->origins);
	while (rewrite->origin_count <= value.i)
		rewrite->origins[rewrite->origin_count++] = 0;
	if (!rewrite->origins[value.i])
		rewrite->origins[value.i] = old + 1;
}

bool rewrite_origin(const struct rewrite *rewrite, ir_value value, uint32_t *old)
{
	if (value.i >= rewrite->origin_count || !rewrite->origins[value.i])
		return false;
	*old = rewrite->origins[value.i] - 1;
	return true;
}

void rewrite_set_scaled(struct rewrite *rewrite, uint32_t old, ir_value value, num scale)
{
	rewrite->terms = mem_grow(rewrite->terms, &rewrite->term_room,
		(size_t)rewrite->term_count + 1, sizeof *rewrite->terms);
	rewrite->images[old] = (struct image){ rewrite->term_count, 1, NUM_ZERO };
	rewrite->terms[rewrite->term_count++] = (struct ir_term){ value, scale };
	note_origin(rewrite, value, scale, old);
}

void rewrite_set_value(struct rewrite *rewrite, uint32_t old, ir_value value)
{
	rewrite_set_scaled(rewrite, old, value, NUM_ONE);
}

void rewrite_set_constant(struct rewrite *rewrite, uint32_t old, num constant)
{
	rewrite->images[old] = (struct image){ 0, 0, constant };
}

void rewrite_set_sum(struct rewrite *rewrite, uint32_t old, const struct sum *sum, num scale)
{
	struct num_pool *nums = &rewrite->module->nums;

	if (sum->count == 1 && sum->bias.i == NUM_ZERO.i) {
		rewrite_set_scaled(rewrite, old, sum->terms[0].value,
			num_mul(nums, sum->terms[0].weight, scale));
		return;
	}
	rewrite->images[old] = (struct image){ rewrite->term_count, sum->count,
		num_mul(nums, sum->bias, scale) };
	rewrite->terms = mem_grow(rewrite->terms, &rewrite->term_room,
		(size_t)rewrite->term_count + sum->count, sizeof *rewrite->terms);
	for (uint32_t i = 0; i < sum->count; i++)
		rewrite->terms[rewrite->term_count++] = (struct ir_term){ sum->terms[i].value,
			num_mul(nums, sum->terms[i].weight, scale) };
}

void rewrite_add(struct rewrite *rewrite, struct sum *sum, uint32_t old, num weight)
{
	struct num_pool *nums = &rewrite->module->nums;
	const struct image *image = &rewrite->images[old];

	for (uint32_t i = 0; i < image->count; i++) {
		const struct ir_term *term = &rewrite->terms[image->first + i];
		sum_add(sum, term->value, num_mul(nums, term->weight, weight));
	}
	if (image->bias.i != NUM_ZERO.i)
		sum_add_bias(rewrite->module, sum, num_mul(nums, image->bias, weight));
}

void rewrite_form(struct rewrite *rewrite, uint32_t old)
{
	const struct ir_term *terms = old_terms(rewrite, old);

	sum_clear(&rewrite->sum);
	rewrite->sum.bias = rewrite->old[old].bias;
	for (uint32_t i = 0; i < old_term_count(rewrite, old); i++)
		rewrite_add(rewrite, &rewrite->sum, terms[i].value.i, terms[i].weight);
	sum_finish(rewrite->module, &rewrite->sum);
}

ir_value rewrite_value_of(struct rewrite *rewrite, struct sum *sum)
{
	if (sum->count == 1 && sum->terms[0].weight.i == NUM_ONE.i && sum->bias.i == NUM_ZERO.i)
		return sum->terms[0].value;
	return ir_add(rewrite->module, IR_AFFINE, sum->terms, sum->count, sum->bias);
}

ir_value rewrite_operand(struct rewrite *rewrite, uint32_t old)
{
	struct sum sum = { 0 };

	if (!rewrite->operands[old]) {
		rewrite_add(rewrite, &sum, old, NUM_ONE);
		rewrite->operands[old] = rewrite_value_of(rewrite, &sum).i + 1;
		sum_fini(&sum);
	}
	return (ir_value){ rewrite->operands[old] - 1 };
}

void rewrite_keep_form(struct rewrite *rewrite, uint32_t old)
{
	struct ir_module *module = rewrite->module;
	struct sum *sum = &rewrite->sum;
	enum ir_op op = old_op(rewrite, old);
	num scale;

	if (old_is_output(rewrite, old)) {
		ir_set_output(module, sum->terms, sum->count, sum->bias);
		return;
	}
	if (op == IR_AFFINE && sum->count <= 1) {
		rewrite_set_sum(rewrite, old, sum, NUM_ONE);
		return;
	}
	if (op == IR_RELU && sum->count == 0) {
		rewrite_set_constant(rewrite, old,
			num_sign(&module->nums, sum->bias) > 0 ? sum->bias : NUM_ZERO);
		return;
	}
	scale = sum_primitive(module, sum);
	rewrite_set_scaled(
		rewrite, old, ir_add(module, op, sum->terms, sum->count, sum->bias), scale);
}

void rewrite_keep(struct rewrite *rewrite, uint32_t old)
{
	const struct ir_op_row *row = &ir_ops[old_op(rewrite, old)];
	const struct ir_term *terms = old_terms(rewrite, old);
	struct ir_term mapped[IR_OP_VALUES];

	if (row->form) {
		rewrite_form(rewrite, old);
		rewrite_keep_form(rewrite, old);
		return;
	}
	for (uint32_t i = 0; i < row->values; i++)
		mapped[i] = (struct ir_term){ rewrite_operand(rewrite, terms[i].value.i),
			terms[i].weight };
	rewrite_set_value(rewrite, old,
		ir_add(rewrite->module, old_op(rewrite, old), mapped, row->values,
			rewrite->old[old].bias));
}

void rewrite_copy(struct rewrite *rewrite, uint32_t old)
{
	struct sum *sum = &rewrite->sum;
	enum ir_op op = old_op(rewrite, old);

	if (!ir_ops[op].form) {
		rewrite_keep(rewrite, old);
		return;
	}
	rewrite_form(rewrite, old);
	if (old_is_output(rewrite, old))
		ir_set_output(rewrite->module, sum->terms, sum->count, sum->bias);
	else
		rewrite_set_value(rewrite, old,
			ir_add(rewrite->module, op, sum->terms, sum->count, sum->bias));
}
