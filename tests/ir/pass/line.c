/*
 * Networks that are functions of one integer, of the shapes that constructions have and with a
 * weight or bias off by a little here and there, keep their output on every key: by the
 * passes that read such functions, by -O2, and by random orders of passes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

#include "ir/pass.h"
#include "tests/ir/random_fused.h"

enum { KEYS = 48, NETWORKS = 300, TERMS = 64, SLOTS = 4, SLOT_BITS = 3 };

struct sketch {
	struct ir_module *module;
	struct rng *rng;
	ir_value z;
	struct ir_term terms[TERMS]; /* of the sum under way */
	uint32_t count;
	int64_t bias;
	uint32_t odds; /* one weight or bias in so many is off by a little */
};

static int64_t below(struct sketch *sketch, uint64_t n)
{
	return (int64_t)rng_below(sketch->rng, n);
}

static num off(struct sketch *sketch, int64_t n)
{
	num exact = num_from_int(&sketch->module->nums, n);

	if (below(sketch, sketch->odds))
		return exact;
	return num_add(&sketch->module->nums, exact,
		num_shift(&sketch->module->nums,
			num_from_int(&sketch->module->nums, random_signed(sketch->rng, 2)),
			-below(sketch, 2)));
}

static void term(struct sketch *sketch, ir_value value, int64_t weight)
{
	num n = off(sketch, weight);

	if (!num_equal(n, NUM_ZERO) && sketch->count < TERMS)
		sketch->terms[sketch->count++] = (struct ir_term){ value, n };
}

/* The sum under way as a value; the next begins. */
static ir_value close_as(struct sketch *sketch, enum ir_op op)
{
	struct ir_module *module = sketch->module;
	struct ir_term sorted[TERMS];
	uint32_t count = 0;
	ir_value value;

	while (sketch->count) { /* by value, each once */
		uint32_t least = 0;
		for (uint32_t i = 1; i < sketch->count; i++)
			if (sketch->terms[i].value.i < sketch->terms[least].value.i)
				least = i;
		if (count && sorted[count - 1].value.i == sketch->terms[least].value.i)
			sorted[count - 1].weight = num_add(&module->nums,
				sorted[count - 1].weight, sketch->terms[least].weight);
		else
			sorted[count++] = sketch->terms[least];
		sketch->terms[least] = sketch->terms[--sketch->count];
		if (num_equal(sorted[count - 1].weight, NUM_ZERO))
			count--;
	}
	value = ir_add(module, op, sorted, count, off(sketch, sketch->bias));
	sketch->bias = 0;
	return value;
}

/* relu(alpha z + bias) */
static ir_value line(struct sketch *sketch, int64_t alpha, int64_t bias)
{
	term(sketch, sketch->z, alpha);
	sketch->bias = bias;
	return close_as(sketch, IR_RELU);
}

/* Adds weight * [value >= t], as two neurons. */
static void add_step(struct sketch *sketch, ir_value value, int64_t t, int64_t weight)
{
	struct ir_term held[TERMS];
	uint32_t count = sketch->count;
	int64_t bias = sketch->bias;
	ir_value halves[2];

	for (uint32_t i = 0; i < count; i++)
		held[i] = sketch->terms[i];
	for (int i = 0; i < 2; i++) {
		sketch->count = 0;
		term(sketch, value, 1);
		sketch->bias = 1 - t - i;
		halves[i] = close_as(sketch, IR_RELU);
	}
	for (uint32_t i = 0; i < count; i++)
		sketch->terms[i] = held[i];
	sketch->count = count;
	sketch->bias = bias;
	term(sketch, halves[0], weight);
	term(sketch, halves[1], -weight);
}

/* --- shapes ------------------------------------------------------------------------- */

static ir_value make_steps(struct sketch *sketch)
{
	for (int64_t i = below(sketch, 12); i >= 0; i--)
		add_step(sketch, sketch->z, below(sketch, KEYS), random_signed(sketch->rng, 3));
	return close_as(sketch, IR_AFFINE);
}

/* Neurons that carry a sum from step to step. */
static ir_value make_chain(struct sketch *sketch)
{
	bool rising = below(sketch, 2), up = true;
	int64_t t = below(sketch, 6);
	ir_value out;

	add_step(sketch, sketch->z, t, 1);
	out = close_as(sketch, IR_RELU);
	for (int64_t i = below(sketch, 10); i >= 0; i--) {
		t = rising ? t + below(sketch, 6) : below(sketch, KEYS);
		up = rising ? !up : below(sketch, 2);
		term(sketch, out, 1);
		add_step(sketch, sketch->z, t, up ? 1 : -1);
		out = close_as(sketch, IR_RELU);
	}
	return out;
}

