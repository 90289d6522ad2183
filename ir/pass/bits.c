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
 * 2^p. A form a v + c relu(d v + e) with c d = -2a folds its graph at v = k = -e/d: it is
 * |v - k| up to a factor and a constant. For v = x in 0..2^p - 1 and k = 2^(p-1) - delta with
 * 0 <= delta <= 1 that is tri_p(x + delta), up to factor and constant; and folding
 * tri_p(x + delta) at its middle, 2^(p-2), gives tri_(p-1)(x + delta). On integers, where
 * the bit p-1 of x is b,
 *
 *   tri_p(x + delta) - tri_p(x + delta') = (1 - 2b) (delta - delta')
 *
 * so every form in which the factors of several such tri_p add up to 0 reads just that bit.
 * No scaling, sign or place of the constants matters; a kink off by one is no tent, and is
 * left alone.
 *
 * N log N in the terms.
 */
#include <stdlib.h>

#include "ir/pass.h"
#include "ir/rewrite.h"
#include "support/mem.h"

/* What is known of a new value: factor * tri_p(x + delta) + constant. */
struct tri {
	uint32_t x, p; /* p = 0: nothing */
	num delta, factor, constant;
};

struct field {
	uint32_t x, pos, len;
	num weight;
};

struct reader {
	struct rewrite rewrite;
	const struct ir_ranges *ranges;
	struct tri *tris;  /* by new value */
	uint64_t *lengths; /* by new value: it is in 0..2^length - 1, UNKNOWN if not known */
	uint32_t known;    /* new values that these cover */
	size_t tri_room, length_room;
	struct field *fields; /* of the form under way */
	size_t field_count, field_room;
	struct tri_term {
		uint32_t x, p, term;
	} *terms;
	size_t term_room;
};

enum { UNKNOWN = UINT32_MAX };

/* The length of an old value that is a non-negative integer; UNKNOWN of another. */
static uint64_t old_length(const struct reader *reader, uint32_t old)
{
	const struct num_pool *nums = &reader->ranges->nums;
	const struct ir_range *range = &reader->ranges->of[old];

	if (num_sign(nums, range->lo) < 0 || range->step < 0)
		return UNKNOWN;
	return num_significand_bits(nums, range->hi) +
		(uint64_t)(range->hi.i == NUM_ZERO.i ? 0 : num_exponent(nums, range->hi));
}

/* Makes room for facts on all new values; those of the newest are `length`. */
static void cover(struct reader *reader)
{
	uint32_t count = reader->rewrite.module->node_count;

	reader->tris =
		mem_grow(reader->tris, &reader->tri_room, count, sizeof *reader->tris);
	reader->lengths = mem_grow(
		reader->lengths, &reader->length_room, count, sizeof *reader->lengths);
	for (; reader->known < count; reader->known++) {
		ir_value value = { reader->known };
		reader->tris[value.i] = (struct tri){ 0 };
		reader->lengths[value.i] =
			ir_op_of(reader->rewrite.module, value) == IR_BITS
			? ir_count_parameter(reader->rewrite.module, value, 1)
			: UNKNOWN;
	}
}

/* What the ranges say of an old value holds of the new one that it is, if it is just that. */
static void keep_length(struct reader *reader, uint32_t old)
{
	const struct image *image = &reader->rewrite.images[old];
	const struct ir_term *term = &reader->rewrite.terms[image->first];

	cover(reader);
	if (image->count == 1 && image->bias.i == NUM_ZERO.i &&
		term->weight.i == NUM_ONE.i && old_length(reader, old) < reader->lengths[term->value.i])
		reader->lengths[term->value.i] = old_length(reader, old);
}

/* --- tents -------------------------------------------------------------------------- */

/* a v + b + c relu(d v + e) */
struct fold {
	uint32_t v;
	num a, b, c, d, e;
};

