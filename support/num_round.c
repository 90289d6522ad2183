#include <mpfr.h>

#include "support/num.h"

/* Rounded once: a float that was a double on the way might be the wrong one. */
double num_round(const struct num_pool *pool, num a, bool single, bool *exact)
{
	double result;
	mpz_t view;
	mpfr_t x;
	int32_t e = num_view(pool, a, view);
	uint64_t bits = num_significand_bits(pool, a);

	mpfr_init2(x, bits ? (mpfr_prec_t)bits : MPFR_PREC_MIN);
	mpfr_set_z_2exp(x, view, e, MPFR_RNDN);
	result = single ? (double)mpfr_get_flt(x, MPFR_RNDN) : mpfr_get_d(x, MPFR_RNDN);
	*exact = mpfr_cmp_d(x, result) == 0;
	mpfr_clear(x);
	return result;
}
