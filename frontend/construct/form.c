#include "frontend/construct/form.h"

#include "support/mem.h"

bool form_is_zero(const struct form *form)
{
	return form->count == 0 && form->bias.i == NUM_ZERO.i;
}

void form_add_value(struct ir_module *module, struct form *form, ir_value value, num weight)
{
	uint32_t at = form->count;

	while (at > 0 && form->terms[at - 1].value.i > value.i)
		at--;
	if (at > 0 && form->terms[at - 1].value.i == value.i) {
		num *sum = &form->terms[at - 1].weight;
		*sum = num_add(&module->nums, *sum, weight);
		if (sum->i != NUM_ZERO.i)
			return;
		form->count--;
		for (uint32_t i = at - 1; i < form->count; i++)
			form->terms[i] = form->terms[i + 1];
		return;
	}
	if (form->count == FORM_TERMS)
		panic("a form of more than %d terms", FORM_TERMS);
	for (uint32_t i = form->count; i > at; i--)
		form->terms[i] = form->terms[i - 1];
	form->terms[at] = (struct ir_term){ value, weight };
	form->count++;
}

void form_add_bias(struct ir_module *module, struct form *form, num bias)
{
	form->bias = num_add(&module->nums, form->bias, bias);
}

void form_add(struct ir_module *module, struct form *form, const struct form *other)
{
	for (uint32_t i = 0; i < other->count; i++)
		form_add_value(module, form, other->terms[i].value, other->terms[i].weight);
	form_add_bias(module, form, other->bias);
}

void form_sub(struct ir_module *module, struct form *form, const struct form *other)
{
	struct num_pool *nums = &module->nums;

	for (uint32_t i = 0; i < other->count; i++)
		form_add_value(module, form, other->terms[i].value,
			num_neg(nums, other->terms[i].weight));
	form_add_bias(module, form, num_neg(nums, other->bias));
}

void form_shift(struct ir_module *module, struct form *form, int64_t e)
{
	for (uint32_t i = 0; i < form->count; i++)
		form->terms[i].weight = num_shift(&module->nums, form->terms[i].weight, e);
	form->bias = num_shift(&module->nums, form->bias, e);
}

struct form form_relu(struct ir_module *module, const struct form *form)
{
	struct form result = FORM_ZERO;

	if (form_is_zero(form))
		return result;
	result.terms[0] =
		(struct ir_term){ ir_neuron(module, form->terms, form->count, form->bias),
			NUM_ONE };
	result.count = 1;
	return result;
}

void form_carry(struct ir_module *module, struct form *const *forms, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (forms[i]->count > 0)
			*forms[i] = form_relu(module, forms[i]);
}
