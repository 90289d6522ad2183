#define _GNU_SOURCE /* qsort_r() */
#include "ir/kinks.h"

#include <stdlib.h>

#include "support/mem.h"

static struct dyadic *locals(struct kinks *kinks, size_t i)
{
	struct dyadic *all[] = { &kinks->lo, &kinks->hi, &kinks->value, &kinks->slope,
		&kinks->at, &kinks->least, &kinks->greatest };

	return i < sizeof all / sizeof *all ? all[i] : NULL;
}

void kinks_init(struct kinks *kinks)
{
	*kinks = (struct kinks){ 0 };
	for (size_t i = 0; locals(kinks, i); i++)
		dyadic_init(locals(kinks, i));
	dyadic_scratch_init(&kinks->scratch);
}

void kinks_fini(struct kinks *kinks)
{
	for (size_t i = 0; locals(kinks, i); i++)
		dyadic_clear(locals(kinks, i));
	for (size_t i = 0; i < kinks->room; i++) {
		dyadic_clear(&kinks->kinks[i].x);
		dyadic_clear(&kinks->kinks[i].rise);
	}
	dyadic_scratch_clear(&kinks->scratch);
	free(kinks->kinks);
}

void kinks_start(struct kinks *kinks, const struct num_pool *pool, num lo, num hi)
{
	kinks->count = 0;
	dyadic_set_num(&kinks->lo, pool, lo);
	dyadic_set_num(&kinks->hi, pool, hi);
	dyadic_set_zero(&kinks->value);
	dyadic_set_zero(&kinks->slope);
}

void kinks_add_line(struct kinks *kinks, const struct dyadic *weight)
{
	dyadic_add_product(&kinks->value, weight, &kinks->lo, &kinks->scratch);
	dyadic_add(&kinks->slope, weight, &kinks->scratch);
}

static void add_kink(struct kinks *kinks, const struct dyadic *x, const struct dyadic *rise)
{
	size_t room = kinks->room;

	kinks->kinks =
		mem_grow(kinks->kinks, &kinks->room, kinks->count + 1, sizeof *kinks->kinks);
	for (; room < kinks->room; room++) {
		dyadic_init(&kinks->kinks[room].x);
		dyadic_init(&kinks->kinks[room].rise);
	}
	dyadic_set(&kinks->kinks[kinks->count].x, x);
	dyadic_set(&kinks->kinks[kinks->count++].rise, rise);
}

void kinks_add_ramp(
	struct kinks *kinks, const struct dyadic *x, const struct dyadic *rise, bool falls)
{
	struct dyadic_scratch *scratch = &kinks->scratch;
	bool right; /* lo is not left of x */

	dyadic_set(&kinks->at, &kinks->lo);
	dyadic_sub(&kinks->at, x, scratch);
	right = dyadic_sign(&kinks->at) >= 0;
	if (right != falls) { /* not flat at lo: +-rise (lo - x), of slope +-rise */
		if (falls)
			mpz_neg(kinks->at.m, kinks->at.m);
		dyadic_add_product(&kinks->value, rise, &kinks->at, scratch);
		if (falls)
			dyadic_sub(&kinks->slope, rise, scratch);
		else
			dyadic_add(&kinks->slope, rise, scratch);
	}
	if (!right)
		add_kink(kinks, x, rise);
}

static int compare_kinks(const void *a, const void *b, void *scratch)
{
	return dyadic_compare(
		&((const struct kink *)a)->x, &((const struct kink *)b)->x, scratch);
}

static void note_extreme(struct kinks *kinks)
{
	if (dyadic_compare(&kinks->value, &kinks->least, &kinks->scratch) < 0)
		dyadic_set(&kinks->least, &kinks->value);
	if (dyadic_compare(&kinks->value, &kinks->greatest, &kinks->scratch) > 0)
		dyadic_set(&kinks->greatest, &kinks->value);
}

/* value += slope * (to - at), at = to */
static void advance(struct kinks *kinks, const struct dyadic *to)
{
	dyadic_sub(&kinks->at, to, &kinks->scratch);
	mpz_neg(kinks->at.m, kinks->at.m);
	dyadic_add_product(&kinks->value, &kinks->slope, &kinks->at, &kinks->scratch);
	dyadic_normalize(&kinks->value);
	dyadic_set(&kinks->at, to);
	note_extreme(kinks);
}

void kinks_bound(struct kinks *kinks)
{
	if (kinks->count > 1)
		qsort_r(kinks->kinks, kinks->count, sizeof *kinks->kinks, compare_kinks,
			&kinks->scratch);
	dyadic_set(&kinks->at, &kinks->lo);
	dyadic_set(&kinks->least, &kinks->value);
	dyadic_set(&kinks->greatest, &kinks->value);
	for (size_t i = 0; i < kinks->count; i++) {
		struct kink *kink = &kinks->kinks[i];
		if (dyadic_compare(&kink->x, &kinks->hi, &kinks->scratch) >= 0)
			break;
		advance(kinks, &kink->x);
		dyadic_add(&kinks->slope, &kink->rise, &kinks->scratch);
	}
	advance(kinks, &kinks->hi);
}
