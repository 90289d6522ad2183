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

void dyadic_add_mpz(
	struct dyadic *a, const mpz_t m, int64_t e, struct dyadic_scratch *scratch)
{
	if (mpz_sgn(m) == 0)
		return;
	if (mpz_sgn(a->m) == 0) {
		mpz_set(a->m, m);
		a->e = e;
	} else if (e == a->e) {
		mpz_add(a->m, a->m, m);
	} else if (e > a->e) {
		mpz_mul_2exp(scratch->shifted, m, (mp_bitcnt_t)(e - a->e));
		mpz_add(a->m, a->m, scratch->shifted);
	} else {
		mpz_mul_2exp(a->m, a->m, (mp_bitcnt_t)(a->e - e));
		mpz_add(a->m, a->m, m);
		a->e = e;
	}
}

void dyadic_add(struct dyadic *a, const struct dyadic *b, struct dyadic_scratch *scratch)
{
	dyadic_add_mpz(a, b->m, b->e, scratch);
}

void dyadic_sub(struct dyadic *a, const struct dyadic *b, struct dyadic_scratch *scratch)
{
	mpz_neg(scratch->product, b->m);
	dyadic_add_mpz(a, scratch->product, b->e, scratch);
}

void dyadic_add_product(struct dyadic *a, const struct dyadic *b, const struct dyadic *c,
	struct dyadic_scratch *scratch)
{
	mpz_mul(scratch->product, b->m, c->m);
	dyadic_add_mpz(a, scratch->product, b->e + c->e, scratch);
}

void dyadic_add_product_num(struct dyadic *a, const struct dyadic *b,
	const struct num_pool *pool, num c, struct dyadic_scratch *scratch)
{
	mpz_t view;
	int64_t e = num_view(pool, c, view);

	mpz_mul(scratch->product, b->m, view);
	dyadic_add_mpz(a, scratch->product, b->e + e, scratch);
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
