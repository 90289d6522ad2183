#include "backends/c/plan.h"

#include <stdlib.h>

#include "ir/range.h"
#include "runtime/code.h"
#include "support/mem.h"

/* How a value is held: as an integer times 2^step. Zero limbs: it is always 0. */
struct held {
	int64_t step;
	uint32_t limbs;
};

struct builder {
	struct c_plan *plan;
	const struct ir_module *module;
	struct ir_ranges ranges;
	struct held *held;
	uint64_t *code; /* of the neuron under way */
	size_t code_count, code_room;
	uint64_t term_count;
	mpz_t bias, next, scratch;
	uint64_t *limbs;
	size_t limb_room;
};

static void put(struct builder *builder, uint64_t word)
{
	builder->code = mem_grow(builder->code, &builder->code_room, builder->code_count + 1,
		sizeof *builder->code);
	builder->code[builder->code_count++] = word;
}

/* Bits of floor(|a| / 2^step). */
static uint64_t bits_at(const struct num_pool *nums, num a, int64_t step)
{
	int64_t bits = (int64_t)num_significand_bits(nums, a) + num_exponent(nums, a) - step;

	return num_sign(nums, a) && bits > 0 ? (uint64_t)bits : 0;
}

/* The word that names the constant |m| << shift, shift < 64. */
static uint64_t constant_word(struct builder *builder, const mpz_t m, unsigned shift)
{
	size_t count;

	mpz_mul_2exp(builder->scratch, m, shift);
	count = mpz_size(builder->scratch);
	builder->limbs =
		mem_grow(builder->limbs, &builder->limb_room, count, sizeof *builder->limbs);
	for (size_t i = 0; i < count; i++)
		builder->limbs[i] = mpz_getlimbn(builder->scratch, (mp_size_t)i);
	return (uint64_t)words_intern(&builder->plan->constants, builder->limbs, count) << 20 |
		count;
}

/* Adds (w * value) / 2^step, w = +-m 2^e, modulo 2^(64 sum). */
static void put_term(struct builder *builder, const struct ir_term *term, uint32_t first,
	int64_t step, uint64_t sum)
{
	const struct ir_module *module = builder->module;
	uint64_t shift, word;
	mpz_t m;

	shift = (uint64_t)(num_view(&module->nums, term->weight, m) +
		builder->held[term->value.i].step - step);
	if (shift / 64 >= sum)
		return;
	builder->term_count++;
	word = (uint64_t)(mpz_sgn(m) < 0) << 63 | shift / 64 << 32 | (term->value.i - first);
	if (mpz_cmpabs_ui(m, 1) == 0) {
		put(builder, word | (shift % 64) << 51);
		return;
	}
	put(builder, word | UINT64_C(1) << 62);
	put(builder, constant_word(builder, m, (unsigned)(shift % 64)));
}

/* Adds +-m * 2^shift, modulo 2^(64 sum), 0 < m; m is spent. */
static void put_constant(
	struct builder *builder, mpz_t m, bool negative, uint64_t shift, uint64_t sum)
{
	mp_bitcnt_t zeros = mpz_scan1(m, 0);

	mpz_tdiv_q_2exp(m, m, zeros);
	shift += zeros;
	if (shift / 64 >= sum)
		return;
	builder->term_count++;
	put(builder, (uint64_t)negative << 63 | UINT64_C(1) << 61 | shift / 64 << 32);
	put(builder, constant_word(builder, m, (unsigned)(shift % 64)));
}

/* Adds builder->bias * 2^shift, modulo 2^(64 sum). */
static void put_bias(struct builder *builder, uint64_t shift, uint64_t sum)
{
	bool negative = mpz_sgn(builder->bias) < 0;
	mpz_t *m = &builder->bias;

	if (mpz_sgn(*m) == 0)
		return;
	mpz_abs(*m, *m);
	mpz_add_ui(builder->next, *m, 1);
	if (builder->term_count && mpz_size(*m) > 2 && mpz_popcount(builder->next) == 1) {
		/* all ones, as a peeled bit has them: 2^k - 1 (what sets is a single term) */
		put_constant(builder, builder->next, negative, shift, sum);
		mpz_set_ui(*m, 1);
		negative = !negative;
	}
	put_constant(builder, *m, negative, shift, sum);
}