static bool is_fold(const struct reader *reader, ir_value value, struct fold *fold)
{
	const struct ir_module *module = reader->rewrite.module;
	const struct ir_term *terms = ir_terms(module, value);

	if (ir_op_of(module, value) != IR_AFFINE || ir_term_count(module, value) != 2)
		return false;
	for (int i = 0; i < 2; i++) {
		ir_value relu = terms[i].value;
		if (ir_op_of(module, relu) != IR_RELU || ir_term_count(module, relu) != 1 ||
			ir_terms(module, relu)->value.i != terms[1 - i].value.i)
			continue;
		*fold = (struct fold){
			.v = terms[1 - i].value.i,
			.a = terms[1 - i].weight,
			.b = module->nodes[value.i].bias,
			.c = terms[i].weight,
			.d = ir_terms(module, relu)->weight,
			.e = module->nodes[relu.i].bias,
		};
		return true;
	}
	return false;
}

/* k = -e / d, for a d that is a power of two; false for another. */
static bool kink_of(struct num_pool *nums, const struct fold *fold, num *k)
{
	if (num_significand_bits(nums, fold->d) != 1)
		return false;
	*k = num_shift(nums, fold->e, -(int64_t)num_exponent(nums, fold->d));
	if (num_sign(nums, fold->d) > 0)
		*k = num_neg(nums, *k);
	return true;
}

/* tri_p of x itself: the kink is at 2^(p-1) - delta. */
static bool first_tri(struct reader *reader, const struct fold *fold, num k, struct tri *tri)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	int64_t top;

	if (num_sign(nums, k) <= 0 || reader->lengths[fold->v] == UNKNOWN)
		return false;
	top = (int64_t)num_significand_bits(nums, k) + num_exponent(nums, k);
	if (num_significand_bits(nums, k) == 1)
		top--;
	if (top < 0 || reader->lengths[fold->v] > (uint64_t)top + 1)
		return false;
	*tri = (struct tri){ .x = fold->v, .p = (uint32_t)top + 1,
		.delta = num_add(nums, num_pow2(nums, top), num_neg(nums, k)),
		.factor = NUM_ONE };
	return num_compare(nums, tri->delta, NUM_ONE) <= 0;
}

/* tri_(p-1) from tri_p: the kink is where that is 2^(p-2). */
static bool next_tri(struct reader *reader, const struct fold *fold, num k, struct tri *tri)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	const struct tri *before = &reader->tris[fold->v];
	num middle;

	if (before->p < 2)
		return false;
	middle = num_add(nums, num_shift(nums, before->factor, (int64_t)before->p - 2),
		before->constant);
	*tri = *before;
	tri->p--;
	if (num_sign(nums, tri->factor) < 0)
		tri->factor = num_neg(nums, tri->factor);
	return num_equal(k, middle);
}

/* What the newest value is, if it is a tent. */
static void note_tent(struct reader *reader, ir_value value)
{
	struct num_pool *nums = &reader->rewrite.module->nums;
	struct fold fold;
	struct tri tri;
	num k, peak;

	if (!is_fold(reader, value, &fold) || !kink_of(nums, &fold, &k) ||
		!num_equal(num_mul(nums, fold.c, fold.d),
			num_neg(nums, num_shift(nums, fold.a, 1))))
		return;
	if (reader->tris[fold.v].p ? !next_tri(reader, &fold, k, &tri)
				   : !first_tri(reader, &fold, k, &tri))
		return;
	/* f = f(k) -+ a |v - k|, |v - k| = old factor * (2^(p-1) - tri_p) */
	peak = num_add(nums, num_mul(nums, fold.a, k), fold.b);
	tri.factor = num_mul(nums, fold.a, tri.factor);
	if (num_sign(nums, fold.d) < 0)
		tri.factor = num_neg(nums, tri.factor);
	tri.constant = num_add(nums, peak,
		num_neg(nums, num_shift(nums, tri.factor, (int64_t)tri.p - 1)));
	reader->tris[value.i] = tri;
}

/* --- fields of a form --------------------------------------------------------------- */

static void add_field(struct reader *reader, struct field field)
{
	reader->fields = mem_grow(reader->fields, &reader->field_room, reader->field_count + 1,
		sizeof *reader->fields);
	reader->fields[reader->field_count++] = field;
}

static int compare_tri_terms(const void *a, const void *b)
{
	const struct tri_term *x = a, *y = b;

	if (x->x != y->x)
		return x->x < y->x ? -1 : 1;
	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->term > y->term) - (x->term < y->term);
}

