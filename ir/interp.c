#include "ir/interp.h"

#include <stdlib.h>

#include "ir/eval.h"
#include "ir/level.h"
#include "support/arena.h"
#include "support/bits.h"
#include "support/dyadic.h"
#include "support/mem.h"

/*
 * What is done for one value of the fused level. A form that reads inputs alone, and whose
 * sums fit in 128 bits, is a dot product on machine integers: the projection of a network
 * with many inputs takes most of the time otherwise.
 */
struct action {
	ir_value value;
	int32_t exponent;      /* the weights are in units of 2^exponent */
	const ir_key *weights; /* of the terms, then the bias; NULL: no dot product */
};

struct ir_interp {
	const struct ir_module *module;
	struct dyadic *values; /* all of the fused level; else of two layers */
	size_t value_count;
	uint32_t room; /* values of one layer */
	struct dyadic_scratch scratch;
	struct ir_watch watch; /* seen is NULL if nobody does */

	struct arena arena;     /* of the weights */
	struct action *actions; /* in order, those that the output needs */
	uint32_t action_count;
	uint32_t *inputs; /* those that an action reads as a value */
	uint32_t input_count;
};

/* --- what a fused module needs to do ------------------------------------------------ */

static void add_bits(
	const struct num_pool *nums, num n, int64_t more, int64_t *least, int64_t *most)
{
	int64_t e = num_exponent(nums, n);
	int64_t top = e + (int64_t)num_significand_bits(nums, n) + more;

	if (num_equal(n, NUM_ZERO))
		return;
	*least = *least < e ? *least : e;
	*most = *most > top ? *most : top;
}

static uint32_t input_bits(const struct ir_feature *feature)
{
	uint64_t below = feature->lo < 0 ? 0 - (uint64_t)feature->lo : 0;
	uint64_t above = feature->hi > 0 ? (uint64_t)feature->hi : 0;

	return bit_length(below > above ? below : above);
}

/* Whether a value is a dot product, and in units of which power of two. */
static bool is_dot(const struct ir_module *module, ir_value value, int32_t *exponent)
{
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value);
	int64_t least = INT32_MAX, most = INT32_MIN;

	if (!ir_ops[ir_op_of(module, value)].form || count == 0 ||
		terms[count - 1].value.i >= module->input_count)
		return false;
	add_bits(&module->nums, module->nodes[value.i].bias, 0, &least, &most);
	for (uint32_t i = 0; i < count; i++)
		add_bits(&module->nums, terms[i].weight,
			input_bits(&module->features[terms[i].value.i]), &least, &most);
	*exponent = (int32_t)least;
	return most - least + bit_length(count) <= IR_KEY_BITS;
}

/* n in units of 2^exponent */
static ir_key scaled(const struct num_pool *nums, num n, int32_t exponent)
{
	mpz_t view;
	int64_t e = num_view(nums, n, view);
	ir_key key;

	if (num_equal(n, NUM_ZERO))
		return 0;
	if (!ir_key_from_mpz(view, e - exponent, &key))
		panic("a weight that is longer than it was");
	return key;
}

static const ir_key *dot_weights(struct ir_interp *interp, ir_value value, int32_t exponent)
{
	const struct ir_module *module = interp->module;
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value);
	ir_key *weights = arena_alloc(&interp->arena, (size_t)count + 1, sizeof *weights);

	for (uint32_t i = 0; i < count; i++)
		weights[i] = scaled(&module->nums, terms[i].weight, exponent);
	weights[count] = scaled(&module->nums, module->nodes[value.i].bias, exponent);
	return weights;
}

/* Marks what the output needs: 1 for a value, for an input only where no dot reads it. */
static unsigned char *mark_needed(const struct ir_module *module)
{
	unsigned char *needed = mem_zero(module->node_count, 1);
	int32_t exponent;

	needed[ir_output(module).i] = 1;
	for (uint32_t i = module->node_count; i-- > module->input_count;) {
		ir_value value = { i };
		if (!needed[i] || is_dot(module, value, &exponent))
			continue;
		for (uint32_t k = 0; k < ir_term_count(module, value); k++)
			needed[ir_terms(module, value)[k].value.i] = 1;
	}
	return needed;
}

static void plan(struct ir_interp *interp)
{
	const struct ir_module *module = interp->module;
	unsigned char *needed = mark_needed(module);

	interp->actions = mem_alloc(module->node_count, sizeof *interp->actions);
	interp->inputs = mem_alloc(module->input_count, sizeof *interp->inputs);
	for (uint32_t i = 0; i < module->node_count; i++) {
		struct action *action = &interp->actions[interp->action_count];
		if (!needed[i])
			continue;
		if (i < module->input_count) {
			interp->inputs[interp->input_count++] = i;
			continue;
		}
		*action = (struct action){ .value = { i } };
		if (is_dot(module, action->value, &action->exponent))
			action->weights = dot_weights(interp, action->value, action->exponent);
		interp->action_count++;
	}
	free(needed);
}

/* --- the interpreter ---------------------------------------------------------------- */

