#include "ir/divisor.h"

void divisor_init(struct divisor *divisor)
{
	mpz_init(divisor->odd);
	divisor->exponent = INT64_MAX;
}

void divisor_fini(struct divisor *divisor)
{
	mpz_clear(divisor->odd);
}

void divisor_add(struct divisor *divisor, const struct num_pool *nums, num n)
{
	mpz_t view;
	int64_t e = num_view(nums, n, view);

	if (n.i == NUM_ZERO.i)
		return;
	if (e < divisor->exponent)
		divisor->exponent = e;
	if (mpz_cmp_ui(divisor->odd, 1) != 0)
		mpz_gcd(divisor->odd, divisor->odd, view);
}

bool divisor_is_one(const struct divisor *divisor)
{
	return divisor->exponent == 0 && mpz_cmp_ui(divisor->odd, 1) == 0;
}

num divisor_divide(const struct divisor *divisor, struct num_pool *nums, num n)
{
	mpz_t view, quotient;
	int64_t e;

	if (n.i == NUM_ZERO.i || mpz_cmp_ui(divisor->odd, 1) == 0)
		return num_shift(nums, n, -divisor->exponent);
	e = num_view(nums, n, view) - divisor->exponent;
	mpz_init(quotient);
	mpz_divexact(quotient, view, divisor->odd);
	n = num_from_mpz(nums, quotient, e);
	mpz_clear(quotient);
	return n;
}

num divisor_num(const struct divisor *divisor, struct num_pool *nums)
{
	return num_from_mpz(nums, divisor->odd, divisor->exponent);
}