/* Terms of one x and p whose factors add up to 0: a bit. They are emptied. */
static bool read_bit(
	struct reader *reader, const struct tri_term *terms, uint32_t count, struct sum *sum)
{
	struct ir_module *module = reader->rewrite.module;
	struct num_pool *nums = &module->nums;
	num factors = NUM_ZERO, delta = NUM_ZERO, constant = NUM_ZERO;

	for (uint32_t i = 0; i < count; i++) {
		const struct ir_term *term = &sum->terms[terms[i].term];
		const struct tri *tri = &reader->tris[term->value.i];
		num factor = num_mul(nums, term->weight, tri->factor);
		factors = num_add(nums, factors, factor);
		delta = num_add(nums, delta, num_mul(nums, factor, tri->delta));
		constant = num_add(
			nums, constant, num_mul(nums, term->weight, tri->constant));
	}
	if (factors.i != NUM_ZERO.i)
		return false;
	for (uint32_t i = 0; i < count; i++)
		sum->terms[terms[i].term].weight = NUM_ZERO;
	sum_add_bias(module, sum, num_add(nums, constant, delta));
	add_field(reader, (struct field){ terms->x, terms->p - 1, 1,
				  num_neg(nums, num_shift(nums, delta, 1)) });
	return true;
}

/* Takes all bits that tents give out of the sum; true if there was one. */
static bool read_bits(struct reader *reader, struct sum *sum)
{
	uint32_t count = 0;
	bool any = false;

	reader->terms =
		mem_grow(reader->terms, &reader->term_room, sum->count, sizeof *reader->terms);
	for (uint32_t i = 0; i < sum->count; i++) {
		const struct tri *tri = &reader->tris[sum->terms[i].value.i];
		if (tri->p)
			reader->terms[count++] = (struct tri_term){ tri->x, tri->p, i };
	}
	if (count < 2)
		return false;
	qsort(reader->terms, count, sizeof *reader->terms, compare_tri_terms);
	for (uint32_t i = 0, end; i < count; i = end) {
		for (end = i + 1; end < count && reader->terms[end].x == reader->terms[i].x &&
			reader->terms[end].p == reader->terms[i].p;)
			end++;
		if (end - i > 1)
			any |= read_bit(reader, &reader->terms[i], end - i, sum);
	}
	return any;
}

/* A new value as a field of another, or of itself. */
static bool as_field(const struct reader *reader, uint32_t value, struct field *field)
{
	const struct ir_module *module = reader->rewrite.module;

	if (ir_op_of(module, (ir_value){ value }) == IR_BITS)
		*field = (struct field){ .x = ir_terms(module, (ir_value){ value })->value.i,
			.pos = ir_count_parameter(module, (ir_value){ value }, 0),
			.len = ir_count_parameter(module, (ir_value){ value }, 1) };
	else if (reader->lengths[value] != UNKNOWN && reader->lengths[value] > 0)
		*field = (struct field){ .x = value, .len = (uint32_t)reader->lengths[value] };
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
		add_field(reader, field);
		sum->terms[i].weight = NUM_ZERO;
	}
}

static int compare_fields(const void *a, const void *b)
{
	const struct field *x = a, *y = b;

	if (x->x != y->x)
		return x->x < y->x ? -1 : 1;
	if (x->pos != y->pos)
		return x->pos < y->pos ? -1 : 1;
	return (x->len > y->len) - (x->len < y->len);
}

/* a less its own upper part b, weight for weight: a is what is left. */
static bool cut_upper(struct num_pool *nums, struct field *a, struct field *b)
{
	if (a->x != b->x || b->pos <= a->pos || b->pos + b->len != a->pos + a->len ||
		!num_equal(num_neg(nums, b->weight),
			num_shift(nums, a->weight, (int64_t)b->pos - a->pos)))
		return false;
	a->len = b->pos - a->pos;
	b->weight = NUM_ZERO;
	return true;
}

/* b follows a: a is both. */
static bool join(struct num_pool *nums, struct field *a, struct field *b)
{
	if (a->x != b->x || a->pos + a->len != b->pos ||
		!num_equal(b->weight, num_shift(nums, a->weight, a->len)))
		return false;
	a->len += b->len;
	b->weight = NUM_ZERO;
	return true;
}

