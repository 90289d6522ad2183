#include "frontend/construct/gridselect.h"

#include <stdlib.h>

#include "frontend/construct/step.h"
#include "support/bits.h"
#include "support/mem.h"

/* The rungs of a stage, and its first layer. */
struct stage {
	struct ir_module *module;
	const struct rung *rungs; /* of the stage; behind those of the stages before */
	uint64_t done, count;     /* rungs of those, and of this one */
	uint64_t groups, group;   /* of this stage */
	uint64_t scale;           /* M = 2^scale */
	struct form z;            /* over the first layer */
	struct form *steps;       /* s_j over the first layer; of j = 0 the constant 1 if it is
				   * from 0 on */
};

void grid_form_fini(struct grid_form *form)
{
	free(form->terms);
	*form = (struct grid_form){ 0 };
}

uint64_t root_up(uint64_t value)
{
	uint64_t low = 0, high = UINT64_C(1) << 32;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		if (middle * middle >= value)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct grid grid_of(uint64_t count, uint64_t rungs)
{
	struct grid grid = { .stages = divide_up(count, rungs) };
	uint64_t most = divide_up(count, grid.stages);

	grid.group = root_up(most);
	grid.groups = divide_up(most, grid.group);
	if (count == 1)
		grid.stages = 0;
	return grid;
}

/* form += weight * other, whose values are behind all of the form; there is room. */
static void append(
	struct ir_module *module, struct grid_form *form, const struct form *other, num weight)
{
	struct num_pool *nums = &module->nums;

	if (weight.i == NUM_ZERO.i)
		return;
	for (uint32_t i = 0; i < other->count; i++)
		form->terms[form->count++] = (struct ir_term){ other->terms[i].value,
			num_mul(nums, other->terms[i].weight, weight) };
	form->bias = num_add(nums, form->bias, num_mul(nums, other->bias, weight));
}

static void replace(struct ir_module *module, struct grid_form *form, const struct form *other)
{
	form->count = 0;
	form->bias = NUM_ZERO;
	append(module, form, other, NUM_ONE);
}

struct form grid_form_carry(struct ir_module *module, const struct grid_form *form)
{
	struct form result = FORM_ZERO;

	if (form->count == 0)
		form_add_bias(module, &result, form->bias);
	else
		form_add_value(module, &result,
			ir_neuron(module, form->terms, form->count, form->bias), NUM_ONE);
	return result;
}

/* sum +-= a * 2^shift, a an integer */
static void accumulate(mpz_t sum, const struct num_pool *nums, num a, uint64_t shift, bool plus)
{
	mpz_t view, shifted;
	int64_t e = num_view(nums, a, view);

	mpz_init(shifted);
	mpz_mul_2exp(shifted, view, (mp_bitcnt_t)e + shift);
	if (plus)
		mpz_add(sum, sum, shifted);
	else
		mpz_sub(sum, sum, shifted);
	mpz_clear(shifted);
}

/* The k-th rung of group j, counted from 0; NULL if there is none. */
static const struct rung *rung_of(const struct stage *stage, uint64_t j, uint64_t k)
{
	uint64_t at = j * stage->group + k;

	return at < stage->count ? &stage->rungs[at] : NULL;
}

/* What an accumulator gains from group j - 1's first rung (or what is before) to j's. */
static num jump(const struct stage *stage, uint64_t j, uint32_t accumulator)
{
	struct num_pool *nums = &stage->module->nums;
	const struct rung *rung = rung_of(stage, j, 0);
	num before = NUM_ZERO;

	if (j > 0)
		before = rung[-(ptrdiff_t)stage->group].constants[accumulator];
	else if (stage->done > 0)
		before = rung[-1].constants[accumulator];
	return num_add(nums, rung->constants[accumulator], num_neg(nums, before));
}

/* sum +-= -2M z_jk + rise_jk; with accumulator < 0 without the rise */
static void add_rung(const struct stage *stage, mpz_t sum, const struct rung *rung,
	int accumulator, bool plus)
{
	struct num_pool *nums = &stage->module->nums;

	accumulate(sum, nums, position_num(nums, rung->from), stage->scale + 1, !plus);
	if (accumulator < 0)
		return;
	accumulate(sum, nums, rung->constants[accumulator], 0, plus);
	accumulate(sum, nums, rung[-1].constants[accumulator], 0, !plus);
}

/*
 * A_k of an accumulator, or B_k if it is < 0. Below the first group both are those of its
 * k-th rung without the rise, so equal; so they are where a group has no k-th rung, for
 * which they stay those of the group before, but for the rise.
 */
static struct form add_riser(
	const struct stage *stage, uint64_t k, int accumulator, struct grid_form *form)
{
	struct num_pool *nums = &stage->module->nums;
	const struct rung *first = rung_of(stage, 0, k);
	mpz_t sum;

	mpz_init(sum);
	form->count = 0;
	form->bias = num_pow2(nums, (int64_t)stage->scale);
	append(stage->module, form, &stage->z, num_pow2(nums, (int64_t)stage->scale + 1));
	add_rung(stage, sum, first, -1, true);
	form->bias = num_add(nums, form->bias, num_from_mpz(nums, sum, 0));
	for (uint64_t j = 0; j < stage->groups; j++) {
		const struct rung *rung = rung_of(stage, j, k);
		mpz_set_ui(sum, 0);
		if (rung) {
			add_rung(stage, sum, rung, accumulator, true);
			if (j > 0)
				add_rung(stage, sum, rung - stage->group, accumulator, false);
			else
				add_rung(stage, sum, rung, -1, false);
		} else if (accumulator >= 0) {
			rung = rung_of(stage, j - 1, k);
			add_rung(stage, sum, rung, -1, true);
			add_rung(stage, sum, rung, accumulator, false);
		}
		append(stage->module, form, &stage->steps[j], num_from_mpz(nums, sum, 0));
	}
	mpz_clear(sum);
	return grid_form_carry(stage->module, form);
}

/* z, the accumulators, and the steps of the groups. */
static void first_layer(struct stage *stage, const struct form *z,
	struct grid_form *accumulators, uint32_t width)
{
	struct ir_module *module = stage->module;

	ir_layer_begin(module, "grid");
	stage->z = form_relu(module, z);
	for (uint32_t i = 0; i < width; i++) {
		struct form carried = grid_form_carry(module, &accumulators[i]);
		replace(module, &accumulators[i], &carried);
	}
	for (uint64_t j = 0; j < stage->groups; j++) {
		position from = rung_of(stage, j, 0)->from;
		stage->steps[j] =
			from > 0 ? step_at(module, z, from) : (struct form){ .bias = NUM_ONE };
	}
}

/* Each accumulator at the start of z's group, then what it gains within. */
static void second_layer(struct stage *stage, struct form *z, bool keep_z,
	struct grid_form *accumulators, uint32_t width, struct grid_form *scratch)
{
	struct ir_module *module = stage->module;
	num minus_one = num_from_int(&module->nums, -1);

	ir_layer_begin(module, "grid");
	if (keep_z)
		*z = form_relu(module, &stage->z);
	for (uint32_t i = 0; i < width; i++) {
		struct grid_form *form = &accumulators[i];
		struct form base;

		for (uint64_t j = 0; j < stage->groups; j++)
			append(module, form, &stage->steps[j], jump(stage, j, i));
		base = grid_form_carry(module, form);
		replace(module, form, &base);
	}
	for (uint64_t k = 1; k < stage->group && k < stage->count; k++) {
		struct form rise[SELECT_ACCUMULATORS], level;
		for (uint32_t i = 0; i < width; i++)
			rise[i] = add_riser(stage, k, (int)i, scratch);
		level = add_riser(stage, k, -1, scratch);
		for (uint32_t i = 0; i < width; i++) {
			append(module, &accumulators[i], &rise[i], NUM_ONE);
			append(module, &accumulators[i], &level, minus_one);
		}
	}
}

/* The greatest length of a constant. */
static uint64_t constant_bits(
	const struct num_pool *nums, const struct rung *rungs, uint64_t count, uint32_t width)
{
	uint64_t most = 0;

	for (uint64_t i = 0; i < count; i++)
		for (uint32_t j = 0; j < width; j++) {
			uint64_t bits = num_fixed_bits(nums, rungs[i].constants[j]);
			if (bits > most)
				most = bits;
		}
	return most;
}

void grid_select(struct ir_module *module, const struct grid *grid, struct form *z, bool keep_z,
	const struct rung *rungs, uint64_t count, struct grid_form *accumulators,
	uint32_t width)
{
	size_t room = (size_t)(2 * grid->groups + 2 * grid->group + 2);
	struct stage stage = { .module = module,
		.scale = constant_bits(&module->nums, rungs, count, width),
		.steps = mem_alloc(grid->groups, sizeof *stage.steps) };
	struct grid_form scratch = { .terms = mem_alloc(room, sizeof *scratch.terms) };

	for (uint32_t i = 0; i < width; i++)
		accumulators[i] = (struct grid_form){
			.terms = mem_alloc(room, sizeof(struct ir_term)),
			.bias = grid->stages ? NUM_ZERO : rungs[0].constants[i],
		};
	for (uint64_t at = 0; at < grid->stages; at++) {
		stage.rungs = rungs + stage.done;
		stage.count = count / grid->stages + (at < count % grid->stages);
		stage.group = grid->group;
		stage.groups = divide_up(stage.count, grid->group);
		first_layer(&stage, z, accumulators, width);
		second_layer(&stage, z, keep_z || at + 1 < grid->stages, accumulators, width,
			&scratch);
		stage.done += stage.count;
	}
	free(stage.steps);
	grid_form_fini(&scratch);
}
