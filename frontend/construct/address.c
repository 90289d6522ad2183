#include "frontend/construct/address.h"

#include <stdlib.h>

#include "frontend/construct/stairs.h"
#include "frontend/construct/step.h"
#include "support/bits.h"
#include "support/mem.h"

/* An interval costs 7 parameters, a slot 6 c + 10: A q >= range, and both cost the same. */
static uint64_t balanced(uint64_t range, uint32_t c)
{
	position cost = (position)range * (6 * c + 10);
	uint64_t low = 0, high = UINT64_C(1) << 40;

	while (low + 1 < high) {
		uint64_t middle = low + (high - low) / 2;
		if ((position)middle * middle * 7 <= cost)
			low = middle;
		else
			high = middle;
	}
	return high;
}

struct address address_shape(uint64_t range, uint64_t intervals, uint32_t c)
{
	struct address shape = { .c = c };
	uint64_t wanted = intervals ? intervals : balanced(range, c);

	shape.slots = divide_up(range, wanted < 2 ? 2 : wanted);
	if (shape.slots < 2)
		shape.slots = 2;
	shape.intervals = divide_up(range, shape.slots);
	shape.folds = bit_length(shape.intervals - 1);
	shape.slot_bits = bit_length(shape.slots - 1);
	shape.length = shape.slots * c + 1;
	return shape;
}

/* --- strings ------------------------------------------------------------------------ */

/* r of a key of the interval, as the folds give it. */
static uint64_t folded(const struct address *shape, uint64_t key)
{
	for (uint32_t k = shape->folds; k-- > 0;) {
		uint64_t half = shape->slots << k;
		if (key >= half)
			key = 2 * half - 1 - key;
	}
	return key;
}

/* bits low .. low+width-1 of the limbs = value; they are zero before */
static void put_field(mp_limb_t *limbs, uint64_t low, uint64_t value, uint32_t width)
{
	uint32_t shift = low % 64;

	limbs[low / 64] |= (mp_limb_t)value << shift;
	if (shift + width > 64)
		limbs[low / 64 + 1] |= (mp_limb_t)value >> (64 - shift);
}

/*
 * The labels of the slots, the first one on top, each complemented if an odd number of those
 * above it are odd, and a closing 1, by which no tent ever meets its middle or its ends.
 */
static void pack(const struct address *shape, const uint32_t *labels, mp_limb_t *limbs,
	size_t room, mpz_t string)
{
	bool odd = false;
	mpz_t view;

	for (size_t i = 0; i < room; i++)
		limbs[i] = 0;
	limbs[0] = 1;
	for (uint64_t k = 0; k < shape->slots; k++) {
		uint64_t field = odd ? bit_mask(shape->c) ^ labels[k] : labels[k];
		put_field(limbs, 1 + (shape->slots - 1 - k) * shape->c, field, shape->c);
		odd ^= labels[k] & 1;
	}
	mpz_set(string, mpz_roinit_n(view, limbs, (mp_size_t)room));
}

static struct stair *cut(
	const struct address *shape, const struct projected *keys, uint64_t count)
{
	struct stair *list = mem_alloc(shape->intervals, sizeof *list);
	uint32_t *labels = mem_alloc(shape->slots, sizeof *labels);
	size_t room = (size_t)(shape->length / 64 + 2);
	mp_limb_t *limbs = mem_alloc(room, sizeof *limbs);
	uint64_t at = 0;

	for (uint64_t j = 0; j < shape->intervals; j++) {
		list[j].first = (position)j * shape->slots;
		for (uint64_t k = 0; k < shape->slots; k++)
			labels[k] = 0;
		for (; at < count && keys[at].z < (j + 1) * shape->slots; at++)
			labels[folded(shape, (uint64_t)keys[at].z)] = keys[at].label + 1;
		mpz_init(list[j].height);
		pack(shape, labels, limbs, room, list[j].height);
	}
	free(limbs);
	free(labels);
	return list;
}

static void select_string(struct ir_module *module, const struct address *shape,
	const struct projected *keys, uint64_t count, struct form *x, struct form *string)
{
	struct stair *list = cut(shape, keys, count);

	stairs(module, "select", x, list, shape->intervals, shape->length, string);
	for (uint64_t j = 0; j < shape->intervals; j++)
		mpz_clear(list[j].height);
	free(list);
}

/* --- layers ------------------------------------------------------------------------- */

/* relu(2x - m): what x is above m / 2, twice. */
static struct form twice_above(struct ir_module *module, const struct form *x, num m)
{
	struct form above = *x;

	form_shift(module, &above, 1);
	form_add_bias(module, &above, num_neg(&module->nums, m));
	return form_relu(module, &above);
}

static void fold(struct ir_module *module, const struct address *shape, struct form *x,
	struct form *string)
{
	struct form *const carried[] = { string, x };

	for (uint32_t k = shape->folds; k-- > 0;) {
		position ends = ((position)shape->slots << (k + 1)) - 1;
		struct form before = *x, above;
		ir_layer_begin(module, "fold");
		form_carry(module, carried, 2);
		above = twice_above(module, &before, position_num(&module->nums, ends));
		form_sub(module, x, &above);
	}
}

