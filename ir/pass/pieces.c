#include "ir/pass/pieces.h"

#include <stdlib.h>

#include "support/mem.h"

void pieces_fini(struct pieces *pieces)
{
	free(pieces->pieces);
	*pieces = (struct pieces){ 0 };
}

num piece_at(struct num_pool *nums, const struct piece *piece, ir_key key)
{
	if (piece->slope.i == NUM_ZERO.i)
		return piece->offset;
	return num_add(nums, num_mul(nums, piece->slope, ir_key_num(nums, key)), piece->offset);
}

/* The last piece ends at `last`: one of a single key is a constant, which may go on. */
static void settle(struct num_pool *nums, struct pieces *pieces, ir_key last)
{
	struct piece *piece = &pieces->pieces[pieces->count - 1];

	if (piece->slope.i == NUM_ZERO.i || piece->first != last)
		return;
	piece->offset = piece_at(nums, piece, last);
	piece->slope = NUM_ZERO;
	if (pieces->count > 1 && piece[-1].slope.i == NUM_ZERO.i &&
		num_equal(piece[-1].offset, piece->offset))
		pieces->count--;
}

void pieces_add(
	struct num_pool *nums, struct pieces *pieces, ir_key first, num slope, num offset)
{
	const struct piece *before;

	if (pieces->count)
		settle(nums, pieces, first - 1);
	before = pieces->count ? &pieces->pieces[pieces->count - 1] : NULL;
	if (before && num_equal(before->slope, slope) && num_equal(before->offset, offset))
		return;
	pieces->pieces = mem_grow(pieces->pieces, &pieces->room, (size_t)pieces->count + 1,
		sizeof *pieces->pieces);
	pieces->pieces[pieces->count++] = (struct piece){ first, slope, offset };
}

void pieces_end(struct num_pool *nums, struct pieces *pieces, ir_key hi)
{
	if (pieces->count)
		settle(nums, pieces, hi);
}

bool pieces_are_flat(const struct pieces *pieces)
{
	for (uint32_t i = 0; i < pieces->count; i++)
		if (pieces->pieces[i].slope.i != NUM_ZERO.i)
			return false;
	return true;
}

/* n * 2^-e as an integer, e no greater than the exponent of n. */
static void scaled(const struct num_pool *nums, num n, int64_t e, mpz_t result)
{
	mpz_t view;
	int64_t own = num_view(nums, n, view);

	mpz_set(result, view);
	if (n.i != NUM_ZERO.i)
		mpz_mul_2exp(result, result, (mp_bitcnt_t)(own - e));
}

static ir_key clamped(const mpz_t value, ir_key least, ir_key most)
{
	ir_key key;

	if (!ir_key_from_mpz(value, 0, &key))
		return mpz_sgn(value) < 0 ? least : most;
	return key < least ? least : key > most ? most : key;
}

ir_key line_crosses(
	const struct num_pool *nums, num slope, num offset, num t, ir_key least, ir_key most)
{
	const num all[] = { slope, offset, t };
	int64_t e = num_exponent(nums, slope);
	mpz_t s, o, over;
	ir_key key;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].i != NUM_ZERO.i && num_exponent(nums, all[i]) < e)
			e = num_exponent(nums, all[i]);
	mpz_inits(s, o, over, NULL);
	scaled(nums, slope, e, s);
	scaled(nums, offset, e, o);
	scaled(nums, t, e, over);
	mpz_sub(over, over, o);
	if (mpz_sgn(s) > 0) { /* s k + o > t: k > (t - o) / s */
		mpz_fdiv_q(over, over, s);
		mpz_add_ui(over, over, 1);
	} else { /* s k + o <= t: k >= (t - o) / s */
		mpz_cdiv_q(over, over, s);
	}
	key = clamped(over, least, most);
	mpz_clears(s, o, over, NULL);
	return key;
}
