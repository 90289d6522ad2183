#include "ir/interp.h"

#include <stdlib.h>

#include "support/dyadic.h"
#include "support/mem.h"

struct ir_interp {
	const struct ir_module *module;
	struct dyadic *values; /* of two layers, and of the inputs */
	uint32_t room;         /* values of one layer */
	struct dyadic_scratch scratch;
};

static uint32_t widest(const struct ir_module *module)
{
	uint32_t width = module->input_count > 0 ? module->input_count : 1;

	for (uint32_t i = 0; i < module->layer_count; i++)
		if (module->layers[i].count > width)
			width = module->layers[i].count;
	return width;
}

struct ir_interp *ir_interp_new(const struct ir_module *module)
{
	struct ir_interp *interp = mem_zero(1, sizeof *interp);

	interp->module = module;
	interp->room = widest(module);
	interp->values = mem_alloc((size_t)interp->room * 2, sizeof *interp->values);
	for (size_t i = 0; i < (size_t)interp->room * 2; i++)
		dyadic_init(&interp->values[i]);
	dyadic_scratch_init(&interp->scratch);
	return interp;
}

void ir_interp_free(struct ir_interp *interp)
{
	if (!interp)
		return;
	for (size_t i = 0; i < (size_t)interp->room * 2; i++)
		dyadic_clear(&interp->values[i]);
	dyadic_scratch_clear(&interp->scratch);
	free(interp->values);
	free(interp);
}

/* before: the values of the layer that the terms read, whose first handle is `first`. */
static void affine(struct ir_interp *interp, ir_value value, const struct dyadic *before,
	uint32_t first, struct dyadic *sum)
{
	const struct ir_module *module = interp->module;
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value);
	num bias = module->nodes[value.i].bias;

	if (count == 1 && num_equal(terms->weight, NUM_ONE) && num_equal(bias, NUM_ZERO)) {
		dyadic_set(sum, &before[terms->value.i - first]); /* a value carried on */
		return;
	}
	dyadic_set_num(sum, &module->nums, bias);
	for (uint32_t i = 0; i < count; i++) {
		const struct dyadic *from = &before[terms[i].value.i - first];
		if (dyadic_sign(from) != 0)
			dyadic_add_product_num(
				sum, from, &module->nums, terms[i].weight, &interp->scratch);
	}
	dyadic_normalize(sum);
}

static bool set_inputs(struct ir_interp *interp, const int64_t *point, struct dyadic *values)
{
	const struct ir_module *module = interp->module;

	for (uint32_t i = 0; i < module->input_count; i++) {
		if (point[i] < module->features[i].lo || point[i] > module->features[i].hi)
			return false;
		dyadic_set_int(&values[i], point[i]);
	}
	return true;
}

/* y - 1 where the output is an integer in 1..class_count, else -1. */
static int32_t class_of(const struct ir_module *module, const struct dyadic *y)
{
	if (mpz_sgn(y->m) <= 0 || y->e < 0 || y->e > 32 || !mpz_fits_slong_p(y->m) ||
		mpz_sizeinbase(y->m, 2) + (size_t)y->e > 33)
		return -1;
	return ir_class_of(module, (int64_t)mpz_get_si(y->m) << y->e);
}

int32_t ir_interp_classify(struct ir_interp *interp, const int64_t *point)
{
	const struct ir_module *module = interp->module;
	struct dyadic *before = interp->values, *after = interp->values + interp->room, *swap;
	uint32_t first = 0;

	if (!set_inputs(interp, point, before))
		return -1;
	for (uint32_t at = 0; at < module->layer_count; at++) {
		const struct ir_layer *layer = &module->layers[at];
		for (uint32_t i = 0; i < layer->count; i++) {
			affine(interp, (ir_value){ layer->first + i }, before, first,
				&after[i]);
			if (dyadic_sign(&after[i]) < 0)
				dyadic_set_zero(&after[i]);
		}
		first = layer->first;
		swap = before;
		before = after;
		after = swap;
	}
	affine(interp, ir_output(module), before, first, &after[0]);
	return class_of(module, &after[0]);
}