/* c tents: E = 2E where E <= 2^(V-1), else 2 (2^V - E) */
static void tents(
	struct ir_module *module, const struct address *shape, struct form *const carried[2])
{
	num whole = num_pow2(&module->nums, (int64_t)shape->length);

	for (uint32_t bit = 0; bit < shape->c; bit++) {
		struct form before = *carried[1], above;
		ir_layer_begin(module, "walk");
		form_carry(module, carried, 2);
		above = twice_above(module, &before, whole);
		form_sub(module, carried[1], &above);
		form_shift(module, carried[1], 1);
	}
}

/* E moves over to K where r = k. */
static void take(struct ir_module *module, const struct address *shape,
	struct form *const carried[2], uint64_t k)
{
	struct form beyond = *carried[0], moved;

	if (k > 0) {
		num reached = num_shift(
			&module->nums, position_num(&module->nums, k), (int64_t)shape->length);
		form_add_bias(module, &beyond, num_neg(&module->nums, reached));
		ir_layer_begin(module, "walk");
		form_carry(module, carried, 2);
		beyond = form_relu(module, &beyond);
	}
	moved = *carried[1];
	form_sub(module, &moved, &beyond);
	ir_layer_begin(module, "walk");
	form_carry(module, carried, 2);
	moved = form_relu(module, &moved);
	form_add(module, carried[0], &moved);
	form_sub(module, carried[1], &moved);
}

/* K = 2^V r + the string from slot r on */
static void walk(struct ir_module *module, const struct address *shape, struct form *r,
	struct form *string, const struct progress *progress)
{
	struct form *const carried[] = { r, string };

	form_shift(module, r, (int64_t)shape->length);
	for (uint64_t k = 0; k < shape->slots; k++) {
		progress_report(progress, "constructing", k, shape->slots);
		if (k > 0)
			tents(module, shape, carried);
		if (k + 1 < shape->slots)
			take(module, shape, carried, k);
	}
	form_add(module, r, string);
}

/* Takes bit `at` off t, which is below twice that: one layer of a carried t and a step. */
static struct form step_off(struct ir_module *module, struct form *t, uint64_t at, bool carry)
{
	num power = num_pow2(&module->nums, (int64_t)at);
	struct form before = *t, lower, bit;

	ir_layer_begin(module, "read");
	if (carry)
		*t = form_relu(module, t);
	lower = before;
	form_add_bias(module, &lower, num_neg(&module->nums, power));
	bit = lower;
	form_add_bias(module, &bit, NUM_ONE);
	bit = form_relu(module, &bit);
	lower = form_relu(module, &lower);
	form_sub(module, &bit, &lower);
	if (carry)
		form_add_scaled(module, t, &bit, num_neg(&module->nums, power));
	return bit;
}

/*
 * The same beside an `out` that gains 2^weight times the bit, in two layers: with
 * n = relu(t - 2^at + 1) and m = relu(n - 1), the bit is n - m, and t becomes
 * relu(t - 2^at n) + m: t where n = 0, and otherwise m = t - 2^at, as 2^at n >= t.
 */
static void step_over(struct ir_module *module, struct form *t, uint64_t at, struct form *out,
	uint32_t weight)
{
	struct num_pool *nums = &module->nums;
	struct form *const carried[] = { t, out };
	struct form reached = *t, more, gain;

	ir_layer_begin(module, "read");
	form_add_bias(module, &reached, num_neg(nums, num_pow2(nums, (int64_t)at)));
	form_add_bias(module, &reached, NUM_ONE);
	form_carry(module, carried, 2);
	reached = form_relu(module, &reached);

	ir_layer_begin(module, "read");
	gain = more = reached;
	form_add_scaled(module, t, &reached, num_neg(nums, num_pow2(nums, (int64_t)at)));
	form_shift(module, &gain, weight);
	form_add(module, out, &gain);
	form_carry(module, carried, 2);
	form_add_bias(module, &more, num_neg(nums, NUM_ONE));
	more = form_relu(module, &more);
	form_add(module, t, &more);
	form_shift(module, &more, weight);
	form_sub(module, out, &more);
}

/* The c bits of K below those of r. */
static struct form read_label(
	struct ir_module *module, const struct address *shape, struct form *t)
{
	uint64_t at = shape->length + shape->slot_bits;
	struct form out, bit;

	for (uint32_t i = 0; i < shape->slot_bits; i++)
		step_off(module, t, --at, true);
	out = step_off(module, t, --at, shape->c > 1);
	if (shape->c == 1)
		return out;
	form_shift(module, &out, shape->c - 1);
	for (uint32_t weight = shape->c - 2; weight > 0; weight--)
		step_over(module, t, --at, &out, weight);
	bit = step_off(module, t, --at, false);
	out = form_relu(module, &out);
	form_add(module, &out, &bit);
	return out;
}

void address(struct ir_module *module, const struct address *shape,
	const struct projected *keys, uint64_t count, struct form *x, struct form *label,
	const struct progress *progress)
{
	struct form string;

	select_string(module, shape, keys, count, x, &string);
	fold(module, shape, x, &string);
	walk(module, shape, x, &string, progress);
	*label = read_label(module, shape, x);
}