/*
 * builder->bias: the bias less what the least inputs add to it, since inputs are held as
 * x - lo, as a multiple of the 2^e that is returned.
 */
static int64_t shifted_bias(struct builder *builder, ir_value value, int64_t step)
{
	const struct ir_module *module = builder->module;
	const struct ir_term *terms = ir_terms(module, value);
	mpz_t view;
	int64_t e = num_view(&module->nums, module->nodes[value.i].bias, view);
	bool moved = false;

	mpz_set(builder->bias, view);
	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		int64_t lo, weight_e;
		if (terms[i].value.i >= module->input_count)
			break;
		lo = module->features[terms[i].value.i].lo;
		if (!lo)
			continue;
		if (!moved && mpz_sgn(builder->bias))
			mpz_mul_2exp(builder->bias, builder->bias, (mp_bitcnt_t)(e - step));
		moved = true;
		weight_e = num_view(&module->nums, terms[i].weight, view);
		mpz_mul_si(builder->scratch, view, lo);
		mpz_mul_2exp(
			builder->scratch, builder->scratch, (mp_bitcnt_t)(weight_e - step));
		mpz_add(builder->bias, builder->bias, builder->scratch);
	}
	return moved ? step : e;
}

/* The greatest power of two that divides all terms and the bias of a node. */
static int64_t step_of(const struct builder *builder, ir_value value)
{
	const struct ir_module *module = builder->module;
	const struct ir_term *terms = ir_terms(module, value);
	num bias = module->nodes[value.i].bias;
	bool is_output = ir_op_of(module, value) == IR_AFFINE;
	/* the class is read at the binary point, so the output keeps it in sight */
	int64_t step = is_output ? 0 : INT64_MAX;

	if (num_sign(&module->nums, bias) && num_exponent(&module->nums, bias) < step)
		step = num_exponent(&module->nums, bias);
	for (uint32_t i = 0; i < ir_term_count(module, value); i++) {
		const struct held *from = &builder->held[terms[i].value.i];
		int64_t e = num_exponent(&module->nums, terms[i].weight);
		/* an input that never changes still takes part, through its least value */
		bool counts = from->limbs || terms[i].value.i < module->input_count;
		if (counts && e + from->step < step)
			step = e + from->step;
	}
	return step == INT64_MAX ? 0 : step;
}

/* All terms of a node and its bias, the one that sets the accumulator first. */
static void put_terms(
	struct builder *builder, ir_value value, uint32_t first, int64_t step, uint64_t sum)
{
	const struct ir_module *module = builder->module;
	const struct ir_term *terms = ir_terms(module, value);
	uint32_t count = ir_term_count(module, value), set = count;
	uint64_t shift = (uint64_t)(shifted_bias(builder, value, step) - step);
	bool bias_sets;

	for (uint32_t i = 0; i < count && set == count; i++) {
		mpz_t m;
		num_view(&module->nums, terms[i].weight, m);
		if (mpz_cmp_ui(m, 1) == 0 && builder->held[terms[i].value.i].limbs)
			set = i;
	}
	bias_sets = set == count && mpz_sgn(builder->bias) > 0;
	if (set < count) {
		put_term(builder, &terms[set], first, step, sum);
	} else if (bias_sets) {
		put_bias(builder, shift, sum);
	}
	if (!builder->term_count) { /* an empty constant: start from zero */
		builder->term_count++;
		put(builder, UINT64_C(1) << 61);
		put(builder, 0);
	}
	for (uint32_t i = 0; i < count; i++)
		if (i != set && builder->held[terms[i].value.i].limbs)
			put_term(builder, &terms[i], first, step, sum);
	if (!bias_sets)
		put_bias(builder, shift, sum);
}

/*
 * Codes a node (the output as if it had a relu: y <= 0 is no class) that reads values from
 * `first` on; returns its place and, in *sum, the limbs it is summed in.
 */
