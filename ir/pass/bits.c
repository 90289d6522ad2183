/*
 * bits: chains of tents or peels become fields of an integer.
 *
 *   %1 = step %0, 8                   %1 = bits %0, 3, 1       %0 in 0..15
 *   %2 = affine %0 - 8*%1       =>    %2 = bits %0, 0, 3
 *   %3 = step %2, 4                   %3 = bits %0, 2, 1
 *   output 2*%1 + %3                  output bits %0, 2, 2
 *
 * Peels. A field that starts at bit `pos` and has `len` bits of x is at least 2^(len-1) where
 * its highest bit is 1, and less that bit it is the field of one bit fewer. Fields side by
 * side join: 2^k bits(x, p + k, m) + bits(x, p, k) = bits(x, p, m + k).
 *
 * Tents. Let tri_p(w) be the distance of w from the nearest multiple of 2^p, for 0 <= w <=
 * 2^p. A neuron bends at k = -e/d: relu(d v + e) = |d|/2 |v - k| + d/2 (v - k). If v is an
 * x in 0..2^p - 1 and k = 2^(p-1) - delta with 0 <= delta <= 1, then |v - k| = 2^(p-1) -
 * tri_p(x + delta). If v is tri_p(x + delta) up to factor and constant, and k its middle,
 * where tri_p = 2^(p-2), then |v - k| is 2^(p-2) - tri_(p-1)(x + delta) up to the factor. So
 * what a form sums up is factors times tri_p(x + delta), for several p and delta. If for a
 * p the factors add up to 0, then on integers, where the bit p-1 of x is b, that part is
 *
 *   sum of c tri_p(x + delta) = (1 - 2b) * sum of c delta
 *
 * and reads just this bit. (Where a power of two divides x, x less that one.) No scaling, sign
 * or place of the constants matters; a kink off by one is no tent, and is left alone.
 *
 * N log N in the terms.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/pass/fields.h"
#include "ir/rewrite.h"
#include "support/mem.h"
#include "support/sort.h"

/* What is known of a new value: factor * tri_p(x + delta) + slope * line + constant. */
struct tri {
	uint32_t x, p;  /* p = 0: nothing */
	uint32_t shift; /* tri_p of x / 2^shift, which is an integer */
	num delta, factor, constant;
	uint32_t line; /* a value: x, or one that is a tri of it without a line */
	num slope;     /* 0: no line */
};

/* factor * tri_p(x + delta), a part of the form under way; p = 0: factor * x */
struct part {
	uint32_t x, p, shift;
	num delta, factor;
};

struct reader {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct tri *tris; /* by new value */
	uint32_t known;   /* new values that these cover */
	size_t tri_room;
	struct field_list fields; /* of the form under way */
	struct part *parts;
	size_t part_count, part_room;
};

enum { UNKNOWN = UINT32_MAX };

/* The length of a new value that is a non-negative integer; UNKNOWN of another. */
static uint64_t length_of(const struct reader *reader, ir_value value)
{
	const struct num_pool *nums = &reader->ranges->nums;
	const struct ir_module *module = reader->rewrite.module;
	const struct ir_range *range;
	uint32_t old;

	if (ir_op_of(module, value) == IR_BITS)
		return ir_count_parameter(module, value, 1);
	if (!rewrite_origin(&reader->rewrite, value, &old))
		return UNKNOWN;
	range = &reader->ranges->of[old];
	if (num_sign(nums, range->lo) < 0 || range->step < 0)
		return UNKNOWN;
	return ir_range_length(reader->ranges, old);
}

/* Makes room for what is known of the new values. */
static void cover(struct reader *reader)
{
	uint32_t count = reader->rewrite.module->node_count;

	reader->tris = mem_grow(reader->tris, &reader->tri_room, count, sizeof *reader->tris);
	while (reader->known < count)
		reader->tris[reader->known++] = (struct tri){ 0 };
}

/* --- tents -------------------------------------------------------------------------- */

/* k = -e / d of relu(d v + e), for a d that is a power of two; false for another. */
static bool kink_of(struct num_pool *nums, num d, num e, num *k)
{
	if (num_significand_bits(nums, d) != 1)
		return false;
	*k = num_shift(nums, e, -(int64_t)num_exponent(nums, d));
	if (num_sign(nums, d) > 0)
		*k = num_neg(nums, *k);
	return true;
}