struct ir_interp *ir_interp_new(const struct ir_module *module)
{
	struct ir_interp *interp = mem_zero(1, sizeof *interp);

	interp->module = module;
	interp->room = ir_widest(module);
	interp->value_count = (size_t)interp->room * 2;
	arena_init(&interp->arena);
	if (module->level == IR_LEVEL_FUSED) {
		interp->value_count = module->node_count;
		plan(interp);
	}
	interp->values = mem_alloc(interp->value_count, sizeof *interp->values);
	for (size_t i = 0; i < interp->value_count; i++)
		dyadic_init(&interp->values[i]);
	dyadic_scratch_init(&interp->scratch);
	return interp;
}

void ir_interp_free(struct ir_interp *interp)
{
	if (!interp)
		return;
	for (size_t i = 0; i < interp->value_count; i++)
		dyadic_clear(&interp->values[i]);
	dyadic_scratch_clear(&interp->scratch);
	arena_fini(&interp->arena);
	free(interp->actions);
	free(interp->inputs);
	free(interp->values);
	free(interp);
}

static bool in_box(const struct ir_module *module, const int64_t *point)
{
	for (uint32_t i = 0; i < module->input_count; i++)
		if (point[i] < module->features[i].lo || point[i] > module->features[i].hi)
			return false;
	return true;
}

static void set_inputs(
	const struct ir_module *module, const int64_t *point, struct dyadic *values)
{
	for (uint32_t i = 0; i < module->input_count; i++)
		dyadic_set_int(&values[i], point[i]);
}

void ir_interp_watch(struct ir_interp *interp, const struct ir_watch *watch)
{
	interp->watch = *watch;
}

static void show(
	const struct ir_interp *interp, uint32_t layer, uint32_t value, const struct dyadic *is)
{
	if (interp->watch.seen)
		interp->watch.seen(interp->watch.context, layer, (ir_value){ value }, is);
}

/* Layer by layer, each into the buffer that the one before the last has left. */
static const struct dyadic *run_network(struct ir_interp *interp, const int64_t *point)
{
	const struct ir_module *module = interp->module;
	struct dyadic *before = interp->values, *after = interp->values + interp->room, *swap;
	uint32_t first = 0;

	set_inputs(module, point, before);
	for (uint32_t at = 0; at < module->layer_count; at++) {
		const struct ir_layer *layer = &module->layers[at];
		for (uint32_t i = 0; i < layer->count; i++) {
			ir_eval_form(module, (ir_value){ layer->first + i }, before, first,
				&after[i], &interp->scratch);
			if (dyadic_sign(&after[i]) < 0)
				dyadic_set_zero(&after[i]);
			show(interp, at, layer->first + i, &after[i]);
		}
		first = layer->first;
		swap = before;
		before = after;
		after = swap;
	}
	ir_eval_form(module, ir_output(module), before, first, &after[0], &interp->scratch);
	show(interp, module->layer_count, ir_output(module).i, &after[0]);
	return &after[0];
}

static void set_key(struct dyadic *result, ir_key key, int32_t exponent)
{
	unsigned __int128 size = key < 0 ? -(unsigned __int128)key : (unsigned __int128)key;

	if (key == (int64_t)key) {
		mpz_set_si(result->m, (int64_t)key);
	} else {
		mpz_set_ui(result->m, (uint64_t)(size >> 64));
		mpz_mul_2exp(result->m, result->m, 64);
		mpz_add_ui(result->m, result->m, (uint64_t)size);
		if (key < 0)
			mpz_neg(result->m, result->m);
	}
	result->e = exponent;
	dyadic_normalize(result);
}

static void run_dot(struct ir_interp *interp, const struct action *action, const int64_t *point)
{
	const struct ir_module *module = interp->module;
	const struct ir_term *terms = ir_terms(module, action->value);
	uint32_t count = ir_term_count(module, action->value);
	ir_key sum = action->weights[count];

	for (uint32_t i = 0; i < count; i++)
		sum += action->weights[i] * point[terms[i].value.i];
	if (sum < 0 && ir_op_of(module, action->value) == IR_RELU)
		sum = 0;
	set_key(&interp->values[action->value.i], sum, action->exponent);
}

static const struct dyadic *run_fused(struct ir_interp *interp, const int64_t *point)
{
	const struct ir_module *module = interp->module;

	for (uint32_t i = 0; i < interp->input_count; i++) {
		uint32_t input = interp->inputs[i];
		dyadic_set_int(&interp->values[input], point[input]);
	}
	for (uint32_t i = 0; i < interp->action_count; i++) {
		const struct action *action = &interp->actions[i];
		if (action->weights)
			run_dot(interp, action, point);
		else
			ir_eval(module, action->value, interp->values,
				&interp->values[action->value.i], &interp->scratch);
	}
	return &interp->values[ir_output(module).i];
}

int32_t ir_interp_classify(struct ir_interp *interp, const int64_t *point)
{
	const struct ir_module *module = interp->module;

	if (!in_box(module, point))
		return -1;
	if (module->level == IR_LEVEL_FUSED)
		return ir_class_of(module, run_fused(interp, point));
	return ir_class_of(module, run_network(interp, point));
}