static size_t put_neuron(struct builder *builder, ir_value value, uint32_t first, uint64_t *sum)
{
	const struct num_pool *nums = &builder->ranges.nums;
	const struct ir_range *range = &builder->ranges.of[value.i];
	int64_t step = step_of(builder, value);
	bool is_signed = num_sign(nums, range->before) < 0;
	uint64_t low = is_signed ? bits_at(nums, range->before, step) : 0;
	uint64_t high = num_sign(nums, range->before_hi) > 0
		? bits_at(nums, range->before_hi, step)
		: 0;
	uint64_t keep = (high + 63) / 64;

	*sum = ((low > high ? low : high) + is_signed + 63) / 64;
	if (!keep)
		*sum = 0;
	builder->code_count = 0;
	builder->term_count = 0;
	put(builder, 0);
	if (*sum >= MEMC_LIMBS_LIMIT)
		builder->plan->too_large = true;
	else if (keep)
		put_terms(builder, value, first, step, *sum);
	builder->code[0] = (uint64_t)is_signed << 63 | builder->term_count << 38 | keep << 19 |
		(builder->plan->too_large ? 0 : *sum);
	builder->held[value.i] = (struct held){ step, (uint32_t)keep };
	return words_intern(&builder->plan->neurons, builder->code, builder->code_count);
}

static void grow_buffer(struct c_buffer *buffer, uint64_t limbs, uint64_t width)
{
	if (limbs > buffer->limbs)
		buffer->limbs = limbs;
	if (width > buffer->width)
		buffer->width = width;
}

/* Codes the nodes value..value+count-1, which read values from `first` on. */
static void put_layer(struct builder *builder, uint32_t value, uint32_t count, uint32_t first,
	struct c_buffer *buffer)
{
	struct c_plan *plan = builder->plan;
	uint64_t start = 0, pair = 0;

	words_add(&plan->layers, count);
	for (uint32_t i = 0; i < count && !plan->too_large; i++) {
		uint64_t sum;
		size_t place = put_neuron(builder, (ir_value){ value + i }, first, &sum);

		grow_buffer(buffer, start + sum, count);
		start += builder->held[value + i].limbs;
		if (place > UINT32_MAX || start > UINT32_MAX)
			plan->too_large = true;
		pair |= (uint64_t)place << 32 * (i % 2);
		if (i % 2 || i == count - 1) {
			words_add(&plan->layers, pair);
			pair = 0;
		}
	}
}

static void hold_inputs(struct builder *builder)
{
	const struct ir_module *module = builder->module;

	for (uint32_t i = 0; i < module->input_count; i++)
		builder->held[i].limbs = module->features[i].hi > module->features[i].lo;
	grow_buffer(&builder->plan->even, module->input_count, module->input_count);
}

void c_plan_literal(struct c_plan *plan)
{
	const struct ir_module *module = plan->module;
	struct builder builder = { .plan = plan, .module = module };
	uint32_t first = 0, output = ir_output(module).i;

	ir_ranges_init(&builder.ranges, module);
	builder.held = mem_zero(module->node_count, sizeof *builder.held);
	mpz_inits(builder.bias, builder.next, builder.scratch, NULL);
	hold_inputs(&builder);
	for (uint32_t i = 0; i < module->layer_count && !plan->too_large; i++) {
		const struct ir_layer *layer = &module->layers[i];
		put_layer(&builder, layer->first, layer->count, first,
			i % 2 ? &plan->even : &plan->odd);
		first = layer->first;
	}
	if (!plan->too_large)
		put_layer(&builder, output, 1, first,
			module->layer_count % 2 ? &plan->even : &plan->odd);
	if (builder.held[output].step < 0)
		plan->fraction = (uint64_t)-builder.held[output].step;
	mpz_clears(builder.bias, builder.next, builder.scratch, NULL);
	free(builder.held);
	free(builder.code);
	free(builder.limbs);
	ir_ranges_fini(&builder.ranges);
}