/*
 * The power of two that is known by now to divide a new value of known length, an integer
 * even if the ranges do not say so of the old value that it is.
 */
static uint32_t shift_of(const struct reader *reader, uint32_t value)
{
	uint32_t old;

	return rewrite_origin(&reader->rewrite, (ir_value){ value }, &old) &&
			reader->ranges->of[old].step > 0
		? (uint32_t)reader->ranges->of[old].step
		: 0;
}

/* tri_p of x itself, less its shift, if the kink is at 2^(p-1) - delta. */
static bool first_tri(struct reader *reader, uint32_t x, num k, struct tri *tri)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	uint64_t length = length_of(reader, (ir_value){ x });
	uint32_t shift;
	int64_t top;

	if (num_sign(nums, k) <= 0 || length == UNKNOWN)
		return false;
	shift = shift_of(reader, x);
	k = num_shift(nums, k, -(int64_t)shift);
	length -= length < shift ? length : shift;
	top = (int64_t)num_significand_bits(nums, k) + num_exponent(nums, k);
	if (num_significand_bits(nums, k) == 1)
		top--;
	if (top < 0 || length > (uint64_t)top + 1)
		return false;
	*tri = (struct tri){ .x = x,
		.p = (uint32_t)top + 1,
		.shift = shift,
		.delta = num_add(nums, num_pow2(nums, top), num_neg(nums, k)),
		.factor = num_pow2(nums, shift) };
	return num_compare(nums, tri->delta, NUM_ONE) <= 0;
}

/* tri_(p-1) from v, a tri_p: if the kink is where that is 2^(p-2). */
static bool next_tri(struct reader *reader, uint32_t v, num k, struct tri *tri)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	const struct tri *before = &reader->tris[v];
	num middle;

	if (before->p < 1 || before->slope.i != NUM_ZERO.i)
		return false;
	middle = num_add(nums, num_shift(nums, before->factor, (int64_t)before->p - 2),
		before->constant);
	*tri = (struct tri){ .x = before->x,
		.p = before->p - 1,
		.shift = before->shift,
		.delta = before->delta,
		.factor = before->factor };
	if (num_sign(nums, tri->factor) < 0)
		tri->factor = num_neg(nums, tri->factor);
	return num_equal(k, middle);
}

/* |v - k| times half the weight, and its line, for the neuron relu(d v + e) in rewrite.sum. */
static bool find_bend(struct reader *reader, struct tri *tri)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	const struct sum *sum = &reader->rewrite.sum;
	num half, k;
	uint32_t v;

	if (sum->count != 1 || !kink_of(nums, sum->terms[0].weight, sum->bias, &k))
		return false;
	v = sum->terms[0].value.i;
	if (reader->tris[v].p ? !next_tri(reader, v, k, tri) : !first_tri(reader, v, k, tri))
		return false;
	tri->line = v;
	tri->slope = num_shift(nums, sum->terms[0].weight, -1);
	half = num_sign(nums, tri->slope) < 0 ? num_neg(nums, tri->slope) : tri->slope;
	tri->factor = num_neg(nums, num_mul(nums, half, tri->factor));
	tri->constant = num_neg(nums,
		num_add(nums, num_shift(nums, tri->factor, (int64_t)tri->p - 1),
			num_mul(nums, tri->slope, k)));
	return true;
}

/* --- parts of a form ---------------------------------------------------------------- */

static void add_part(struct reader *reader, struct part part)
{
	reader->parts = mem_grow(reader->parts, &reader->part_room, reader->part_count + 1,
		sizeof *reader->parts);
	reader->parts[reader->part_count++] = part;
}

/* Adds the parts of weight * value, which is a tri; returns its constant. */
static num add_parts(struct reader *reader, uint32_t value, num weight)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	struct tri tri = reader->tris[value];
	num constant = num_mul(nums, weight, tri.constant);
	num slope = num_mul(nums, weight, tri.slope);

	add_part(reader,
		(struct part){ tri.x, tri.p, tri.shift, tri.delta,
			num_mul(nums, weight, tri.factor) });
	if (slope.i == NUM_ZERO.i)
		return constant;
	if (tri.line == tri.x) {
		add_part(reader, (struct part){ .x = tri.x, .factor = slope });
		return constant;
	}
	return num_add(nums, constant, add_parts(reader, tri.line, slope));
}

