#include "ir/ir.h"

#include <stdlib.h>
#include <string.h>

#include "support/mem.h"

/* Letters of a shape: a value takes one term, a column of a table two parameters. */
#define LETTER(shape, i, c) ((shape "\0\0\0\0\0\0")[i] == (c))
#define COUNT(shape, c) \
	(LETTER(shape, 0, c) + LETTER(shape, 1, c) + LETTER(shape, 2, c) + \
		LETTER(shape, 3, c) + LETTER(shape, 4, c) + LETTER(shape, 5, c))

const struct ir_op_row ir_ops[IR_OP_COUNT] = {
#define OP(id, text, at, letters, summary) \
	[IR_##id] = { \
		.name = text, \
		.shape = letters, \
		.level = IR_LEVEL_##at, \
		.form = LETTER(letters, 0, 'f'), \
		.values = COUNT(letters, 'v'), \
		.parameters = \
			COUNT(letters, 'i') + COUNT(letters, 'n') + 2 * COUNT(letters, 't'), \
	},
#include "ir/ops.def"
#undef OP
};

const char *ir_op_name(enum ir_op op)
{
	return ir_ops[op].name;
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
	for (uint32_t i = 0; i < module->table_count; i++)
		ir_table_fini(&module->tables[i]);
	free(module->tables);
	num_pool_fini(&module->nums);
	arena_fini(&module->arena);
	*module = (struct ir_module){ 0 };
}

/* Copies `count` of the elements into an array of its own room. */
static void *copy_array(const void *from, size_t count, size_t size, size_t *room)
{
	void *to = mem_grow(NULL, room, count + 1, size);

	if (count)
		memcpy(to, from, count * size);
	return to;
}

void ir_module_copy(struct ir_module *module, const struct ir_module *from)
{
	ir_module_init(module, from->name);
	free(module->terms);
	num_pool_fini(&module->nums);
	num_pool_copy(&module->nums, &from->nums);
	ir_set_classes(module, from->class_count, from->class_names);
	if (from->levels)
		ir_declare_levels(module, from->levels);
	module->level = from->level;
	module->element = from->element;
	module->input_count = from->input_count;
	module->features =
		arena_alloc(&module->arena, from->input_count, sizeof *from->features);
	if (from->input_count)
		memcpy(module->features, from->features,
			from->input_count * sizeof *from->features);
	if (from->spec_sha256)
		module->spec_sha256 = copy_text(module, from->spec_sha256);
	if (from->points_sha256)
		module->points_sha256 = copy_text(module, from->points_sha256);
#define COPY(array, count, room) \
	module->count = from->count; \
	module->room = 0; \
	module->array = copy_array(from->array, from->count, sizeof *from->array, &module->room)
	COPY(nodes, node_count, node_room);
	COPY(terms, term_count, term_room);
	COPY(layers, layer_count, layer_room);
	COPY(stages, stage_count, stage_room);
	COPY(tables, table_count, table_room);
#undef COPY
	for (uint32_t i = 0; i < from->stage_count; i++)
		module->stages[i] = copy_text(module, from->stages[i]);
	for (uint32_t i = 0; i < from->table_count; i++)
		ir_table_copy(&module->tables[i], &from->tables[i]);
	module->has_output = from->has_output;
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
	module->class_names = NULL;
	if (!names)
		return;
	module->class_names = arena_alloc(&module->arena, count, sizeof *names);
	for (uint32_t i = 0; i < count; i++)
		module->class_names[i] = copy_text(module, names[i]);
}

void ir_declare_levels(struct ir_module *module, const struct ir_feature *levels)
{
	struct ir_feature *copy = arena_alloc(&module->arena, 1, sizeof *copy);

	*copy = *levels;
	module->levels = copy;
	module->class_count = (uint32_t)(ir_feature_span(levels) + 1);
	module->class_names = NULL;
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

void ir_set_fused(struct ir_module *module)
{
	if (module->layer_count || module->has_output)
		panic("a network that has layers is fused by passes");
	module->level = IR_LEVEL_FUSED;
}

ir_value ir_add(struct ir_module *module, enum ir_op op, const struct ir_term *terms,
	uint32_t count, num bias)
{
	if (module->level != IR_LEVEL_FUSED || module->has_output || op == IR_INPUT)
		panic("a value where none can be added");
	return add_node(module, op, terms, count, bias);
}

ir_value ir_add_op(
	struct ir_module *module, enum ir_op op, const ir_value *values, const num *parameters)
{
	const struct ir_op_row *row = &ir_ops[op];
	struct ir_term terms[IR_OP_VALUES];
	num left = NUM_ZERO;

	for (uint32_t i = 0; i < row->values; i++)
		terms[i] = (struct ir_term){ values[i],
			i < row->parameters ? parameters[i] : NUM_ZERO };
	if (row->parameters > row->values)
		left = parameters[row->values];
	return ir_add(module, op, terms, row->values, left);
}

uint32_t ir_add_table(struct ir_module *module, struct ir_table *table)
{
	module->tables = mem_grow(module->tables, &module->table_room,
		(size_t)module->table_count + 1, sizeof *module->tables);
	module->tables[module->table_count] = *table;
	*table = (struct ir_table){ 0 };
	return module->table_count++;
}

static size_t table_bytes(const struct ir_table *table)
{
	return table->row_room * 2 * sizeof *table->first +
		(size_t)table->column_count * table->row_count * sizeof(num);
}

size_t ir_module_bytes(const struct ir_module *module)
{
	size_t bytes = num_pool_bytes(&module->nums) + module->arena.total +
		module->node_room * sizeof *module->nodes +
		module->term_room * sizeof *module->terms +
		module->layer_room * sizeof *module->layers;

	for (uint32_t i = 0; i < module->table_count; i++)
		bytes += table_bytes(&module->tables[i]);
	return bytes;
}

uint32_t ir_widest(const struct ir_module *module)
{
	uint32_t width = module->input_count > 0 ? module->input_count : 1;

	for (uint32_t i = 0; i < module->layer_count; i++)
		if (module->layers[i].count > width)
			width = module->layers[i].count;
	return width;
}