/* A string for each of a few intervals of z, as lines that end each other. */
static ir_value make_grid(struct sketch *sketch, int64_t most)
{
	enum { GROUPS = 3, WIDTH = 3 };
	int64_t start[GROUPS][WIDTH], y[GROUPS][WIDTH], at = below(sketch, 6), m = most + 1;
	ir_value ends[GROUPS - 1][2], halves[WIDTH][2];

	for (int g = 0; g < GROUPS; g++)
		for (int k = 0; k < WIDTH; k++, at += 1 + below(sketch, 5)) {
			start[g][k] = at;
			y[g][k] = below(sketch, (uint64_t)most + 1);
		}
	for (int g = 0; g < GROUPS - 1; g++)
		for (int i = 0; i < 2; i++)
			ends[g][i] = line(sketch, 1, -start[g][WIDTH - 1] - i);
	for (int k = 0; k < WIDTH; k++)
		for (int b = 0; b < 2; b++) {
			int64_t offset = 0;
			for (int g = 0; g < GROUPS; g++) {
				int64_t own = m - 2 * m * start[g][k];
				own += b ? 0 : y[g][k] - (k ? y[g][k - 1] : 0);
				if (g == 0)
					sketch->bias = own;
				for (int i = 0; i < 2 && g; i++)
					term(sketch, ends[g - 1][i],
						i ? offset - own : own - offset);
				offset = own;
			}
			term(sketch, sketch->z, 2 * m);
			halves[k][b] = close_as(sketch, IR_RELU);
		}
	for (int k = 0; k < WIDTH; k++)
		for (int b = 0; b < 2; b++)
			term(sketch, halves[k][b], b ? -1 : 1);
	return close_as(sketch, below(sketch, 2) ? IR_RELU : IR_AFFINE);
}

/* A constant for each of a few intervals of z. */
static ir_value make_ladder(struct sketch *sketch, int64_t most)
{
	int64_t at = below(sketch, 5);
	ir_value sum;
	bool any = false;

	for (int64_t i = 2 + below(sketch, 3); i > 0; i--) {
		int64_t last = at + below(sketch, 12);
		ir_value low = line(sketch, -1, at), high = line(sketch, 1, -last), in;
		term(sketch, low, -1);
		term(sketch, high, -1);
		sketch->bias = 1;
		in = close_as(sketch, IR_RELU);
		term(sketch, in, below(sketch, (uint64_t)most + 1));
		if (any)
			term(sketch, sum, 1);
		sum = close_as(sketch, IR_RELU);
		any = true;
		at = last + 1 + below(sketch, 3);
	}
	return sum;
}

/* The highest bits of t, `length` long, peeled off. */
static ir_value peel(struct sketch *sketch, ir_value *t, uint32_t *length, uint32_t bits)
{
	struct ir_term fields[2 * SLOT_BITS];
	uint32_t count = 0;

	for (uint32_t i = 0; i < bits; i++) {
		int64_t power = (int64_t)1 << --*length;
		add_step(sketch, *t, power, -power);
		for (uint32_t k = 0; k < sketch->count; k++)
			fields[count++] = (struct ir_term){ sketch->terms[k].value,
				num_from_int(&sketch->module->nums,
					(k ? -1 : 1) * ((int64_t)1 << (bits - 1 - i))) };
		term(sketch, *t, 1);
		*t = close_as(sketch, below(sketch, 2) ? IR_RELU : IR_AFFINE);
	}
	for (uint32_t k = 0; k < count; k++)
		sketch->terms[sketch->count++] = fields[k];
	return close_as(sketch, IR_AFFINE);
}

/* Thresholds within each interval: a base and a string of distances. */
static ir_value make_binary(struct sketch *sketch)
{
	const int64_t big = 2 * KEYS;
	uint32_t length = SLOTS * SLOT_BITS;
	bool grid = below(sketch, 2);
	ir_value u = grid ? make_grid(sketch, (1 << length) - 1)
			  : make_ladder(sketch, (1 << length) - 1);
	ir_value g, out = { 0 };

	add_step(sketch, sketch->z, below(sketch, KEYS), -below(sketch, KEYS));
	term(sketch, sketch->z, 1);
	sketch->bias = big;
	g = close_as(sketch, IR_RELU);
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		ir_value delta = peel(sketch, &u, &length, SLOT_BITS);
		term(sketch, g, 1);
		term(sketch, delta, -1);
		g = close_as(sketch, IR_RELU);
		if (slot)
			term(sketch, out, 1);
		add_step(sketch, g, big, slot % 2 ? -1 : 1);
		out = close_as(sketch, IR_RELU);
	}
	return out;
}

