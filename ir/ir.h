/*
 * The intermediate representation: a network with exact weights.
 *
 * A module holds one network: an input vector, layers of neurons relu(w . v + b), and one
 * affine output y. Weights are dyadic rationals (support/num.h) in the module's pool; an
 * input is an integer within its feature's lo..hi. Every value has a 32-bit handle: first
 * the inputs 0..d-1, then the neurons layer by layer, then the output. Sizes: 12 bytes a
 * value, 8 a term, 16 and its limbs a distinct constant.
 *
 * That is the network level. What the optimizer makes of it is at the fused level: there
 * are no layers, a value may read any earlier one, and the derived operations of
 * ir/ops.def may stand for what many neurons did. Their constants may lie in tables.
 *
 * The class of a point is y - 1 where y is an integer 1..class_count; anything else means
 * "not a stored point", class -1. The output of a network of real values is such a value, and
 * its classes are their levels (ir/level.h).
 *
 * The module owns all it points to. It is built front to back: ir_module_init, the inputs,
 * then per layer ir_layer_begin and its neurons, then ir_set_output.
 */
#ifndef IR_IR_H
#define IR_IR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ir/feature.h"
#include "ir/table.h"
#include "support/arena.h"
#include "support/num.h"

typedef struct {
	uint32_t i;
} ir_value;

/*
 * No weight and no value of a network takes more bits than this in fixed point, whatever the
 * inputs: ten times what C can hold on the stack, and far from where GMP gives up.
 */
enum { IR_BITS_LIMIT = 1 << 24 };

enum ir_level {
	IR_LEVEL_NETWORK,
	IR_LEVEL_FUSED,
};

enum ir_op {
#define OP(id, name, level, shape, summary) IR_##id,
#include "ir/ops.def"
#undef OP
	IR_OP_COUNT
};

/* A row of ir/ops.def, and what follows from its shape. */
struct ir_op_row {
	const char *name, *shape;
	enum ir_level level;
	bool form;                   /* an affine form over any number of terms */
	uint32_t values, parameters; /* else how many of each */
};

extern const struct ir_op_row ir_ops[IR_OP_COUNT];

enum { IR_OP_VALUES = 6 }; /* operands of a derived operation, at most: letters of a shape */

const char *ir_op_name(enum ir_op op);

/* weight * value; the weight of a well-formed term is not zero. */
struct ir_term {
	ir_value value;
	num weight;
};

struct ir_node {
	uint32_t op_and_count; /* enum ir_op in the low 8 bits, number of terms above */
	uint32_t first;        /* of its terms */
	num bias;
};

struct ir_layer {
	uint32_t first, count; /* its neurons are the values first..first+count-1 */
	uint32_t stage;        /* index into stages */
};

struct ir_module {
	enum ir_level level;
	struct arena arena;
	struct num_pool nums;
	const char *name;

	enum ir_element element;
	uint32_t input_count;
	struct ir_feature *features; /* input_count of them */

	uint32_t class_count;
	const char **class_names;        /* NULL: they have none */
	const struct ir_feature *levels; /* of a network of real values, or NULL */

	const char *spec_sha256;   /* of the spec's text, NULL if there was none */
	const char *points_sha256; /* of the stored points, NULL if there are none */

	struct ir_node *nodes; /* input_count inputs first */
	uint32_t node_count;
	size_t node_room;
	struct ir_term *terms;
	size_t term_count, term_room;
	struct ir_layer *layers; /* none at the fused level */
	uint32_t layer_count;
	size_t layer_room;
	const char **stages; /* names for people: no pass may rely on them */
	uint32_t stage_count;
	size_t stage_room;
	struct ir_table *tables; /* at the fused level */
	uint32_t table_count;
	size_t table_room;
	bool has_output;   /* then it is the last value */
	uint32_t rewrites; /* that made other values of it: what was known before no longer
			      holds */
};

void ir_module_init(struct ir_module *module, const char *name);
void ir_module_fini(struct ir_module *module);

/* A module of its own that is equal to `from`. */
void ir_module_copy(struct ir_module *module, const struct ir_module *from);

/*
 * Features, levels and class names (NULL: none) are copied. Inputs come before any layer.
 * ir_declare_levels() instead of ir_set_classes() makes a network of real values.
 */
void ir_set_inputs(struct ir_module *module, enum ir_element element, uint32_t count,
	const struct ir_feature *features);
void ir_set_classes(struct ir_module *module, uint32_t count, const char *const *names);
void ir_declare_levels(struct ir_module *module, const struct ir_feature *levels);

/* A new layer; the neurons that follow are its own. */
void ir_layer_begin(struct ir_module *module, const char *stage);

/* relu(sum of terms + bias), a neuron of the current layer. Terms are copied. */
ir_value ir_neuron(
	struct ir_module *module, const struct ir_term *terms, uint32_t count, num bias);

/* The affine output; ends the network. */
void ir_set_output(
	struct ir_module *module, const struct ir_term *terms, uint32_t count, num bias);

/*
 * Lifts a module without neurons to the fused level, where ir_add() adds values: any
 * operation but an input, its terms and bias as ir/ops.def says. Terms are copied.
 */
void ir_set_fused(struct ir_module *module);
ir_value ir_add(struct ir_module *module, enum ir_op op, const struct ir_term *terms,
	uint32_t count, num bias);

/* A derived operation of the given operands and parameters, as many as its row says. */
ir_value ir_add_op(
	struct ir_module *module, enum ir_op op, const ir_value *values, const num *parameters);

/* Takes the table over; returns its number. */
uint32_t ir_add_table(struct ir_module *module, struct ir_table *table);

/* The most values of a layer, the inputs among the layers; 1 or more. */
uint32_t ir_widest(const struct ir_module *module);

static inline enum ir_op ir_op_of(const struct ir_module *module, ir_value value)
{
	return (enum ir_op)(module->nodes[value.i].op_and_count & 0xff);
}

static inline uint32_t ir_term_count(const struct ir_module *module, ir_value value)
{
	return module->nodes[value.i].op_and_count >> 8;
}

static inline const struct ir_term *ir_terms(const struct ir_module *module, ir_value value)
{
	return module->terms + module->nodes[value.i].first;
}

/* Parameter i of a derived operation. */
static inline num ir_parameter(const struct ir_module *module, ir_value value, uint32_t i)
{
	return i < ir_term_count(module, value) ? ir_terms(module, value)[i].weight
						: module->nodes[value.i].bias;
}

/* The same as a machine integer; for counts, tables and columns, which are below 2^32. */
static inline uint32_t ir_count_parameter(
	const struct ir_module *module, ir_value value, uint32_t i)
{
	return (uint32_t)num_to_u64(&module->nums, ir_parameter(module, value, i));
}

/* The table that a lookup or knots reads, and its column. */
static inline const struct ir_table *ir_table_of(const struct ir_module *module, ir_value value)
{
	return &module->tables[ir_count_parameter(module, value, 0)];
}

static inline uint32_t ir_column_of(const struct ir_module *module, ir_value value)
{
	return ir_count_parameter(module, value, 1);
}

static inline ir_value ir_input(uint32_t i)
{
	return (ir_value){ i };
}

static inline ir_value ir_output(const struct ir_module *module)
{
	return (ir_value){ module->node_count - 1 };
}

/* Bytes held, for reports. */
size_t ir_module_bytes(const struct ir_module *module);

#endif
