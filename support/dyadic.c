#include "support/dyadic.h"

void dyadic_init(struct dyadic *a)
{
	mpz_init(a->m);
	a->e = 0;
}

void dyadic_clear(struct dyadic *a)
{
	mpz_clear(a->m);
}

void dyadic_scratch_init(struct dyadic_scratch *scratch)
{
	mpz_inits(scratch->product, scratch->shifted, NULL);
}

void dyadic_scratch_clear(struct dyadic_scratch *scratch)
{
	mpz_clears(scratch->product, scratch->shifted, NULL);
}

void dyadic_set(struct dyadic *a, const struct dyadic *b)
{
	mpz_set(a->m, b->m);
	a->e = b->e;
}

void dyadic_set_zero(struct dyadic *a)
{
	mpz_set_ui(a->m, 0);
	a->e = 0;
}

void dyadic_set_int(struct dyadic *a, int64_t value)
{
	mpz_set_si(a->m, value);
	a->e = 0;
}

void dyadic_set_num(struct dyadic *a, const struct num_pool *pool, num n)
{
	mpz_t view;

	a->e = num_view(pool, n, view);
	mpz_set(a->m, view);
}

int dyadic_compare(
	const struct dyadic *a, const struct dyadic *b, struct dyadic_scratch *scratch)
{
	if (mpz_sgn(a->m) != mpz_sgn(b->m))
		return mpz_sgn(a->m) < mpz_sgn(b->m) ? -1 : 1;
	if (a->e == b->e || mpz_sgn(a->m) == 0)
		return mpz_cmp(a->m, b->m);
	if (a->e > b->e) {
		mpz_mul_2exp(scratch->shifted, a->m, (mp_bitcnt_t)(a->e - b->e));
		return mpz_cmp(scratch->shifted, b->m);
	}
	mpz_mul_2exp(scratch->shifted, b->m, (mp_bitcnt_t)(b->e - a->e));
	return mpz_cmp(a->m, scratch->shifted);
}

/* a += m * 2^e, or a -= m * 2^e */
static void combine(struct dyadic *a, const mpz_t m, int64_t e, bool negative,
	struct dyadic_scratch *scratch)
{
	mpz_srcptr aligned = m;

	if (mpz_sgn(m) == 0)
		return;
	if (mpz_sgn(a->m) == 0) {
		if (negative)
			mpz_neg(a->m, m);
		else
			mpz_set(a->m, m);
		a->e = e;
		return;
	}
	if (e > a->e) {
		mpz_mul_2exp(scratch->shifted, m, (mp_bitcnt_t)(e - a->e));
		aligned = scratch->shifted;
	} else if (e < a->e) {
		mpz_mul_2exp(a->m, a->m, (mp_bitcnt_t)(a->e - e));
		a->e = e;
	}
	if (negative)
		mpz_sub(a->m, a->m, aligned);
	else
		mpz_add(a->m, a->m, aligned);
}

void dyadic_add(struct dyadic *a, const struct dyadic *b, struct dyadic_scratch *scratch)
{
	combine(a, b->m, b->e, false, scratch);
}

void dyadic_sub(struct dyadic *a, const struct dyadic *b, struct dyadic_scratch *scratch)
{
	combine(a, b->m, b->e, true, scratch);
}

void dyadic_add_product(struct dyadic *a, const struct dyadic *b, const struct dyadic *c,
	struct dyadic_scratch *scratch)
{
	mpz_mul(scratch->product, b->m, c->m);
	combine(a, scratch->product, b->e + c->e, false, scratch);
}

void dyadic_add_product_num(struct dyadic *a, const struct dyadic *b,
	const struct num_pool *pool, num c, struct dyadic_scratch *scratch)
{
	mpz_t view;
	int64_t e = num_view(pool, c, view);

	if (mpz_cmpabs_ui(view, 1) == 0) { /* most weights are powers of two */
		combine(a, b->m, b->e + e, mpz_sgn(view) < 0, scratch);
		return;
	}
	mpz_mul(scratch->product, b->m, view);
	combine(a, scratch->product, b->e + e, false, scratch);
}

void dyadic_normalize(struct dyadic *a)
{
	mp_bitcnt_t zeros;

	if (mpz_sgn(a->m) == 0) {
		a->e = 0;
		return;
	}
	zeros = mpz_scan1(a->m, 0);
	if (zeros)
		mpz_tdiv_q_2exp(a->m, a->m, zeros);
	a->e += (int64_t)zeros;
}

num dyadic_num(const struct dyadic *a, struct num_pool *pool)
{
	return num_from_mpz(pool, a->m, a->e);
}
