#include "ir/rounded.h"

#include <stdlib.h>

#include "ir/level.h"
#include "support/mem.h"

/*
 * The values of two layers have slots: those of the layer that is computed, and of that
 * which it reads. Each has room for the widest.
 */
struct ir_rounded {
	const struct ir_module *module;
	const struct ir_arithmetic *arithmetic;
	void *state;
	uint32_t room;
	uint32_t layer;       /* the next one */
	uint32_t first, from; /* of the last one: its first value, and the slot of that */
	struct dyadic output;
};

struct ir_rounded *ir_rounded_new(
	const struct ir_module *module, const struct ir_format *format)
{
	struct ir_rounded *rounded = mem_zero(1, sizeof *rounded);

	if (module->level != IR_LEVEL_NETWORK)
		panic("a fused module in an arithmetic that rounds");
	rounded->module = module;
	rounded->arithmetic = format->arithmetic;
	rounded->room = ir_widest(module);
	rounded->state = format->arithmetic->new (module, format, 2 * rounded->room);
	dyadic_init(&rounded->output);
	return rounded;
}

void ir_rounded_free(struct ir_rounded *rounded)
{
	if (!rounded)
		return;
	rounded->arithmetic->free(rounded->state);
	dyadic_clear(&rounded->output);
	free(rounded);
}

void ir_rounded_begin(struct ir_rounded *rounded, const int64_t *point)
{
	rounded->layer = rounded->first = rounded->from = 0;
	for (uint32_t i = 0; i < rounded->module->input_count; i++)
		rounded->arithmetic->set(rounded->state, i, point[i]);
}

/* The values of a layer, the output being one of its own. */
static struct ir_layer layer_of(const struct ir_module *module, uint32_t layer)
{
	if (layer < module->layer_count)
		return module->layers[layer];
	return (struct ir_layer){ .first = ir_output(module).i, .count = 1 };
}

bool ir_rounded_next(struct ir_rounded *rounded)
{
	struct ir_form form = { .first = rounded->first, .from = rounded->from };
	struct ir_layer layer;
	uint32_t to = rounded->from ? 0 : rounded->room;

	if (rounded->layer > rounded->module->layer_count)
		return false;
	layer = layer_of(rounded->module, rounded->layer++);
	for (uint32_t i = 0; i < layer.count; i++) {
		form.value.i = layer.first + i;
		form.to = to + i;
		rounded->arithmetic->evaluate(rounded->state, &form);
	}
	rounded->first = layer.first;
	rounded->from = to;
	return true;
}

bool ir_rounded_value(const struct ir_rounded *rounded, ir_value value, struct dyadic *result)
{
	return rounded->arithmetic->get(
		rounded->state, value.i - rounded->first + rounded->from, result);
}

static bool in_box(const struct ir_module *module, const int64_t *point)
{
	for (uint32_t i = 0; i < module->input_count; i++)
		if (point[i] < module->features[i].lo || point[i] > module->features[i].hi)
			return false;
	return true;
}

/* The class, after the layers that are left. */
static int32_t finish(struct ir_rounded *rounded)
{
	while (ir_rounded_next(rounded))
		;
	if (!ir_rounded_value(rounded, ir_output(rounded->module), &rounded->output))
		return -1;
	return ir_class_of(rounded->module, &rounded->output);
}

int32_t ir_rounded_classify(struct ir_rounded *rounded, const int64_t *point)
{
	const struct ir_module *module = rounded->module;

	if (!in_box(module, point))
		return -1;
	ir_rounded_begin(rounded, point);
	return finish(rounded);
}

/* --- departures ---------------------------------------------------------------------- */

/* The e with 2^(e-1) <= |a| < 2^e. */
static int64_t magnitude(const struct dyadic *a)
{
	return dyadic_sign(a) ? a->e + (int64_t)mpz_sizeinbase(a->m, 2) : IR_DEPARTURE_ZERO;
}

/* Of one value; its error has magnitude 0 or more where it is 1/2 or more. */
static void compare(struct ir_departure *departures, const struct ir_departure *found)
{
	if (!departures[DEPARTS_AT_ALL].found)
		departures[DEPARTS_AT_ALL] = *found;
	if (!departures[DEPARTS_BY_HALF].found && (!found->finite || found->error >= 0))
		departures[DEPARTS_BY_HALF] = *found;
}

static void compare_layer(const struct ir_rounded *rounded, const struct ir_rounded *exact,
	struct ir_departure *departures, struct dyadic values[2],
	struct dyadic_scratch *scratch)
{
	uint32_t at = rounded->layer - 1;
	struct ir_layer layer = layer_of(rounded->module, at);

	for (uint32_t i = 0; i < layer.count && !departures[DEPARTS_BY_HALF].found; i++) {
		struct ir_departure found = { true, at, { layer.first + i }, true, 0, 0 };
		found.finite = ir_rounded_value(rounded, found.value, &values[0]);
		ir_rounded_value(exact, found.value, &values[1]);
		found.size = magnitude(&values[1]);
		if (found.finite) {
			dyadic_sub(&values[0], &values[1], scratch);
			if (dyadic_sign(&values[0]) == 0)
				continue;
			found.error = magnitude(&values[0]);
		}
		compare(departures, &found);
	}
}

void ir_rounded_depart(struct ir_rounded *rounded, struct ir_rounded *exact,
	const int64_t *point, struct ir_departure departures[DEPARTURES])
{
	struct dyadic_scratch scratch;
	struct dyadic values[2];

	for (int i = 0; i < DEPARTURES; i++)
		departures[i] = (struct ir_departure){ .found = false };
	dyadic_init(&values[0]);
	dyadic_init(&values[1]);
	dyadic_scratch_init(&scratch);
	ir_rounded_begin(rounded, point);
	ir_rounded_begin(exact, point);
	while (!departures[DEPARTS_BY_HALF].found && ir_rounded_next(rounded) &&
		ir_rounded_next(exact))
		compare_layer(rounded, exact, departures, values, &scratch);
	dyadic_scratch_clear(&scratch);
	dyadic_clear(&values[1]);
	dyadic_clear(&values[0]);
}

/* --- the layer that decides ---------------------------------------------------------- */

/* `exact` goes on where `rounded` is; false if a value is not finite. */
static bool take_over(struct ir_rounded *exact, struct ir_rounded *rounded)
{
	struct ir_layer layer = layer_of(rounded->module, rounded->layer - 1);

	exact->layer = rounded->layer;
	exact->first = rounded->first;
	exact->from = rounded->from;
	for (uint32_t i = 0; i < layer.count; i++) {
		if (!ir_rounded_value(rounded, (ir_value){ layer.first + i }, &rounded->output))
			return false;
		arithmetic_exact_set(exact->state, rounded->from + i, &rounded->output);
	}
	return true;
}

/* Whether the class is right if so many layers, one at least, are rounded and the rest exact.
 */
static bool is_right(struct ir_rounded *rounded, struct ir_rounded *exact, const int64_t *point,
	uint32_t layers, int32_t class)
{
	ir_rounded_begin(rounded, point);
	while (layers--)
		ir_rounded_next(rounded);
	return take_over(exact, rounded) && finish(exact) == class;
}

uint32_t ir_rounded_decisive(struct ir_rounded *rounded, struct ir_rounded *exact,
	const int64_t *point, int32_t class)
{
	uint32_t right = 0, wrong = rounded->module->layer_count + 1;

	while (wrong - right > 1) {
		uint32_t middle = right + (wrong - right) / 2;
		if (is_right(rounded, exact, point, middle, class))
			right = middle;
		else
			wrong = middle;
	}
	return right;
}
