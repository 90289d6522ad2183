/*
 * Formulas of constructions, evaluated by the language's own evaluator.
 */
#include <string.h>

#include "frontend/construct/construct.h"
#include "frontend/eval.h"
#include "frontend/syntax.h"
#include "support/mem.h"

/* The value rounded up, or UINT64_MAX; false if it is less than 0. */
static bool take_value(const struct number *number, uint64_t *value)
{
	struct number up;

	if (mpq_sgn(number->q) < 0)
		return false;
	number_init(&up);
	if (number_ceil(&up, number) || !number_is_unsigned(&up, value))
		*value = UINT64_MAX;
	number_fini(&up);
	return true;
}

uint64_t construct_formula(const struct construct *construct, const char *formula,
	const struct dataset *dataset, const uint64_t *values)
{
	struct spec_scope data = { dataset->count, dataset->inputs, dataset->classes };
	struct spec_measure measures[CONSTRUCT_PARAMETERS];
	struct arena arena;
	struct diag_sink quiet;
	struct params none = { 0 };
	struct scope scope = { .params = &none,
		.has_data = true,
		.data = &data,
		.has_measures = true,
		.measures = measures,
		.measure_count = construct->parameter_count,
		.arena = &arena,
		.sink = &quiet };
	const struct tree_expr *expr;
	struct value value;
	uint64_t result = 0;
	bool good;

	for (size_t i = 0; i < construct->parameter_count; i++)
		measures[i] = (struct spec_measure){ construct->parameters[i].name, values[i] };
	arena_init(&arena);
	diag_init(&quiet);
	value_init(&value);
	expr = syntax_expression(&arena, 0, formula, strlen(formula), &quiet);
	good = expr && eval_number(&scope, expr, "a promise", &value) && !value.pending &&
		take_value(&value.number, &result);
	if (!good)
		panic("%s: the formula '%s'", construct->name, formula);
	value_fini(&value);
	diag_fini(&quiet);
	arena_fini(&arena);
	return result;
}