static int compare_parts(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->x != y->x)
		return x->x < y->x ? -1 : 1;
	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	if (x->shift != y->shift)
		return x->shift < y->shift ? -1 : 1;
	return (x->delta.i > y->delta.i) - (x->delta.i < y->delta.i);
}

/* Sorts the parts and joins those of one tri; parts that cancel are gone. */
static void join_parts(struct reader *reader)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	struct part *parts = reader->parts;
	size_t kept = 0;

	sort_array(parts, reader->part_count, sizeof *parts, compare_parts);
	for (size_t i = 0; i < reader->part_count;) {
		struct part part = parts[i++];
		for (; i < reader->part_count && !compare_parts(&parts[i], &part); i++)
			part.factor = num_add(nums, part.factor, parts[i].factor);
		if (part.factor.i != NUM_ZERO.i)
			parts[kept++] = part;
	}
	reader->part_count = kept;
}

/* The parts of one x, p and shift, from `first` on: their end, and the sums of their factors.
 */
static size_t sum_parts(struct reader *reader, size_t first, num *factors, num *deltas)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	const struct part *parts = reader->parts;
	size_t i = first;

	*factors = *deltas = NUM_ZERO;
	for (; i < reader->part_count && parts[i].x == parts[first].x &&
		parts[i].p == parts[first].p && parts[i].shift == parts[first].shift;
		i++) {
		*factors = num_add(nums, *factors, parts[i].factor);
		*deltas =
			num_add(nums, *deltas, num_mul(nums, parts[i].factor, parts[i].delta));
	}
	return i;
}

/* --- fields of a form --------------------------------------------------------------- */

/* Whether all parts are lines or read bits. */
static bool parts_are_bits(struct reader *reader)
{
	num factors, deltas;

	for (size_t i = 0, end; i < reader->part_count; i = end) {
		end = sum_parts(reader, i, &factors, &deltas);
		if (reader->parts[i].p && factors.i != NUM_ZERO.i)
			return false;
	}
	return reader->part_count > 0;
}

/* Takes the terms that are tris, and the x that they are of, out of the sum. */
static num take_parts(struct reader *reader, struct sum *sum)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	num constant = NUM_ZERO;
	size_t count;

	reader->part_count = 0;
	for (uint32_t i = 0; i < sum->count; i++) {
		struct ir_term *term = &sum->terms[i];
		if (!reader->tris[term->value.i].p)
			continue;
		constant =
			num_add(nums, constant, add_parts(reader, term->value.i, term->weight));
		term->weight = NUM_ZERO;
	}
	count = reader->part_count;
	for (uint32_t i = 0; i < sum->count && count; i++) {
		struct ir_term *term = &sum->terms[i];
		bool is_x = false;
		for (size_t k = 0; k < count && !is_x; k++)
			is_x = reader->parts[k].x == term->value.i;
		if (!is_x || term->weight.i == NUM_ZERO.i)
			continue;
		add_part(reader, (struct part){ .x = term->value.i, .factor = term->weight });
		term->weight = NUM_ZERO;
	}
	join_parts(reader);
	return constant;
}

/*
 * Takes all bits that tents give out of the sum; true if there was one. A form that is
 * just one tri is noted as *whole.
 */
static bool read_bits(struct reader *reader, struct sum *sum, struct tri *whole)
{
	struct ir_module *module = reader->rewrite.module;
	struct num_pool *nums = &module->nums;
	num constant = take_parts(reader, sum), factors, deltas;
	bool rest = false;

	for (uint32_t i = 0; i < sum->count; i++)
		rest = rest || sum->terms[i].weight.i != NUM_ZERO.i;
	if (!rest && reader->part_count == 1 && reader->parts[0].p)
		*whole = (struct tri){ .x = reader->parts[0].x,
			.p = reader->parts[0].p,
			.shift = reader->parts[0].shift,
			.delta = reader->parts[0].delta,
			.factor = reader->parts[0].factor,
			.constant = num_add(nums, constant, sum->bias) };
	if (!parts_are_bits(reader))
		return false;
	sum_add_bias(module, sum, constant);
	for (size_t i = 0, end; i < reader->part_count; i = end) {
		const struct part *part = &reader->parts[i];
		end = sum_parts(reader, i, &factors, &deltas);
		if (!part->p) {
			sum_add(sum, (ir_value){ part->x }, factors);
			continue;
		}
		sum_add_bias(module, sum, deltas);
		field_list_add(&reader->fields,
			(struct field){ part->x, part->p - 1 + part->shift, 1,
				num_neg(nums, num_shift(nums, deltas, 1)) });
	}
	return true;
}

