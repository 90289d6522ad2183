#include "ir/ir.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

static const char *const op_names[IR_OP_COUNT] = {
#define OP(id, name, level, summary) [IR_##id] = name,
#include "ir/ops.def"
#undef OP
};

const char *ir_op_name(enum ir_op op)
{
	return op_names[op];
}

static const char *copy_text(struct ir_module *module, const char *text)
{
	return arena_string(&module->arena, text, strlen(text));
}

void ir_module_init(struct ir_module *module, const char *name)
{
	*module = (struct ir_module){ 0 };
	arena_init(&module->arena);
	num_pool_init(&module->nums);
	module->name = copy_text(module, name);
	/* never NULL, so that a node without terms has a place among them */
	module->terms = mem_grow(NULL, &module->term_room, 1, sizeof *module->terms);
}

void ir_module_fini(struct ir_module *module)
{
	free(module->nodes);
	free(module->terms);
	free(module->layers);
	free(module->stages);
	num_pool_fini(&module->nums);
	arena_fini(&module->arena);
	*module = (struct ir_module){ 0 };
}

enum { TERM_LIMIT = (1 << 24) - 1 }; /* of one node */

static ir_value add_node(struct ir_module *module, enum ir_op op, const struct ir_term *terms,
	uint32_t count, num bias)
{
	if (module->node_count == UINT32_MAX || module->term_count + count > UINT32_MAX)
		panic("a network of more than 2^32 values or terms");
	if (count > TERM_LIMIT)
		panic("a neuron with %u terms", count);
	module->nodes = mem_grow(module->nodes, &module->node_room,
		(size_t)module->node_count + 1, sizeof *module->nodes);
	module->terms = mem_grow(module->terms, &module->term_room, module->term_count + count,
		sizeof *module->terms);
	module->nodes[module->node_count] = (struct ir_node){
		.op_and_count = (uint32_t)op | count << 8,
		.first = (uint32_t)module->term_count,
		.bias = bias,
	};
	if (count)
		memcpy(module->terms + module->term_count, terms, count * sizeof *terms);
	module->term_count += count;
	return (ir_value){ module->node_count++ };
}

void ir_set_inputs(struct ir_module *module, enum ir_element element, uint32_t count,
	const struct ir_feature *features)
{
	if (module->node_count)
		panic("the inputs come first");
	module->element = element;
	module->input_count = count;
	module->features = arena_alloc(&module->arena, count, sizeof *features);
	if (count)
		memcpy(module->features, features, count * sizeof *features);
	for (uint32_t i = 0; i < count; i++)
		add_node(module, IR_INPUT, NULL, 0, NUM_ZERO);
}

void ir_set_classes(struct ir_module *module, uint32_t count, const char *const *names)
{
	module->class_count = count;
	module->class_names = arena_alloc(&module->arena, count, sizeof *names);
	for (uint32_t i = 0; i < count; i++)
		module->class_names[i] = copy_text(module, names[i]);
}

static uint32_t stage_index(struct ir_module *module, const char *stage)
{
	/* stages come in runs, so the newest is nearly always the one */
	for (uint32_t i = module->stage_count; i-- > 0;)
		if (!strcmp(module->stages[i], stage))
			return i;
	module->stages = mem_grow(module->stages, &module->stage_room,
		(size_t)module->stage_count + 1, sizeof *module->stages);
	module->stages[module->stage_count] = copy_text(module, stage);
	return module->stage_count++;
}

void ir_layer_begin(struct ir_module *module, const char *stage)
{
	uint32_t index = stage_index(module, stage);

	module->layers = mem_grow(module->layers, &module->layer_room,
		(size_t)module->layer_count + 1, sizeof *module->layers);
	module->layers[module->layer_count++] =
		(struct ir_layer){ .first = module->node_count, .stage = index };
}

ir_value ir_neuron(
	struct ir_module *module, const struct ir_term *terms, uint32_t count, num bias)
{
	if (!module->layer_count || module->has_output)
		panic("a neuron outside a layer");
	module->layers[module->layer_count - 1].count++;
	return add_node(module, IR_RELU, terms, count, bias);
}

void ir_set_output(
	struct ir_module *module, const struct ir_term *terms, uint32_t count, num bias)
{
	if (module->has_output)
		panic("a second output");
	add_node(module, IR_AFFINE, terms, count, bias);
	module->has_output = true;
}

size_t ir_module_bytes(const struct ir_module *module)
{
	return num_pool_bytes(&module->nums) + module->arena.total +
		module->node_room * sizeof *module->nodes +
		module->term_room * sizeof *module->terms +
		module->layer_room * sizeof *module->layers;
}
