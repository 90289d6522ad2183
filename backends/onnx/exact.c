#include <stdlib.h>

#include "backends/onnx/model.h"
#include "ir/range.h"
#include "support/dyadic.h"
#include "support/mem.h"

struct prover {
	const struct onnx_model *model;
	const struct ir_module *module;
	struct ir_ranges ranges;
	struct dyadic sum, limit, factor;
	struct dyadic_scratch scratch;
};

/* The greater of |lo| and |hi|. */
static void set_greatest(struct dyadic *a, struct prover *prover, const struct ir_range *range)
{
	dyadic_set_num(a, &prover->ranges.nums, range->hi);
	dyadic_set_num(&prover->limit, &prover->ranges.nums, range->lo);
	mpz_abs(a->m, a->m);
	mpz_abs(prover->limit.m, prover->limit.m);
	if (dyadic_compare(a, &prover->limit, &prover->scratch) < 0)
		dyadic_set(a, &prover->limit);
}

/* sum += |n| * factor */
static void add_product(struct prover *prover, num n, struct dyadic *factor)
{
	if (num_sign(&prover->module->nums, n) < 0)
		mpz_neg(factor->m, factor->m);
	dyadic_add_product_num(
		&prover->sum, factor, &prover->module->nums, n, &prover->scratch);
}

static bool is_zero(const struct ir_range *range)
{
	return num_equal(range->lo, NUM_ZERO) && num_equal(range->hi, NUM_ZERO);
}

/* Whether the prover's sum is at most 2^(step + bits), in the format's exponents. */
static bool fits(struct prover *prover, int64_t step)
{
	const struct onnx_format *format = prover->model->format;
	int64_t top = step + format->bits;

	mpz_set_ui(prover->limit.m, 1);
	prover->limit.e = top < format->greatest ? top : format->greatest - 1;
	return step >= format->least &&
		dyadic_compare(&prover->sum, &prover->limit, &prover->scratch) <= 0;
}

static bool form_is_exact(struct prover *prover, ir_value value)
{
	const struct ir_module *module = prover->module;
	const struct ir_term *terms = ir_terms(module, value);
	num bias = module->nodes[value.i].bias;
	int64_t step = INT64_MAX;

	dyadic_set_zero(&prover->sum);
	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		const struct ir_range *range = &prover->ranges.of[terms[i].value.i];
		int64_t e = num_exponent(&module->nums, terms[i].weight) + range->step;
		if (is_zero(range))
			continue;
		step = e < step ? e : step;
		set_greatest(&prover->factor, prover, range);
		add_product(prover, terms[i].weight, &prover->factor);
	}
	if (num_sign(&module->nums, bias)) {
		int64_t e = num_exponent(&module->nums, bias);
		step = e < step ? e : step;
		dyadic_set_int(&prover->factor, 1);
		add_product(prover, bias, &prover->factor);
	}
	return step == INT64_MAX || fits(prover, step);
}

/* Inputs are integers; those beyond 2^bits are not all numbers of the format. */
static bool input_is_exact(struct prover *prover, uint32_t input)
{
	set_greatest(&prover->sum, prover, &prover->ranges.of[input]);
	return fits(prover, 0);
}

static bool all_are_exact(struct prover *prover)
{
	bool good = true;

	for (uint32_t i = 0; i < prover->module->node_count && good; i++)
		good = i < prover->module->input_count ? input_is_exact(prover, i)
						       : form_is_exact(prover, (ir_value){ i });
	return good;
}

bool onnx_model_is_exact(const struct onnx_model *model)
{
	struct prover prover = { .model = model, .module = model->module };
	bool good;

	if (model->rounded)
		return false;
	ir_ranges_init(&prover.ranges, model->module);
	dyadic_init(&prover.sum);
	dyadic_init(&prover.limit);
	dyadic_init(&prover.factor);
	dyadic_scratch_init(&prover.scratch);
	good = all_are_exact(&prover);
	dyadic_scratch_clear(&prover.scratch);
	dyadic_clear(&prover.factor);
	dyadic_clear(&prover.limit);
	dyadic_clear(&prover.sum);
	ir_ranges_fini(&prover.ranges);
	return good;
}