/* A new value as a field of another, or of itself. */
static bool as_field(const struct reader *reader, uint32_t value, struct field *field)
{
	const struct ir_module *module = reader->rewrite.module;
	uint64_t length = length_of(reader, (ir_value){ value });

	if (ir_op_of(module, (ir_value){ value }) == IR_BITS)
		*field = (struct field){ .x = ir_terms(module, (ir_value){ value })->value.i,
			.pos = ir_count_parameter(module, (ir_value){ value }, 0),
			.len = ir_count_parameter(module, (ir_value){ value }, 1) };
	else if (length != UNKNOWN && length > 0)
		*field = (struct field){ .x = value, .len = (uint32_t)length };
	else
		return false;
	return true;
}

/* Moves the terms that are fields to the list. */
static void collect_fields(struct reader *reader, struct sum *sum)
{
	for (uint32_t i = 0; i < sum->count; i++) {
		struct field field;
		if (sum->terms[i].weight.i == NUM_ZERO.i ||
			!as_field(reader, sum->terms[i].value.i, &field))
			continue;
		field.weight = sum->terms[i].weight;
		field_list_add(&reader->fields, field);
		sum->terms[i].weight = NUM_ZERO;
	}
}

/* The new value that a field is. */
static ir_value field_value(struct reader *reader, const struct field *field)
{
	struct ir_module *module = reader->rewrite.module;
	ir_value x = { field->x }, value;

	if (field->pos == 0 && length_of(reader, x) <= field->len)
		return x;
	value = ir_add_op(module, IR_BITS, &x,
		(num[]){ num_from_int(&module->nums, field->pos),
			num_from_int(&module->nums, field->len) });
	cover(reader);
	return value;
}

/*
 * rewrite.sum, the form of a neuron that bends a tri_1, becomes the neuron's values where the
 * lowest bit is 0 and 1, by that bit.
 */
static void straighten(struct reader *reader, const struct tri *tri)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	struct sum *sum = &reader->rewrite.sum;
	const struct tri *v = &reader->tris[tri->line];
	num places[] = { tri->delta, num_add(nums, NUM_ONE, num_neg(nums, tri->delta)) };
	num values[2], factor = v->factor, constant = v->constant;

	for (int bit = 0; bit < 2; bit++) {
		num at = num_add(nums, num_mul(nums, factor, places[bit]), constant);
		num value = num_add(nums, num_mul(nums, sum->terms[0].weight, at), sum->bias);
		values[bit] = num_sign(nums, value) > 0 ? value : NUM_ZERO;
	}
	sum_clear(sum);
	sum->bias = values[0];
	if (!num_equal(values[0], values[1]))
		sum_add(sum,
			field_value(reader, &(struct field){ tri->x, tri->shift, 1, NUM_ONE }),
			num_add(nums, values[1], num_neg(nums, values[0])));
}

/* rewrite.sum with its tents and fields read; nothing is added if none can be. */
static void read_form(struct reader *reader, struct tri *whole)
{
	struct sum *sum = &reader->rewrite.sum;
	uint32_t count = sum->count;
	struct ir_term *before = mem_alloc(count, sizeof *before);
	bool changed;

	reader->fields.count = 0;
	for (uint32_t i = 0; i < count; i++)
		before[i] = sum->terms[i];
	changed = read_bits(reader, sum, whole);
	if (!changed)
		for (uint32_t i = 0; i < count; i++)
			sum->terms[i] = before[i];
	collect_fields(reader, sum);
	if (field_list_merge(&reader->fields, &reader->rewrite.module->nums) || changed) {
		for (size_t i = 0; i < reader->fields.count; i++)
			if (reader->fields.fields[i].weight.i != NUM_ZERO.i)
				sum_add(sum, field_value(reader, &reader->fields.fields[i]),
					reader->fields.fields[i].weight);
		sum_finish(reader->rewrite.module, sum);
	} else {
		for (uint32_t i = 0; i < count; i++)
			sum->terms[i] = before[i];
	}
	free(before);
}