/* A position and a label in each interval: the label where z is the position. */
static ir_value make_match(struct sketch *sketch)
{
	uint32_t length = 2 * SLOT_BITS + 2;
	ir_value u = below(sketch, 2) ? make_grid(sketch, (1 << length) - 1)
				      : make_ladder(sketch, (1 << length) - 1);
	ir_value place = peel(sketch, &u, &length, SLOT_BITS), more, sides[2];

	more = peel(sketch, &u, &length, SLOT_BITS);
	for (int i = 0; i < 2; i++) {
		term(sketch, place, i ? 8 : -8);
		term(sketch, more, i ? 1 : -1);
		term(sketch, sketch->z, i ? -1 : 1);
		sides[i] = close_as(sketch, IR_RELU);
	}
	term(sketch, u, 1);
	term(sketch, sides[0], -4);
	term(sketch, sides[1], -4);
	return close_as(sketch, IR_RELU);
}

static ir_value make_any(struct sketch *sketch)
{
	switch (below(sketch, 6)) {
	case 0:
		return make_steps(sketch);
	case 1:
		return make_chain(sketch);
	case 2:
		return make_grid(sketch, 5);
	case 3:
		return make_ladder(sketch, 5);
	case 4:
		return make_binary(sketch);
	default:
		return make_match(sketch);
	}
}

static void random_line(struct ir_module *module, uint64_t seed)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	const struct ir_feature feature = IR_FEATURE(0, KEYS - 1);
	struct rng rng;
	struct sketch sketch = { .module = module, .rng = &rng, .z = ir_input(0) };
	ir_value parts[3];
	int64_t count;

	rng_init(&rng, seed);
	sketch.odds = seed % 2 ? 40 : UINT32_MAX;
	ir_module_init(module, "line");
	ir_set_classes(module, 4, names);
	ir_set_inputs(module, IR_INT8, 1, &feature);
	ir_set_fused(module);
	count = 1 + below(&sketch, 3);
	for (int64_t i = 0; i < count; i++)
		parts[i] = make_any(&sketch);
	for (int64_t i = 0; i < count; i++)
		term(&sketch, parts[i], 1 << i);
	close_as(&sketch, IR_AFFINE);
	module->has_output = true;
}

/* --- checks ------------------------------------------------------------------------- */

static void assert_passes_keep(const struct ir_module *module, mpq_t *outputs,
	const struct pass *const *list, uint64_t seed, const char *what)
{
	struct ir_module after;
	mpq_t *values, *scratch;

	ir_module_copy(&after, module);
	passes_run(&after, list, NULL);
	values = new_values(after.node_count);
	scratch = new_values(after.node_count);
	for (int64_t z = 0; z < KEYS; z++) {
		evaluate_fused(&after, &z, values, scratch);
		if (!mpq_equal(values[after.node_count - 1], outputs[z]))
			fail_msg("seed %llu, %s, z = %lld", (unsigned long long)seed, what,
				(long long)z);
	}
	free_values(values, after.node_count);
	free_values(scratch, after.node_count);
	ir_module_fini(&after);
}

static void assert_all_keep(const struct ir_module *module, uint64_t seed)
{
	static const char *const alone[] = { "indicator", "plateau", "pwl", "table" };
	enum { LENGTH = 6 };
	const struct pass *list[LENGTH + 1] = { NULL };
	mpq_t *outputs = new_values(KEYS), *values = new_values(module->node_count);
	mpq_t *scratch = new_values(module->node_count);
	uint32_t count = 0;
	struct rng rng;

	for (int64_t z = 0; z < KEYS; z++) {
		evaluate_fused(module, &z, values, scratch);
		mpq_set(outputs[z], values[module->node_count - 1]);
	}
	for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
		list[0] = pass_find(alone[i]);
		assert_passes_keep(module, outputs, list, seed, alone[i]);
	}
	assert_passes_keep(module, outputs, passes_of_level(2), seed, "-O2");
	while (passes[count])
		count++;
	rng_init(&rng, seed);
	for (int i = 0; i < LENGTH; i++)
		list[i] = passes[rng_below(&rng, count)];
	assert_passes_keep(module, outputs, list, seed, "a random order");
	free_values(outputs, KEYS);
	free_values(values, module->node_count);
	free_values(scratch, module->node_count);
}

static void networks_keep_their_output(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= NETWORKS; seed++) {
		struct ir_module module;
		random_line(&module, seed);
		assert_all_keep(&module, seed);
		ir_module_fini(&module);
	}
}

/* What has no weight off comes down to a look-up of z and the output. */
static void networks_become_a_table(void **state)
{
	(void)state;
	for (uint64_t seed = 2; seed <= NETWORKS; seed += 2) {
		struct ir_module module;
		random_line(&module, seed);
		passes_run(&module, passes_of_level(2), NULL);
		if (module.node_count > 3)
			fail_msg("seed %llu: %u values", (unsigned long long)seed,
				module.node_count);
		ir_module_fini(&module);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(networks_keep_their_output),
		cmocka_unit_test(networks_become_a_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
