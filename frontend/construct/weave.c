#include "frontend/construct/weave.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

static void swap_nums(struct ir_module *a, struct ir_module *b)
{
	struct num_pool nums = a->nums;

	a->nums = b->nums;
	b->nums = nums;
}

void draft_init(struct draft *draft, struct ir_module *module)
{
	const struct ir_feature any = IR_FEATURE(0, 0); /* no one asks for the range of z */

	*draft = (struct draft){ .module = module };
	ir_module_init(&draft->parts, "draft");
	ir_set_inputs(&draft->parts, IR_INT64, 1, &any);
	swap_nums(&draft->parts, module);
}

struct form draft_part(struct draft *draft)
{
	struct form z = FORM_ZERO;

	draft->part_count++;
	form_add_value(&draft->parts, &z, ir_input(0), NUM_ONE);
	return z;
}

void draft_output(struct draft *draft, const struct form *form)
{
	draft->outputs = mem_grow(draft->outputs, &draft->output_room,
		draft->output_count + form->count, sizeof *draft->outputs);
	memcpy(draft->outputs + draft->output_count, form->terms,
		form->count * sizeof *form->terms);
	draft->output_count += form->count;
	draft->output_bias = num_add(&draft->parts.nums, draft->output_bias, form->bias);
}

struct weaver {
	const struct ir_module *parts;
	struct ir_module *module;
	const struct form *z;
	ir_value *moved; /* of each value of the draft, in the module */
	struct ir_term *terms;
	size_t room;
};

/* Terms over the draft as terms over the module, in weaver->terms; *bias gains z's bias. */
static uint32_t move_terms(
	struct weaver *weaver, const struct ir_term *terms, uint32_t count, num *bias)
{
	struct num_pool *nums = &weaver->module->nums;
	uint32_t moved = 0;

	weaver->terms = mem_grow(weaver->terms, &weaver->room, (size_t)count + FORM_TERMS,
		sizeof *weaver->terms);
	for (uint32_t i = 0; i < count; i++) {
		num weight = terms[i].weight;
		if (terms[i].value.i != ir_input(0).i) {
			weaver->terms[moved++] =
				(struct ir_term){ weaver->moved[terms[i].value.i], weight };
			continue;
		}
		for (uint32_t j = 0; j < weaver->z->count; j++)
			weaver->terms[moved++] = (struct ir_term){ weaver->z->terms[j].value,
				num_mul(nums, weaver->z->terms[j].weight, weight) };
		*bias = num_add(nums, *bias, num_mul(nums, weaver->z->bias, weight));
	}
	return moved;
}

static void move_layer(struct weaver *weaver, const struct ir_layer *layer)
{
	const struct ir_module *parts = weaver->parts;

	for (uint32_t i = layer->first; i < layer->first + layer->count; i++) {
		ir_value value = { i };
		num bias = parts->nodes[i].bias;
		uint32_t count = move_terms(
			weaver, ir_terms(parts, value), ir_term_count(parts, value), &bias);
		weaver->moved[i] = ir_neuron(weaver->module, weaver->terms, count, bias);
	}
}

void draft_weave(struct draft *draft, const struct form *z)
{
	const struct ir_module *parts = &draft->parts;
	struct weaver weaver = { .parts = parts, .module = draft->module, .z = z };
	uint32_t layers = parts->layer_count / draft->part_count, count;

	if (parts->layer_count % draft->part_count)
		panic("%u layers in %u parts", parts->layer_count, draft->part_count);
	swap_nums(&draft->parts, draft->module);
	weaver.moved = mem_alloc(parts->node_count, sizeof *weaver.moved);
	for (uint32_t t = 0; t < layers; t++) {
		ir_layer_begin(draft->module, parts->stages[parts->layers[t].stage]);
		for (uint32_t at = t; at < parts->layer_count; at += layers)
			move_layer(&weaver, &parts->layers[at]);
	}
	count = move_terms(
		&weaver, draft->outputs, (uint32_t)draft->output_count, &draft->output_bias);
	ir_set_output(draft->module, weaver.terms, count, draft->output_bias);
	free(weaver.moved);
	free(weaver.terms);
	free(draft->outputs);
	ir_module_fini(&draft->parts);
	*draft = (struct draft){ 0 };
}