/* --- values ------------------------------------------------------------------------- */

/* Whether rewrite.sum is a non-negative multiple of one value that is not negative. */
static bool is_not_negative(const struct reader *reader)
{
	const struct sum *sum = &reader->rewrite.sum;
	const struct num_pool *nums = &reader->rewrite.module->nums;

	return sum->count == 1 && num_sign(nums, sum->bias) >= 0 &&
		num_sign(nums, sum->terms[0].weight) > 0 &&
		length_of(reader, sum->terms[0].value) != UNKNOWN;
}

/* Notes of the newest value that it is the tri divided by the scale of the old one's image. */
static void note_tri(struct reader *reader, uint32_t old, struct tri tri)
{
	struct rewrite *rewrite = &reader->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_term *term = &rewrite->terms[rewrite->images[old].first];
	int64_t e;

	if (num_significand_bits(nums, term->weight) != 1)
		return;
	e = -(int64_t)num_exponent(nums, term->weight);
	tri.factor = num_shift(nums, tri.factor, e);
	tri.slope = num_shift(nums, tri.slope, e);
	tri.constant = num_shift(nums, tri.constant, e);
	reader->tris[term->value.i] = tri;
}

static void visit_form(struct reader *reader, uint32_t old)
{
	struct rewrite *rewrite = &reader->rewrite;
	bool relu = old_op(rewrite, old) == IR_RELU;
	struct tri tri = { 0 };
	uint32_t before;

	rewrite_form(rewrite, old);
	read_form(reader, &tri);
	if (relu && is_not_negative(reader)) {
		rewrite_set_sum(rewrite, old, &rewrite->sum, NUM_ONE);
		return;
	}
	if (relu) { /* what the form is does not count, but what the neuron makes of it */
		bool bend = find_bend(reader, &tri);
		if (bend && tri.p == 0) {
			straighten(reader, &tri);
			rewrite_set_sum(rewrite, old, &rewrite->sum, NUM_ONE);
			return;
		}
		if (!bend)
			tri = (struct tri){ 0 };
	}
	before = rewrite->module->node_count;
	rewrite_keep_form(rewrite, old);
	cover(reader);
	if (rewrite->module->node_count > before && !old_is_output(rewrite, old) && tri.p)
		note_tri(reader, old, tri);
}

/* step z, 2^(len-1) of a field of len bits is its highest bit. */
static bool read_step(struct reader *reader, uint32_t old)
{
	struct rewrite *rewrite = &reader->rewrite;
	struct num_pool *nums = &rewrite->module->nums;
	const struct ir_term *operand = old_terms(rewrite, old);
	uint32_t z = rewrite_operand(rewrite, operand->value.i).i;
	struct field field;

	cover(reader);
	if (!as_field(reader, z, &field) || field.len == 0 ||
		!num_equal(operand->weight, num_pow2(nums, (int64_t)field.len - 1)))
		return false;
	field.pos += field.len - 1;
	field.len = 1;
	rewrite_set_value(rewrite, old, field_value(reader, &field));
	return true;
}

static void visit(struct reader *reader, uint32_t old)
{
	if (ir_ops[old_op(&reader->rewrite, old)].form) {
		visit_form(reader, old);
		return;
	}
	if (old_op(&reader->rewrite, old) == IR_STEP && read_step(reader, old))
		return;
	rewrite_keep(&reader->rewrite, old);
	cover(reader);
}

static void bits(struct pass_context *context)
{
	struct reader reader = { .ranges = &context->ranges };

	rewrite_begin(&reader.rewrite, context->module);
	cover(&reader);
	for (uint32_t i = context->module->input_count; i < reader.rewrite.old_count; i++)
		visit(&reader, i);
	rewrite_end(&reader.rewrite);
	free(reader.tris);
	field_list_fini(&reader.fields);
	free(reader.parts);
}

const struct pass pass_bits = {
	.name = "bits",
	.help = "chains of tents or peels become fields of an integer",
	.run = bits,
	.needs = IR_HAS_RANGES,
};