/* Joins and cuts the fields of the list; true if that changed any. */
static bool merge_fields(struct reader *reader)
{
	enum { NEAR = 4 }; /* a field and its upper part stand this close in the order */
	struct num_pool *nums = &reader->rewrite.module->nums;
	struct field *fields = reader->fields;
	size_t count = reader->field_count;
	bool changed = false;

	qsort(fields, count, sizeof *fields, compare_fields);
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count && k <= i + NEAR; k++)
			if (fields[i].weight.i != NUM_ZERO.i)
				changed |= cut_upper(nums, &fields[i], &fields[k]);
	for (size_t i = 0, to = 0; i < count; i++) {
		if (fields[i].weight.i == NUM_ZERO.i || i == to)
			continue;
		if (fields[to].weight.i != NUM_ZERO.i && join(nums, &fields[to], &fields[i]))
			changed = true;
		else
			to = i;
	}
	return changed;
}

/* The new value that a field is. */
static ir_value field_value(struct reader *reader, const struct field *field)
{
	struct ir_module *module = reader->rewrite.module;
	ir_value x = { field->x }, value;

	if (field->pos == 0 && reader->lengths[field->x] <= field->len)
		return x;
	value = ir_add_op(module, IR_BITS, &x,
		(num[]){ num_from_int(&module->nums, field->pos),
			num_from_int(&module->nums, field->len) });
	cover(reader);
	return value;
}

/* rewrite.sum with its tents and fields read; nothing is added if none can be. */
static void read_form(struct reader *reader)
{
	struct sum *sum = &reader->rewrite.sum;
	struct sum plain = *sum;
	bool changed;

	reader->field_count = 0;
	plain.terms = mem_alloc(sum->count, sizeof *plain.terms);
	for (uint32_t i = 0; i < sum->count; i++)
		plain.terms[i] = sum->terms[i];
	changed = read_bits(reader, sum);
	collect_fields(reader, sum);
	changed |= merge_fields(reader);
	if (!changed) {
		for (uint32_t i = 0; i < sum->count; i++)
			sum->terms[i] = plain.terms[i];
		free(plain.terms);
		return;
	}
	free(plain.terms);
	for (size_t i = 0; i < reader->field_count; i++)
		if (reader->fields[i].weight.i != NUM_ZERO.i)
			sum_add(sum, field_value(reader, &reader->fields[i]),
				reader->fields[i].weight);
	sum_finish(reader->rewrite.module, sum);
}

/* --- values ------------------------------------------------------------------------- */

/* Whether rewrite.sum is a non-negative multiple of one value that is not negative. */
static bool is_not_negative(const struct reader *reader)
{
	const struct sum *sum = &reader->rewrite.sum;
	const struct num_pool *nums = &reader->rewrite.module->nums;

	return sum->count == 1 && num_sign(nums, sum->bias) >= 0 &&
		num_sign(nums, sum->terms[0].weight) > 0 &&
		reader->lengths[sum->terms[0].value.i] != UNKNOWN;
}

static void visit_form(struct reader *reader, uint32_t old)
{
	struct rewrite *rewrite = &reader->rewrite;
	uint32_t before;

	rewrite_form(rewrite, old);
	read_form(reader);
	if (old_op(rewrite, old) == IR_RELU && is_not_negative(reader)) {
		rewrite_set_sum(rewrite, old, &rewrite->sum, NUM_ONE);
		return;
	}
	before = rewrite->module->node_count;
	rewrite_keep_form(rewrite, old);
	cover(reader);
	if (old_is_output(rewrite, old))
		return;
	if (rewrite->module->node_count > before)
		note_tent(reader, (ir_value){ before });
	keep_length(reader, old);
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
	keep_length(reader, old);
}

static void bits(struct pass_context *context)
{
	struct reader reader = { .ranges = &context->ranges };

	rewrite_begin(&reader.rewrite, context->module);
	for (uint32_t i = 0; i < context->module->input_count; i++)
		keep_length(&reader, i);
	for (uint32_t i = context->module->input_count; i < reader.rewrite.old_count; i++)
		visit(&reader, i);
	rewrite_end(&reader.rewrite);
	free(reader.tris);
	free(reader.lengths);
	free(reader.fields);
	free(reader.terms);
}

const struct pass pass_bits = {
	.name = "bits",
	.help = "chains of tents or peels become fields of an integer",
	.run = bits,
	.needs = IR_HAS_RANGES,
};
