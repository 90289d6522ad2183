/*
 * The engine of fused modules of any shape: one instruction a value (runtime/fused_code.h), on
 * limbs in one frame.
 */
#ifndef MEMC_RUNTIME_FUSED_H
#define MEMC_RUNTIME_FUSED_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/code.h"
#include "runtime/form.h"
#include "runtime/fused_code.h"
#include "runtime/limb.h"

struct memc_fused {
	const uint64_t *values; /* references by number */
	const uint64_t *constants;
	uint64_t *frame;
};

/* Bits position..position+length-1 of v, length <= 64. */
static uint64_t memc_field(const uint64_t *v, size_t count, uint64_t position, uint64_t length)
{
	const uint64_t limb = position / 64;
	const unsigned shift = (unsigned)(position % 64);
	uint64_t field = 0;

	if (limb < count)
		field = v[limb] >> shift;
	if (limb + 1 < count)
		field |= v[limb + 1] << 1 << (63 - shift);
	return length < 64 ? field & (((uint64_t)1 << length) - 1) : field;
}

/* -1, 0 or 1: a < b, a = b, a > b. */
static int memc_limbs_compare(
	const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count)
{
	size_t i = a_count > b_count ? a_count : b_count;

	while (i-- > 0) {
		const uint64_t x = i < a_count ? a[i] : 0;
		const uint64_t y = i < b_count ? b[i] : 0;

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

static const uint64_t *memc_fused_form(
	const struct memc_fused *net, const uint64_t *code, uint64_t *to)
{
	const uint64_t head = *code++;
	const size_t room = (size_t)MEMC_HEAD_SUM(head);
	const size_t terms = (size_t)MEMC_HEAD_TERMS(head);
	size_t i;

	for (i = 0; i < terms; i++) {
		const uint64_t from = net->values[MEMC_TERM_VALUE(*code)];

		code = memc_form_term(to, room, i == 0, code, net->constants,
			net->frame + MEMC_CONSTANT_PLACE(from),
			(size_t)MEMC_CONSTANT_LIMBS(from));
	}
	if (MEMC_HEAD_SIGNED(head) && to[room - 1] >> 63)
		memc_limbs_set(to, (size_t)MEMC_HEAD_KEEP(head), to, 0, 0, 0);
	return code;
}

/* The row that holds v, or `rows`; code is that of the number of rows. */
static size_t memc_fused_row(
	const struct memc_fused *net, const uint64_t *code, const uint64_t *v, size_t count)
{
	const size_t rows = (size_t)code[0], limbs = (size_t)code[1];
	const uint64_t *first = net->constants + code[2];
	const uint64_t *last = net->constants + code[3];
	size_t low = 0, high = rows;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (memc_limbs_compare(last + middle * limbs, limbs, v, count) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < rows && memc_limbs_compare(first + low * limbs, limbs, v, count) > 0)
		low = rows;
	return low;
}

static void memc_fused_constant(
	const struct memc_fused *net, uint64_t constant, uint64_t *to, size_t limbs)
{
	memc_limbs_set(to, limbs, net->constants + MEMC_CONSTANT_PLACE(constant),
		(size_t)MEMC_CONSTANT_LIMBS(constant), 0, 0);
}

static const uint64_t *memc_fused_lookup(
	const struct memc_fused *net, const uint64_t *code, uint64_t *to, size_t limbs)
{
	const uint64_t *v = net->frame + MEMC_CONSTANT_PLACE(*code);
	const size_t row = memc_fused_row(net, code + 1, v, (size_t)MEMC_CONSTANT_LIMBS(*code));

	if (row < code[1])
		memc_limbs_set(to, limbs, net->constants + code[5] + row * limbs, limbs, 0, 0);
	else
		memc_fused_constant(net, code[6], to, limbs);
	return code + 7;
}

static const uint64_t *memc_fused_knots(
	const struct memc_fused *net, const uint64_t *code, uint64_t *to, size_t limbs)
{
	const uint64_t *v = net->frame + MEMC_CONSTANT_PLACE(*code);
	const size_t count = (size_t)MEMC_CONSTANT_LIMBS(*code);
	const size_t row = memc_fused_row(net, code + 1, v, count);

	if (row < code[1]) {
		memc_limbs_set(to, limbs, net->constants + code[6] + row * limbs, limbs, 0, 0);
		memc_limbs_multiply(
			to, limbs, v, count, net->constants + code[5] + row * limbs, limbs, 0);
	} else {
		memc_fused_constant(net, code[7], to, limbs);
	}
	return code + 8;
}

static const uint64_t *memc_fused_match(
	const struct memc_fused *net, const uint64_t *code, uint64_t *to, size_t limbs)
{
	const uint64_t *a = net->frame + MEMC_CONSTANT_PLACE(code[0]);
	const uint64_t *b = net->frame + MEMC_CONSTANT_PLACE(code[1]);

	if (memc_limbs_compare(a, (size_t)MEMC_CONSTANT_LIMBS(code[0]), b,
		    (size_t)MEMC_CONSTANT_LIMBS(code[1])) == 0)
		memc_limbs_set(to, limbs, net->frame + MEMC_CONSTANT_PLACE(code[2]),
			(size_t)MEMC_CONSTANT_LIMBS(code[2]), 0, 0);
	else
		memc_fused_constant(net, code[3], to, limbs);
	return code + 4;
}

/* Whether the field of u at `position` is the key, which has at most `length` bits. */
static int memc_field_is(const uint64_t *u, size_t u_count, uint64_t position,
	const uint64_t *key, size_t key_count, uint64_t length)
{
	uint64_t at;

	for (at = 0; at < length; at += 64) {
		const uint64_t part = length - at < 64 ? length - at : 64;

		if (memc_field(u, u_count, position + at, part) !=
			memc_field(key, key_count, at, part))
			return 0;
	}
	return 1;
}

static const uint64_t *memc_fused_assoc(
	const struct memc_fused *net, const uint64_t *code, uint64_t *to, size_t limbs)
{
	const uint64_t *key = net->frame + MEMC_CONSTANT_PLACE(code[0]);
	const uint64_t *u = net->frame + MEMC_CONSTANT_PLACE(code[1]);
	const uint64_t *w = net->frame + MEMC_CONSTANT_PLACE(code[2]);
	const size_t key_count = (size_t)MEMC_CONSTANT_LIMBS(code[0]);
	const size_t u_count = (size_t)MEMC_CONSTANT_LIMBS(code[1]);
	const size_t w_count = (size_t)MEMC_CONSTANT_LIMBS(code[2]);
	const uint64_t slots = code[3], length = code[4], bits = code[5];
	uint64_t above = 0, i, at;

	memc_limbs_set(to, limbs, key, 0, 0, 0);
	for (at = length; at < 64 * (uint64_t)key_count; at += 64)
		above |= memc_field(key, key_count, at, 64);
	for (i = 0; i < slots && !above; i++) {
		if (!memc_field_is(u, u_count, length * i, key, key_count, length))
			continue;
		for (at = 0; at < bits && at / 64 < limbs; at += 64) {
			const uint64_t part = memc_field(
				w, w_count, bits * i + at, bits - at < 64 ? bits - at : 64);

			memc_limbs_add(to + at / 64, limbs - (size_t)(at / 64), &part, 1, 0, 0);
		}
	}
	return code + 6;
}

/* Carries out an instruction and returns the code of the next one. */
static const uint64_t *memc_fused_step(const struct memc_fused *net, const uint64_t *code)
{
	const uint64_t word = *code++;
	const size_t limbs = (size_t)MEMC_CONSTANT_LIMBS(word >> 8);
	uint64_t *to = net->frame + MEMC_CONSTANT_PLACE(word >> 8);
	const uint64_t *v;
	size_t count, i;

	switch (word & 0xff) {
	case MEMC_FORM:
		return memc_fused_form(net, code, to);
	case MEMC_LOOKUP:
		return memc_fused_lookup(net, code, to, limbs);
	case MEMC_KNOTS:
		return memc_fused_knots(net, code, to, limbs);
	case MEMC_MATCH:
		return memc_fused_match(net, code, to, limbs);
	case MEMC_ASSOC:
		return memc_fused_assoc(net, code, to, limbs);
	default:
		break;
	}
	v = net->frame + MEMC_CONSTANT_PLACE(*code);
	count = (size_t)MEMC_CONSTANT_LIMBS(*code);
	if ((word & 0xff) == MEMC_WITHIN) {
		const uint64_t *least = net->constants + MEMC_CONSTANT_PLACE(code[1]);
		const uint64_t *most = net->constants + MEMC_CONSTANT_PLACE(code[2]);

		*to = memc_limbs_compare(
			      v, count, least, (size_t)MEMC_CONSTANT_LIMBS(code[1])) >= 0 &&
			memc_limbs_compare(
				v, count, most, (size_t)MEMC_CONSTANT_LIMBS(code[2])) <= 0;
		return code + 3;
	}
	for (i = 0; i < limbs; i++) {
		const uint64_t rest = code[2] - 64 * (uint64_t)i;

		to[i] = memc_field(v, count, code[1] + 64 * (uint64_t)i, rest < 64 ? rest : 64);
	}
	return code + 3;
}

/* Carries out all instructions. */
static void memc_fused(const struct memc_fused *net, const uint64_t *code, size_t steps)
{
	while (steps--)
		code = memc_fused_step(net, code);
}

#endif
