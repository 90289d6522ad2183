#include "ir/pass/stretches.h"

#include <stdlib.h>

#include "support/mem.h"

/* One more behind the others, with any slope and offset. */
static struct stretch *push(struct stretches *to, ir_key first)
{
	size_t before = to->room;

	to->list = mem_grow(to->list, &to->room, (size_t)to->count + 1, sizeof *to->list);
	for (size_t i = before; i < to->room; i++)
		mpz_inits(to->list[i].slope, to->list[i].offset, NULL);
	to->list[to->count].first = first;
	return &to->list[to->count++];
}

/* Opens a gap of one before place i; what comes into it is any. */
static void insert(struct stretches *to, uint32_t i)
{
	struct stretch spare = *push(to, 0);

	for (uint32_t k = to->count - 1; k > i; k--)
		to->list[k] = to->list[k - 1];
	to->list[i] = spare;
}

void stretches_fini(struct stretches *list)
{
	for (size_t i = 0; i < list->room; i++)
		mpz_clears(list->list[i].slope, list->list[i].offset, NULL);
	free(list->list);
}

static void set_key(mpz_t to, ir_key key)
{
	bool negative = key < 0;
	unsigned __int128 magnitude =
		negative ? -(unsigned __int128)key : (unsigned __int128)key;
	uint64_t words[2] = { (uint64_t)magnitude, (uint64_t)(magnitude >> 64) };

	mpz_import(to, 2, -1, sizeof words[0], 0, 0, words);
	if (negative)
		mpz_neg(to, to);
}

/* A stretch ends at last: of a single key, it is a constant. */
static void settle(struct stretch *stretch, ir_key last, mpz_t at)
{
	if (stretch->first != last || !mpz_sgn(stretch->slope))
		return;
	set_key(at, last);
	mpz_addmul(stretch->offset, stretch->slope, at);
	mpz_set_ui(stretch->slope, 0);
}

void stretches_add_constant(struct stretches *to, ir_key first, unsigned long constant)
{
	struct stretch *next = to->count ? &to->list[to->count - 1] : NULL;

	if (next && !mpz_sgn(next->slope) && !mpz_cmp_ui(next->offset, constant))
		return;
	next = push(to, first);
	mpz_set_ui(next->slope, 0);
	mpz_set_ui(next->offset, constant);
}

void stretches_add_line(struct stretches *to, const struct span *span, const mpz_t slope,
	const mpz_t offset, mpz_t at)
{
	struct stretch *next = to->count ? &to->list[to->count - 1] : NULL;

	if (next && !mpz_cmp(next->slope, slope) && !mpz_cmp(next->offset, offset))
		return;
	next = push(to, span->first);
	mpz_set(next->slope, slope);
	mpz_set(next->offset, offset);
	settle(next, span->last, at);
}

/* Cuts the list so that a stretch begins at the key; returns its place, from i on. */
static uint32_t cut(struct stretches *list, uint32_t i, ir_key key, ir_key end, mpz_t at)
{
	while (i < list->count && stretch_last(list->list, list->count, i, end) < key)
		i++;
	if (i == list->count || list->list[i].first == key)
		return i;
	insert(list, i + 1);
	mpz_set(list->list[i + 1].slope, list->list[i].slope);
	mpz_set(list->list[i + 1].offset, list->list[i].offset);
	list->list[i + 1].first = key;
	for (uint32_t k = i; k <= i + 1; k++)
		settle(&list->list[k], stretch_last(list->list, list->count, k, end), at);
	return i + 1;
}

uint32_t stretches_add_to(struct stretches *to, uint32_t i, ir_key end, const struct span *span,
	const struct stretch *line, const mpz_t weight, mpz_t at)
{
	uint32_t first = cut(to, i, span->first, end, at);

	if (span->last < end)
		cut(to, first, span->last + 1, end, at);
	for (i = first; i < to->count && to->list[i].first <= span->last; i++) {
		struct stretch *sum = &to->list[i];
		mpz_addmul(sum->offset, line->offset, weight);
		mpz_addmul(sum->slope, line->slope, weight);
		settle(sum, stretch_last(to->list, to->count, i, end), at);
	}
	return first;
}

ir_key stretch_crosses(const struct span *span, const mpz_t slope, mpz_t at)
{
	ir_key key;

	if (mpz_sgn(slope) > 0) {
		mpz_fdiv_q(at, at, slope);
		mpz_add_ui(at, at, 1);
	} else {
		mpz_cdiv_q(at, at, slope);
	}
	if (!ir_key_from_mpz(at, 0, &key))
		key = mpz_sgn(at) < 0 ? span->first : span->last + 1;
	return key < span->first ? span->first : key > span->last ? span->last + 1 : key;
}

bool stretch_zeros(const struct span *span, const mpz_t slope, const mpz_t offset,
	struct span *zeros, mpz_t at)
{
	ir_key key;

	*zeros = *span;
	if (!mpz_sgn(slope))
		return !mpz_sgn(offset);
	if (!mpz_divisible_p(offset, slope))
		return false;
	mpz_divexact(at, offset, slope);
	mpz_neg(at, at);
	if (!ir_key_from_mpz(at, 0, &key) || key < span->first || key > span->last)
		return false;
	*zeros = (struct span){ key, key };
	return true;
}
